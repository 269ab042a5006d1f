"""A provider of remote signatures, behind HTTP, and a Work that is configured for it."""

from dataclasses import replace

import pytest

from tests.csc_service import CLIENT, CLIENT_SECRET, Provider, serving
from webapp import remote
from webapp.domain import custodians


@pytest.fixture
def provider(sari):
    return Provider(name=f"Dr. {sari.name.upper()}, S.H.")


@pytest.fixture
def csc_work(work, provider, monkeypatch):
    monkeypatch.setattr(custodians, "connect", remote.csc_post)
    with serving(provider) as address:
        settings = {"csc_url": address, "csc_client_id": CLIENT, "csc_client_secret": CLIENT_SECRET}
        yield replace(work, config=replace(work.config, csc_roots=(provider.root,), **settings))
