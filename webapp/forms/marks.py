"""Where the mark stands: points placed with the finger, or millimetres typed by hand; from the page's top left."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext, lazy_gettext
from wtforms import FloatField, HiddenField, IntegerField
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import HiddenInput

from signing import Placement
from webapp.forms.base import CommaField, Form

POINTS = 72 / 25.4  # in a millimetre
NARROWEST, NATURAL, WIDEST = 150.0, 220.0, 320.0
SHAPE = 92 / 220  # height to width
GAP, MARGIN = 8.0, 20.0  # points between two marks, and to the paper's edge
ROUNDING = 1.0  # a tenth of a millimetre typed by hand never puts the mark over the edge


def points(millimetres: float) -> float:
    return round(float(millimetres) * POINTS, 1)


class PlacementForm(Form):
    """Points count where they are given (placed with the finger), else the millimetres."""

    page = IntegerField(lazy_gettext("Halaman"), [InputRequired(lazy_gettext("Pilih halamannya."))])
    x = FloatField(validators=[Optional()], widget=HiddenInput())
    y = FloatField(validators=[Optional()], widget=HiddenInput())
    width = FloatField(validators=[Optional()], widget=HiddenInput())
    height = FloatField(validators=[Optional()], widget=HiddenInput())
    x_mm = CommaField(lazy_gettext("Dari tepi kiri (mm)"), [Optional()], places=1)
    y_mm = CommaField(lazy_gettext("Dari tepi atas (mm)"), [Optional()], places=1)
    width_mm = CommaField(lazy_gettext("Lebar tanda (mm)"), [Optional()], places=1)
    accepted = HiddenField()  # the very place for which covering text was allowed

    def show(self, placement: Placement | None, page: int) -> None:
        """Fill the fields with a place, or with none yet on this page."""
        self.page.data, self.width_mm.data = page, round(NATURAL / POINTS, 1)
        if placement is None:
            return
        for name in ("x", "y", "width", "height"):
            self._fields[name].data = round(getattr(placement, name), 1)
        for name in ("x", "y", "width"):
            self._fields[f"{name}_mm"].data = round(getattr(placement, name) / POINTS, 1)

    def placement(self, sizes: Sequence[Sequence[float]]) -> Placement | None:
        """The place, if it lies on one of these pages; else None, with the error at its field."""
        if not self.validate():
            return None
        x, y, width = (self._value(name) for name in ("x", "y", "width"))
        if x is None or y is None:
            self.add_error("x_mm", gettext("Ketuk tempat tanda tangan pada halaman, atau isi letaknya dengan angka."))
            return None
        width = width or NATURAL
        height = self.height.data if self.x.data is not None and self.height.data else round(width * SHAPE, 1)
        return self._checked(Placement(self.page.data, x, y, width, height), sizes)

    def is_accepted(self, placement: Placement) -> bool:
        """Whether covering what lies exactly here was agreed to: a mark moved afterwards is looked at again."""
        return self.accepted.data == key(placement)

    def _value(self, name: str) -> float | None:
        typed = self._fields[f"{name}_mm"].data
        placed = self._fields[name].data if self.x.data is not None else None
        return placed if placed is not None else None if typed is None else points(typed)

    def _checked(self, place: Placement, sizes: Sequence[Sequence[float]]) -> Placement | None:
        if not 1 <= place.page <= len(sizes):
            self.add_error("page", gettext("Surat ini hanya berisi %(pages)s halaman.", pages=len(sizes)))
            return None
        if not (NARROWEST <= place.width <= WIDEST and 0.25 <= place.height / place.width <= 0.75):
            self.add_error("width_mm", gettext("Lebar tanda tangan harus 53 sampai 113 mm."))
            return None
        room_x, room_y = sizes[place.page - 1][0] - place.width, sizes[place.page - 1][1] - place.height
        if not (-ROUNDING <= place.x <= room_x + ROUNDING and -ROUNDING <= place.y <= room_y + ROUNDING):
            self.add_error("x_mm", gettext("Tempat tanda tangan berada di luar halaman. Letakkan lagi."))
            return None
        x, y = min(max(place.x, 0.0), max(room_x, 0.0)), min(max(place.y, 0.0), max(room_y, 0.0))
        return Placement(place.page, x, y, place.width, place.height)


def key(placement: Placement) -> str:
    box = (placement.x, placement.y, placement.width, placement.height)
    return ":".join([str(placement.page), *(f"{side:.1f}" for side in box)])


def proposal(versions: Sequence) -> tuple[str, Placement | None]:
    """Where the box is first shown, and why: placed before, a tag, free space, the last version's place, or nothing."""
    current = versions[-1]
    if current.placement:
        return "placed", Placement.of(current.placement)
    if current.suggestion:
        return current.suggestion["by"], Placement.of(current.suggestion)
    earlier = versions[-2] if len(versions) > 1 else None
    if earlier and earlier.placement and earlier.page_sizes == current.page_sizes:
        return "earlier", Placement.of(earlier.placement)
    return "none", None


def beside(version: object, signer_id: int) -> tuple[str, Placement | None]:
    """The same for a later signer: placed before, else free width beside the last mark that has a place."""
    placed = next((entry for entry in version.later_placements if entry["person_id"] == signer_id), None)
    if placed:
        return "placed", Placement.of(placed)
    taken = [Placement.of(entry) for entry in (version.placement, *version.later_placements) if entry]
    if not taken:
        return "none", None
    last = taken[-1]
    across = version.page_sizes[last.page - 1][0]
    for x in (last.x - last.width - GAP, last.x + last.width + GAP):
        if MARGIN <= x <= across - last.width - MARGIN:
            return "beside", Placement(last.page, x, last.y, last.width, last.height)
    return "none", None
