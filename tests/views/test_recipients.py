"""The list of recipients, what was sent to them, and personal links, as people use them in their browsers."""

import pytest

from webapp.domain import deliveries, letters, personal_links, recipients, throttle
from webapp.models import Confidentiality, DeliveryState, RecipientKind

ADDRESS = "camat@kubung.example"


@pytest.fixture
def letter(make, session):
    made = make.draft()
    session.commit()
    return made


def test_a_drafter_lists_somebody_outside_and_somebody_inside(page, letter, make, work, session):
    page.log_in("budi").get(f"/letters/{letter.id}")
    (link,) = (one for one in page.html.find_all("a") if "Penerima dan tembusan" in one.get_text())
    page.get(link["href"])
    page.post(f"/letters/{letter.id}/recipients", {"kind": "tembusan", "name": "Camat <Kubung>", "email": ADDRESS})
    page.follow()
    assert "Camat <Kubung>" in page.text and ADDRESS in page.text
    page.get(f"/letters/{letter.id}/recipients?q=rudi")
    assert "rudi@solok.example" not in page.text, "addresses of colleagues are not shown"
    person_id = page.html.select_one("#orang [name=person_id]")["value"]
    page.post(f"/letters/{letter.id}/recipients/people", {"kind": "tujuan", "person_id": person_id})
    assert "Rudi Contoh" in page.follow().text
    session.expire_all()
    inside, outside = deliveries.of(work, letter)
    assert (inside.kind, outside.kind) == ("tujuan", "tembusan")
    make.place(letter)
    letters.submit(make.person("budi"), letter)
    make.sign(letter)
    deliveries.send(work, letter)
    session.commit()
    page.get(f"/letters/{letter.id}/recipients")
    assert page.text.count("Dalam antrean") == 2 and "rudi@solok.example" not in page.text


@pytest.mark.parametrize("email", ["a@b.example\nBcc: c@d.example", "a@b.example,c@d.example", "a@b", "x" * 201])
def test_a_wrong_address_is_told_by_its_field(page, letter, work, session, email):
    page.log_in("budi").get(f"/letters/{letter.id}/recipients")
    page.post(f"/letters/{letter.id}/recipients", {"kind": "tembusan", "name": "Camat", "email": email}, status=422)
    assert page.html.select_one("#email[aria-invalid=true]")
    session.expire_all()
    assert deliveries.of(work, letter) == []


@pytest.mark.parametrize(
    ("login", "seen", "changed"),
    [("sari", 200, 403), ("dewi", 200, 403), ("agus", 200, 403), ("rudi", 404, 404), ("admin", 404, 404)],
)
def test_readers_see_what_became_of_it_and_no_address(page, make, session, login, seen, changed):
    letter = make.signed()
    one = recipients.add(make.person("budi"), letter, RecipientKind.COPY, "Camat Kubung", ADDRESS)
    one.deliveries[0].error = f"550 <{ADDRESS}> unknown"
    session.commit()
    page.log_in(login).get(f"/letters/{letter.id}/recipients", status=seen)
    if seen == 200:
        assert "Camat Kubung" in page.text and ADDRESS not in page.response.get_data(as_text=True)
        assert not page.html.select("main form")
    base = f"/letters/{letter.id}"
    for path in ("recipients", "recipients/people", f"recipients/{one.id}/removal", f"recipients/{one.id}/delivery",
                 f"deliveries/{one.deliveries[0].id}/code", f"deliveries/{one.deliveries[0].id}/closing"):  # fmt: skip
        page.post(f"{base}/{path}", {"name": "X", "kind": "tembusan", "person_id": "1"}, status=changed)


@pytest.fixture
def link(make, session, work):
    letter = make.signed(confidentiality=Confidentiality.RESTRICTED, subject="Mutasi jabatan")
    one = recipients.add(make.person("budi"), letter, RecipientKind.COPY, "Camat", ADDRESS)
    one.deliveries[0].state = DeliveryState.SENT
    session.commit()
    made = f"/copies/{personal_links.token(work, one.deliveries[0])}"
    session.commit()
    return letter, one, made


def code_for(page, letter, one):
    page.log_in("budi").get(f"/letters/{letter.id}/recipients")
    page.post(f"/letters/{letter.id}/deliveries/{one.deliveries[0].id}/code", status=200)
    shown = page.html.select_one("main .card").get_text(" ")
    assert "no-store" in page.response.headers["Cache-Control"]
    code = "".join(sign for sign in shown if sign.isdecimal())
    page.get(f"/letters/{letter.id}/recipients")
    assert code not in page.response.get_data(as_text=True), "shown once"
    page.log_out()
    return code


def test_a_stranger_with_link_and_code_gets_the_file_and_nothing_before(page, link):
    letter, one, address = link
    code = code_for(page, letter, one)
    page.get(address)
    assert "Mutasi" not in page.text and letter.number not in page.text and letter.code not in page.text
    page.post(address, {"code": "00000000" if code != "00000000" else "1"}, status=422)
    assert page.html.select_one("[name=code]").get("value") in (None, "")
    page.post(address, {"code": f"{code[:4]} {code[4:]}"}, status=200)
    assert page.response.mimetype == "application/pdf" and page.response.data.startswith(b"%PDF-")
    page.log_in("budi").get(f"/letters/{letter.id}/recipients")
    assert "Sudah diunduh" in page.text
    page.get(f"/letters/{letter.id}/trail")
    for said in ("Penerima didaftarkan", "Kode tautan pribadi dibuat", "Diunduh penerima dengan kode"):
        assert said in page.text
    page.log_out().log_in("agus").get("/audits?event=copy.fetched")
    assert "Diunduh penerima dengan kode" in page.text and code not in page.text


def test_codes_are_not_guessed(page, link, clock):
    letter, one, address = link
    code = code_for(page, letter, one)
    page.get(address)
    for _ in range(throttle.COPY_CODE.limit):
        page.post(address, {"code": "1"}, status=422)
    page.post(address, {"code": code}, status=429)
    for _ in range(3):
        clock.tick(601)
        for _ in range(throttle.COPY_CODE.limit):
            page.post(address, {"code": "1"}, status=422)
    clock.tick(601)
    page.post(address, {"code": code}, status=429)  # twenty in all: a new link is needed, not more patience


def test_a_forged_link_spends_nobodys_attempts(page, link):
    letter, one, address = link
    code = code_for(page, letter, one)
    number = address.rpartition("/")[2].partition("-")[0]
    page.get(address)
    for _ in range(throttle.COPY_CODE.limit + 2):
        page.client.post(f"/copies/{number}-{'0' * 32}", data={"code": "1", "csrf_token": page.csrf_token()})
    page.post(address, {"code": code}, status=200)


def test_a_closed_link_is_gone(page, link):
    letter, one, address = link
    page.log_in("budi").get(f"/letters/{letter.id}/recipients")
    page.post(f"/letters/{letter.id}/deliveries/{one.deliveries[0].id}/closing")
    page.log_out().get(address, status=404)
    page.post(address, {"code": "1"}, status=404)


def test_sending_again_from_the_page(page, link, session):
    letter, one, _ = link
    page.log_in("budi").get(f"/letters/{letter.id}/recipients")
    page.post(f"/letters/{letter.id}/recipients/{one.id}/delivery")
    assert "Dalam antrean" in page.follow().text
    page.post(f"/letters/{letter.id}/recipients/{one.id}/delivery", status=409)
    session.expire_all()
    assert len(one.deliveries) == 2
