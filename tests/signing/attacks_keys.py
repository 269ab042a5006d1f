"""Attacks by keys, certificates and algorithms: the file is whole, and nobody should believe it."""

from __future__ import annotations

from tests.signing import certificates
from tests.signing.attacks import BROKEN, NOTHING, REVOKED, UNTRUSTED, attack, byte_range
from tests.signing.attacks_later import LEFT
from tests.signing.office import letter, office, signed


@attack(BROKEN)
def signature_of_another_file() -> bytes:
    """The bytes of a genuine signature, over a letter that it was not made for."""
    victim, other = signed(), signed(letter(more="BT /F1 9 Tf 72 300 Td (lain) Tj ET"))
    (_, end, start, _), (_, end2, start2, _) = byte_range(victim), byte_range(other)
    return victim[:end] + other[end2:start2] + victim[start:]


@attack(UNTRUSTED)
def right_name_wrong_authority() -> bytes:
    return signed(key=certificates.twin_of_sari())


@attack(UNTRUSTED)
def second_signer_of_the_same_name() -> bytes:
    return signed(signed(), field="TTE2", place=LEFT, key=certificates.twin_of_sari())


@attack(UNTRUSTED)
def digest_sha1() -> bytes:
    return certificates.signed_by(letter(), certificates.leaf(), digest="sha1")


@attack(UNTRUSTED)
def digest_md5() -> bytes:
    return certificates.signed_by(letter(), certificates.leaf(key="rsa2048"), digest="md5")


@attack(UNTRUSTED)
def key_rsa_1024() -> bytes:
    return certificates.signed_by(letter(), certificates.leaf(key="rsa1024"))


@attack(UNTRUSTED)
def usage_of_a_server() -> bytes:
    return certificates.signed_by(letter(), certificates.leaf(purposes=("serverAuth",)))


@attack(UNTRUSTED)
def usage_of_time_stamps() -> bytes:
    return certificates.signed_by(letter(), certificates.leaf(purposes=("timeStamping",)))


@attack(UNTRUSTED)
def usage_without_commitment() -> bytes:
    return certificates.signed_by(letter(), certificates.leaf(commits=False))


@attack(UNTRUSTED)
def an_authority_signs_a_letter() -> bytes:
    return certificates.signed_by(letter(), certificates.issuing_itself())


@attack(UNTRUSTED)
def the_root_signs_a_letter() -> bytes:
    return certificates.signed_by(letter(), certificates.root_itself())


@attack(UNTRUSTED)
def an_official_issues_certificates() -> bytes:
    """A chain through a certificate that is no authority's."""
    return certificates.signed_by(letter(), certificates.issued_by_an_official())


@attack(REVOKED)
def revoked_by_a_list_in_the_file() -> bytes:
    return certificates.with_store(signed(), crl=certificates.revoking(office().key.certificate_der))


@attack(REVOKED)
def revoked_by_an_answer_in_the_file() -> bytes:
    return certificates.with_store(signed(), answer=certificates.answering(office().key.certificate_der))


@attack(NOTHING)
def a_time_stamp_alone() -> bytes:
    """The office's time-stamps are for anybody: one on a forged letter says when it was forged, not by whom."""
    return certificates.time_stamped(letter())
