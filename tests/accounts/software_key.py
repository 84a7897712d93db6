"""An authenticator made of software: answers as a browser does, well or badly, on the library's own formats."""

import json
from dataclasses import dataclass, field
from hashlib import sha256
from secrets import token_bytes
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

ORIGIN = "http://testserver"
FLAG = AuthenticatorData.FLAG


@dataclass
class SoftwareKey:
    """One passkey; `counts` is how many signatures it has made, 0 for ever when it does not count."""

    origin: str = ORIGIN
    party: str = "testserver"
    is_verified: bool = True
    counts: int = 1
    handle: bytes | None = None
    credential_id: bytes = field(default_factory=lambda: token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def create(self, options: dict[str, Any]) -> str:
        """The answer to the options of a registration."""
        asked = options["publicKey"]
        self.handle = websafe_decode(asked["user"]["id"])
        credential = AttestedCredentialData.create(
            Aaguid.NONE, self.credential_id, ES256.from_cryptography_key(self.key.public_key())
        )
        data = self._data(credential)
        return self._said(
            clientDataJSON=self._client(CollectedClientData.TYPE.CREATE, asked["challenge"]),
            attestationObject=AttestationObject.create("none", data, {}),
        )

    def get(self, options: dict[str, Any]) -> str:
        """The answer to the options of an entry."""
        data = self._data()
        client = self._client(CollectedClientData.TYPE.GET, options["publicKey"]["challenge"])
        signature = self.key.sign(bytes(data) + sha256(client).digest(), ec.ECDSA(SHA256()))
        handle = {"userHandle": self.handle} if self.handle is not None else {}
        return self._said(clientDataJSON=client, authenticatorData=data, signature=signature, **handle)

    def _data(self, credential: bytes = b"") -> AuthenticatorData:
        flags = FLAG.UP | (FLAG.UV if self.is_verified else FLAG(0)) | (FLAG.AT if credential else FLAG(0))
        data = AuthenticatorData.create(sha256(self.party.encode()).digest(), flags, self.counts, credential)
        self.counts += 1 if self.counts else 0
        return data

    def _client(self, kind: Any, challenge: str) -> bytes:
        return bytes(CollectedClientData.create(type=kind, challenge=websafe_decode(challenge), origin=self.origin))

    def _said(self, **response: bytes) -> str:
        name = websafe_encode(self.credential_id)
        said = {key: websafe_encode(bytes(value)) for key, value in response.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": said})
