"""Another system hands a letter in, follows it, and takes the signed file with its evidence."""

import base64
import io
import json
import subprocess
import zipfile
from datetime import date

import pytest

from tests import people as world
from tests import tagged
from tests.api.conftest import Client, new_letter
from webapp.domain import documents, number_patterns
from webapp.domain.tokens import Scope
from webapp.models import AuditEntry, Job, Letter, Office


def test_a_letter_is_handed_in_signed_and_fetched_with_its_evidence(api, work, make, tmp_path):
    answer = api.hand_in()
    told = answer.json
    assert answer.headers["Location"] == f"/api/v1/letters/{told['id']}"
    assert told["state"] == "submitted" and told["drafter"] == "SRIKANDI" and told["signature"] is None
    assert told["signer"]["position"] == "Sekretaris Daerah (contoh)"
    api.ask("GET", f"/letters/{told['id']}/file", status=409)
    letter = work.session.get_one(Letter, told["id"])
    make.sign(letter)
    work.session.commit()
    now = api.get(f"/letters/{told['id']}")
    assert now["state"] == "signed" and letter.code[:4].lower() in now["signature"]["verify_url"].lower()
    signed = tmp_path / "signed.pdf"
    signed.write_bytes(api.ask("GET", f"/letters/{told['id']}/file").data)
    judged = subprocess.run(["pdfsig", "-no-ocsp", signed], capture_output=True, text=True)
    assert "Signature is Valid" in judged.stdout and "Total document signed" in judged.stdout
    work.session.commit()
    packed = api.ask("GET", f"/letters/{told['id']}/bundle").data
    with zipfile.ZipFile(io.BytesIO(packed)) as bundle:
        assert bundle.read("surat.pdf") == signed.read_bytes()
    steps = [step["event"] for step in api.get(f"/letters/{told['id']}/history")["steps"]]
    assert steps[:1] == ["letter.created"] and {"letter.submitted", "letter.handed_in", "letter.signed"} <= set(steps)
    assert not {"letter.downloaded", "letter.bundled", "letter.read"} & set(steps), "who read it is not told"


def test_the_trail_names_the_token(api, work):
    told = api.hand_in().json
    entries = work.session.query(AuditEntry).filter_by(letter_id=told["id"]).all()
    assert {entry.actor.name for entry in entries} == {"SRIKANDI"}
    handed = next(entry for entry in entries if entry.event == "letter.handed_in")
    assert json.loads(handed.facts)["token"] == "SRIKANDI" and json.loads(handed.facts)["token_id"]


def test_the_signer_is_told_and_the_system_gets_no_mail(api, work, app):
    from webapp.jobs import mail

    told = api.hand_in().json
    jobs = work.session.query(Job).all()
    assert {"mail", "push", "pages"} <= {job.kind for job in jobs}
    letter = work.session.get_one(Letter, told["id"])
    with app.app_context():
        mail.run(app, person_id=letter.drafter_id, message="letter_signed", letter_id=letter.id)
    assert not list(app.config["TEKEN"].mail_folder.glob("*")) if app.config["TEKEN"].mail_folder.exists() else True


def test_a_number_is_taken_by_the_offices_pattern(api, work, stranger):
    setda = work.session.query(Office).filter_by(code="SETDA").one()
    admin = world.as_person(work, world.find(work, "admin"))
    number_patterns.create(admin, setda, name="Undangan", pattern="{klasifikasi}/{urut:3}/UM-{tahun}")
    work.session.commit()
    (pattern,) = api.get("/patterns")["patterns"]
    told = api.hand_in(number="", pattern_id=pattern["id"], classification="000.1.5").json
    assert told["number"] == "000.1.5/001/UM-2026"
    second = api.hand_in(number="", pattern_id=pattern["id"], classification="000.1.5").json
    assert second["number"] == "000.1.5/002/UM-2026"
    problem = stranger.hand_in(number="", pattern_id=pattern["id"], signer="hadi@solok.example", status=422).json
    assert problem["errors"][0]["field"] == "pattern_id", "another office's pattern is none"


