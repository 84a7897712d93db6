"""Certificates of erasure."""

import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='ErasureCertificate',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('demande_id', models.UUIDField(unique=True)),
                ('number', models.BigIntegerField()),
                ('reason', models.CharField(max_length=20)),
                ('archived_at', models.DateTimeField()),
                ('erased_at', models.DateTimeField()),
                ('messages', models.PositiveIntegerField()),
                ('files', models.PositiveIntegerField()),
            ],
            options={
                'db_table': 'erasure_certificate',
            },
        ),
    ]
