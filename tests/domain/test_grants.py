"""Mandates: who may give one to whom, with which code, for which days; how they are written."""

from datetime import UTC, date, datetime

import pytest

from tests import people
from tests.domain.test_delegations import begin
from tests.factories import forget_code
from webapp.domain import delegations, grants, mandates, marks
from webapp.domain.errors import Conflict, Forbidden, Invalid, WrongCode
from webapp.models import Confidentiality, MandateKind


def test_days_are_those_of_the_office_and_the_last_one_counts():
    begins, ends = grants.moments("Asia/Jakarta", date(2026, 7, 1), date(2026, 7, 7))
    assert (begins, ends) == (datetime(2026, 6, 30, 17, tzinfo=UTC), datetime(2026, 7, 7, 17, tzinfo=UTC))
    assert grants.moments("Asia/Jayapura", date(2026, 7, 1), date(2026, 7, 1))[1].hour == 15


@pytest.mark.parametrize(
    ("since", "until", "told"),
    [
        (date(2026, 7, 1), date(2026, 7, 7), "1–7 Juli 2026"),
        (date(2026, 7, 28), date(2026, 8, 2), "28 Juli – 2 Agustus 2026"),
        (date(2026, 12, 30), date(2027, 1, 2), "30 Desember 2026 – 2 Januari 2027"),
        (date(2026, 7, 1), date(2026, 7, 1), "1 Juli 2026"),
    ],
)
def test_days_in_words(since, until, told):
    assert mandates.period(since, until) == told


def test_only_the_deputy_accepts_once(work, make):
    mandate = make.mandate(accepted=False)
    for login in ("sari", "admin", "budi"):
        with pytest.raises(Forbidden):
            delegations.accept(make.person(login), mandate)
    delegations.accept(make.person("hadi"), mandate)
    with pytest.raises(Conflict):
        delegations.decline(make.person("hadi"), mandate)
    with pytest.raises(Forbidden):
        delegations.revoke(make.person("admin"), mandate, "Bukan urusan administrator.")


@pytest.mark.parametrize(
    ("by", "terms", "error"),
    [
        ("budi", {}, Forbidden),  # no official
        ("hadi", {}, Forbidden),  # not for somebody else
        ("admin", {"deputy": "admin"}, Forbidden),  # never for himself
        ("admin", {"confidentiality": Confidentiality.SECRET}, Invalid),
        ("admin", {"kind": MandateKind.AN}, Invalid),
        ("sari", {"kind": MandateKind.PLT}, Invalid),
        ("sari", {"deputy": "sari"}, Invalid),
        ("sari", {"days": 0}, Invalid),
        ("sari", {"starts": -9, "days": 9}, Invalid),  # over since yesterday
        ("sari", {"decree": " "}, Invalid),
        ("sari", {"kind": MandateKind.UB}, Invalid),  # through whom
    ],
)
def test_what_may_not_be_granted(work, make, by, terms, error):
    with pytest.raises(error):
        make.mandate(by=by, accepted=False, **terms)


def test_a_mandate_over_another_office_is_not_the_officials_to_give(work, make, hadi):
    with pytest.raises(Invalid):
        make.mandate(office_id=hadi.memberships[0].office_id)


def test_granting_takes_a_code_for_exactly_these_terms(work, make, sari):
    by_sari = make.person("sari")
    code = people.code_of(by_sari, sari)
    make.mandate(accepted=False)
    forget_code(work, sari)
    approval = begin(work, make.submitted(), "sari")[1]
    assert approval.digest
    with pytest.raises(WrongCode):
        terms = grants.Terms(
            kind=MandateKind.PLH, principal_id=sari.id, deputy_id=people.find(work, "hadi").id,
            office_id=sari.memberships[0].office_id, starts_on=date(2031, 1, 1), ends_on=date(2031, 1, 2),
            decree="SK 1", confidentiality=Confidentiality.NORMAL,
        )  # fmt: skip
        grants.grant(by_sari, terms, code)  # spent on a signature


@pytest.mark.parametrize(
    ("first", "second", "is_free"),
    [
        ({}, {}, False),
        ({}, {"starts": 6}, False),  # shares the last day
        ({}, {"starts": 7}, True),
        ({"classifications": ("800",)}, {"classifications": ("800.1",)}, False),
        ({"classifications": ("800",)}, {"classifications": ("80", "900")}, True),
        ({"letter_types": ("tugas",)}, {"letter_types": ("edaran",)}, True),
        ({"letter_types": ("tugas",)}, {"letter_types": ("edaran", "tugas")}, False),
        ({"letter_types": ("tugas",)}, {}, False),
        ({"kind": MandateKind.AN}, {}, True),  # beside the official, and in his absence
    ],
)
def test_one_deputy_at_a_time(work, make, first, second, is_free):
    make.mandate(**first)
    if is_free:
        make.mandate("lina", accepted=False, **second)
    else:
        with pytest.raises(Invalid, match="Mandat lain"):
            make.mandate("lina", accepted=False, **second)


def test_blocks_say_in_whose_place(work, make, hadi):
    for kind, through, lines in (
        (MandateKind.PLH, "", ("Plh. Sekretaris Daerah (contoh)",)),
        (MandateKind.AN, "", ("a.n. Sekretaris Daerah (contoh)", hadi.position)),
        (MandateKind.UB, "Asisten Administrasi", ("a.n. Sekretaris Daerah (contoh)", "Asisten Administrasi", "u.b.",
                                                  hadi.position)),
    ):  # fmt: skip
        mandate = make.mandate(kind=kind, through=through)
        assert mandates.heading(mandate) == lines
        stamp = marks.stamp(work.config, make.submitted(), mandate=mandate)
        assert stamp.lines[: len(lines)] == lines and stamp.lines[stamp.strong] == hadi.full_name
        delegations.revoke(make.person("sari"), mandate, "Uji berikutnya.")
