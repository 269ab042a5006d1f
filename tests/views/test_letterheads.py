"""The head of an office's letters: set by its administrators, printed on what is written there."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select

from tests import people as world
from webapp.domain import letterheads
from webapp.models import Letterhead, Office, Role

HEAD = {
    "above": "Pemerintah Kabupaten Contoh", "name": "Dinas Kominfo", "address": "Jalan Contoh 1\r\nTelepon 0",
    "place": "Arosuka", "paper": "A4",
}  # fmt: skip


def picture(kind="PNG"):
    out = BytesIO()
    Image.new("RGBA", (50, 60), (10, 20, 30, 128)).save(out, kind)
    return BytesIO(out.getvalue()), "lambang.png"


@pytest.fixture
def office_id(work):
    budi = world.find(work, "budi")
    found = next(m.office_id for m in budi.memberships if m.role == Role.DRAFTER)
    work.session.commit()
    return found


def test_an_administrator_sets_head_and_emblem(page, office_id, work, session):
    path = f"/offices/{office_id}/letterhead"
    page.log_in("admin").get(path)
    page.get(f"{path}/emblem", status=404)
    page.post(path, HEAD | {"emblem": picture()})
    page.follow()
    assert "Kop surat disimpan" in page.text and page.html.find(id="place")["value"] == "Arosuka"
    assert page.client.get(f"{path}/emblem").data.startswith(b"\x89PNG")
    paper = letterheads.of(work, session.get_one(Office, office_id))
    assert (paper.head.name, paper.head.address, paper.head.paper) == (
        "Dinas Kominfo", ("Jalan Contoh 1", "Telepon 0"), "A4",
    )  # fmt: skip
    session.commit()
    page.post(path, HEAD | {"drop_emblem": "y"})
    page.get(f"{path}/emblem", status=404)


def test_what_an_office_lacks_comes_from_the_one_above(page, office_id, work, session):
    top = session.scalars(select(Office).order_by(Office.path)).first()
    top_id, top_name = top.id, top.name
    session.commit()
    page.log_in("admin").get(f"/offices/{top_id}/letterhead")
    page.post(f"/offices/{top_id}/letterhead", HEAD | {"emblem": picture()})
    office = session.get_one(Office, office_id)
    paper = letterheads.of(work, office)
    assert (paper.head.above, paper.head.name, paper.head.address) == (top_name, office.name, ())
    assert (paper.head.place, paper.head.paper) == ("Arosuka", "A4") and paper.emblem_sha256
    session.commit()


REFUSALS = (
    (b"GIF89a", "Pilih gambar PNG"), (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "Pilih gambar PNG"),
    (b"x" * 2_000_001, "Batasnya 2 MB."),
)  # fmt: skip


@pytest.mark.parametrize(("data", "told"), REFUSALS)
def test_what_is_no_picture_is_told(page, office_id, session, data, told):
    path = f"/offices/{office_id}/letterhead"
    page.log_in("admin").get(path)
    page.post(path, HEAD | {"emblem": (BytesIO(data), "x.png")}, status=422)
    assert told in page.text
    assert session.scalars(select(Letterhead)).all() == []
    session.commit()


def test_four_lines_are_too_many_and_others_may_not(page, office_id):
    path = f"/offices/{office_id}/letterhead"
    page.log_in("admin").get(path)
    page.post(path, HEAD | {"address": "a\nb\nc\nd"}, status=422)
    page.log_out()
    page.log_in("budi").get(path, status=403)
