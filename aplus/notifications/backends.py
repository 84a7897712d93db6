"""The demo's post office: each mail is one .eml file, complete or absent."""

import os
from collections.abc import Sequence
from datetime import UTC
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from aplus.notifications.mails import Mail


class FileBackend(BaseEmailBackend):
    """Writes `<UTC time of the act>-<key>.eml` in settings.MAIL_DIR; the same mail twice is the same file."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write each mail; returns how many."""
        folder = Path(settings.MAIL_DIR)
        folder.mkdir(parents=True, exist_ok=True)
        for mail in email_messages:
            if not isinstance(mail, Mail):
                raise TypeError("mails are built by aplus.notifications only")
            _write(folder, file_name(mail), mail.message().as_bytes())
        return len(email_messages)


def file_name(mail: Mail) -> str:
    """To the second for people and tools; the key begins with the microseconds, so names sort by time."""
    return f"{mail.at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{mail.key}.eml"


def _write(folder: Path, name: str, content: bytes) -> None:
    """Under another name first, so that a reader of the folder never meets half a mail."""
    draft = folder / f".{name}.{os.getpid()}"
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(folder / name)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
