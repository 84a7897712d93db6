"""A small but true OpenID Connect provider on 127.0.0.1: what ProConnect is to our tests, honest or not."""

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import token_urlsafe
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

CLIENT, SECRET = "aplus", "the-secret-of-aplus"
Claims = dict[str, Any]


def _unsigned(claims: Claims) -> str:
    parts = ({"alg": "none"}, claims)
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts) + "."


@dataclass
class Provider:
    """Who is signed in there, how it answers; the hooks make it lie."""

    port: int = 0
    email: str = "alice.martin@demo.example"
    subject: str = "subject-of-alice"
    algorithm: str = "RS256"
    more: Claims = field(default_factory=dict)
    # What becomes of the claims before they are signed.
    in_id_token: Callable[[Claims], Claims] = lambda claims: claims
    in_userinfo: Callable[[Claims], Claims] = lambda claims: claims
    in_metadata: Callable[[Claims], Claims] = lambda claims: claims
    userinfo_kind: str = "application/jwt"
    # "honest", "none", "hs256" or "stranger": by what the token and the userinfo are signed.
    id_token_by: str = "honest"
    userinfo_by: str = "honest"
    broken: dict[str, str] = field(default_factory=dict)
    codes: dict[str, Claims] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.keys: dict[str, Any] = {}
        self.rotate()
        self.stranger = RSAKey.generate_key(2048, {"kid": self.keys["RS256"].kid})

    def rotate(self) -> None:
        """New keys, under new names."""
        self.keys = {
            "RS256": RSAKey.generate_key(2048, {"kid": token_urlsafe(8), "use": "sig"}),
            "ES256": ECKey.generate_key("P-256", {"kid": token_urlsafe(8), "use": "sig"}),
        }

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def issuer(self) -> str:
        """With a path, as ProConnect's."""
        return f"{self.origin}/api/v2"

    def sign(self, claims: Claims, by: str) -> str:
        """A token of these claims."""
        if by == "none":
            return _unsigned(claims)
        if by == "hs256":
            from joserfc.jwk import OctKey

            public = self.keys["RS256"].as_pem(private=False)
            header = {"alg": "HS256", "kid": self.keys["RS256"].kid}
            return jwt.encode(header, claims, OctKey.import_key(base64.b64encode(public)), algorithms=["HS256"])
        key = self.stranger if by == "stranger" else self.keys[self.algorithm]
        return jwt.encode(
            {"alg": self.algorithm, "kid": key.kid, "typ": "JWT"}, claims, key, algorithms=["RS256", "ES256"]
        )

    def about(self) -> Claims:
        """The discovery document."""
        names = {"authorization": "authorize", "token": "token", "userinfo": "userinfo", "end_session": "session/end"}
        return self.in_metadata(
            {
                "issuer": self.issuer,
                **{f"{name}_endpoint": f"{self.issuer}/{path}" for name, path in names.items()},
                "jwks_uri": f"{self.issuer}/jwks",
                "response_types_supported": ["code"],
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
                "id_token_signing_alg_values_supported": ["none", "HS256", "RS256", "ES256"],
                "code_challenge_methods_supported": ["S256"],
            }
        )

    def authorize(self, url: str) -> str:
        """The person agrees: where their browser is sent, with a code."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert url.startswith(f"{self.issuer}/authorize?")
        assert (asked["client_id"], asked["response_type"]) == (CLIENT, "code")
        assert asked["code_challenge_method"] == "S256"
        assert {"openid", "email"} <= set(asked["scope"].split())
        assert len(asked["state"]) >= 22
        assert len(asked["nonce"]) >= 22
        code = token_urlsafe(16)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, form: dict[str, str]) -> tuple[int, Claims]:
        """Exchange a code, once, for who holds its verifier."""
        asked = self.codes.pop(form.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(sha256(form.get("code_verifier", "").encode()).digest()).rstrip(b"=")
        problem = ""
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET):
            problem = "invalid_client"
        elif (
            asked is None
            or form.get("grant_type") != "authorization_code"
            or challenge.decode() != asked["code_challenge"]
            or form.get("redirect_uri") != asked["redirect_uri"]
        ):
            problem = "invalid_grant"
        if problem:
            self.refused.append(problem)
            return 400, {"error": problem}
        assert asked is not None
        now = int(time.time())
        access_token = token_urlsafe(16)
        half = sha256(access_token.encode()).digest()[:16]
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": self.subject,
            "iat": now,
            "exp": now + 60,
            "nonce": asked["nonce"],
            "acr": "eidas1",
            "amr": ["pwd"],
            "at_hash": base64.urlsafe_b64encode(half).rstrip(b"=").decode(),
        }
        signed = self.sign(self.in_id_token(claims), self.id_token_by)
        return 200, {"access_token": access_token, "token_type": "Bearer", "expires_in": 60, "id_token": signed}

    def userinfo(self) -> str:
        """Who is signed in, signed."""
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "sub": self.subject, "iat": now, "exp": now + 60}
        claims |= {"email": self.email, "given_name": "Alice", "usual_name": "Martin", **self.more}
        claims = self.in_userinfo(claims)
        return json.dumps(claims) if self.userinfo_by == "json" else self.sign(claims, self.userinfo_by)


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def log_message(self, *_args: Any) -> None:
        """Nothing."""

    def do_GET(self) -> None:
        name = self.path.removeprefix("/api/v2/").partition("?")[0]
        self.provider.asked.append(name)
        if self._fails(name):
            return
        if name == ".well-known/openid-configuration":
            self._answer(200, "application/json", json.dumps(self.provider.about()))
        elif name == "jwks":
            keys = [key.as_dict(private=False) for key in self.provider.keys.values()]
            self._answer(200, "application/json", json.dumps({"keys": keys}))
        elif name == "userinfo" and self.headers.get("Authorization", "").startswith("Bearer "):
            self._answer(200, self.provider.userinfo_kind, self.provider.userinfo())
        else:
            self._answer(404, "text/plain", "")

    def do_POST(self) -> None:
        name = self.path.removeprefix("/api/v2/")
        self.provider.asked.append(name)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        if not self._fails(name):
            status, answer = self.provider.token({key: values[0] for key, values in parse_qs(body).items()})
            self._answer(status, "application/json", json.dumps(answer))

    def _fails(self, name: str) -> bool:
        """As it is told to fail at this address."""
        how = self.provider.broken.get(name, "")
        if how == "closed":
            self.close_connection = True
        elif how == "hangs":
            time.sleep(1.5)
        elif how == "drips":
            self.send_response(200)
            self.end_headers()
            for _ in range(30):
                try:
                    self.wfile.write(b" ")
                    self.wfile.flush()
                except OSError:
                    break
                time.sleep(0.1)
        elif how == "huge":
            self._answer(200, "application/json", "[" + "1," * 500_000 + "1]")
        elif how:
            status, _, text = how.partition(" ")
            self._answer(int(status), "application/json", text)
        return bool(how)

    def _answer(self, status: int, kind: str, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Location", f"{self.provider.origin}/elsewhere")
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            self.close_connection = True


@contextmanager
def running() -> Iterator[Provider]:
    """The provider in a thread of its own, as long as the block."""
    provider = Provider()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"provider": provider}))
    provider.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
