"""What changed since the own look, as a reader sees it; and nothing of it for anybody else."""

from datetime import date

import pytest

from tests import revisions
from tests.revisions import REVISED, revised
from webapp.domain import changes, letters
from webapp.models import Confidentiality


@pytest.fixture
def letter(make, session):
    made = revised(make, subject="Undangan <b>Ulang</b>", dated_on=date(2026, 12, 1))
    session.commit()
    return made


def test_the_notice_names_the_pages_and_leads_to_them(page, letter, work):
    page.log_in("dewi").get(f"/letters/{letter.id}")
    assert "Berubah sejak terakhir Anda paraf: data surat; berkas surat." in page.text, "before the pages are compared"
    page.get(page.html.find("a", string="Lihat perubahannya")["href"])
    assert page.h1 == "Yang berubah"
    page.get(f"/letters/{letter.id}")
    assert "Berubah sejak terakhir Anda paraf: data surat; halaman 2 dan 3." in page.text


def test_words_facts_and_pictures(page, letter):
    page.log_in("dewi").get(f"/letters/{letter.id}/changes")
    inserted = [" ".join(tag.get_text(" ").split()) for tag in page.html.find_all("ins")]
    removed = [" ".join(tag.get_text(" ").split()) for tag in page.html.find_all("del")]
    assert "ditambah: Undangan <b>Ulang</b> ." in inserted and "ditambah: 1 Desember 2026 ." in inserted
    assert "dihapus: 23 November 2026 ." in removed
    assert "ditambah: sembilan ." in inserted and "dihapus: lima ." in removed
    assert "Halaman 3: baru" in page.text
    sources = [image["src"] for image in page.html.select(".swipe img")]
    assert (
        len(sources) == 3 and page.html.select(".outlines--before rect") and page.html.select(".outlines--after rect")
    )
    for source in sources:
        assert page.client.get(source).data[:4] == b"RIFF"


def test_who_gave_it_back_is_told_in_those_words(page, letter, make, session):
    make.initial(letter, "dewi")
    session.commit()
    page.log_in("lina").get(f"/letters/{letter.id}")
    assert "Berubah sejak Anda kembalikan:" in page.text


@pytest.mark.parametrize("login", ["budi", "agus"])
def test_readers_who_never_acted_see_no_notice_and_find_no_page(page, letter, login):
    page.log_in(login).get(f"/letters/{letter.id}")
    assert "Berubah sejak" not in page.text and not page.html.select("a[href$='/changes']")
    page.get(f"/letters/{letter.id}/changes", status=404)


@pytest.mark.parametrize("login", ["sari", "rudi", "admin", "hadi", "rina"])
def test_who_may_not_see_the_letter_finds_neither_it_nor_its_old_pages(page, letter, login):
    page.log_in(login).get(f"/letters/{letter.id}/changes", status=404)
    for version in letter.versions:
        page.get(f"/letters/{letter.id}/pages/{version.prepared_sha256}/1.webp", status=404)


def test_a_letter_in_its_drafters_hands_again_is_not_shown_by_way_of_its_changes(page, make, session):
    """A secret letter that was withdrawn is hidden from its chain; so are its pages and what became of them."""
    letter = revisions.initialled(make, confidentiality=Confidentiality.SECRET)
    seen = letter.version.prepared_sha256
    letters.withdraw(make.person("budi"), letter)
    revisions.upload(make, letter, REVISED)
    session.commit()
    page.log_in("dewi").get(f"/letters/{letter.id}/changes", status=404)
    for sha256 in (seen, letter.version.prepared_sha256):
        page.get(f"/letters/{letter.id}/pages/{sha256}/1.webp", status=404)


def test_a_mark_that_was_moved_keeps_the_pages_that_were_acted_on_visible_to_who_did(page, make, session):
    from signing import Placement

    letter = revisions.returned(make)
    seen = letter.version.prepared_sha256
    make.place(letter, Placement(page=1, x=300, y=600, width=220, height=92))
    session.commit()
    page.log_in("lina").get(f"/letters/{letter.id}/changes")
    assert "tampilannya berbeda" in page.text
    page.get(f"/letters/{letter.id}/pages/{seen}/1.webp")
    page.log_out().log_in("agus").get(f"/letters/{letter.id}/pages/{seen}/1.webp", status=404)


def test_a_comparison_that_is_too_much_says_so(page, letter, monkeypatch):
    monkeypatch.setattr(changes, "make", lambda *_: "too_complex")
    page.log_in("dewi").get(f"/letters/{letter.id}/changes")
    assert "Bacalah seluruh surat sekali lagi" in page.text


def test_what_was_left_out_is_said(page, letter, monkeypatch):
    from signing.differences import Difference, Pair

    partly = Difference((Pair(1, 1, "unchecked"), Pair(2, 2, "words")), 1700)
    monkeypatch.setattr(changes, "make", lambda *_: partly)
    page.log_in("dewi").get(f"/letters/{letter.id}/changes")
    assert "1700 halaman terakhir tidak dibandingkan" in page.text and "Pada 1 halaman" in page.text
    assert "terlalu banyak untuk dibandingkan kata demi kata" in page.text


def test_looking_is_recorded_and_nothing_is_changed_by_it(page, letter, work, session):
    from webapp.domain import audit
    from webapp.domain.audit import Event

    page.log_in("dewi").get(f"/letters/{letter.id}/changes")
    session.expire_all()
    assert audit.of_letter(work, letter)[-1].event == Event.LETTER_READ
    assert changes.since(work.__class__(session, letter.chain[0].person, work.now, work.config), letter).is_any
