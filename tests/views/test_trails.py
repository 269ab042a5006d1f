"""The past of a letter, for those who may see the letter."""

from webapp.domain.audit import Event


def test_every_step_is_told_newest_first(page, make, session):
    letter = make.signed()
    session.commit()
    page.log_in("budi").get(f"/letters/{letter.id}/trail")
    told = [p.get_text() for p in page.html.select(".trail__what")]
    assert told == ["Ditandatangani", "Diajukan untuk ditandatangani", "Tanda tangan diletakkan", "Surat dibuat"]
    assert "Sari Contoh" in page.text and "Budi Contoh" in page.text and "WIB" in page.text


def test_reading_many_times_is_one_line(page, make, session):
    letter = make.submitted()
    session.commit()
    page.log_in("sari")
    for _ in range(3):
        page.get(f"/letters/{letter.id}")
    page.get(f"/letters/{letter.id}/trail")
    assert page.html.select_one(".trail__what").get_text() == "Surat dibaca (3 kali)"


def test_an_auditor_above_sees_it_and_a_stranger_does_not(page, make, session):
    letter = make.submitted()
    session.commit()
    page.log_in("agus").get(f"/letters/{letter.id}/trail")
    page.log_out().log_in("rudi").get(f"/letters/{letter.id}/trail", status=404)


def test_every_event_of_a_letter_has_its_words(page, make, session, app):
    text = (app.jinja_env.loader.get_source(app.jinja_env, "trails/show.html"))[0]
    missing = [e.value for e in Event if e.value.startswith("letter.") and f'"{e.value}"' not in text]
    assert not missing
