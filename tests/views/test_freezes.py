"""From the mail that a letter was signed in one's name to a certificate that signs nothing: no log-in, one press."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests import people
from webapp.domain import accounts, audit, freezes, keys, suspensions
from webapp.domain.audit import Event
from webapp.domain.errors import Forbidden


@pytest.fixture
def link(work, sari):
    return f"/freezes/{freezes.token(work, sari)}"


def usable(work, person):
    work.session.expire_all()
    return keys.usable_certificate(work, keys.find(work, person))


def test_one_press_by_a_stranger_with_the_link_holds_the_certificate_and_ends_every_log_in(page, work, sari, link):
    work.session.commit()
    page.log_in("sari")
    page.client = page.app.test_client()  # another device, which nobody logged in
    page.get(link)
    assert page.h1 == "Bekukan sertifikat Anda?" and sari.full_name in page.text
    assert usable(work, sari) and accounts.logins(work, sari)
    work.session.commit()
    page.post(link, {}).follow()
    assert page.h1 == "Sertifikat Anda dibekukan" and "petugas verifikasi" in page.text
    assert usable(work, sari) is None and accounts.logins(work, sari) == []
    work.session.commit()
    page.post(link, {})  # twice is as good as once
    page.get(link)
    assert page.h1 == "Sertifikat Anda dibekukan"
    entries = [entry for entry in audit.latest(work) if entry.event == Event.CERTIFICATE_SUSPENDED]
    assert [entry.actor_id for entry in entries] == [sari.id]


def test_only_another_person_the_registrar_undoes_it(work, make, sari):
    freezes.freeze(work, sari)
    certificate = keys.find(work, sari).certificate
    with pytest.raises(Forbidden):
        suspensions.resume(make.person("sari"), certificate)
    suspensions.resume(make.person("rina"), certificate)
    assert usable(work, sari)


def test_a_forged_an_old_and_somebody_elses_link_open_nothing(page, work, sari, make, link):
    budi = make.person("budi").person
    old = freezes.token(replace(work, now=work.now - freezes.LIFE - timedelta(seconds=1)), sari)
    number, made, tag = link.removeprefix("/freezes/").split("-")
    work.session.commit()
    for typed in (old, f"{budi.id}-{made}-{tag}", f"{number}-{int(made) + 60}-{tag}", f"{number}-{made}", "x", "٣-1-a"):
        page.get(f"/freezes/{typed}", status=404)
        page.post(f"/freezes/{typed}", {}, status=404)
    assert usable(work, people.find(work, "sari"))


def test_who_has_no_certificate_is_told_where_help_is(page, work, make):
    budi = make.person("budi").person
    work.session.commit()
    page.get(f"/freezes/{freezes.token(work, budi)}")
    assert "petugas verifikasi" in page.text and not page.html.select("form[method=post]")
