"""PostgreSQL itself refuses two reservations of one resource at once. Does nothing on other databases."""

from django.db import migrations

from qunwen.services.rooms import exclusion


def put_up(apps, schema_editor):
    # Where the extension is refused the slots go on alone and `qunwen doctor` says so.
    exclusion.put_up(schema_editor.connection)


def take_down(apps, schema_editor):
    exclusion.take_down(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("rooms", "0002_held_exactly")]

    operations = [migrations.RunPython(put_up, take_down)]
