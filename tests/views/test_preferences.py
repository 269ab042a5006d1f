"""A person's own page of how he wants to be told."""

from webapp.domain import preferences
from webapp.domain.preferences import Wish
from webapp.models import Rhythm

USUAL = {"rhythm": "immediate", "quiet_from": "21:00", "quiet_until": "05:00"}


def test_what_is_chosen_is_kept_and_shown_again(page, work, sari):
    work.session.commit()
    page.log_in("sari").get("/preferences")
    assert page.html.find("input", {"name": "rhythm", "value": "immediate"}).has_attr("checked")
    assert not page.html.find("input", {"name": "is_quiet"}).has_attr("checked")
    chosen = USUAL | {"rhythm": "twice_daily", "is_quiet": "y", "quiet_from": "20:30"}
    page.post("/preferences", chosen).follow()
    assert "Pengaturan pemberitahuan disimpan." in page.text
    work.session.expire_all()
    assert preferences.of(work, sari) == Wish(Rhythm.TWICE_DAILY, (20 * 60 + 30, 5 * 60), sari.zone)
    work.session.commit()
    page.get("/preferences")
    assert page.html.find("input", {"name": "quiet_from"})["value"] == "20:30" and "WIB" in page.text


def test_quiet_hours_that_are_none_are_refused_and_without_the_tick_they_do_not_count(page, work, budi):
    work.session.commit()
    page.log_in("budi").get("/preferences")
    page.post("/preferences", USUAL | {"is_quiet": "y", "quiet_until": "21:00"}, status=422)
    assert "Jam tenang harus berakhir" in page.text
    page.post("/preferences", USUAL | {"is_quiet": "y", "quiet_from": ""}, status=422)
    page.post("/preferences", USUAL | {"is_quiet": "y", "quiet_from": "25:99"}, status=422)
    page.post("/preferences", USUAL | {"rhythm": "never"}, status=422)
    assert preferences.of(work, budi) == Wish(zone=budi.zone)
    work.session.commit()
    page.post("/preferences", USUAL | {"quiet_until": "21:00"})
    assert preferences.of(work, budi).quiet is None
