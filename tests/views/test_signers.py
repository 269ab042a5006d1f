"""Several signers through the pages: planned, placed one by one, signed in turn, and told to everyone."""

from __future__ import annotations

import pytest

from tests.factories import PLACES, allow_to_sign
from webapp.domain import documents, letters
from webapp.models import State


def place_of(number):
    place = PLACES[number]
    return {name: str(getattr(place, name)) for name in ("page", "x", "y", "width", "height")}


@pytest.fixture
def approve(page, clock):
    def send(letter, login):
        clock.tick()
        page.log_out().log_in(login).get(f"/letters/{letter.id}")
        held = {"digest": page.html.select_one("#setujui [name=digest]")["value"], "code": page.code_of(login)}
        return page.post(f"/letters/{letter.id}/signature", held).follow()

    return send


@pytest.fixture
def cosigned(make, session):
    def made(**kind):
        letter = make.cosigned("sari", "hadi", **kind)
        letters.submit(make.person("budi"), letter)
        session.commit()
        return letter

    return made


def test_a_second_signer_is_added_gets_his_own_mark_and_signs_after_the_first(
    page, make, session, hadi, approve, config, clock
):
    letter = make.placed()
    allow_to_sign(make.work, "hadi", letter.office)
    session.commit()
    page.log_in("budi").get(f"/letters/{letter.id}/chain")
    page.post(f"/letters/{letter.id}/signers", {"person_id": str(hadi.id)}).follow()
    assert "Setiap penandatangan mendapat tanda sendiri" in page.text
    page.get(f"/letters/{letter.id}/preview", status=302).follow()
    assert page.html.select_one("[aria-current=page].chip").text.startswith("2. ")
    mark = page.html.select_one("#letak")["action"]
    assert f"signer={hadi.id}" in mark and page.html.select_one(".mark__other")
    page.post(mark, place_of(0) | {"y": "560"}, status=422)
    assert "menutupi tanda penandatangan lain" in page.text
    page.post(mark, place_of(1) | {"y": "100"}, status=422)
    assert "tidak boleh menutupi tulisan" in page.text
    page.post(mark, place_of(1)).follow()
    assert page.h1 == "Periksa sebelum diajukan" and hadi.full_name in page.text
    fields = {name: page.html.find("input", {"name": name})["value"] for name in ("digest", "revision")}
    page.post(f"/letters/{letter.id}/submission", fields).follow()
    approve(letter, "sari")
    assert "1 dari 2 penandatangan sudah menandatangani" in page.text and "Sudah ditandatangani" not in page.text
    page.get(f"/v/{letter.code}")
    assert page.h1 == "Belum ditandatangani"
    clock.tick()
    page.log_out().log_in("hadi").get(f"/letters/{letter.id}")
    assert "Tanda tangan Anda ditambahkan sesudahnya, tanpa mengubahnya" in page.text
    approve(letter, "hadi")
    session.expire_all()
    assert letter.state == State.SIGNED and [made.person_id for made in letter.signatures] == [
        letter.all_signatures[0].person_id,
        hadi.id,
    ]
    page.get(f"/v/{letter.code}")
    assert page.h1 == "Asli" and all(person.full_name in page.text for person in letter.signers)
    assert "Ditandatangani oleh 2 pejabat" in page.text
    assert page.get(f"/v/{letter.code}/file").response.data == documents.get(config, letter.signature.sha256)


def test_the_first_signers_second_tap_lands_on_his_signature(page, cosigned, approve, session):
    letter = cosigned()
    page.log_in("sari").get(f"/letters/{letter.id}")
    held = {"digest": page.html.select_one("#setujui [name=digest]")["value"]}
    approve(letter, "sari")
    page.post(f"/letters/{letter.id}/signature", held | {"code": "000000"}).follow()
    assert "Surat ini sudah Anda tandatangani." in page.text
    session.expire_all()
    assert len(letter.all_signatures) == 1


def test_a_parallel_signer_takes_the_turn_and_the_other_is_told_at_his_tap(page, cosigned, approve, session, clock):
    letter = cosigned(together=True)
    page.log_in("sari").get(f"/letters/{letter.id}")
    held = {"digest": page.html.select_one("#setujui [name=digest]")["value"], "code": page.code_of("sari")}
    clock.tick()
    page.log_out().log_in("hadi").get(f"/letters/{letter.id}")
    assert "Anda juga penandatangan surat ini" in page.text and not page.html.select_one("#setujui")
    for _ in range(2):
        page.post(f"/letters/{letter.id}/turn").follow()
        assert page.html.select_one("#setujui")
    clock.tick()
    page.log_out().log_in("sari").get("/settings")
    page.post(f"/letters/{letter.id}/signature", held).follow()
    assert "disiapkan untuk penandatangan lain" in page.text
    approve(letter, "hadi")
    approve(letter, "sari")
    session.expire_all()
    assert letter.state == State.SIGNED


def test_a_return_after_the_first_signature_says_what_it_means(page, cosigned, approve, clock):
    letter = cosigned()
    page.log_in("budi")
    approve(letter, "sari")
    clock.tick()
    page.log_out().log_in("hadi").get(f"/letters/{letter.id}/return")
    assert "tidak berlaku" in page.text and not page.html.select_one("fieldset#to")
    page.post(f"/letters/{letter.id}/return", {"to": "0", "reason": "Lampirannya belum ada."})
    clock.tick()
    page.log_out().log_in("budi").get(f"/letters/{letter.id}")
    assert "Versi 1 sudah sebagian ditandatangani" in page.text
    page.get(f"/letters/{letter.id}?version=1")
    assert "Versi lama" in page.text


@pytest.mark.parametrize("login", ["rudi", "dewi", "sari"])
def test_strangers_do_not_change_who_signs_or_whose_turn_it_is(page, make, session, hadi, login):
    letter = make.placed()
    allow_to_sign(make.work, "hadi", letter.office)
    session.commit()
    page.log_in(login).get("/settings")
    page.post(f"/letters/{letter.id}/signers", {"person_id": str(hadi.id)}, status=404)
    page.post(f"/letters/{letter.id}/signers/{letter.signer_id}", {"what": "remove"}, status=404)
    page.post(f"/letters/{letter.id}/turn", status=404)


def test_who_cannot_sign_is_not_added(page, make, session, rudi):
    letter = make.placed()
    session.commit()
    page.log_in("budi").get(f"/letters/{letter.id}/chain")
    page.post(f"/letters/{letter.id}/signers", {"person_id": str(rudi.id)}, status=422)
    page.post(f"/letters/{letter.id}/signers/{letter.signer_id}", {"what": "remove"}, status=422)
    session.expire_all()
    assert letter.signer_count == 1
