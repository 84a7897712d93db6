"""The first version of the terms of use: without one, nobody would be asked to accept any."""

from datetime import UTC, datetime

from django.db import migrations


def publish(apps, schema_editor):
    apps.get_model("accounts", "CguVersion").objects.get_or_create(
        version="1", defaults={"in_force_at": datetime(2020, 1, 1, tzinfo=UTC)}
    )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [migrations.RunPython(publish, migrations.RunPython.noop)]
