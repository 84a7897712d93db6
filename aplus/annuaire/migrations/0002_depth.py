"""Reply models."""

import aplus.annuaire.models
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('annuaire', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ReplyModel',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('title', models.CharField(max_length=100)),
                ('sort_key', aplus.annuaire.models.SortKeyField(db_collation='C', editable=False, max_length=240, source='title')),
                ('text', models.TextField()),
                ('updated_at', models.DateTimeField()),
                ('groupe', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reply_models', to='annuaire.groupe')),
                ('updated_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('sort_key', 'id'),
                'constraints': [models.UniqueConstraint(fields=('groupe', 'sort_key'), name='reply_model_title_unique')],
            },
        ),
    ]
