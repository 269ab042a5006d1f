"""Where one signs: yes, no or not known; and the hours and networks of the configuration."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from tests import people
from webapp.domain import networks
from webapp.models import Signature
from webapp.office_hours import is_within, read_hours, read_networks


def test_where_one_signs_is_noted_as_yes_or_no_and_only_when_asked_for(work, make, sari):
    letter = make.signed()
    mine = people.as_person(work, sari)
    networks.note(mine, [letter.id], "10.1.2.3")
    assert work.session.scalar(select(Signature.is_away)) is None
    config = replace(work.config, office_networks=read_networks("10.0.0.0/8 2001:db8::/32"))
    for address, away in (("10.1.2.3", False), ("192.0.2.1", True), ("::ffff:10.9.9.9", False), ("unknown", True)):
        networks.note(replace(mine, config=config), [letter.id], address)
        assert work.session.scalar(select(Signature.is_away)) is away


def test_nobody_notes_it_for_somebody_else(work, make, sari, hadi):
    letter = make.signed()
    config = replace(work.config, office_networks=read_networks("10.0.0.0/8"))
    networks.note(replace(people.as_person(work, hadi), config=config), [letter.id], "10.1.2.3")
    assert work.session.scalar(select(Signature.is_away)) is None


@given(st.text(max_size=40))
def test_what_is_no_address_is_in_no_network(text):
    assert is_within(text, read_networks("0.0.0.0/0")) in (True, False)
    assert not is_within(text, ())


@pytest.mark.parametrize("text", ["", "8 07:30-16:00", "1-4 16:00-07:30", "5-1 07:30-16:00", "1 07:61-08:00", "1 0-9"])
def test_office_hours_that_make_no_sense_are_refused(text):
    with pytest.raises(ValueError):
        read_hours(text)
