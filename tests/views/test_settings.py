"""A person's own page, and what the frame shows by role."""

from __future__ import annotations

import pytest

from tests.page import Page


def save(page: Page, status: int = 303, **chosen: str) -> Page:
    whole = {"language": "id", "zone": "Asia/Jakarta", "scheme": ""} | chosen
    return page.get("/settings").post("/settings", whole, status=status)


def entries(page: Page) -> list[str]:
    return [link.get_text(" ", strip=True) for link in page.html.find(class_="tabs").find_all("a")]


@pytest.mark.parametrize(
    ("login", "expected"),
    [
        ("sari", ["Menunggu", "Pindai", "Latihan", "Pengaturan"]),
        ("budi", ["Surat", "Pindai", "Latihan", "Pengaturan"]),
        ("dewi", ["Menunggu", "Surat", "Pindai", "Latihan", "Pengaturan"]),
        ("rina", ["Identitas", "Pindai", "Latihan", "Pengaturan"]),
        ("admin", ["Orang", "OPD", "Pekerjaan", "Pindai", "Pengaturan"]),
        ("agus", ["Surat", "Pekerjaan", "Jejak audit", "Pindai", "Pengaturan"]),
    ],
)
def test_each_role_sees_its_own_places(page, login, expected):
    assert entries(page.log_in(login).get("/settings")) == expected
    assert page.html.find(class_="tabs").find(attrs={"aria-current": "page"}).get_text(strip=True) == "Pengaturan"


@pytest.mark.parametrize(
    ("login", "place"), [("budi", "/letters"), ("rina", "/identities"), ("admin", "/people"), ("agus", "/letters")]
)
def test_the_first_page_is_the_work_of_the_role(page, login, place):
    assert page.log_in(login).get("/", status=303).location == place


def test_waiting_letters_are_counted(page, make, work):
    make.submitted()
    work.session.commit()
    page.log_in("sari").get("/settings")
    assert entries(page)[0] == "Menunggu , 1"
    assert page.html.html["data-waiting"] == "1"
    assert page.get("/", status=303).response.headers["Location"].endswith("/letters?box=waiting")


def test_a_person_without_a_role_is_told_what_to_do(page, work, budi):
    budi.memberships.clear()
    work.session.commit()
    assert "Belum ada tugas untuk Anda" in page.log_in("budi").get("/").text


def test_language_holds_on_this_device_and_for_mail(page, work, sari):
    work.session.commit()
    save(page.log_in("sari"), language="en")
    assert page.follow().html.html["lang"] == "en"
    assert sari.language == "id"
    work.session.refresh(sari)
    assert sari.language == "en"


def test_zone_changes_the_clock(page):
    page.log_in("sari")
    assert "WIB" in page.get("/settings").text
    assert "WIT" in save(page, zone="Asia/Jayapura").follow().text


def test_colours_hold_on_this_device(page):
    save(page.log_in("sari"), scheme="dark")
    assert page.follow().html.html["data-scheme"] == "dark"
    assert page.client.get_cookie("scheme").http_only


@pytest.mark.parametrize("wrong", [{"zone": "Mars/Olympus"}, {"language": "xx"}, {"scheme": "pink"}])
def test_made_up_choices_are_refused(page, wrong):
    save(page.log_in("sari"), status=422, **wrong)
    assert "Pilih salah satu yang tersedia." in page.text


def test_signers_see_where_their_certificate_stands(page):
    assert "Aktif" in page.log_in("sari").get("/settings").text
    page.clock.tick(710 * 86_400)
    assert "hari lagi" in page.log_in("sari").get("/settings").text


def test_others_have_none_to_see(page):
    assert "Sertifikat elektronik" not in page.log_in("budi").get("/settings").text


def test_new_recovery_codes_need_a_code(page):
    page.log_in("sari").get("/settings").post("/settings/recovery-codes", {"code": "000000"}, status=422)
    assert "Sisa percobaan: 4." in page.text
    assert page.html.find("dialog").has_attr("open")
    page.post("/settings/recovery-codes", {"code": page.code_of("sari")}, status=200)
    assert len(page.html.find(class_="codes").find_all("li")) == 8
    assert "Sisa kode pemulihan: 8." in page.get("/settings").text


def test_the_key_of_kept_drafts_is_the_persons_own(page, app, clock):
    mine = page.log_in("sari").get("/settings").html.html["data-person"]
    theirs = Page(app, clock).log_in("budi").get("/settings").html.html["data-person"]
    assert mine and mine != theirs
