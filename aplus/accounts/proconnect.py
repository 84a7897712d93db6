"""The client of ProConnect, the State's sign-in for agents (OpenID Connect): what it is asked, and believed."""

import hmac
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.common.security import generate_token
from authlib.common.urls import add_params_to_uri
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from django.conf import settings
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from aplus.core import clock
from aplus.core.errors import DomainError

SCOPES = "openid email given_name usual_name"
# The lowest level, which ProConnect wants said.
LEVEL = "eidas1"
# Never what an answer or a document of the provider says: `none` and shared secrets prove nothing.
SIGNATURES = JWSRegistry(algorithms=["RS256", "ES256"], strict_check_header=False)
SIGNED = "application/jwt"
TIMEOUT_SECONDS = 5
LARGEST_ANSWER = 256 * 1024
CLOCKS_APART_SECONDS = 60
HOUR = 3600
SERVER_ERROR = 500
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")


class Silent(DomainError):
    """ProConnect does not answer, or not as it should."""


class NotBelieved(DomainError):
    """What came back is not an identity that ProConnect vouches for, to us, for this request."""


@dataclass(frozen=True)
class Begun:
    """A request for an identity: where the browser goes, and what its answer will be held against."""

    url: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Identity:
    """What ProConnect vouches for: an address in lower case; and the token by which one leaves ProConnect."""

    email: str
    id_token: str


def is_configured() -> bool:
    """Without settings there is no ProConnect at all."""
    return bool(settings.PROCONNECT_ISSUER)


def begin(return_url: str) -> Begun:
    """A new request, with its own state, nonce and code verifier. Raises Silent."""
    metadata = _metadata()
    nonce, verifier = generate_token(32), generate_token(64)
    with _session(metadata, redirect_uri=return_url) as session:
        url, state = session.create_authorization_url(
            metadata["authorization_endpoint"],
            state=generate_token(32),
            code_verifier=verifier,
            nonce=nonce,
            acr_values=LEVEL,
        )
    return Begun(url, state, nonce, verifier)


def identify(code: str, *, nonce: str, verifier: str, return_url: str, issuer: str = "") -> Identity:
    """Exchange the code and read who this is. `issuer` is what the answer says of itself, if it does (RFC 9207).

    Raises Silent, NotBelieved.
    """
    metadata = _metadata()
    if issuer and issuer != metadata["issuer"]:
        raise NotBelieved("another issuer")
    with _session(metadata, redirect_uri=return_url) as session:
        try:
            token = session.fetch_token(metadata["token_endpoint"], code=code, code_verifier=verifier)
            claims = _id_token(metadata, token, nonce)
            answer = session.request("GET", metadata["userinfo_endpoint"], headers={"Accept": SIGNED})
        except (AuthlibBaseError, ValueError) as refused:
            raise NotBelieved("the code is refused") from refused
    kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if answer.status_code != requests.codes.ok or kind != SIGNED:
        raise NotBelieved("the userinfo is not signed")
    return Identity(_email(metadata, answer.text, claims["sub"]), token["id_token"])


def leaving_url(id_token: str, return_url: str) -> str:
    """Where the browser goes to leave ProConnect too, and from there back; '' when it does not say or answer."""
    try:
        endpoint = _metadata().get("end_session_endpoint")
    except Silent:
        return ""
    if not endpoint or not _is_of_issuer(endpoint):
        return ""
    parameters = {"id_token_hint": id_token, "state": generate_token(32), "post_logout_redirect_uri": return_url}
    return str(add_params_to_uri(endpoint, list(parameters.items())))


def forget() -> None:
    """Read the provider's documents again at the next request."""
    _metadata_at.cache_clear()
    _keys_at.cache_clear()


class _Session(OAuth2Session):  # type: ignore[misc]  # authlib has no types
    """Every call of the protocol: no redirect is followed, no answer is waited for too long or read without end."""

    def request(self, method: str, url: str, **options: Any) -> requests.Response:
        """The answer, read whole. Raises Silent."""
        until = clock.now()
        options |= {"timeout": TIMEOUT_SECONDS, "allow_redirects": False, "stream": True}
        try:
            answer: requests.Response = super().request(method, url, **options)
            answer._content = _read(answer, until)  # noqa: SLF001  what requests does when it reads by itself
        except (requests.RequestException, OSError) as error:
            raise Silent(type(error).__name__) from error
        if answer.status_code >= SERVER_ERROR:
            raise Silent(str(answer.status_code))
        return answer


def _read(answer: requests.Response, began: datetime) -> bytes:
    """The body, of a reasonable size, within the time of one call."""
    body = b""
    while chunk := answer.raw.read1(decode_content=True):
        body += chunk
        if len(body) > LARGEST_ANSWER or (clock.now() - began).total_seconds() > TIMEOUT_SECONDS:
            raise Silent("too long")
    return body


