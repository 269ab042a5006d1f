"""Where the mark stands: points or millimetres, and only on a page that exists."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from flask import Flask

from signing import Placement
from webapp.forms.marks import PlacementForm, key, proposal

A4 = [[595.0, 842.0], [842.0, 595.0]]
BOX = {"page": "1", "x": "300.5", "y": "600", "width": "220", "height": "92"}


def form(app: Flask, data: dict[str, str]) -> tuple[PlacementForm, Placement | None]:
    with app.test_request_context(method="POST", data=data):
        made = PlacementForm(meta={"csrf": False})
        return made, made.placement(A4)


def test_points_are_taken_as_they_are(app):
    assert form(app, BOX)[1] == Placement(1, 300.5, 600, 220, 92)


def test_points_win_over_millimetres(app):
    assert form(app, BOX | {"x_mm": "1", "y_mm": "1", "width_mm": "60"})[1].x == 300.5


def test_millimetres_with_a_comma(app):
    place = form(app, {"page": "2", "x_mm": "25,4", "y_mm": "50.8", "width_mm": "77,6"})[1]
    assert (place.page, place.x, place.y) == (2, 72, 144)
    assert place.height / place.width == pytest.approx(92 / 220, abs=0.001)


def test_without_a_width_the_mark_has_its_own(app):
    assert form(app, {"page": "1", "x_mm": "0", "y_mm": "0"})[1] == Placement(1, 0, 0, 220, 92)


def test_a_rounding_over_the_edge_is_forgiven(app):
    assert form(app, BOX | {"x": "375.6"})[1].x == 375
    assert form(app, BOX | {"x": "-0.9"})[1].x == 0
    assert form(app, BOX | {"x": "377"})[1] is None


@pytest.mark.parametrize("page", ["0", "-1", "3", "", "x", "99999999999999999999"])
def test_a_page_that_is_not_there(app, page):
    made, place = form(app, BOX | {"page": page})
    assert place is None
    assert made.page.errors


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "1e400", "x"])
def test_numbers_that_are_none(app, value):
    assert form(app, BOX | {"x": value})[1] is None
    assert form(app, {"page": "1", "x_mm": value, "y_mm": "10"})[1] is None


def test_what_was_allowed_to_be_covered_is_one_place_only(app):
    made, place = form(app, BOX | {"accepted": "1:300.5:600.0:220.0:92.0"})
    assert made.is_accepted(place)
    assert not made.is_accepted(Placement(1, 301, 600, 220, 92))
    assert key(place) == made.accepted.data


def test_the_place_proposed():
    suggestion = {"by": "tag", "page": 1, "x": 1, "y": 2, "width": 220, "height": 92}
    place = {name: value for name, value in suggestion.items() if name != "by"}

    def version(**kind: object) -> SimpleNamespace:
        return SimpleNamespace(**{"placement": None, "suggestion": None, "page_sizes": A4} | kind)

    assert proposal([version(placement=place, suggestion=suggestion)])[0] == "placed"
    assert proposal([version(suggestion=suggestion)]) == ("tag", Placement(1, 1, 2, 220, 92))
    assert proposal([version(placement=place), version()])[0] == "earlier"
    assert proposal([version(placement=place), version(page_sizes=A4[:1])]) == ("none", None)
