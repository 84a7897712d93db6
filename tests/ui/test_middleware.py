"""Headers, the request's line in the logs, compression, limits of size, the database gone."""

import gzip
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import InterfaceError, OperationalError, connection
from structlog.testing import capture_logs

from tests.ui import visitors

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self' data:; "
        "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}


@pytest.mark.parametrize(
    "path", ["/", "/absente/", "/essai/panne/", "/essai/sans-base/", "/pilotage/", "/robots.txt", "/moi/"]
)
def test_every_answer_carries_the_headers(visit, path):
    response = visit().get(path)
    assert {name: response.headers[name] for name in HEADERS} == HEADERS
    assert "camera=()" in response.headers["Permissions-Policy"]
    features = response.headers["Permissions-Policy"].split(", ")
    assert {one for one in features if not one.endswith("=()")} == {
        "publickey-credentials-create=(self)",
        "publickey-credentials-get=(self)",
    }


def test_a_view_may_choose_its_own_caching(visit):
    assert visit().get("/favicon.ico").headers["Cache-Control"] == "public, max-age=86400"


def test_static_files_are_cached_and_still_carry_the_policy(visit, settings):
    client = visit()
    settings.WHITENOISE_USE_FINDERS = True  # the middleware is built by the first request
    response = client.get("/static/ui/aplus.css")
    assert b"ui-needs-js" in response.getvalue()
    assert response.status_code == 200
    assert "max-age" in response.headers["Cache-Control"]
    assert response.headers["Content-Security-Policy"] == HEADERS["Content-Security-Policy"]


def test_the_request_line_names_the_route_and_never_the_path_or_the_query(visit):
    with capture_logs() as lines:
        response = visit(visitors.AIDANTE).get("/aide/?nom=canari")
        visit().get("/canari/dupont/")
    known, unknown = [line for line in lines if line["event"] == "request"]
    assert (known["route"], known["status"], known["method"]) == ("help:index", 200, "GET")
    assert known["ms"] >= 0
    assert (unknown["route"], unknown["status"]) == ("", 404)
    assert "canari" not in str(lines)
    assert "Alice" not in str(lines)
    assert len(response.headers["X-Request-Id"]) == 32


def test_an_invented_method_does_not_reach_the_logs(visit):
    with capture_logs() as lines:
        visit().generic("CANARI", "/aide/")
    assert [line["method"] for line in lines if line["event"] == "request"] == ["other"]


def test_the_reference_shown_after_a_crash_is_the_request_id(visit):
    response = visit().get("/essai/panne/")
    assert response.headers["X-Request-Id"] in response.content.decode()


def test_a_crash_is_logged_by_its_kind_and_place_without_its_words(visit):
    with capture_logs() as lines:
        visit().get("/essai/panne/?canari=1")
    crash = next(line for line in lines if line["event"] == "crash")
    assert crash["error"] == "RuntimeError"
    assert crash["where"][-1].startswith("site.py:")
    assert crash["where"][-1].endswith(" crash")
    assert "canari" not in str(lines)
    assert "canary" not in str(lines)


# Sizes


def file_of(size, name="piece.pdf"):
    return SimpleUploadedFile(name, b"x" * size)


def test_a_body_over_the_limit_is_413_before_the_view(visit, settings):
    settings.MAX_BODY_BYTES = 2000
    response = visit().post("/essai/recevoir/", {"fichiers": [file_of(3000)]})
    assert response.status_code == 413
    assert "trop volumineux" in response.content.decode()


def test_a_body_at_the_limit_is_received_whole(visit, settings):
    client = visit()
    settings.MAX_BODY_BYTES = 100_000
    response = client.post("/essai/recevoir/", {"fichiers": [file_of(3000, "a.pdf"), file_of(10, "b.pdf")]})
    assert (response.status_code, response.content) == (200, b"a.pdf,b.pdf")


def test_what_is_too_large_is_swallowed_so_that_the_sender_reads_the_answer(visit, settings):
    settings.MAX_BODY_BYTES = 1000
    body = BytesIO(b"x" * 200_000)
    client = visit()
    client.generic("POST", "/essai/recevoir/", b"", CONTENT_LENGTH="200000", **{"wsgi.input": body})
    assert body.tell() == 5000, "five times the limit, no more"


def test_a_body_without_a_length_is_refused(visit):
    response = visit().generic("POST", "/essai/recevoir/", b"", HTTP_TRANSFER_ENCODING="chunked", CONTENT_LENGTH="")
    assert response.status_code == 411


@pytest.mark.parametrize("length", ["-1", "9²", "abc"])
def test_a_length_that_is_no_number_is_an_empty_body(visit, length):
    response = visit().generic("POST", "/essai/recevoir/", b"", CONTENT_LENGTH=length)
    assert response.status_code == 200


# The database gone


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_without_database_the_page_is_503_and_says_when_to_come_back(visit, monkeypatch, error):
    def fail(_actor, _path):
        raise error

    monkeypatch.setattr("aplus.ui.context.menu_for", fail)
    response = visit().get("/aide/")
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "30"
    assert "momentanément indisponible" in response.content.decode()


def test_a_middleware_without_database_is_503_too(visit, monkeypatch):
    def fail(_self, _request):
        raise OperationalError

    monkeypatch.setattr(visitors.GivenActorMiddleware, "__call__", fail)
    assert visit().get("/aide/").status_code == 503
    health = visit().get("/etat")
    assert (health.status_code, health.headers["Content-Type"]) == (503, "application/json")


def test_health_without_database_is_json(visit, monkeypatch):
    def fail():
        raise OperationalError

    monkeypatch.setattr(connection, "cursor", fail)
    response = visit().get("/etat")
    assert response.status_code == 503
    assert response.json() == {
        "etat": "en panne",
        "base": False,
        "worker": False,
        "stockage": True,
        "maintenance": False,
    }


# Compression


def compressing(visit, settings):
    client = visit()
    name = "aplus.ui.middleware.CompressionMiddleware"
    settings.MIDDLEWARE = [name, *(one for one in settings.MIDDLEWARE if one != name)]
    return client


def test_text_travels_compressed(db, visit, settings):
    response = compressing(visit, settings).get("/cgu/", headers={"accept-encoding": "gzip"})
    assert response.headers["Content-Encoding"] == "gzip"
    assert "Conditions d’utilisation" in gzip.decompress(response.content).decode()


def test_files_travel_as_they_are(visit, settings):
    client = compressing(visit, settings)
    settings.WHITENOISE_USE_FINDERS = True
    response = client.get("/static/dsfr/dist/fonts/Marianne-Bold.woff2", headers={"accept-encoding": "gzip"})
    assert response.getvalue().startswith(b"wOF2")
    assert "Content-Encoding" not in response.headers
