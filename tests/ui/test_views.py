"""Health, robots, security.txt, icon, and what the error pages say."""

from datetime import datetime, timedelta

import pytest
from django.db import connection

from aplus.core import clock
from aplus.ui.views import waiting_time
from tests.ui import visitors

PRIVATE = ["/demandes", "/demandes/x/", "/groupes/x/", "/moi/x", "/pilotage/x/", "/fichiers/x/", "/mandats/x.pdf"]

GOOD = {"etat": "ok", "base": True, "worker": True, "stockage": True, "maintenance": False}


@pytest.fixture
def beat(db):
    """beat(seconds) is a worker heard that long ago."""

    def worker(seconds_ago):
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - make_interval(secs => %s))",
                [seconds_ago],
            )

    return worker


def test_health_is_good_when_all_answer(visit, beat):
    beat(5)
    response = visit().get("/etat")
    assert response.status_code == 200
    assert response.json() == GOOD
    assert visit().head("/etat").status_code == 200
    assert visit().post("/etat").status_code == 405


@pytest.mark.parametrize("ago", [None, 300])
def test_health_says_that_no_worker_answers(visit, beat, ago):
    if ago:
        beat(ago)
    response = visit().get("/etat")
    assert response.status_code == 503
    assert response.json() == {
        "etat": "en panne",
        "base": True,
        "worker": False,
        "stockage": True,
        "maintenance": False,
    }


def test_health_costs_one_query(visit, beat, django_assert_num_queries):
    beat(1)
    client = visit()
    with django_assert_num_queries(1):
        client.get("/etat")


def test_health_before_the_worker_has_its_tables(visit, db):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE procrastinate_workers RENAME TO elsewhere")
    assert visit().get("/etat").json()["base"] is True


def test_health_says_that_files_cannot_be_written(visit, beat, monkeypatch):
    beat(1)
    monkeypatch.setattr("aplus.ui.health.os.access", lambda *_: False)
    assert visit().get("/etat").json() == {
        "etat": "en panne",
        "base": True,
        "worker": True,
        "stockage": False,
        "maintenance": False,
    }


def test_health_says_that_no_room_is_left(visit, beat, monkeypatch):
    beat(1)
    monkeypatch.setattr("aplus.ui.health.shutil.disk_usage", lambda _: type("Usage", (), {"free": 1000}))
    assert visit().get("/etat").json()["stockage"] is False


def test_health_says_that_the_disk_does_not_answer(visit, beat, monkeypatch):
    def fail(_folder):
        raise OSError

    beat(1)
    monkeypatch.setattr("aplus.ui.health.shutil.disk_usage", fail)
    assert visit().get("/etat").json()["stockage"] is False


@pytest.mark.parametrize(("answers", "expected"), [(True, True), (False, False)])
def test_health_asks_a_remote_storage_one_question(visit, beat, monkeypatch, answers, expected):
    class Remote:
        def path(self, _name):
            raise NotImplementedError

        def exists(self, _name):
            if not answers:
                raise ConnectionError
            return False

    beat(1)
    monkeypatch.setattr("aplus.ui.health.default_storage", Remote())
    assert visit().get("/etat").json()["stockage"] is expected


@pytest.mark.parametrize("path", PRIVATE)
def test_nobody_is_asked_to_sign_in_whether_the_page_exists_or_not(visit, path):
    response = visit().get(path, {"p": "1"})
    assert response.status_code == 303
    assert response.headers["Location"].startswith("/connexion/?suite=%2F")
    assert response.headers["Location"].endswith("%3Fp%3D1")


@pytest.mark.parametrize("path", PRIVATE)
def test_somebody_gets_the_page_of_what_does_not_exist(visit, path):
    response = visit(visitors.AIDANTE).get(path.rstrip("/") + "/")
    assert response.status_code == 404


def test_a_form_without_its_token_is_refused_in_french(visit):
    response = visit(visitors.AIDANTE, enforce_csrf_checks=True).post("/demo/composants/", {"text": "a"})
    assert response.status_code == 403
    assert "Cette page a expiré" in response.content.decode()


def test_a_form_of_an_ended_session_leads_to_signing_in(visit):
    response = visit(enforce_csrf_checks=True).post("/groupes/", {"text": "a"})
    assert response.status_code == 303


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-3, "1 seconde"),
        (0, "1 seconde"),
        (1, "1 seconde"),
        (59, "59 secondes"),
        (60, "1 minute"),
        (61, "2 minutes"),
        (3599, "60 minutes"),
        (3600, "1 heure"),
        (3601, "2 heures"),
    ],
)
def test_waiting_is_said_in_words_never_too_short(seconds, words):
    assert waiting_time(seconds) == words


def test_too_many_says_how_long_to_wait(visit):
    response = visit().get("/essai/trop/", {"s": "90"})
    assert response.headers["Retry-After"] == "90"
    assert "Réessayez dans 2 minutes" in response.content.decode()


def test_gone_and_overtaken_say_why_and_lead_on(visit):
    gone = visit().get("/essai/fini/").content.decode()
    assert "Ce lien a déjà servi." in gone
    assert '<a class="fr-btn" href="/connexion/">Recevoir un nouveau lien</a>' in gone
    assert "Inès Caron vient de répondre." in visit().get("/essai/depasse/").content.decode()


def test_robots_keep_out_of_private_pages(visit):
    text = visit().get("/robots.txt").content.decode()
    assert "Disallow: /demandes\n" in text
    assert "Disallow: /aide" not in text


def test_security_txt_follows_the_rfc(visit, settings):
    response = visit().get("/.well-known/security.txt")
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    fields = dict(line.split(": ", 1) for line in response.content.decode().splitlines())
    assert fields["Contact"] == f"mailto:{settings.SUPPORT_EMAIL}"
    assert fields["Policy"] == f"{settings.BASE_URL}/securite/"
    expires = datetime.fromisoformat(fields["Expires"])
    assert timedelta(days=30) < expires - clock.now() < timedelta(days=365)


def test_the_icon_is_at_the_root(visit):
    assert visit().get("/favicon.ico").headers["Location"] == "/static/dsfr/dist/favicon/favicon.ico"
