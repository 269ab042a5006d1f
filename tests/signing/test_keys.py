"""One protocol, several custodians: pdfsig and openssl judge what each of them signs."""

from __future__ import annotations

import multiprocessing
import secrets
import subprocess
import threading
import time
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pkcs11 as pkcs11_library
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from signing import authority
from signing.errors import KeyUnavailable
from signing.keys import Algorithm, LocalKey, csc, pkcs11, vault
from signing.keys.pkcs11 import Pkcs11Key
from signing.places import Placement
from signing.sign import sign
from tests.csc_service import Provider, Refused
from tests.signing import judges
from tests.signing.office import NOW, STAMP, office, prepared, signed
from tests.softhsm import FIRST_PIN, OFFICER_PIN, softhsm  # noqa: F401

SECRET, SERVER_KEY = b"s" * 32, b"k" * 32


def certify(spki: bytes) -> bytes:
    made, start = office(), NOW - timedelta(days=1)
    subject = authority.Subject("Sari Wulandari")
    return authority.issue(made.issuing_key, made.issuing, spki, subject, start, start + timedelta(days=90), crl_url="")


def vault_key(algorithm: Algorithm) -> LocalKey:
    wrapped, spki = vault.generate(SECRET, SERVER_KEY, algorithm)
    return LocalKey(vault.unwrap(wrapped, SECRET, SERVER_KEY), certify(spki), (office().issuing,))


def hsm_key(hsm, algorithm: Algorithm = Algorithm.P256) -> Pkcs11Key:
    made = pkcs11.enrol(hsm.module, FIRST_PIN, (), algorithm)
    return Pkcs11Key(hsm.module, made.serial, made.pin, certify(made.spki), (office().issuing,))


def csc_service(provider: Provider) -> csc.Service:
    def post(path: str, body: dict) -> dict:
        try:
            return provider.post(path, body)
        except Refused as refusal:
            raise csc.refusal(refusal.error) from None

    return csc.Service(post, provider.version)


def csc_key(provider: Provider, *, pin: str | None = None, otp: str | None = None) -> csc.CscKey:
    service = csc_service(provider)
    found = csc.credential(service, "cred-1")
    activation = csc.Activation(pin or provider.pin, otp or provider.otp)
    chain = csc.chains_to(found.certificate_der, found.chain_der, [provider.root])
    return csc.CscKey(service, found.id, found.sign_algorithm, activation, found.certificate_der, chain)


@pytest.mark.parametrize("algorithm", Algorithm)
def test_a_vault_key_of_each_algorithm_signs_validly(algorithm: Algorithm, tmp_path) -> None:
    key = vault_key(algorithm)
    judges.require_valid(signed(key=key), [office().root], tmp_path)
    assert key.can_seal is (algorithm == Algorithm.P256)


def test_a_key_wrapped_before_there_was_a_choice_still_opens() -> None:
    """The bytes as version 1 of the format has them, made here without vault.wrap."""
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key, nonce, purpose = ec.generate_private_key(ec.SECP256R1()), secrets.token_bytes(12), b"teken/vault/v1/p256-pkcs8"
    kek = HKDF(SHA256(), 32, salt=SERVER_KEY, info=purpose).derive(SECRET)
    plain = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    old = b"\x01" + nonce + AESGCM(kek).encrypt(nonce, plain, b"\x01" + purpose)
    assert vault.unwrap(old, SECRET, SERVER_KEY).private_numbers() == key.private_numbers()


def test_a_version_byte_cannot_be_exchanged() -> None:
    """A PIN must not be opened as a key, nor a key as a PIN, by whoever can write to the database."""
    pin, (key, _) = vault.wrap_pin("1234", SECRET, SERVER_KEY), vault.generate(SECRET, SERVER_KEY)
    for wrapped, version in ((pin, 1), (pin, 2), (key, 2), (key, 3), (key, 9)):
        with pytest.raises(KeyUnavailable):
            vault.unwrap(bytes([version]) + wrapped[1:], SECRET, SERVER_KEY)
    for opens, wrapped in ((vault.unwrap, pin), (vault.unwrap_pin, key)):
        with pytest.raises(KeyUnavailable, match="wrong_type"):
            opens(wrapped, SECRET, SERVER_KEY)
    assert vault.unwrap_pin(vault.rewrap(pin, SECRET, b"n" * 32, SERVER_KEY), b"n" * 32, SERVER_KEY) == "1234"


