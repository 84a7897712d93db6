"""The sequence of numbers people say on the phone, and the append-only history."""

from django.db import migrations

FORWARD = """
CREATE SEQUENCE demande_number START 100001;
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON transition
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON transition
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE reading SET (fillfactor = 80);
"""
BACKWARD = """
DROP TRIGGER refuse_change ON transition;
DROP TRIGGER refuse_truncate ON transition;
DROP SEQUENCE demande_number;
"""


class Migration(migrations.Migration):
    dependencies = [("demandes", "0001_initial"), ("journal", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
