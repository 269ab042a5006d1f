"""Keys in a hardware security module, over PKCS#11 (OASIS, 2.40). The private key never leaves the token.

Who may sign rests on one token for one official. Its user PIN is random, made when the official makes the key, and
kept wrapped under the official's own secret exactly as a vault key is (vault.wrap_pin): whoever has the database, the
configuration and the network path to the module still cannot log in to the token. The security officer's PIN, which
can set a new user PIN, is never told to the server. It is the one power that remains beside the official's.

An operator prepares tokens ahead (softhsm2-util --init-token or the maker's tool) with labels that begin alike and
a common first PIN; `enrol` takes a free one by changing that PIN, which the module does for one taker only.

The library is initialised in each process when first used, never inherited over a fork, and asked under one lock:
python-pkcs11 calls C_Initialize(NULL), by which the standard (5.4) lets a module do without locks of its own. A log-in
counts for a whole process, so it ends with each signature, before anybody else can ride on it.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Lock
from typing import Any

import pkcs11
from asn1crypto.keys import PublicKeyInfo
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from pkcs11.util import ec as ec_codec
from pkcs11.util import rsa as rsa_codec

from signing.errors import KeyUnavailable
from signing.keys import Algorithm

_PIN_BYTES = 16  # 32 hexadecimal digits, which every module's alphabet and length allow
_KEY_ID = b"\x01"
_SIGNS = {pkcs11.Attribute.SENSITIVE: True, pkcs11.Attribute.EXTRACTABLE: False, pkcs11.Attribute.PRIVATE: True}
_WRONG_PIN = (pkcs11.PinIncorrect, pkcs11.PinInvalid, pkcs11.PinLenRange)
_lock = Lock()
_initialised_in: dict[str, int] = {}  # module path -> process id


@dataclass(frozen=True)
class Module:
    """Where the tokens are: the maker's library, and how the labels of our tokens begin."""

    path: str
    token_prefix: str


@dataclass(frozen=True)
class Enrolled:
    """A token taken for one official. Keep `pin` only wrapped: it is shown nowhere else again."""

    serial: str
    spki: bytes
    pin: str = field(repr=False)


@dataclass(frozen=True)
class Pkcs11Key:
    """A key in a token. Each signature logs in, signs and logs out."""

    module: Module
    serial: str
    pin: str = field(repr=False)
    certificate_der: bytes
    chain_der: tuple[bytes, ...] = ()

    @property
    def can_seal(self) -> bool:
        return _is_ec(self.certificate_der)

    def sign(self, data: bytes) -> bytes:
        """Sign `data`; see SigningKey.sign.

        Raises KeyUnavailable: wrong_secret, locked (too many wrong PINs), no_token, no_key, module_failed.
        """
        for attempt in (1, 2):
            try:
                with _lock, _session(self.module, self.serial, self.pin) as session:
                    return _sign(session, data)
            except KeyUnavailable as error:
                if attempt == 2 or error.code not in ("no_token", "module_failed"):
                    raise
                forget(self.module)  # a restarted or re-plugged module is found again by a fresh C_Initialize
        raise AssertionError("unreachable")


def enrol(module: Module, first_pin: str, taken: Collection[str], algorithm: Algorithm = Algorithm.P256) -> Enrolled:
    """Take a free token for one official and make the key in it, sensitive and not extractable.

    `taken`: serials of tokens that belong to somebody, or did. Changing the first PIN is the claim: of two takers the
    module refuses one, who goes on to the next token. A process killed in between leaves a token nobody can open, and
    the security officer initialises it anew. Raises KeyUnavailable: no_free_token, module_failed.
    """
    with _lock:
        _initialised_in.pop(module.path, None)  # many modules show a new token only after C_Initialize
        for serial in [_serial(token) for token in _tokens(module)]:
            if serial in taken:
                continue
            try:
                with _session(module, serial, first_pin, rw=True) as session:
                    return _claim(session, serial, first_pin, algorithm)
            except KeyUnavailable as error:
                if error.code not in ("wrong_secret", "locked"):
                    raise
    raise KeyUnavailable("no_free_token", module.token_prefix)


def forget(module: Module) -> None:
    """Have the next call initialise the library anew."""
    with _lock:
        _initialised_in.pop(module.path, None)