def _session(metadata: dict[str, Any], **options: Any) -> _Session:
    methods = metadata.get("token_endpoint_auth_methods_supported", [])
    return _Session(
        client_id=settings.PROCONNECT_CLIENT_ID,
        client_secret=settings.PROCONNECT_CLIENT_SECRET,
        token_endpoint_auth_method="client_secret_post" if "client_secret_post" in methods else "client_secret_basic",
        scope=SCOPES,
        # A token that lives a minute is used at once.
        leeway=0,
        code_challenge_method="S256",
        **options,
    )


def _metadata() -> dict[str, Any]:
    return _metadata_at(settings.PROCONNECT_ISSUER, int(clock.now().timestamp()) // HOUR)


@lru_cache(maxsize=2)
def _metadata_at(issuer: str, _hour: int) -> dict[str, Any]:
    """What the issuer says of itself, asked once an hour; every address must be the issuer's own."""
    found = _document(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if found.get("issuer") != issuer or not all(_is_of_issuer(found.get(name)) for name in ENDPOINTS):
        raise Silent("these are not the issuer's addresses")
    return found


@lru_cache(maxsize=2)
def _keys_at(url: str, _hour: int) -> KeySet:
    try:
        return KeySet.import_key_set(_document(url))  # type: ignore[arg-type]  # what is no set of keys raises
    except (JoseError, LookupError, TypeError, ValueError) as error:
        raise Silent("no keys") from error


def _document(url: str) -> dict[str, Any]:
    with _Session() as session:
        answer = session.request("GET", url, withhold_token=True)
    try:
        found = answer.json() if answer.status_code == requests.codes.ok else None
    except requests.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise Silent("no document")
    return found


def _is_of_issuer(url: Any) -> bool:
    """The origin that the content security policy lets forms reach, and no other."""
    ours, theirs = urlsplit(settings.PROCONNECT_ISSUER), urlsplit(url if isinstance(url, str) else "")
    return (ours.scheme, ours.netloc) == (theirs.scheme, theirs.netloc)


def _signed(metadata: dict[str, Any], text: str) -> jwt.Token:
    """What was signed by a key of the issuer; new keys are looked for once. Raises NotBelieved."""
    hour = int(clock.now().timestamp()) // HOUR
    try:
        try:
            return jwt.decode(text, _keys_at(metadata["jwks_uri"], hour), registry=SIGNATURES)
        except InvalidKeyIdError:
            _keys_at.cache_clear()
            return jwt.decode(text, _keys_at(metadata["jwks_uri"], hour), registry=SIGNATURES)
    except (JoseError, ValueError) as error:
        raise NotBelieved("not signed by the issuer") from error


def _id_token(metadata: dict[str, Any], token: dict[str, Any], nonce: str) -> dict[str, Any]:
    """The claims of the id_token: ours, for this request, now."""
    if not isinstance(token.get("id_token"), str) or not isinstance(token.get("access_token"), str):
        raise NotBelieved("no id_token")
    signed = _signed(metadata, token["id_token"])
    expected = {
        "iss": {"essential": True, "value": metadata["issuer"]},
        "aud": {"essential": True, "value": settings.PROCONNECT_CLIENT_ID},
    }
    known = {"nonce": nonce, "client_id": settings.PROCONNECT_CLIENT_ID, "access_token": token["access_token"]}
    claims = CodeIDToken(signed.claims, signed.header, expected, known)
    try:
        claims.validate(now=int(clock.now().timestamp()), leeway=CLOCKS_APART_SECONDS)
    except (JoseError, TypeError, ValueError) as error:
        raise NotBelieved("the id_token is not for this request") from error
    return dict(claims)


def _email(metadata: dict[str, Any], text: str, subject: Any) -> str:
    """The address of the userinfo, which is about the same person as the id_token."""
    claims = _signed(metadata, text).claims
    audience = claims.get("aud")
    now = clock.now().timestamp()
    is_ours = claims.get("iss") == metadata["issuer"] and settings.PROCONNECT_CLIENT_ID in (
        audience if isinstance(audience, list) else [audience]
    )
    if not is_ours or not _is_same(claims.get("sub"), subject):
        raise NotBelieved("the userinfo is about somebody else")
    until = claims.get("exp", now)
    if not isinstance(until, int | float) or until + CLOCKS_APART_SECONDS < now:
        raise NotBelieved("the userinfo is too old")
    email = claims.get("email")
    if claims.get("email_verified", True) is not True or not isinstance(email, str) or "@" not in email:
        raise NotBelieved("no verified address")
    address = email.strip()
    if not address.isascii():
        # « K » (the Kelvin sign) in lower case is the « k » of somebody else's address.
        raise NotBelieved("no address of an agent")
    return address.lower()


def _is_same(one: Any, other: Any) -> bool:
    return isinstance(one, str) and isinstance(other, str) and hmac.compare_digest(one.encode(), other.encode())