def test_the_signer_is_chosen_by_id_or_address_and_must_be_one(api, work, sari):
    work.session.commit()
    by_id = {one["id"]: one for one in api.get("/signers")["signers"]}
    assert by_id[sari.id]["email"] == "sari@solok.example"
    assert api.hand_in(signer=sari.id).json["signer"]["id"] == sari.id
    for nobody in ("budi@solok.example", "hadi@solok.example", "nobody@solok.example", 99_999):
        assert api.hand_in(signer=nobody, status=422).json["errors"][0]["field"] == "signer"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"subject": ""}, "subject"), ({"subject": "\u200b \n"}, "subject"), ({"number": ""}, "number"),
        ({"dated_on": "1999-12-31"}, "dated_on"), ({"dated_on": "yesterday"}, "dated_on"), ({"file": "!!"}, "file"),
        ({"urgency": "x"}, "urgency"), ({"addressee": "x" * 301}, "addressee"), ({"signer": 0}, "signer"),
        ({"placement": {"page": 1, "x": 1, "y": 1, "width": 5}}, "placement.width"), ({"sign": True}, "body"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_by_its_field_and_nothing_is_made(api, work, facts, field):
    problem = api.hand_in(status=422, **facts).json
    assert problem["errors"][0]["field"] == field
    assert work.session.query(Letter).count() == 0


def test_a_hostile_or_broken_file_is_refused_by_its_code(api, work):
    for data, code in ((b"no pdf at all", "not_pdf"), (b"%PDF-1.7\nbroken", None)):
        problem = api.hand_in(file=base64.b64encode(data).decode(), status=422).json
        assert code is None or problem["code"] == code
    assert work.session.query(Letter).count() == 0


def test_the_mark_covers_nothing_silently_and_stays_on_the_page(api, work):
    over = {"page": 1, "x": 60, "y": 60}
    assert api.hand_in(placement=over, status=422).json["errors"][0]["field"] == "placement"
    assert api.hand_in(placement=over, may_cover=True).json["state"] == "submitted"
    for outside in ({"page": 9, "x": 60, "y": 60}, {"page": 1, "x": 5000, "y": 60}):
        api.hand_in(placement=outside, may_cover=True, status=422)


def test_number_and_date_are_written_at_the_files_tags(api, work):
    file = base64.b64encode(tagged.page()).decode()
    told = api.hand_in(file=file, number="000.1.5/9/UM-2026").json
    version = work.session.get_one(Letter, told["id"]).version
    text = tagged.text(documents.get(work.config, version.prepared_sha256))
    assert "Nomor : 000.1.5/9/UM-2026" in text and "23 November 2026" in text and "${" not in text
    assert documents.get(work.config, version.blank_sha256) == tagged.page()
    work.session.commit()
    long = "B-400.3.12/1234/Disdikbud-PAUD-dan-Dikmas-Kabupaten-Contoh/UM/XI/2026"
    assert api.hand_in(file=file, number=long, status=422).json["code"] == "tag_too_narrow"
    setda = work.session.query(Office).filter_by(code="SETDA").one()
    admin = world.as_person(work, world.find(work, "admin"))
    pattern = number_patterns.create(admin, setda, name="Undangan", pattern="{urut:3}/UM-{tahun}").id
    work.session.commit()
    problem = api.hand_in(file=file, number="", pattern_id=pattern, status=422).json
    assert problem["errors"][0]["field"] == "number", "the book gives it only when nothing can be written any more"


def test_malformed_requests_are_problems_too(api, app):
    key = {"Idempotency-Key": "k"}
    api.ask("POST", "/letters", data=b"{", headers=key, content_type="application/json", status=400)
    deep = b'{"signer":' * 100_000
    api.ask("POST", "/letters", data=deep, headers=key, content_type="application/json", status=422)
    api.ask("POST", "/letters", data=b'{"a":1}', headers=key, content_type="text/plain", status=415)
    api.ask("POST", "/letters", json=new_letter(), status=400)  # no key
    api.ask("POST", "/letters", data=b"x" * 30_000_000, headers=key, content_type="application/json", status=413)
    api.ask("GET", "/nowhere", status=404)
    api.ask("GET", "/letters/99999999999999999999", status=404)
    assert "POST" in api.ask("DELETE", "/letters", status=405).headers["Allow"]
    assert api.ask("GET", "/nowhere", headers={"Accept-Language": "en"}, status=404).json["title"] == "Not found"


def test_an_unexpected_failure_is_a_problem_with_a_reference(api, app, monkeypatch):
    from webapp.api import letters

    monkeypatch.setattr(letters.searches, "find", lambda *_: 1 / 0)
    problem = api.ask("GET", "/letters", status=500).json
    assert problem["reference"] and "division" not in problem["detail"]


def test_lists_are_paged_by_cursor_and_filtered(api, make, work):
    made = [make.submitted(dated_on=date(2026, 11, day)) for day in (1, 2, 3, 4, 5)]
    signed = make.signed()
    work.session.commit()
    seen, cursor, pages = [], "", 0
    while True:
        page = api.get(f"/letters?limit=2&state=submitted{'&cursor=' + cursor if cursor else ''}")
        seen += [letter["id"] for letter in page["letters"]]
        pages += 1
        if page["next"] is None:
            break
        cursor = page["next"]
    assert seen == [letter.id for letter in reversed(made)] and pages == 3
    assert [one["id"] for one in api.get("/letters?state=signed")["letters"]] == [signed.id]
    between = api.get("/letters?since=2026-11-02&until=2026-11-03&oldest_first=true")["letters"]
    assert [one["id"] for one in between] == [made[1].id, made[2].id]
    assert len(api.get("/letters?q=koordinasi")["letters"]) == 6
    for wrong in (
        "limit=0",
        "limit=101",
        "limit=x",
        "cursor=zzz",
        "state=lost",
        "since=1",
        "colour=red",
        "until=null",
        "limit=1&limit=2",
    ):
        api.ask("GET", f"/letters?{wrong}", status=422)


def test_a_token_that_only_reads_hands_nothing_in(app, make_token, work):
    reader = Client(app, make_token(Scope.READ)[1])
    answer = reader.hand_in(status=403)
    assert 'error="insufficient_scope", scope="letters:submit"' in answer.headers["WWW-Authenticate"]
    assert work.session.query(Letter).count() == 0
