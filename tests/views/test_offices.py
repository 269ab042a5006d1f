"""The tree of offices, and what stands under their signature marks."""

from tests import people as world
from webapp.domain import people
from webapp.models import Office, Role


def office(work, code):
    work.session.commit()
    work.session.expire_all()
    return work.session.query(Office).filter_by(code=code).one_or_none()


def test_the_tree_is_shown_and_grows(page, work):
    page.log_in("admin").get("/offices")
    assert "Sekretariat Daerah" in page.text and page.html.select(".tree .tree")
    setda = office(work, "SETDA").id
    work.session.commit()
    page.get(f"/offices/new?below={setda}")
    assert page.html.select_one("#office option[selected]")["value"] == str(setda)
    page.post("/offices/new", {"office": setda, "name": "Bagian Umum", "code": "um", "footer": ""}).follow()
    assert "Bagian Umum ditambahkan." in page.text
    made = office(work, "UM")
    assert made.parent.code == "SETDA" and made.ancestor_ids > {setda}


def test_a_code_is_used_once(page, work):
    top = office(work, "PEMKAB").id
    work.session.commit()
    page.log_in("admin").get("/offices/new")
    page.post("/offices/new", {"office": top, "name": "Setda dua", "code": "setda"}, status=422)
    assert "sudah dipakai" in page.text and page.html.find(id="name")["value"] == "Setda dua"
    page.post("/offices/new", {"office": top, "name": "X", "code": "a b"}, status=422)


def test_the_lines_of_the_mark_keep_their_order(page, work):
    path = f"/offices/{office(work, 'SETDA').id}/edit"
    work.session.commit()
    page.log_in("admin").get(path)
    assert len(page.html.select("input[name=mark_lines][checked]")) == 4
    facts = {"name": "Sekretariat Daerah", "footer": "Naskah dinas Kabupaten Solok."}
    page.post(path, facts | {"mark_lines": ["nip", "name"]}).follow()
    assert office(work, "SETDA").mark_lines == ["name", "nip"]
    work.session.commit()
    page.get(path).post(path, facts | {"mark_lines": ["nip"]}, status=422)
    assert "Nama pejabat harus tercantum" in page.text


def test_an_office_is_changed_by_its_own_administrators_only(page, work, budi):
    people.give_role(world.as_person(work, world.find(work, "admin")), budi, office(work, "SETDA"), Role.ADMINISTRATOR)
    work.session.commit()
    kominfo, top = office(work, "KOMINFO").id, office(work, "PEMKAB").id
    work.session.commit()
    page.log_in("budi").get("/offices")
    assert "Sekretariat Daerah" in page.text and "Dinas Komunikasi" not in page.text
    page.get(f"/offices/{kominfo}/edit", status=403)
    page.post(f"/offices/{kominfo}/edit", {"name": "Milik saya", "mark_lines": "name"}, status=403)
    page.get("/offices/new").post("/offices/new", {"office": top, "name": "X", "code": "X"}, status=422)
    page.get("/offices/99999/edit", status=404)
    page.log_out().log_in("sari").get("/offices", status=403)
