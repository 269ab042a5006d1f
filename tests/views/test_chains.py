"""Planning a letter's way, chains under a name, and the administrator's reassignment."""

import pytest

from webapp.models import Confidentiality, State


@pytest.fixture
def letter(make, session):
    made = make.placed()
    session.commit()
    return made


def test_a_chain_is_planned_reordered_saved_used_and_submitted(page, dewi, lina, make, letter, session):
    path = f"/letters/{letter.id}/chain"
    page.log_in("budi").get(path)
    page.post(path, {"person_id": str(dewi.id), "kind": "hierarki"})
    page.follow().post(path, {"person_id": str(lina.id), "kind": "koordinasi", "together": "y"})
    page.follow()
    assert "bersamaan dengan yang di atas" in page.text
    page.post(f"{path}/{lina.id}", {"what": "up"})
    page.follow().post(f"{path}/templates", {"name": "Surat  tugas"})
    assert "“Surat tugas”" in page.follow().text
    session.expire_all()
    assert [(s.person_id, s.position) for s in letter.chain[:2]] == [(lina.id, 1), (dewi.id, 1)]
    other = make.placed()
    session.commit()
    page.get(f"/letters/{other.id}/chain")
    use = page.html.select_one("form[action*='/chain/templates/'] [value=use]").find_parent("form")["action"]
    page.post(use, {"what": "use"})
    page.get(f"/letters/{other.id}/preview")
    fields = {name: page.html.find("input", {"name": name})["value"] for name in ("digest", "revision")}
    page.post(f"/letters/{other.id}/submission", fields)
    assert "Kepala Bagian Hukum (contoh), Kepala Bagian Umum (contoh)" in page.follow().text
    session.expire_all()
    assert other.state == State.IN_REVIEW


def test_a_kept_chain_brings_its_signers_and_the_drafter_may_still_change_them(page, hadi, sari, make, session):
    letter, other = make.cosigned("sari", "hadi", together=True), make.placed()
    session.commit()
    path = f"/letters/{letter.id}/chain"
    page.log_in("budi").get(path).post(f"{path}/templates", {"name": "Nota kesepahaman"})
    assert "0 pemaraf, 2 penandatangan" in page.follow().text
    page.get(f"/letters/{other.id}/chain")
    page.post(
        page.html.select_one("form[action*='/chain/templates/'] [value=use]").find_parent("form")["action"],
        {"what": "use"},
    )
    page.follow()
    session.expire_all()
    assert [(step.person_id, step.position) for step in other.signing_steps] == [(sari.id, 1), (hadi.id, 1)]
    session.commit()
    page.post(f"/letters/{other.id}/signers/{sari.id}", {"what": "remove"})
    session.expire_all()
    assert other.signers == [hadi] and letter.signers == [sari, hadi]
    session.commit()
    page.log_out().log_in("rudi").get(f"/letters/{other.id}/chain", status=404)


@pytest.mark.parametrize("sent", [{}, {"person_id": "999999", "kind": "hierarki"}, {"person_id": "x", "kind": "?"}])
def test_nobody_else_is_added(page, letter, session, sent):
    page.log_in("budi").get(f"/letters/{letter.id}/chain")
    page.post(f"/letters/{letter.id}/chain", sent, status=422)
    session.expire_all()
    assert letter.reviews == []


def test_the_signature_is_no_reviewers_step(page, dewi, letter):
    page.log_in("budi").get(f"/letters/{letter.id}/chain")
    page.post(f"/letters/{letter.id}/chain", {"person_id": str(dewi.id), "kind": "tanda_tangan"}, status=422)


@pytest.mark.parametrize("login", ["rudi", "dewi", "sari"])
def test_strangers_do_not_see_or_change_the_chain(page, dewi, letter, login):
    page.log_in(login).get(f"/letters/{letter.id}/chain", status=404)
    page.post(f"/letters/{letter.id}/chain", {"person_id": str(dewi.id), "kind": "hierarki"}, status=404)
    page.post(f"/letters/{letter.id}/chain/templates", {"name": "x"}, status=404)


def test_under_way_the_chain_is_closed(page, lina, make, session):
    letter = make.in_review("dewi")
    session.commit()
    page.log_in("budi").get("/settings")
    page.post(f"/letters/{letter.id}/chain", {"person_id": str(lina.id), "kind": "hierarki"}, status=409)
    page.get(f"/letters/{letter.id}/chain", status=409)


def test_an_administrator_reassigns_and_reads_nothing(page, lina, make, session):
    letter = make.in_review("dewi", confidentiality=Confidentiality.SECRET, subject="Hal yang rahasia")
    session.commit()
    page.log_in("admin").get("/unfinished")
    assert letter.number in page.text and "Hal yang rahasia" not in page.text
    path = f"/reassignments/{letter.id}/{letter.chain[0].id}"
    page.get(path)
    assert "Hal yang rahasia" not in page.text
    page.post(path, {"person_id": str(lina.id), "reason": "abc"}, status=422)
    page.post(path, {"person_id": str(lina.id), "reason": "Dewi sedang cuti."})
    page.get(f"/letters/{letter.id}", status=404)
    page.log_out().log_in("lina").get(f"/letters/{letter.id}")
    assert "Dewi sedang cuti." in page.text
