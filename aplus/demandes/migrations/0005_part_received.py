# The index that a foreign key has by default gives way to one that also tells when: as many to write as before.
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("annuaire", "0005_successor"),
        ("demandes", "0004_mandat_steps"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="part",
            index=models.Index(fields=["groupe", "-addressed_at"], name="part_received"),
        ),
        migrations.AlterField(
            model_name="part",
            name="groupe",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="parts",
                to="annuaire.groupe",
            ),
        ),
    ]