def _claim(session: Any, serial: str, first_pin: str, algorithm: Algorithm) -> Enrolled:
    pin = secrets.token_hex(_PIN_BYTES)
    session.set_pin(first_pin, pin)
    try:
        return Enrolled(serial, _generate(session, algorithm), pin)
    except pkcs11.PKCS11Error:
        session.set_pin(pin, first_pin)  # a module that cannot make such a key must not use up its tokens
        raise


def _generate(session: Any, algorithm: Algorithm) -> bytes:
    """Make the key pair, after whatever lay in the token; returns the SubjectPublicKeyInfo."""
    for old in list(session.get_objects()):
        old.destroy()
    how = {"id": _KEY_ID, "store": True, "private_template": _SIGNS}
    how["capabilities"] = pkcs11.MechanismFlag.SIGN | pkcs11.MechanismFlag.VERIFY
    if algorithm.rsa_bits:
        public, _ = session.generate_keypair(pkcs11.KeyType.RSA, algorithm.rsa_bits, **how)
        bare = rsa_codec.encode_rsa_public_key(public)
        return PublicKeyInfo.wrap(bare, "rsa").dump()
    curve = {pkcs11.Attribute.EC_PARAMS: ec_codec.encode_named_curve_parameters("secp256r1")}
    parameters = session.create_domain_parameters(pkcs11.KeyType.EC, curve, local=True)
    public, _ = parameters.generate_keypair(**how)
    return ec_codec.encode_ec_public_key(public)


def _sign(session: Any, data: bytes) -> bytes:
    try:
        key = session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, id=_KEY_ID)
    except (pkcs11.NoSuchKey, pkcs11.MultipleObjectsReturned) as cause:
        raise KeyUnavailable("no_key", type(cause).__name__) from cause
    if key.key_type == pkcs11.KeyType.RSA:
        return bytes(key.sign(data, mechanism=pkcs11.Mechanism.SHA256_RSA_PKCS))
    # The digest is ours: not every module has CKM_ECDSA_SHA256. The module answers r and s side by side.
    bare = key.sign(sha256(data).digest(), mechanism=pkcs11.Mechanism.ECDSA)
    return ec_codec.encode_ecdsa_signature(bytes(bare))


@contextmanager
def _session(module: Module, serial: str, pin: str, *, rw: bool = False) -> Iterator[Any]:
    """A logged-in session, logged out at its end. Whatever the module says becomes a KeyUnavailable."""
    try:
        token = next((token for token in _tokens(module) if _serial(token) == serial), None)
        if token is None:
            raise KeyUnavailable("no_token", serial)
        with token.open(rw=rw, user_pin=pin) as session:
            yield session
    except _WRONG_PIN as cause:
        _initialised_in.pop(module.path, None)  # the refused session is still open: C_Finalize closes it
        raise KeyUnavailable("wrong_secret", "the token refuses the PIN") from cause
    except pkcs11.PinLocked as cause:
        raise KeyUnavailable("locked", serial) from cause
    except (pkcs11.TokenNotPresent, pkcs11.DeviceRemoved, pkcs11.NoSuchToken) as cause:
        raise KeyUnavailable("no_token", serial) from cause
    except pkcs11.PKCS11Error as cause:
        raise KeyUnavailable("module_failed", type(cause).__name__) from cause


def _tokens(module: Module) -> list[Any]:
    """Our tokens, by label. Initialises the library where this process has not done so."""
    try:
        library = pkcs11.lib(module.path)
        if _initialised_in.get(module.path) != os.getpid():
            with suppress(pkcs11.PKCS11Error):  # what a fork inherited, or a module that is gone, ends as it can
                library.finalize()
            library.initialize()
            _initialised_in[module.path] = os.getpid()
        found = [slot.get_token() for slot in library.get_slots(token_present=True)]
    except pkcs11.PKCS11Error as cause:
        raise KeyUnavailable("module_failed", type(cause).__name__) from cause
    return sorted((token for token in found if token.label.startswith(module.token_prefix)), key=lambda t: t.label)


def _serial(token: Any) -> str:
    return token.serial.decode("ascii", "replace").strip()


def _is_ec(certificate_der: bytes) -> bool:
    return isinstance(x509.load_der_x509_certificate(certificate_der).public_key(), ec.EllipticCurvePublicKey)
