"""What is typed and not sent, searched, corrected or taken back is in clear nowhere: rows, logs, mails, addresses."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection

from aplus.core import clock
from aplus.demandes.models import Message
from tests.access.scene import Scene
from tests.demandes import sent
from tests.demandes.new.helpers import NEW
from tests.demandes.one.browser import Answer, filled
from tests.demandes.one.test_canary import in_clear, tables
from tests.notifications.jobs import run_jobs

SCRIPT = {"accept": "application/json"}
CANARIES = {
    "commune": "Communezibeline",
    "draft": "Sujetpalombe",
    "searched": "Cherchecormoran",
    "refused": "Refuspinson",
    "author's reply": "Brouillonhibou",
    "instructeur's note": "Notechouette",
    "before": "Avantgirafe",
    "after": "Apreslaponie",
    "withdrawn": "Retiremartinet",
    "reason": "Motifgerfaut",
}


def does(scene: Scene, who: str, act: str, **fields: Any) -> str:
    """One form of the page; where it led."""
    answer = scene.cast.submit(who, act, **fields)
    assert answer.status == 303, (act, answer.summary())
    return answer.location


def type_and_search(scene: Scene, says: dict[str, str]) -> list[str]:
    """What is kept without being an act."""
    browser, demande = scene.cast.browser("alice"), scene.cast.demande
    address = f"{NEW}{scene.draft}/organismes/"
    fields = filled(browser.get(address).fields(address), commune=says["commune"], action="enregistrer")
    led = [Answer(browser.client.post(address, fields)).location]
    assert browser.client.post(f"{NEW}communes/", {**fields, "commune": says["commune"]}).status_code == 200
    address = f"{NEW}{scene.draft}/usager/"
    fields = filled(browser.get(address).fields(address), sujet=says["draft"], nom=says["draft"], nir="12")
    for headers in (SCRIPT, {}):
        assert browser.client.post(address, fields, headers=headers).status_code in {200, 422}
    for who, more in (("alice", {"message": says["author's reply"]}), ("ines", {"reserve": "1"})):
        typist = scene.cast.browser(who)
        typed = filled(typist.form(demande, "messages"), **{"message": says["instructeur's note"], **more})
        assert typist.client.post(sent.address(demande, "brouillon/"), typed, headers=SCRIPT).status_code == 200
    fields = browser.get("/demandes/").fields("/demandes/recherche/")
    for text, status in ((says["searched"], 303), (says["refused"] + "x" * 300, 422)):
        answer = Answer(browser.client.post("/demandes/recherche/", filled(fields, q=text)))
        assert answer.status == status
        led.append(answer.location)
    assert browser.get(led[-2]).status == 200
    assert b"".join(browser.client.get(led[-2].replace("/demandes/", "/demandes.csv")))
    return led


def write_and_take_back(scene: Scene, says: dict[str, str], time_machine: Any) -> list[str]:
    """What both sides read for a while."""
    time_machine.shift(timedelta(minutes=1))  # what the readings of this minute do not cover
    led = [does(scene, "alice", "messages", message=says["before"])]
    message = Message.objects.latest("seq")
    time_machine.shift(timedelta(minutes=1))
    led.append(does(scene, "alice", f"messages/{message.pk}/correction", message=says["after"]))
    led.append(does(scene, "ines", "messages", message=says["withdrawn"]))
    message = Message.objects.latest("seq")
    time_machine.shift(timedelta(hours=1))
    led.append(does(scene, "ines", f"messages/{message.pk}/retrait", motif=says["reason"]))
    given = {"mandat_mode": "oral", "mandat_obtenu_le": f"{clock.now():%Y-%m-%dT%H:%M}"}
    led.append(does(scene, "alice", "renouvellement-du-mandat", **given))
    return led


def test_nowhere(scene: Scene, time_machine: Any, caplog: pytest.LogCaptureFixture) -> None:
    """Each row of each table as text and as bytes, each log line, mail and address."""
    with caplog.at_level(logging.DEBUG):
        led = write_and_take_back(scene, CANARIES, time_machine) + type_and_search(scene, CANARIES)
        assert run_jobs()
    page = scene.cast.read("alice").text
    assert CANARIES["after"] in page  # they were really written
    assert CANARIES["author's reply"] in page
    found = [str(record.__dict__) for record in caplog.records if record.name != "django.db.backends"]
    found += [str(one.message()) + one.subject + one.body + str(one.alternatives) for one in mail.outbox]
    found += led
    with connection.cursor() as cursor:
        for table in tables():
            cursor.execute(f"SELECT t::text, t.* FROM {table} t")
            found += [f"{table} " + " ".join(in_clear(value) for value in row) for row in cursor.fetchall()]
    assert len(found) > 200
    for name, canary in CANARIES.items():
        for form in (canary, canary.lower(), canary.encode().hex(), canary.lower().encode().hex()):
            assert not [text[:80] for text in found if form in text], name
