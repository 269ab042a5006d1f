"""A provider of remote signatures behind HTTP, with a Work configured for it; a disposal and the two who decide it."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from tests import people
from tests.csc_service import CLIENT, CLIENT_SECRET, Provider, serving
from tests.domain.disposing import LATER
from webapp import remote
from webapp.domain import custodians, disposals, retention
from webapp.domain.retention import Line
from webapp.models import Disposal, Fate, Membership, Role


@pytest.fixture
def provider(sari):
    return Provider(name=f"Dr. {sari.name.upper()}, S.H.")


@pytest.fixture
def csc_work(work, provider, monkeypatch):
    monkeypatch.setattr(custodians, "connect", remote.csc_post)
    with serving(provider) as address:
        settings = {"csc_url": address, "csc_client_id": CLIENT, "csc_client_secret": CLIENT_SECRET}
        yield replace(work, config=replace(work.config, csc_roots=(provider.root,), **settings))


@pytest.fixture
def first(work, admin):
    return replace(people.as_person(work, admin), now=LATER)


@pytest.fixture
def second(work, admin):
    lina = people.find(work, "lina")
    lina.memberships[:] = [Membership(office=admin.memberships[0].office, role=Role.ADMINISTRATOR)]
    work.session.flush()
    return replace(people.as_person(work, lina), now=LATER)


@pytest.fixture
def night(work):
    return replace(work, now=LATER)


@pytest.fixture
def proposed(first, night, budi, make):
    """proposed(letter facts): the list that a night makes of one signed letter."""

    def made(**facts):
        letter = make.signed(dated_on=date(2026, 11, 2), **facts)
        office = budi.memberships[0].office
        retention.set_rule(first, office, Line("", 2, 3, Fate.DESTROY, "Perbup 1/2026"))
        disposals.propose(night)
        return night.session.scalars(select(Disposal)).one(), letter

    return made