def test_opening_an_rsa_key_does_not_check_its_primes_again() -> None:
    wrapped, _ = vault.generate(SECRET, SERVER_KEY, Algorithm.RSA3072)
    started = time.process_time()
    for _ in range(10):
        vault.unwrap(wrapped, SECRET, SERVER_KEY)
    assert (time.process_time() - started) / 10 < 0.02  # 0.11 s each with the check


@pytest.mark.parametrize("algorithm", [Algorithm.P256, Algorithm.RSA2048])
def test_a_key_in_a_hardware_module_signs_validly(softhsm, algorithm: Algorithm, tmp_path) -> None:  # noqa: F811
    key = hsm_key(softhsm, algorithm)
    judges.require_valid(signed(key=key), [office().root], tmp_path)
    assert key.pin not in repr(key)


def test_the_private_key_cannot_be_read_out_of_the_module(softhsm) -> None:  # noqa: F811
    key = hsm_key(softhsm)
    library = pkcs11_library.lib(softhsm.module.path)
    token = next(token for token in library.get_tokens() if token.serial.decode().strip() == key.serial)
    with token.open(user_pin=key.pin) as session:
        private = session.get_key(object_class=pkcs11_library.ObjectClass.PRIVATE_KEY)
        assert private[pkcs11_library.Attribute.SENSITIVE] and not private[pkcs11_library.Attribute.EXTRACTABLE]
        assert private[pkcs11_library.Attribute.NEVER_EXTRACTABLE] and private[pkcs11_library.Attribute.LOCAL]
        with pytest.raises(pkcs11_library.PKCS11Error):
            private[pkcs11_library.Attribute.VALUE]


def test_the_first_pin_opens_nothing_once_the_official_has_the_token(softhsm) -> None:  # noqa: F811
    key = hsm_key(softhsm)
    for pin in (FIRST_PIN, OFFICER_PIN, "0" * 32):
        with pytest.raises(KeyUnavailable, match="wrong_secret"):
            replace(key, pin=pin).sign(b"a letter in somebody's name")
    assert key.sign(b"the official's own letter")


def test_each_official_gets_a_token_and_then_there_is_none(softhsm) -> None:  # noqa: F811
    softhsm.token("teken-02")
    softhsm.token("somebody-else")
    first, second = hsm_key(softhsm), pkcs11.enrol(softhsm.module, FIRST_PIN, ())
    assert first.serial != second.serial
    with pytest.raises(KeyUnavailable, match="no_free_token"):
        pkcs11.enrol(softhsm.module, FIRST_PIN, ())
    assert first.sign(b"still there")


def test_a_token_that_somebody_had_is_not_tried(softhsm) -> None:  # noqa: F811
    made = pkcs11.enrol(softhsm.module, FIRST_PIN, ())
    with pytest.raises(KeyUnavailable, match="no_free_token"):
        pkcs11.enrol(softhsm.module, made.pin, (made.serial,))


