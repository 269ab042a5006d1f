import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from signing.errors import KeyUnavailable
from signing.keys import LocalKey, vault

SECRET, OTHER = bytes(range(32)), bytes(range(1, 33))
SERVER, OTHER_SERVER = b"s" * 32, b"t" * 32


@pytest.fixture(scope="module")
def made() -> tuple[bytes, bytes]:
    return vault.generate(SECRET, SERVER)


def _code(call: object) -> str:
    with pytest.raises(KeyUnavailable) as error:
        call()
    return error.value.code


def test_a_key_comes_back_with_its_secret(made: tuple[bytes, bytes]) -> None:
    wrapped, spki = made
    key = vault.unwrap(wrapped, SECRET, SERVER)
    assert key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) == spki
    assert isinstance(key.curve, ec.SECP256R1)


def test_neither_secret_nor_server_key_alone_opens_it(made: tuple[bytes, bytes]) -> None:
    wrapped, _ = made
    assert _code(lambda: vault.unwrap(wrapped, OTHER, SERVER)) == "wrong_secret"
    assert _code(lambda: vault.unwrap(wrapped, SECRET, OTHER_SERVER)) == "wrong_secret"
    assert _code(lambda: vault.unwrap(wrapped, b"short", SERVER)) == "wrong_secret"


def test_every_altered_byte_is_noticed(made: tuple[bytes, bytes]) -> None:
    wrapped, _ = made
    for place in range(len(wrapped)):
        altered = bytearray(wrapped)
        altered[place] ^= 1
        assert _code(lambda altered=altered: vault.unwrap(bytes(altered), SECRET, SERVER)) in (
            "wrong_secret",
            "unknown_version",
        )
    assert _code(lambda: vault.unwrap(wrapped[:20], SECRET, SERVER)) == "damaged"
    assert _code(lambda: vault.unwrap(b"", SECRET, SERVER)) == "damaged"


def test_the_wrapped_bytes_show_nothing_of_the_key(made: tuple[bytes, bytes]) -> None:
    wrapped, spki = made
    number = vault.unwrap(wrapped, SECRET, SERVER).private_numbers().private_value.to_bytes(32, "big")
    assert number not in wrapped and spki[-64:] not in wrapped
    assert vault.rewrap(wrapped, SECRET, SECRET, SERVER) != wrapped


def test_a_password_change_moves_the_key(made: tuple[bytes, bytes]) -> None:
    wrapped, _ = made
    moved = vault.rewrap(wrapped, SECRET, OTHER, SERVER)
    before, after = vault.unwrap(wrapped, SECRET, SERVER), vault.unwrap(moved, OTHER, SERVER)
    assert before.private_numbers() == after.private_numbers()
    assert _code(lambda: vault.unwrap(moved, SECRET, SERVER)) == "wrong_secret"
    assert _code(lambda: vault.rewrap(wrapped, OTHER, SECRET, SERVER)) == "wrong_secret"


def test_derivation_depends_on_password_and_salt() -> None:
    salt = vault.new_salt()
    secret = vault.derive("kata sandi yang panjang", salt)
    assert len(secret) == 32 and secret == vault.derive("kata sandi yang panjang", salt)
    assert secret != vault.derive("kata sandi yang panjanG", salt)
    assert secret != vault.derive("kata sandi yang panjang", vault.new_salt())
    with pytest.raises(ValueError, match="salt"):
        vault.derive("x", b"short")


def test_derivation_agrees_with_another_argon2() -> None:
    low_level = pytest.importorskip("argon2.low_level")
    salt = bytes(16)
    theirs = low_level.hash_secret_raw(
        b"kata sandi",
        salt,
        time_cost=vault.ITERATIONS,
        memory_cost=vault.MEMORY_KIB,
        parallelism=vault.LANES,
        hash_len=32,
        type=low_level.Type.ID,
    )
    assert vault.derive("kata sandi", salt) == theirs


def test_a_key_does_not_print_itself() -> None:
    key = LocalKey(ec.generate_private_key(ec.SECP256R1()), b"certificate", ())
    assert repr(key) == "LocalKey(...)"
