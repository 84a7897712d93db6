"""After a whole life with its mails, no word of the usager, the subject or the messages is anywhere in clear."""

import logging

from django.core import mail
from django.db import connection

from tests.demandes import sent
from tests.demandes.one.browser import filled, ids, text_file
from tests.notifications.jobs import run_jobs

TYPED = {
    "message": "Zibeline arrivera bientôt.",
    "motif": "Motifpalombe pour vous.",
    "remarque": "Remarquecormoran enfin.",
    "demarche": "Demarchepinson en ligne.",
    "info": "Infochouette",
    "value": "Valeurhibou-77",
    "file": "Fichierlaponie.txt",
    "content": b"Contenugirafe du courrier.",
    "note": "Notemartinet entre nous.",
}
CANARIES = (
    *("Ondine", "Quartefeuille", "2850378006084", "285037800608", "1234567", "12/03/1985", "06 12 34 56 78"),
    *("Allocation suspendue", "Sans ressources depuis deux mois"),
    *("Zibeline", "Motifpalombe", "Remarquecormoran", "Demarchepinson", "Infochouette", "Valeurhibou"),
    *("Fichierlaponie", "Contenugirafe", "Notemartinet"),
)
QUEUES = ("notifications_notification", "procrastinate_jobs", "procrastinate_events", "journal_line", "access_formkey")


def live(cast):
    """Every act once, with something to say; the addresses that each led to."""
    world, locations = cast.world, []

    def does(who, act, *, files=False, **fields):
        browser = cast.browser(who)
        form = filled(browser.form(cast.demande, act), **fields)
        answer = browser.post(
            cast.demande, act, form | ({"fichiers": [text_file(TYPED["file"], TYPED["content"])]} if files else {})
        )
        assert answer.status == 303, (who, act, answer.summary())
        locations.append(answer.location)

    said = {"message": TYPED["message"], "info_nom": [TYPED["info"]], "info_valeur": [TYPED["value"]]}
    does("ines", "messages", acte="precisions", **said)
    does("alice", "messages", files=True, **said)
    does("igor", "messages", files=True, message=TYPED["note"], reserve="1")
    does("paul", "messages", acte="prise-en-charge", promis_le="2026-05-12", **said)
    does("alice", "invitations", groupes=ids(world.msa95), motif=TYPED["motif"], message=TYPED["message"])
    does(
        "agent_msa",
        "messages",
        acte="incompetence",
        demarche=TYPED["demarche"],
        non_pertinent="1",
        message=TYPED["note"],
    )
    does("ines", "messages", acte="traitement", demarche=TYPED["demarche"], **said)
    does("paul", "messages", acte="traitement", **said)
    does("alice", "toujours-bloque", message=TYPED["message"])
    does("alice", "identifiants")
    does("alice", "archivage", leve="non", remarque=TYPED["remarque"])
    does("ines", "nouveau", message=TYPED["message"])
    does("amir", "reouverture", message=TYPED["message"])
    refused = cast.submit("alice", "messages", message=TYPED["message"] * 2000)
    assert refused.status == 422
    return locations


def tables():
    """Every table of every schema of ours."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        )
        return [name for (name,) in cursor.fetchall()]


def in_clear(value):
    """A stored value as somebody with a dump would read it."""
    if isinstance(value, memoryview | bytes):
        return bytes(value).decode("latin-1")
    return str(value)


def test_nothing_in_clear(cast, caplog, capsys):
    with caplog.at_level(logging.DEBUG):
        locations = live(cast)
        assert run_jobs() > 0
    assert len(mail.outbox) > 20
    posts = [message.message().as_string() + message.body for message in mail.outbox]
    posts += [str(part) for message in mail.outbox for part, _ in message.alternatives]
    # psycopg's own parameters are not logged in production either: queries are DEBUG lines of django.db.backends.
    logs = [str(record.__dict__) for record in caplog.records if record.name != "django.db.backends"]
    assert logs
    printed = capsys.readouterr()
    for canary in CANARIES:
        assert not [text for text in posts if canary in text], canary
        assert not [text for text in locations if canary in text], canary
        assert not [text for text in logs if canary in text], canary
        assert canary not in printed.out + printed.err, canary


def test_nothing_in_the_database(cast):
    live(cast)
    run_jobs()
    known = tables()
    assert {"public.demande", "public.message", "secrets.secret", "public.journal_line"} <= set(known)
    rows = 0
    with connection.cursor() as cursor:
        for table in known:
            cursor.execute(f"SELECT * FROM {table}")
            for row in cursor.fetchall():
                rows += 1
                text = " ".join(in_clear(value) for value in row)
                for canary in CANARIES:
                    assert canary not in text, (table, canary)
    assert rows > 200
    assert all(f"public.{name}" in known for name in QUEUES)


def test_the_reader_reads_them_all(cast):
    """The canaries are really there: the test above searches for what was written."""
    live(cast)
    text = cast.read("ines").text.replace("\n", " ")
    for canary in ("Ondine", "Quartefeuille", "Allocation suspendue", "Zibeline", "Motifpalombe", "Remarquecormoran"):
        assert canary in text
    for canary in ("Infochouette", "Valeurhibou", "Fichierlaponie", "Notemartinet", sent.DESCRIPTION):
        assert canary in text
