"""The demo's post office: names, whole files, the same mail twice."""

from datetime import datetime
from email import message_from_bytes, policy
from pathlib import Path
from uuid import UUID

import pytest
from django.core.mail import send_mail
from django.test import override_settings

from aplus.notifications.mails import Mail, build
from aplus.notifications.models import Notification
from aplus.notifications.registry import Composed

LINE_ID = UUID("5b0f3a54-6a5c-4b6e-8a53-6f1c1d6a0001")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path):
    with override_settings(EMAIL_BACKEND="aplus.notifications.backends.FileBackend", MAIL_DIR=tmp_path / "mails"):
        yield tmp_path / "mails"


def a_mail() -> Mail:
    line = Notification(id=LINE_ID, event="envoi", at=datetime.fromisoformat("2026-11-21T21:30:05.000042+01:00"))
    return build(line, Composed("ines.caron@demo.example", "Objet é", "Titre", ["Texte"], [("Ouvrir", "/demandes/")]))


def test_the_name_is_the_utc_time_of_the_act_and_the_key_of_the_line(folder: Path) -> None:
    a_mail().send()
    assert [file.name for file in folder.iterdir()] == [f"20261121T203005Z-000042{LINE_ID.hex}.eml"]


def test_the_same_mail_twice_is_one_whole_file(folder: Path) -> None:
    a_mail().send()
    (file,) = folder.iterdir()
    before = file.read_bytes()
    a_mail().send()
    assert list(folder.iterdir()) == [file]
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert message["Message-ID"] == message_from_bytes(before, policy=policy.default)["Message-ID"]
    assert message["Subject"] == "[A+] Objet é"
    assert message.is_multipart()


def test_a_mail_not_built_here_is_refused() -> None:
    with pytest.raises(TypeError):
        send_mail("Objet", "Texte", None, ["ines.caron@demo.example"])
