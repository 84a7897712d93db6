"""Entering by ProConnect (accounts.md §1), against a provider that runs: the way in, the way out, every forgery."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import time_machine
from django.conf import LazySettings
from django.test import Client

from aplus.accounts import proconnect
from aplus.accounts.models import Attempt, Session, User
from aplus.core import clock
from aplus.journal.models import JournalLine
from tests import personas
from tests.accounts.conftest import FIREFOX
from tests.accounts.provider import CLIENT, SECRET, Provider, running
from tests.demandes.one.browser import Answer
from tests.personas import World

pytestmark = pytest.mark.django_db
START, BACK = "/connexion/proconnect/", "/connexion/proconnect/retour/"


@pytest.fixture(scope="module")
def started() -> Iterator[Provider]:
    with running() as provider:
        yield provider


@pytest.fixture
def provider(started: Provider, settings: LazySettings) -> Iterator[Provider]:
    """The provider, honest again, and the product that knows it."""
    fresh = Provider(port=started.port)
    started.__dict__.update({**fresh.__dict__, "port": started.port})
    settings.PROCONNECT_ISSUER = started.issuer
    settings.PROCONNECT_CLIENT_ID, settings.PROCONNECT_CLIENT_SECRET = CLIENT, SECRET
    proconnect.forget()
    yield started
    proconnect.forget()


@pytest.fixture
def visitor() -> Client:
    return Client(headers={"User-Agent": FIREFOX})


def go(visitor: Client, suite: str = "") -> str:
    """Press the button; where the browser is led."""
    response = visitor.get(START, {"suite": suite} if suite else {})
    assert response.status_code == 303, response.content.decode()
    return str(response.headers["Location"])


def back(visitor: Client, url: str) -> Any:
    """Follow the provider's answer home."""
    assert url.startswith(f"http://testserver{BACK}?")
    return visitor.get(url.removeprefix("http://testserver"))


def enter(visitor: Client, provider: Provider, suite: str = "") -> Any:
    """The whole way."""
    return back(visitor, provider.authorize(go(visitor, suite)))


def nobody_entered() -> bool:
    """No session of anybody, no line that says so."""
    return not Session.objects.exclude(user=None).exists() and not JournalLine.objects.filter(act="entree").exists()


def words(response: Any) -> str:
    """What the page says, checked for what every page owes."""
    return Answer(response).words


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
@pytest.mark.parametrize(
    ("suite", "expected"), [("", "/demandes/"), ("/groupes/?a=b", "/groupes/?a=b"), ("//x", "/demandes/")]
)
def test_the_way_in(
    world: World, provider: Provider, visitor: Client, algorithm: str, suite: str, expected: str
) -> None:
    provider.algorithm = algorithm
    response = enter(visitor, provider, suite)
    assert (response.status_code, response.headers["Location"]) == (303, expected)
    session = Session.objects.get(user=world.alice)
    assert (session.means, session.browser) == ("proconnect", "Firefox sous Windows")
    line = JournalLine.objects.get(act="entree")
    assert (line.actor_id, line.codes["moyen"]) == (world.alice.pk, "proconnect")
    assert visitor.get("/demandes/").status_code == 200
    # One call of each, and the discovery document once.
    assert provider.asked == [".well-known/openid-configuration", "token", "jwks", "userinfo"]


def test_the_address_is_found_whatever_its_case_and_a_verified_claim_may_be_said(
    world: World, provider: Provider, visitor: Client
) -> None:
    provider.email, provider.more = " Alice.MARTIN@demo.example", {"email_verified": True}
    assert enter(visitor, provider).status_code == 303
    assert Session.objects.filter(user=world.alice).exists()


def test_the_button_is_a_link_that_keeps_the_page_asked_for(world: World, provider: Provider, visitor: Client) -> None:
    page = Answer(visitor.get("/connexion/?suite=/groupes/%3Fa%3Db%26c"))
    (link,) = [one["href"] for one in page.page.all("a") if (one.get("href") or "").startswith(START)]
    location = visitor.get(link).headers["Location"]
    assert back(visitor, provider.authorize(location)).headers["Location"] == "/groupes/?a=b&c"


