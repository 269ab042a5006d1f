"""Checkpoints: the size and root of a log in a note signed with Ed25519 (C2SP tlog-checkpoint, signed-note)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ED25519 = b"\x01"  # the signature type of plain Ed25519
_NAME = re.compile(r"[^\s+]+")
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


class BadNote(ValueError):
    """Not a note, not signed by the expected key, or signed wrongly."""


@dataclass(frozen=True)
class Verifier:
    """Who signs: a name and an Ed25519 key."""

    name: str
    public: bytes  # 32 bytes

    @property
    def key_id(self) -> bytes:
        """Four bytes, so that a reader finds the right line quickly; it proves nothing."""
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:4]

    @property
    def vkey(self) -> str:
        """The one line that a monitor or witness is given: name+key id+type and key."""
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(ED25519 + self.public).decode()}"

    @classmethod
    def parse(cls, vkey: str) -> Verifier:
        """Raises BadNote when the line is damaged; the key id is its check sum."""
        name, _, rest = vkey.strip().partition("+")
        key_id, _, text = rest.partition("+")
        key = _base64(text)
        found = cls(name, key[1:])
        if not _NAME.fullmatch(name) or key[:1] != ED25519 or len(key) != 33 or found.key_id.hex() != key_id:
            raise BadNote("this is not a key of a log")
        return found


@dataclass(frozen=True)
class Checkpoint:
    """What the log says it holds."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def verifier(key: Ed25519PrivateKey, name: str) -> Verifier:
    return Verifier(name, key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))


def sign(checkpoint: Checkpoint, key: Ed25519PrivateKey) -> str:
    """The signed note. The key's name is the origin, as C2SP tlog-checkpoint asks."""
    signer = verifier(key, checkpoint.origin)
    signature = signer.key_id + key.sign(checkpoint.text.encode())
    return f"{checkpoint.text}\n\u2014 {signer.name} {base64.b64encode(signature).decode()}\n"


def open_checkpoint(note: str, signer: Verifier) -> Checkpoint:
    """The checkpoint, when this key signed it. Lines of other signers (witnesses) are passed over. Raises BadNote."""
    text, gap, lines = note.rpartition("\n\n")
    if not gap or not lines.endswith("\n"):
        raise BadNote("not a signed note")
    text += "\n"
    if not any(_is_signed(text, line, signer) for line in lines[:-1].split("\n")):
        raise BadNote("not signed by the log's key")
    return _parse(text, signer)


def _is_signed(text: str, line: str, signer: Verifier) -> bool:
    """Whether the line is this key's. A line that claims to be and is wrong spoils the note."""
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    if dash != "\u2014" or not name:
        raise BadNote("not a signature line")
    value = _base64(encoded)
    if name != signer.name or value[:4] != signer.key_id:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(signer.public).verify(value[4:], text.encode())
    except (InvalidSignature, ValueError):
        raise BadNote("the signature is wrong") from None
    return True


def _parse(text: str, signer: Verifier) -> Checkpoint:
    origin, size, root = [*text.split("\n"), "", ""][:3]  # lines below the root are extensions; this log has none
    digest = _base64(root)
    if origin != signer.name or not _SIZE.fullmatch(size) or len(digest) != 32:
        raise BadNote("not a checkpoint of this log")
    return Checkpoint(origin, int(size), digest)


def _base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadNote("not base64") from None
