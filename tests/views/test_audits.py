"""The auditor reads the whole trail, and sees where it breaks."""

from sqlalchemy import text

from webapp.domain import audit
from webapp.domain.audit import Event


def test_the_trail_is_shown_newest_first_with_names(page):
    page.log_in("agus").get("/audits")
    rows = page.html.select("tbody tr")
    assert "Masuk" in rows[0].text and "Agus Contoh" in rows[0].text
    assert "Sertifikat diterbitkan" in page.text and "person.role_given" not in page.text


def test_it_is_filtered_by_kind_and_person(page):
    page.log_in("agus").get("/audits?kind=key&who=rina")
    what = page.html.select("tbody tr")
    assert what and all("Rina Contoh" in row.text for row in what) and "Masuk" not in page.html.tbody.text
    page.get("/audits?kind=letter")
    assert "Tidak ada yang cocok" in page.text
    page.get("/audits?kind=nonsense&who=%25&before=x")
    assert "Tidak ada yang cocok" in page.text


def test_it_is_paged(page, work):
    for _ in range(60):
        audit.record(work, Event.LOGGED_OUT)
    work.session.commit()
    page.log_in("agus").get("/audits")
    older = page.html.find("a", rel="next")
    assert len(page.html.select("tbody tr")) == 50
    page.get(older["href"])
    assert len(page.html.select("tbody tr")) >= 11 and "Terbaru" in page.text


def test_a_broken_chain_is_told(page, work):
    page.log_in("agus").get("/audits/check")
    assert "Jejak audit utuh" in page.text
    work.session.execute(text("UPDATE audit_entries SET facts = '{}' WHERE number = 5"))
    work.session.commit()
    page.get("/audits/check")
    assert "rusak pada peristiwa 5" in page.text


def test_others_are_kept_out(page):
    page.log_in("admin").get("/audits", status=403)
    page.get("/audits/check", status=403)
