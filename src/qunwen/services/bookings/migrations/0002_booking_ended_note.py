"""What staff said when they cancelled."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="booking",
            name="ended_note",
            field=models.CharField(blank=True, default="", max_length=200, verbose_name="取消说明"),
        ),
    ]
