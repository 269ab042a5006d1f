"""Tables as an administrator makes them, and their way into the product."""

import io

from openpyxl import Workbook

from webapp.models import Import, Person

OFFICES = ["kode", "nama", "kode induk"]
PEOPLE = [
    "nama",
    "gelar depan",
    "gelar belakang",
    "surel",
    "nip",
    "pangkat",
    "jabatan",
    "kode perangkat daerah",
    "peran",
]
MAYA = ["Maya Contoh", "", "S.H.", "maya@solok.example", "000000000000000103", "Pembina (IV/a)", "Analis", "SETDA",
        "pengonsep, verifikator"]  # fmt: skip
BUDI = ["Budi Contoh", "", "", "budi@solok.example", "", "", "Pengonsep Naskah", "SETDA", "Pengonsep"]


def csv_of(*rows, delimiter=";", encoding="utf-8-sig"):
    quoted = (f'"{cell}"' if delimiter in cell else cell for row in rows for cell in row)
    cells = iter(quoted)
    return "\r\n".join(delimiter.join(next(cells) for _ in row) for row in rows).encode(encoding)


def xlsx_of(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def upload(page, kind, data, *, name="orang.csv", status=303):
    """Choose the file and look at what it would do."""
    page.get(f"/imports/{kind}/new")
    page.post(f"/imports/{kind}/new", {"file": (io.BytesIO(data), name)}, status=status)
    return page.follow() if status == 303 else page


def apply(page, *, invite=False, status=303):
    """Press what the page offers, with what it carries."""
    form = page.html.find("form", id="terapkan")
    sent = {field["name"]: field.get("value", "") for field in form.find_all("input", type="hidden")}
    path = page.response.request.path
    return page.post(path, sent | ({"invite": "y"} if invite else {}), status=status)


def fresh(work):
    work.session.commit()
    work.session.expire_all()
    return work.session


def person(work, login):
    return fresh(work).query(Person).filter_by(email=f"{login}@solok.example").one_or_none()


def only_import(work):
    found = fresh(work).query(Import).one().id
    work.session.commit()  # holds no lock while pages are asked for
    return found


def with_(row, **changes):
    named = dict(
        zip(("name", "before", "after", "email", "nip", "rank", "position", "office", "roles"), row, strict=True)
    )
    return list((named | changes).values())
