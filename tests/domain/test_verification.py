"""What a stranger is told of the paper."""

import subprocess

import pytest

from signing import seal
from tests import people, scanner
from webapp.domain import documents, keys, letters, marks, verification
from webapp.domain.errors import TooMany
from webapp.domain.throttle import LOOKUP, spend
from webapp.domain.verification import Standing


def find(work, code):
    return verification.look_up(work, code, "198.51.100.7")


@pytest.mark.parametrize(
    ("state", "standing"),
    [
        ("draft", Standing.UNSIGNED), ("submitted", Standing.UNSIGNED), ("returned", Standing.UNSIGNED),
        ("rejected", Standing.UNSIGNED), ("withdrawn", Standing.UNSIGNED), ("signed", Standing.GENUINE),
        ("revoked", Standing.REVOKED), ("replaced", Standing.REPLACED),
    ],
)  # fmt: skip
def test_each_state_has_its_answer(work, make, state, standing):
    letter = make.in_state(state)
    finding = find(work, letter.code)
    assert finding.standing == standing
    assert (finding.letter is None) == (standing == Standing.UNSIGNED), "nothing of an unsigned letter is told"


def test_a_code_is_found_as_people_type_it(work, make):
    code = make.signed().code
    typed = f" {code[:4]}-{code[4:8]} {code[8:]} ".lower().replace("0", "o").replace("1", "l")
    assert find(work, typed).standing == Standing.GENUINE


@pytest.mark.parametrize("code", ["", "000000000000", "x", "' OR 1=1", "8F3K2M9Q7XT", "0" * 5000, "٠" * 12])
def test_other_codes_are_unknown(work, code):
    assert find(work, code).standing == Standing.UNKNOWN


def test_guessing_is_throttled_for_good_and_bad_codes_alike(work, make):
    letter = make.signed()
    for _ in range(LOOKUP.limit):
        spend(work, LOOKUP, "198.51.100.7")
    with pytest.raises(TooMany):
        find(work, letter.code)
    assert verification.look_up(work, letter.code, "203.0.113.9").standing == Standing.GENUINE


def test_a_file_changed_on_disk_is_not_called_genuine(work, make, config):
    letter = make.signed()
    path = documents.path(config, letter.signature.sha256)
    path.write_bytes(path.read_bytes().replace(b"Solok", b"Agam ", 1))
    assert find(work, letter.code).standing == Standing.DAMAGED
    path.unlink()
    assert find(work, letter.code).standing == Standing.DAMAGED


def test_another_file_in_the_row_is_not_called_genuine(work, make):
    letter = make.signed()
    letter.signature.sha256 = letter.version.prepared_sha256
    work.session.flush()
    assert find(work, letter.code).standing == Standing.DAMAGED


def test_a_certificate_revoked_later_leaves_the_letter_valid(work, make, sari):
    from tests.factories import later

    letter = make.signed()
    keys.revoke(later(people.as_person(work, sari), 60), letter.signature.certificate, "cessationOfOperation")
    assert find(later(work, 120), letter.code).standing == Standing.GENUINE


def test_a_file_signed_under_another_authority_is_not_genuine(work, make):
    from webapp.models import Authority

    letter = make.signed()
    work.session.flush()
    verification._verified.cache_clear()
    from signing import authority as ca

    _, other = ca.create_root("Otoritas Lain", work.now, 5)
    for row in work.session.query(Authority):
        row.root_der = other
        row.issuing_der = other
    work.session.flush()
    assert find(work, letter.code).standing == Standing.DAMAGED


@pytest.mark.parametrize(("confidentiality", "is_open"), [("biasa", True), ("terbatas", False), ("rahasia", False)])
def test_the_file_is_public_only_where_it_may_be(work, make, confidentiality, is_open):
    letter = make.signed(confidentiality=confidentiality)
    finding = find(work, letter.code)
    assert finding.is_open == is_open
    assert (verification.public_file(work, finding) is not None) == is_open


def test_the_address_is_upper_case_and_holds_the_code(config, make):
    letter = make.draft()
    assert marks.address(config, letter) == f"HTTP://LOCALHOST/V/{letter.code}"


def test_the_printed_page_read_by_another_reader_gives_the_address(work, make, config, tmp_path):
    """pdftoppm prints at 150 dpi in grey, zxing-cpp reads."""
    from PIL import Image

    for file in ("undangan.pdf", "edaran.pdf", "tugas.pdf"):
        letter = make.signed(file=file)
        signed = tmp_path / "signed.pdf"
        signed.write_bytes(documents.get(config, letter.signature.sha256))
        page = str(letter.version.placement["page"])
        subprocess.run(
            ["pdftoppm", "-r", "150", "-gray", "-png", "-f", page, "-l", page, signed, tmp_path / "page"], check=True
        )
        (image,) = tmp_path.glob("page*.png")
        found = [result.text for result in scanner.codes(Image.open(image))]
        assert [text.split("#")[0] for text in found] == [marks.address(config, letter)]
        assert seal.verify(seal.read(found[0]), letter.signature.certificate.der)
        image.unlink()


def test_the_signer_stays_who_he_was(work, make, sari):
    letter = make.signed()
    sari.position = "Pensiunan"
    work.session.flush()
    assert (
        letters.get(people.as_person(work, sari), letter.id).signature.signer_position == "Sekretaris Daerah (contoh)"
    )