def test_who_is_signed_in_goes_on(world: World, provider: Provider, visitor: Client) -> None:
    personas.sign_in(visitor, world.ines)
    assert visitor.get(START, {"suite": "/groupes/"}).headers["Location"] == "/groupes/"
    assert provider.asked == []


@pytest.mark.parametrize("path", [START, BACK, f"{BACK}?code=a&state=b"])
@pytest.mark.parametrize("method", ["get", "post", "head", "put"])
def test_without_settings_there_is_nothing(world: World, visitor: Client, path: str, method: str) -> None:
    assert getattr(visitor, method)(path).status_code == 404
    assert "ProConnect" not in visitor.get("/connexion/").content.decode()
    assert "form-action 'self';" in visitor.get("/connexion/").headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", [START, BACK])
@pytest.mark.parametrize("method", ["post", "head", "put", "delete"])
def test_only_by_get(world: World, provider: Provider, visitor: Client, path: str, method: str) -> None:
    assert getattr(visitor, method)(path).status_code == 405
    assert not Session.objects.exists()


def test_its_origin_joins_the_policy(provider: Provider, visitor: Client) -> None:
    policy = visitor.get("/connexion/").headers["Content-Security-Policy"]
    assert f"form-action 'self' {provider.origin};" in policy
    assert policy.count("127.0.0.1") == 1


@pytest.mark.parametrize("case", ["unknown", "deactivated"])
def test_no_account_is_said_the_same_way(world: World, provider: Provider, visitor: Client, case: str) -> None:
    """And none is made: what is shown is what ProConnect proved."""
    provider.email = {"unknown": "qui@demo.example", "deactivated": world.amir.email}[case]
    User.objects.filter(pk=world.amir.pk).update(is_active=False)
    number = User.objects.count()
    response = enter(visitor, provider)
    said = words(response)
    assert response.status_code == 403
    assert f"l’adresse qu’il transmet : {provider.email}." in said.replace("\u00a0", " ")
    assert "responsable de votre groupe" in said
    assert "Amir" not in said
    assert User.objects.count() == number
    assert nobody_entered()
    # One can leave ProConnect from there, to come back as somebody else.
    onwards = visitor.post("/deconnexion/").headers["Location"]
    assert onwards.startswith(f"{provider.issuer}/session/end?id_token_hint=")


FORGED_ID_TOKENS: dict[str, Any] = {
    "another nonce": {"nonce": "x" * 32},
    "no nonce": {"nonce": None},
    "another audience": {"aud": "somebody-else"},
    "several audiences": {"aud": [CLIENT, "somebody-else"]},
    "no audience": {"aud": None},
    "another issuer": {"iss": "https://elsewhere.example"},
    "no issuer": {"iss": None},
    "another authorized party": {"azp": "somebody-else"},
    "expired": {"exp": 1_000_000_000},
    "no expiry": {"exp": None},
    "expiry that is no number": {"exp": "demain"},
    "made tomorrow": {"iat": 9_999_999_999},
    "no subject": {"sub": None},
    "another access token": {"at_hash": "x" * 22},
}


