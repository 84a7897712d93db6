import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("annuaire", "0004_edited_on_screen"),
    ]

    operations = [
        migrations.AddField(
            model_name="groupe",
            name="successor",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="annuaire.groupe",
            ),
        ),
    ]
