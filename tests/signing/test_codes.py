import pytest

from signing import codes


def test_a_new_code_has_twelve_unambiguous_characters() -> None:
    made = {codes.new_code() for _ in range(500)}
    assert len(made) == 500
    assert all(len(code) == 12 and not set(code) - set(codes.ALPHABET) for code in made)
    assert not set("ILOU") & set(codes.ALPHABET)
    assert {character for code in made for character in code} == set(codes.ALPHABET)


@pytest.mark.parametrize(
    "typed", ["8F3K2M9Q7XTD", "8f3k-2m9q-7xtd", " 8F3K 2M9Q 7XTD ", "8f3k\u20132m9q\u20137xtd", "8F3K.2M9Q_7XTD"]
)
def test_a_code_is_read_as_people_type_it(typed: str) -> None:
    assert codes.normalise(typed) == "8F3K2M9Q7XTD"


def test_lookalikes_are_read_as_digits() -> None:
    assert codes.normalise("oO1iIlL-00000") == "001111100000"


@pytest.mark.parametrize(
    "typed", ["", "8F3K", "8F3K2M9Q7XTDA", "8F3K2M9Q7XTU", "8F3K2M9Q7XT\u0661", "x" * 10_000, "<>"]
)
def test_what_is_no_code_is_refused(typed: str) -> None:
    assert codes.normalise(typed) is None


def test_display_and_normalise_are_inverse() -> None:
    code = codes.new_code()
    assert codes.display("8F3K2M9Q7XTD") == "8F3K-2M9Q-7XTD"
    assert codes.normalise(codes.display(code)) == code


def test_control_code_is_the_first_twenty_bits() -> None:
    assert codes.control_code("00000" + "f" * 59) == "0000"
    assert codes.control_code("fffff" + "0" * 59) == "ZZZZ"
    assert codes.control_code("0842108") == "1111"
    assert codes.encode(1, 4) == "0001"