def changed(claims: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """The claims with some of them replaced; None takes one away."""
    return {name: value for name, value in {**claims, **changes}.items() if value is not None}


@pytest.mark.parametrize("case", FORGED_ID_TOKENS)
def test_an_id_token_that_is_not_for_this_request(world: World, provider: Provider, visitor: Client, case: str) -> None:
    provider.in_id_token = lambda claims: changed(claims, FORGED_ID_TOKENS[case])
    response = enter(visitor, provider)
    assert response.status_code == 403
    assert "n’a pas pu être vérifiée" in words(response)
    assert nobody_entered()
    assert "userinfo" not in provider.asked


FORGED_USERINFOS: dict[str, Any] = {
    "another subject": {"sub": "subject-of-amir"},
    "no subject": {"sub": None},
    "another audience": {"aud": "somebody-else"},
    "no audience": {"aud": None},
    "another issuer": {"iss": "https://elsewhere.example"},
    "expired": {"exp": 1_000_000_000},
    "expiry that is no number": {"exp": [1]},
    "address not verified": {"email_verified": False},
    "address perhaps verified": {"email_verified": "false"},
    "no address": {"email": None},
    "an address that is none": {"email": "alice"},
    "several addresses": {"email": ["alice.martin@demo.example"]},
}


def test_a_sign_whose_lower_case_is_another_s_is_another_address(
    world: World, provider: Provider, visitor: Client
) -> None:
    User.objects.filter(pk=world.alice.pk).update(email="karine@demo.example")
    provider.email = "\u212aarine@demo.example"  # the Kelvin sign
    assert enter(visitor, provider).status_code == 403
    assert nobody_entered()


@pytest.mark.parametrize("case", FORGED_USERINFOS)
def test_a_userinfo_that_is_not_of_this_person(world: World, provider: Provider, visitor: Client, case: str) -> None:
    provider.in_userinfo = lambda claims: changed(claims, FORGED_USERINFOS[case])
    response = enter(visitor, provider)
    assert response.status_code == 403
    assert nobody_entered()


@pytest.mark.parametrize("by", ["none", "hs256", "stranger"])
@pytest.mark.parametrize("what", ["id_token_by", "userinfo_by"])
def test_what_the_issuer_did_not_sign(world: World, provider: Provider, visitor: Client, what: str, by: str) -> None:
    """Without signature, with its public key taken for a shared secret, with another key under the same name."""
    setattr(provider, what, by)
    assert enter(visitor, provider).status_code == 403
    assert nobody_entered()


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/jwt"])
def test_a_userinfo_in_clear(world: World, provider: Provider, visitor: Client, kind: str) -> None:
    provider.userinfo_by, provider.userinfo_kind = "json", kind
    assert enter(visitor, provider).status_code == 403
    assert nobody_entered()


def test_a_signed_userinfo_under_another_type_is_refused(world: World, provider: Provider, visitor: Client) -> None:
    provider.userinfo_kind = "application/json"
    assert enter(visitor, provider).status_code == 403


def test_an_answer_that_says_another_issuer(world: World, provider: Provider, visitor: Client) -> None:
    url = provider.authorize(go(visitor))
    assert back(visitor, f"{url}&iss=https%3A%2F%2Felsewhere.example").status_code == 403
    assert "token" not in provider.asked


def test_the_state_is_of_one_browser_and_for_once(world: World, provider: Provider, visitor: Client) -> None:
    url = provider.authorize(go(visitor))
    stranger = Client()
    assert back(stranger, url).status_code == 410
    go(stranger)
    assert back(stranger, url).status_code == 410
    assert back(visitor, url.replace("state=", "state=x")).status_code == 410
    assert nobody_entered()
    assert "token" not in provider.asked
    assert back(visitor, url).status_code == 303
    assert back(visitor, url).status_code == 410
    assert Session.objects.filter(user=world.alice).count() == 1


def test_a_refused_answer_uses_the_state_up(world: World, provider: Provider, visitor: Client) -> None:
    url = provider.authorize(go(visitor))
    provider.id_token_by = "stranger"
    assert back(visitor, url).status_code == 403
    provider.id_token_by = "honest"
    assert back(visitor, url).status_code == 410
    assert nobody_entered()


def test_a_code_that_was_used_already(world: World, provider: Provider, visitor: Client) -> None:
    """Stolen on its way, and used before or with another verifier: the provider refuses it."""
    stolen = parse_qs(urlsplit(provider.authorize(go(Client()))).query)["code"][0]
    state = parse_qs(urlsplit(go(visitor)).query)["state"][0]
    response = visitor.get(BACK, {"code": stolen, "state": state})
    assert response.status_code == 403
    assert provider.refused == ["invalid_grant"]
    assert nobody_entered()


def test_the_verifier_proves_that_we_asked(
    world: World, provider: Provider, visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch = proconnect._Session.fetch_token
    monkeypatch.setattr(
        proconnect._Session, "fetch_token", lambda self, url, *, code, code_verifier: fetch(self, url, code=code)
    )
    assert enter(visitor, provider).status_code == 403
    assert provider.refused == ["invalid_grant"]


def test_ten_minutes_at_most(world: World, provider: Provider, visitor: Client) -> None:
    start = clock.now()
    with time_machine.travel(start, tick=False) as traveller:
        early, late = (provider.authorize(go(visitor)) for _ in range(2))
        traveller.move_to(start + timedelta(minutes=10))
        assert back(visitor, late).status_code == 410
        traveller.move_to(start + timedelta(minutes=10) - timedelta(seconds=1))
        assert back(visitor, early).status_code == 303


def test_three_tabs_may_begin(world: World, provider: Provider, visitor: Client) -> None:
    urls = [provider.authorize(go(visitor)) for _ in range(4)]
    assert back(visitor, urls[0]).status_code == 410
    assert back(visitor, urls[1]).status_code == 303


@pytest.mark.parametrize("said", [{"error": "access_denied"}, {"error": "x" * 5000, "error_description": "<b>"}, {}])
def test_who_gives_up_there_is_told_so(world: World, provider: Provider, visitor: Client, said: dict[str, str]) -> None:
    state = parse_qs(urlsplit(go(visitor)).query)["state"][0]
    response = visitor.get(BACK, {"state": state, **said})
    assert response.status_code == 403
    assert "ne vous a pas identifié" in words(response)
    assert "<b>" not in response.content.decode()


@pytest.mark.parametrize(
    "query", ["", "state=", "code=a", "state=%00&code=%00", f"state={'a' * 3000}", "state=a&state=b"]
)
def test_odd_answers(world: World, provider: Provider, visitor: Client, query: str) -> None:
    go(visitor)
    assert visitor.get(f"{BACK}?{query}").status_code == 410
    assert provider.asked == [".well-known/openid-configuration"]


@pytest.mark.parametrize("code", ["a b", "é", "\x00", "%", "a" * 5000, "a&b=c", "\ud83e"])
def test_odd_codes(world: World, provider: Provider, visitor: Client, code: str) -> None:
    state = parse_qs(urlsplit(go(visitor)).query)["state"][0]
    query = urlencode({"state": state, "code": code}, errors="surrogatepass")
    assert visitor.get(f"{BACK}?{query}").status_code == 403
    assert nobody_entered()


DISCOVERY = ".well-known/openid-configuration"


@pytest.mark.parametrize(
    "how", ["closed", "hangs", "drips", "huge", "500 oops", "503 {}", "302 {}", "200 [", "200 []", "200 {}"]
)
@pytest.mark.parametrize("where", [DISCOVERY, "token", "jwks", "userinfo"])
def test_a_provider_that_does_not_answer(
    world: World, provider: Provider, visitor: Client, monkeypatch: pytest.MonkeyPatch, where: str, how: str
) -> None:
    """Broken, slow, endless or elsewhere: a clear page, never a wait or a crash; the rest works."""
    monkeypatch.setattr(proconnect, "TIMEOUT_SECONDS", 0.5)
    provider.broken = {where: how}
    before = clock.now()
    response = visitor.get(START)
    if where != DISCOVERY:
        response = back(visitor, provider.authorize(response.headers["Location"]))
    assert clock.now() - before < timedelta(seconds=3)
    assert response.status_code in ({503} if where == DISCOVERY or how in {"closed", "hangs", "drips"} else {403, 503})
    if response.status_code == 503:
        assert "ne répond pas" in words(response)
        assert int(response.headers["Retry-After"]) > 0
    assert nobody_entered()
    assert visitor.get("/connexion/").status_code == 200


def test_a_provider_that_is_gone(world: World, provider: Provider, visitor: Client, settings: LazySettings) -> None:
    settings.PROCONNECT_ISSUER = "http://127.0.0.1:1/api/v2"
    assert visitor.get(START).status_code == 503


@pytest.mark.parametrize(
    "changes",
    [
        {"issuer": "https://elsewhere.example"},
        {"token_endpoint": "https://elsewhere.example/token"},
        {"authorization_endpoint": "http://127.0.0.1:1/authorize"},
        {"jwks_uri": None},
        {"userinfo_endpoint": 5},
    ],
)
def test_a_document_that_leads_elsewhere(
    world: World, provider: Provider, visitor: Client, changes: dict[str, Any]
) -> None:
    provider.in_metadata = lambda claims: changed(claims, changes)
    assert visitor.get(START).status_code == 503
    provider.in_metadata = lambda claims: claims
    assert visitor.get(START).status_code == 303  # a wrong document is not kept


def test_new_keys_are_found(world: World, provider: Provider, visitor: Client) -> None:
    assert enter(visitor, provider).status_code == 303
    visitor.post("/deconnexion/")
    provider.rotate()
    assert enter(visitor, provider).status_code == 303
    assert provider.asked.count("jwks") == 2


def test_a_secret_in_the_header_where_the_provider_wants_it(world: World, provider: Provider, visitor: Client) -> None:
    """Without a list of methods, the one of the standard; here the provider knows the other only."""
    provider.in_metadata = lambda claims: changed(claims, {"token_endpoint_auth_methods_supported": None})
    assert enter(visitor, provider).status_code == 403
    assert provider.refused == ["invalid_client"]


def test_leaving_after_a_second_factor_leads_there_as_well(world: World, provider: Provider, visitor: Client) -> None:
    """What ends the session of ProConnect is kept while the factor is asked."""
    provider.email = world.nora.email
    assert enter(visitor, provider).headers["Location"] == "/connexion/second-facteur/"
    assert nobody_entered()
    code = personas.code_of(world.nora)
    assert visitor.post("/connexion/second-facteur/", {"code": code}).status_code == 303
    leaving = visitor.post("/deconnexion/").headers["Location"]
    assert leaving.startswith(f"{provider.issuer}/session/end?id_token_hint=")


def test_leaving_leads_through_proconnect_and_back(world: World, provider: Provider, visitor: Client) -> None:
    enter(visitor, provider)
    response = visitor.post("/deconnexion/")
    url = urlsplit(response.headers["Location"])
    asked = {name: values[0] for name, values in parse_qs(url.query).items()}
    assert f"{url.scheme}://{url.netloc}{url.path}" == f"{provider.issuer}/session/end"
    assert asked["post_logout_redirect_uri"] == "http://testserver/"
    assert asked["id_token_hint"].count(".") == 2
    assert asked["state"]
    assert response.headers["Clear-Site-Data"] == '"cookies", "storage"'
    assert not Session.objects.filter(user=world.alice).exists()
    # Once, and only who came from there.
    assert visitor.post("/deconnexion/").headers["Location"] == "/"
    personas.sign_in(visitor, world.ines)
    assert visitor.post("/deconnexion/").headers["Location"] == "/"


@pytest.mark.parametrize(
    "changes", [{"end_session_endpoint": None}, {"end_session_endpoint": "https://elsewhere.example/"}]
)
def test_leaving_stays_here_when_proconnect_does_not_say(
    world: World, provider: Provider, visitor: Client, changes: dict[str, Any]
) -> None:
    provider.in_metadata = lambda claims: changed(claims, changes)
    enter(visitor, provider)
    assert visitor.post("/deconnexion/").headers["Location"] == "/"
    assert not Session.objects.filter(user=world.alice).exists()


def test_leaving_works_without_proconnect(world: World, provider: Provider, visitor: Client) -> None:
    enter(visitor, provider)
    proconnect.forget()
    provider.broken = {DISCOVERY: "500 oops"}
    assert visitor.post("/deconnexion/").headers["Location"] == "/"
    assert not Session.objects.filter(user=world.alice).exists()


def test_tokens_stay_on_this_side(
    world: World,
    provider: Provider,
    visitor: Client,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level("INFO"):
        response = enter(visitor, provider)
    session = Session.objects.get(user=world.alice)
    kept = json.dumps(visitor.session["proconnect_id_token"])
    assert kept.count(".") == 2
    assert kept not in response.content.decode() + str(response.headers) + str(visitor.cookies)
    printed = capsys.readouterr().out + caplog.text
    for secret in (kept.strip('"'), SECRET, world.alice.email, provider.subject):
        assert secret not in printed
    assert "@" not in str(JournalLine.objects.filter(session_id=session.id).values_list("codes", flat=True))


def test_tries_are_counted(world: World, provider: Provider, visitor: Client) -> None:
    before = Attempt.objects.filter(kind="reseau").count()
    enter(visitor, provider)
    visitor.get(BACK)
    assert Attempt.objects.filter(kind="reseau").count() == before + 3
