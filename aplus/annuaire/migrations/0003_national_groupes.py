"""Groupes of all France, found without reading the others."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('annuaire', '0002_depth'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='groupe',
            index=models.Index(condition=models.Q(('is_national', True)), fields=['id'], name='groupe_national'),
        ),
    ]
