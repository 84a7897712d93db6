"""The schema `secrets` with the wrapped keys, and the sealed identities of files."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []

    operations = [
        migrations.RunSQL("CREATE SCHEMA secrets", "DROP SCHEMA secrets"),
        migrations.CreateModel(
            name="Secret",
            fields=[
                ("demande_id", models.UUIDField(primary_key=True, serialize=False)),
                ("kek_id", models.CharField(max_length=40)),
                ("wrapped", models.BinaryField()),
                ("created_at", models.DateTimeField()),
            ],
            options={"db_table": '"secrets"."secret"'},
        ),
        migrations.CreateModel(
            name="FileIdentity",
            fields=[
                ("dossier_id", models.UUIDField(primary_key=True, serialize=False)),
                ("recipient", models.CharField(max_length=80)),
                ("sealed", models.BinaryField()),
            ],
            options={"db_table": "file_identity"},
        ),
    ]
