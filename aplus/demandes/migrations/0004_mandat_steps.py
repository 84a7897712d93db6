"""The next step of the mandats sent before there were steps: the first notice, then whatever is late."""

from django.db import migrations

FORWARD = """
UPDATE mandat
SET next_step = 'mandat-avis-30', next_step_at = (mandat.ends_on - 30)::timestamp AT TIME ZONE territoire.timezone
FROM demande JOIN annuaire_territoire AS territoire ON territoire.code = demande.territoire_id
WHERE mandat.demande_id = demande.id AND demande.state <> 'ARCHIVED' AND mandat.next_step_at IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [("demandes", "0003_depth"), ("annuaire", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