def test_many_threads_sign_with_two_tokens(softhsm) -> None:  # noqa: F811
    softhsm.token("teken-02")
    keys, made = [hsm_key(softhsm), hsm_key(softhsm)], []
    threads = [threading.Thread(target=lambda k=keys[n % 2]: made.append(k.sign(b"x"))) for n in range(16)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert len(made) == 16


def _sign_in_child(key: Pkcs11Key, results) -> None:
    results.put(key.sign(b"in the child"))


def test_a_forked_worker_opens_the_module_for_itself(softhsm) -> None:  # noqa: F811
    key = hsm_key(softhsm)
    assert key.sign(b"in the parent")  # the library is initialised before the fork
    context = multiprocessing.get_context("fork")
    results = context.Queue()
    child = context.Process(target=_sign_in_child, args=(key, results))
    child.start()
    assert results.get(timeout=20)
    child.join(20)
    assert child.exitcode == 0 and key.sign(b"in the parent again")


def test_a_module_that_was_restarted_is_found_again(softhsm) -> None:  # noqa: F811
    key = hsm_key(softhsm)
    pkcs11_library.lib(softhsm.module.path).finalize()
    assert key.sign(b"after the restart")


def test_a_token_that_is_gone_is_told_apart_from_a_wrong_pin(softhsm) -> None:  # noqa: F811
    key = hsm_key(softhsm)
    with pytest.raises(KeyUnavailable, match="no_token"):
        replace(key, serial="0000000000000000").sign(b"x")
    erase = ["softhsm2-util", "--delete-token", "--token", "teken-01"]
    subprocess.run(erase, env=softhsm.env, check=True, capture_output=True)
    with pytest.raises(KeyUnavailable) as error:
        key.sign(b"x")
    assert error.value.code in ("no_token", "module_failed")


def test_a_missing_library_is_a_key_unavailable() -> None:
    with pytest.raises(KeyUnavailable, match="module_failed"):
        pkcs11.enrol(pkcs11.Module("/nowhere/lib.so", "teken-"), "1", ())


@pytest.mark.parametrize("version", [1, 2])
def test_a_remote_key_signs_validly(version: int, tmp_path) -> None:
    provider = Provider(version=version)
    judges.require_valid(signed(key=csc_key(provider)), [provider.root], tmp_path)


def test_a_remote_rsa_3072_key_with_its_chain_fits_the_place(tmp_path) -> None:
    provider = Provider(bits=3072)
    judges.require_valid(signed(key=csc_key(provider)), [provider.root], tmp_path)


def test_the_activation_is_bound_to_the_hash_that_is_signed() -> None:
    provider = Provider()
    key = csc_key(provider)
    key.sign(b"attributes")
    (_, asked), (_, spent) = provider.asked[-2:]
    assert asked["hashes"] == spent["hashes"] and asked["numSignatures"] == 1
    sad = csc._authorize(key, asked["hashes"])
    with pytest.raises(KeyUnavailable, match="invalid_sad"):
        key.service.post("signatures/signHash", csc._sign_request(key, ["A" * 43 + "="], sad))
    with pytest.raises(KeyUnavailable, match="invalid_sad"):  # and it is spent by now
        key.service.post("signatures/signHash", csc._sign_request(key, asked["hashes"], sad))


@pytest.mark.parametrize("wrong", [{"pin": "wrong"}, {"otp": "000000"}])
def test_a_wrong_pin_or_otp_signs_nothing(wrong: dict) -> None:
    provider = Provider()
    with pytest.raises(KeyUnavailable, match="wrong_activation"):
        csc_key(provider, **wrong).sign(b"x")
    assert provider.asked[-1][0] == "credentials/authorize"


def test_a_provider_that_signs_something_else_is_not_believed() -> None:
    with pytest.raises(KeyUnavailable, match="bad_signature"):
        csc_key(Provider(tamper=True)).sign(b"x")


@pytest.mark.parametrize("answer", [{}, {"SAD": 5}, {"SAD": "x", "signatures": "y"}, {"SAD": "x", "signatures": ["?"]}])
def test_nonsense_from_the_provider_is_a_key_unavailable(answer: dict) -> None:
    key = replace(csc_key(Provider()), service=csc.Service(lambda _path, _body: answer))
    with pytest.raises(KeyUnavailable, match="bad_answer"):
        key.sign(b"x")
    with pytest.raises(KeyUnavailable, match="bad_answer"):
        csc.credential(key.service, "cred-1")


def test_pin_and_otp_show_in_no_repr() -> None:
    provider = Provider()
    shown = repr(csc_key(provider))
    assert provider.pin not in shown and provider.otp not in shown


def test_a_chain_is_believed_only_up_to_a_configured_root() -> None:
    provider, stranger = Provider(), Provider()
    chain = (provider.issuing, provider.root)
    assert csc.chains_to(provider.certificate, chain[::-1], [provider.root]) == chain
    assert csc.chains_to(provider.certificate, chain, [stranger.root]) == ()


def test_a_letter_carries_signatures_of_different_custodians(softhsm, tmp_path) -> None:  # noqa: F811
    provider = Provider()
    pdf = signed(key=vault_key(Algorithm.P256))
    pdf = signed(pdf, key=hsm_key(softhsm), field="TTE2", place=Placement(1, 60, 545, *STAMP.size))
    pdf = signed(pdf, key=csc_key(provider), field="TTE3", place=Placement(1, 60, 400, *STAMP.size))
    judges.require_valid(pdf, [office().root, provider.root], tmp_path, times=3)


def test_a_lost_signature_leaves_the_letter_as_it_was() -> None:
    """The provider signed, and the answer never came: the same prepared file is signed with the next try."""
    provider, made = Provider(), prepared()
    key = csc_key(provider)

    def lost(path: str, body: dict) -> dict:
        provider.post(path, body) if path == "signatures/signHash" else None
        if path == "signatures/signHash":
            raise KeyUnavailable("unreachable")
        return provider.post(path, body)

    with pytest.raises(KeyUnavailable, match="unreachable"):
        sign(made, replace(key, service=csc.Service(lost)), NOW)
    assert sha256(made.pdf).hexdigest() == made.sha256
    assert sign(made, key, NOW).pdf
