"""Writes seal.json: run once for version 1 of the seal (python -m tests.signing.vectors.make_seal). New keys each time,
so do not run it again without a reason: readers elsewhere may hold the old file.
"""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from signing import authority, jws, seal
from signing.keys import LocalKey
from signing.seal import Claim

AT = datetime(2026, 11, 24, 7, 15, tzinfo=UTC)
DAY = timedelta(days=1)
ADDRESS = "HTTPS://TTE.CONTOH.GO.ID/V/8F3K2M9Q7XTD"
CLAIM = Claim(
    "000.1.5/118/UM-2026", "Undangan Rapat Koordinasi Sistem Pemerintahan Berbasis Elektronik Kabupaten Contoh",
    "Sari Contoh, S.H., M.Si.", "Sekretaris Daerah", "Sekretariat Daerah", date(2026, 11, 23), 1,
    sha256(b"teken test vector").digest(),
)  # fmt: skip


def text(der: bytes) -> str:
    return b64encode(der).decode()


def time(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


class Office:
    def __init__(self, name: str) -> None:
        start = AT - 30 * DAY
        self.root_key, self.root = authority.create_root(f"{name} Root (uji)", start, 20)
        self.issuing_key, self.issuing = authority.create_issuing(
            self.root_key, self.root, f"{name} Penerbit (uji)", start, 10
        )
        self.chain = (self.issuing, self.root)

    def key(self, name: str, purpose: str = "") -> LocalKey:
        key = ec.generate_private_key(ec.SECP256R1())
        spki = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        subject = authority.Subject(name, organization="Pemerintah Kabupaten Contoh")
        span = AT - 20 * DAY, AT + 700 * DAY
        if purpose:
            der = authority.issue_service(
                self.issuing_key, self.issuing, spki, subject, span, purpose=purpose, crl_url="http://crl.invalid/1"
            )
        else:
            der = authority.issue(self.issuing_key, self.issuing, spki, subject, *span, crl_url="http://crl.invalid/1")
        return LocalKey(key, der, self.chain)


OFFICE, STRANGER = Office("Contoh"), Office("Contoh")
SARI, OFFICE_SEAL, STATUS = OFFICE.key(CLAIM.signer), OFFICE.key("Segel", "seal"), OFFICE.key("Daftar Status", "status")
HADI, JOKO, DEWI = OFFICE.key("Hadi Contoh"), OFFICE.key("Joko Contoh"), OFFICE.key("Dewi Contoh")
STAMPS = OFFICE.key("Layanan Stempel Waktu", "timestamp")
MALLORY = STRANGER.key(CLAIM.signer)


def sealed(key: LocalKey, address: str = ADDRESS, at: datetime = AT, claim: Claim = CLAIM) -> str:
    return f"{address}#{seal.make(claim, address, 11, key, at)}"


def rewritten(change: object) -> str:
    """Sari's own signature over another payload or envelope than version 1 has."""
    number = int(sealed(SARI).split("#")[1])
    parts = cbor2.loads(number.to_bytes((number.bit_length() + 7) // 8, "big"))
    payload = cbor2.loads(parts[2])
    data = change(parts, payload)
    return f"{ADDRESS}#{int.from_bytes(data, 'big')}"


def resigned(payload: object) -> bytes:
    body = payload if isinstance(payload, bytes) else cbor2.dumps(payload, canonical=True)
    signature = seal.raw_signature(SARI.sign(seal._to_be_signed("8F3K2M9Q7XTD", body)))
    return cbor2.dumps([seal._PROTECTED, {}, body, signature])


def lists(office: Office, status_key: LocalKey, keys: list[dict]) -> dict[str, str]:
    head = {"version": 1, "host": "tte.contoh.go.id", "office": "Pemerintah Kabupaten Contoh"}
    times = {"issued_at": time(AT + DAY), "next_at": time(AT + 2 * DAY)}
    above = [{"root": text(office.root), "issuing": text(office.issuing)}]
    gone = [("7777AAAA7777", "revoked"), ("8888BBBB8888", "replaced")]
    letters = [
        {"id": sha256(b"teken status 1 " + code.encode()).digest()[:16].hex(), "standing": standing, "at": time(AT)}
        for code, standing in gone
    ]
    return {
        "directory": jws.sign(head | times | {"authorities": above, "keys": keys}, "teken-directory+json", status_key),
        "status": jws.sign(head | times | {"letters": letters}, "teken-status+json", status_key),
    }


def entry(key: LocalKey, **ended: object) -> dict:
    named = {"id": seal.key_id(key.certificate_der).hex(), "certificate": text(key.certificate_der), "authority": 0}
    return named | ended


def case(name: str, scanned: str, state: str, **more: object) -> dict:
    return {"name": name, "text": scanned, "state": state} | more


def build() -> dict:
    keys = [
        entry(SARI), entry(OFFICE_SEAL), entry(STAMPS), entry(MALLORY),
        entry(HADI, revoked_at=time(AT), reason="affiliationChanged"),
        entry(JOKO, revoked_at=time(AT + DAY), reason="keyCompromise"),
        entry(DEWI, holds=[[time(AT - DAY), time(AT + DAY)]]),
    ]  # fmt: skip
    good = sealed(SARI)
    address = ADDRESS[:-12]
    facts = {"number": CLAIM.number, "signer": CLAIM.signer, "dated_on": "2026-11-23", "pages": 1, "at": time(AT)}
    cases = [
        case("an official's", good, "valid", **facts),
        case("lower case, dashes", "https://tte.contoh.go.id/v/8f3k-2m9q-7xtd#" + good.split("#")[1], "valid"),
        case("look-alikes", good.replace("/8F3K2M9Q7XTD", "/8F3K2M9Q7XTD".replace("0", "O")), "valid"),
        case("the office's key", sealed(OFFICE_SEAL), "valid", is_office=True),
        case("a confidential letter's", sealed(SARI, claim=replace(CLAIM, subject="")), "valid"),
        case("long texts", sealed(SARI, claim=replace(CLAIM, position="Kepala " * 30, signer="é" * 90)), "valid"),
        case("a revoked letter's", sealed(SARI, f"{address}7777AAAA7777"), "revoked"),
        case("a replaced letter's", sealed(SARI, f"{address}8888BBBB8888"), "replaced"),
        case("moved to another letter", f"{address}8F3K2M9Q7XTE#{good.split('#')[1]}", "forged"),
        case("before the key was revoked", sealed(HADI, at=AT - DAY), "valid"),
        case("after the key was revoked", sealed(HADI, at=AT + DAY), "ended"),
        case("a key in a thief's hands, whatever the time", sealed(JOKO, at=AT - 3 * DAY), "ended"),
        case("while the key was on hold", sealed(DEWI), "ended"),
        case("after the hold", sealed(DEWI, at=AT + DAY), "valid"),
        case("after the certificate's end", sealed(SARI, at=AT + 800 * DAY), "ended"),
        case("before the certificate's beginning", sealed(SARI, at=AT - 25 * DAY), "ended"),
        case("a key nobody lists", sealed(OFFICE.key("Sari Contoh, S.H., M.Si.")), "unknown"),
        case("another authority of the same name", sealed(MALLORY), "unknown"),
        case("a time-stamping key", sealed(STAMPS), "unknown"),
    ]
    one, two = good[:-100] + str((int(good[-100]) + 1) % 10) + good[-99:], good[:-300] + "5" + good[-299:]
    cases += [case("a changed digit in the signature", one, "forged")]
    payload = cbor2.loads(cbor2.loads(int(good.split("#")[1]).to_bytes(300, "big").lstrip(b"\0"))[2])
    other = [*payload[:-1], b"12345678"]
    refused = {
        "no seal": ADDRESS, "an empty one": f"{ADDRESS}#", "no number": f"{ADDRESS}#abc", "zero": f"{ADDRESS}#0",
        "not an address": "javascript:alert(1)#12", "endless": f"{ADDRESS}#{'9' * 701}",
        "not a code": good.replace("8F3K2M9Q7XTD", "8F3K2M9Q7XTU"),
        "a part more": rewritten(lambda p, _: cbor2.dumps([*p, 1])),
        "something unprotected": rewritten(lambda p, _: cbor2.dumps([p[0], {4: b"x"}, *p[2:]])),
        "another algorithm": rewritten(lambda p, _: cbor2.dumps([bytes.fromhex("a10127"), *p[1:]])),
        "a tag before it": rewritten(lambda p, _: cbor2.dumps(cbor2.CBORTag(18, p))),
        "bytes after it": rewritten(lambda p, _: cbor2.dumps(p) + b"\0"),
        "version 2": rewritten(lambda _, c: resigned([2, *c[1:]])),
        "not in the shortest form": rewritten(lambda _, c: resigned(b"\x8b\x18\x01" + cbor2.dumps(c)[2:])),
        "an endless array": rewritten(lambda _, c: resigned(b"\x9f" + cbor2.dumps(c)[1:] + b"\xff")),
        "a number for a text": rewritten(lambda _, c: resigned([c[0], 118, *c[2:]])),
        "true for a number": rewritten(lambda _, c: resigned([*c[:7], True, *c[8:]])),
        "pages below zero": rewritten(lambda _, c: resigned([*c[:7], -1, *c[8:]])),
        "a day too far": rewritten(lambda _, c: resigned([*c[:6], 3_000_000, *c[7:]])),
        "a second too far": rewritten(lambda _, c: resigned([*c[:8], 253_402_300_800, *c[9:]])),
        "a text that is not UTF-8": rewritten(
            lambda _, c: resigned(cbor2.dumps(c).replace(cbor2.dumps(c[1]), b"\x62\xff\xfe", 1))
        ),
        "content of 11 bytes": rewritten(lambda _, c: resigned([*c[:9], c[9][:11], c[10]])),
        "one entry less": rewritten(lambda _, c: resigned(c[:-1])),
    }  # fmt: skip
    cases += [case(f"refused: {name}", scanned, "refused") for name, scanned in refused.items()]
    cases += [
        case("signed by Sari, naming another key", rewritten(lambda *_: resigned(other)), "unknown"),
        case("a changed digit in the claim", two, "any but valid"),
    ]
    der = SARI.private_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    good_lists = lists(OFFICE, STATUS, keys)
    return {
        "about": "The seal, version 1 (signing/README.md). A reader must give each text its state at the time `now`.",
        "root_sha256": sha256(OFFICE.root).hexdigest(), "now": time(AT + DAY + timedelta(hours=3)),
        "test_key_pkcs8": text(der), "certificate": text(SARI.certificate_der), **good_lists, "cases": cases,
        "lists_refused": {
            "signed by an official": lists(OFFICE, SARI, keys)["directory"],
            "signed by a time-stamping key": lists(OFFICE, STAMPS, keys)["directory"],
            "another authority's": lists(STRANGER, STRANGER.key("Daftar Status", "status"), keys)["directory"],
            "the other list": good_lists["status"],
            "a changed signature": good_lists["directory"][:-8] + "AAAA" + good_lists["directory"][-4:],
        },
    }  # fmt: skip


if __name__ == "__main__":
    path = Path(__file__).with_name("seal.json")
    path.write_text(json.dumps(build(), indent=1, ensure_ascii=False) + "\n")
