"""From here on the journal only grows. A later migration that alters these tables puts the triggers up again."""

from django.db import migrations

from qunwen.base.journal import append_only


def put_up(apps, schema_editor):
    append_only.install(schema_editor.connection)


def take_down(apps, schema_editor):
    append_only.lift(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]

    operations = [migrations.RunPython(put_up, take_down)]
