"""The production settings: what they refuse to start with, and every header and cookie they send."""

import json
import os
import subprocess
import sys

import pytest
from django.db import connection

GOOD = {
    "DJANGO_SETTINGS_MODULE": "config.settings.base",
    "APLUS_SECRET_KEY": "0a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6q7r8s9t0u1v2w3x",
    "APLUS_KEKS": "k1:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
    "APLUS_SEARCH_KEY": "bTJnc8Tq1vQe0yZpR5aX7uK9wLhD3fB6jC8nV4sGxMI=",
    "APLUS_BASE_URL": "https://aplus.example",
    "APLUS_PUBLICATION_DIRECTOR": "Camille Durand, directrice",
    "APLUS_HOSTING": "Hébergeur, 1 rue des Serveurs, 75001 Paris",
    "DATABASE_URL": "postgresql://aplus:secret@database.example/aplus",
}

ANSWER = """
import json, pathlib
import django
django.setup()
from django.conf import settings
pathlib.Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
from django.test import Client
client = Client(enforce_csrf_checks=True, SERVER_NAME="aplus.example", HTTP_X_FORWARDED_PROTO="https")
page = client.get("/connexion/")
plain = Client(SERVER_NAME="aplus.example").get("/connexion/")
print(json.dumps({
    "status": page.status_code,
    "headers": dict(page.headers),
    "cookies": {name: {key: str(value) for key, value in morsel.items()} for name, morsel in page.cookies.items()},
    "plain": [plain.status_code, plain.headers.get("Location", "")],
}))
"""


def start(code: str, tmp_path, **changes: str | None) -> subprocess.CompletedProcess[str]:
    """Run some code under the production settings, in a clean environment."""
    environment = {**GOOD, "APLUS_VAR": str(tmp_path), "PATH": os.environ["PATH"], **changes}
    return subprocess.run(
        [sys.executable, "-c", code],
        env={name: value for name, value in environment.items() if value is not None},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"APLUS_SECRET_KEY": None}, "APLUS_SECRET_KEY"),
        ({"APLUS_SECRET_KEY": "change-me"}, "40 random characters"),
        ({"APLUS_SECRET_KEY": "a" * 50}, "40 random characters"),
        ({"APLUS_KEKS": None}, "APLUS_KEKS"),
        ({"APLUS_SEARCH_KEY": None}, "APLUS_SEARCH_KEY"),
        ({"APLUS_PUBLICATION_DIRECTOR": None}, "APLUS_PUBLICATION_DIRECTOR"),
        ({"APLUS_HOSTING": None}, "APLUS_HOSTING"),
        (
            {"APLUS_PROCONNECT_ISSUER": "https://pro.example"},
            "APLUS_PROCONNECT_CLIENT_ID, APLUS_PROCONNECT_CLIENT_SECRET",
        ),
        (
            {
                "APLUS_PROCONNECT_ISSUER": "http://pro.example",
                "APLUS_PROCONNECT_CLIENT_ID": "a",
                "APLUS_PROCONNECT_CLIENT_SECRET": "b",
            },
            "must begin with https",
        ),
        ({"APLUS_SEARCH_KEY": "pas du base64"}, "APLUS_SEARCH_KEY"),
        ({"APLUS_SEARCH_KEY": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}, "APLUS_SEARCH_KEY"),
        ({"APLUS_SEARCH_KEY": "ZGVtby1vbmx5LWZvci10aGUtdGVzdHMtMDEyMzQ1Njc="}, "not the demo's"),
        ({"APLUS_BASE_URL": None}, "APLUS_BASE_URL"),
        ({"APLUS_BASE_URL": "http://aplus.example"}, "https"),
        ({"DATABASE_URL": None}, "DATABASE_URL"),
        ({"DEBUG": "1"}, "debug"),
        ({"APLUS_SECOND_FACTEUR": "0"}, "second factor"),
        ({"APLUS_MAILJET_KEY": "a"}, "APLUS_MAILJET_SECRET"),
        ({"APLUS_MAILJET_SECRET": "b"}, "APLUS_MAILJET_KEY"),
        ({"APLUS_MAILJET_WEBHOOK": "mailjet"}, "APLUS_MAILJET_WEBHOOK"),
        ({"APLUS_MAILJET_WEBHOOK": f"mailjet:{'x' * 40},mailjet:short"}, "32 characters"),
        ({"APLUS_CLAMD": "clamd"}, "APLUS_CLAMD"),
        ({"APLUS_CLAMD": "clamd:port"}, "APLUS_CLAMD"),
    ],
)
def test_it_refuses_to_start(tmp_path, changes, complaint):
    outcome = start("import django; django.setup()", tmp_path, **changes)
    assert outcome.returncode != 0
    assert complaint in outcome.stderr


def test_it_refuses_the_embedded_database(tmp_path):
    url = f"postgresql://aplus@/aplus?host={tmp_path}/postgres-18/run"
    outcome = start("import django; django.setup()", tmp_path, DATABASE_URL=url)
    assert "embedded" in outcome.stderr


def test_it_starts_when_nothing_is_missing(tmp_path):
    assert start("import django; django.setup()", tmp_path).returncode == 0


@pytest.fixture(scope="module")
def answer(django_db_setup, django_db_blocker, tmp_path_factory):
    """The sign-in page as production sends it, over https and over http."""
    with django_db_blocker.unblock():
        settings = connection.settings_dict
    url = (
        f"postgresql://{settings['USER']}:{settings['PASSWORD']}@/{settings['NAME']}"
        f"?host={settings['HOST']}&port={settings['PORT']}"
    )
    outcome = start(ANSWER, tmp_path_factory.mktemp("production"), DATABASE_URL=url)
    assert outcome.returncode == 0, outcome.stderr
    return json.loads(outcome.stdout.splitlines()[-1])


def test_every_header(answer):
    assert answer["status"] == 200
    headers = answer["headers"]
    policy = {part.split()[0]: part.split()[1:] for part in headers["Content-Security-Policy"].split(";")}
    assert policy["default-src"] == ["'none'"]
    assert policy["script-src"] == policy["style-src"] == ["'self'"]
    assert policy["img-src"] == policy["font-src"] == ["'self'", "data:"]
    assert policy["frame-ancestors"] == ["'none'"]
    assert not any("unsafe" in word or "http" in word for words in policy.values() for word in words)
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert "camera=()" in headers["Permissions-Policy"]


def test_every_cookie(answer):
    assert answer["cookies"], "the form's cookie at least"
    for name, morsel in answer["cookies"].items():
        assert name.startswith("__Host-")
        assert morsel["secure"] == morsel["httponly"] == "True"
        assert morsel["samesite"] == "Lax"
        assert morsel["path"] == "/"
        assert morsel["domain"] == ""


def test_plain_http_is_led_to_https(answer):
    assert answer["plain"] == [301, "https://aplus.example/connexion/"]


@pytest.mark.parametrize(
    ("changes", "backend"),
    [
        ({}, "django.core.mail.backends.smtp.EmailBackend"),
        (
            {"APLUS_MAILJET_KEY": "a", "APLUS_MAILJET_SECRET": "b"},
            "aplus.notifications.mailjet.MailjetBackend",
        ),
    ],
)
def test_mails_leave_by_mailjet_when_it_has_its_keys(tmp_path, changes, backend):
    code = "import django; django.setup(); from django.core.mail import get_connection as get; one = get().__class__"
    outcome = start(f"{code}; print(f'{{one.__module__}}.{{one.__name__}}')", tmp_path, **changes)
    assert outcome.stdout.strip() == backend, outcome.stderr
