"""A passkey authenticator in software: real keys and signatures, so that the server has something true to refuse."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from tests import people
from tests.factories import forget_code
from webapp.domain import accounts, approvals, assertions, marks, passkeys, signatures
from webapp.domain.assertions import Presented


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Authenticator:
    """One credential. `count` is its signature counter; `verifies` is whether the finger fits."""

    def __init__(self, origin: str = "http://localhost", *, has_prf: bool = True) -> None:
        self.origin, self.has_prf, self.count, self.verifies = origin, has_prf, 0, True
        self.id, self.seed, self.key = os.urandom(32), os.urandom(32), ec.generate_private_key(ec.SECP256R1())

    def create(self, options: dict) -> Presented:
        """navigator.credentials.create"""
        asked = options["publicKey"]
        point = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        attested = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(cose)
        data = self._data(asked["rp"]["id"], 0x40) + attested
        told = {
            "clientDataJSON": b64(self._client("webauthn.create", asked["challenge"])), "transports": ["internal"],
            "attestationObject": b64(cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})),
        }  # fmt: skip
        return Presented(options["nonce"], self._credential(told))

    def get(self, options: dict) -> Presented:
        """navigator.credentials.get"""
        asked = options["publicKey"]
        self.count += 1
        data, client = self._data(asked["rpId"], 0), self._client("webauthn.get", asked["challenge"])
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        told = {"authenticatorData": b64(data), "clientDataJSON": b64(client), "signature": b64(signature)}
        salt = options["salts"].get(b64(self.id))
        prf = hmac.digest(self.seed, unb64(salt), "sha256") if self.has_prf and salt else None
        return Presented(options["nonce"], self._credential(told), prf)

    def _data(self, rp_id: str, flags: int) -> bytes:
        flags |= 0x05 if self.verifies else 0x01
        return hashlib.sha256(rp_id.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _credential(self, response: dict) -> str:
        return json.dumps({"id": b64(self.id), "rawId": b64(self.id), "type": "public-key", "response": response})


class Phone:
    """Sari's phone: her log-in, her passkey, and what she does with them."""

    def __init__(self, work, login="sari", **kind):
        self.opened = people.log_in(work, login)
        self.work = people.as_person(work, self.opened.login.person)
        self.login, self.finger = self.opened.login, Authenticator(**kind)

    @property
    def passkeys(self):
        return assertions.of(self.work, self.work.person)

    @property
    def secret(self):
        return accounts.unlock(self.login, self.opened.sealed_secret)

    def register(self, name="Ponsel"):
        forget_code(self.work, self.work.person)
        options = passkeys.begin(self.work, self.login, people.code_of(self.work, self.work.person))
        return passkeys.add(self.work, self.login, self.finger.create(options), name)

    def ask(self, letter):
        return approvals.ask_passkey(self.work, self.login, letter, marks.digest(letter))

    def tie(self, secret=None):
        presented = self.finger.get(assertions.ask(self.work, self.login, assertions.KEY))
        passkeys.tie(self.work, self.login, presented, secret or self.secret)

    def consent(self, letter, presented, *, secret=None, work=None):
        return approvals.consent_by_passkey(
            work or self.work, self.login, letter, digest=marks.digest(letter), presented=presented, secret=secret
        )

    def sign(self, letter, *, secret=None):
        consent = self.consent(letter, self.finger.get(self.ask(letter)), secret=secret)
        return signatures.complete(self.work, consent, signatures.make(self.work, consent))
