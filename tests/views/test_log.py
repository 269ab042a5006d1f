"""The log's public files and page: for a stranger, a browser and somebody else's monitor."""

import base64
import gzip
import json
import threading

import pytest
from werkzeug.serving import make_server

from signing import leaves, notes, sorted_map, tiles, tlog
from signing.__main__ import main
from webapp.domain import log


@pytest.fixture
def signed(make, session):
    made = make.signed()
    session.commit()
    return made


def test_a_stranger_reads_checkpoint_tile_and_entries(app, signed):
    client = app.test_client()
    vkey = client.get("/log/vkey").text.strip()
    answer = client.get("/log/checkpoint")
    assert answer.mimetype == "text/plain" and answer.headers["Cache-Control"] == "no-store"
    point = notes.open_checkpoint(answer.text, notes.Verifier.parse(vkey))
    tile, bundle = client.get("/log/tile/0/000.p/1"), client.get("/log/tile/entries/000.p/1")
    assert point.size == 1 and tile.data == point.root == tlog.leaf_hash(tiles.unpack(bundle.data)[0])
    for cached in (tile, bundle):
        assert "immutable" in cached.headers["Cache-Control"] and "Set-Cookie" not in cached.headers


@pytest.mark.parametrize(
    "path", ["0/000", "0/000.p/2", "0/001.p/1", "9/000", "0/0", "entries/../0", "x", "entries/000"]
)
def test_what_is_not_there_is_not_found(page, signed, path):
    page.get(f"/log/tile/{path}", status=404)


def test_the_page_explains_and_shows_the_newest_checkpoint(page, signed):
    page.get("/log")
    assert page.h1 == "Buku publik tanda tangan" and "localhost/log+" in page.text
    assert "python -m signing monitor http://localhost/log" in page.text and "localhost/log 1 " in page.text


def test_a_number_is_looked_for(page, signed):
    assert "Ada: surat bernomor" in page.get(f"/log?number={signed.number.lower()}").text
    assert "Tidak ada: surat bernomor 9/X" in page.get("/log?number=9/X").text
    assert "<script>" not in page.get("/log?number=<script>").response.text


def test_an_empty_log_still_answers(page):
    assert "tidak pernah" in page.get("/log?number=1/X").text
    page.get("/log/number?number=1/X", status=404)


@pytest.mark.parametrize("is_there", [True, False])
def test_the_answer_for_a_number_can_be_checked_elsewhere(app, signed, is_there):
    number = signed.number if is_there else "9/X"
    told = app.test_client().get("/log/number", query_string={"number": number}).json
    newest = told["newest"]
    point = notes.open_checkpoint(newest["checkpoint"], log.verifier(app.config["TEKEN"]))
    proof = [base64.b64decode(step) for step in newest["proof"]]
    leaf = newest["leaf"].encode()
    assert tlog.verify_inclusion(tlog.leaf_hash(leaf), newest["index"], point.size, proof, point.root)
    assert newest["index"] == point.size - 1
    siblings = tuple(base64.b64decode(s) for s in told["siblings"])
    way = sorted_map.Proof(siblings, base64.b64decode(told["key"]), base64.b64decode(told["value"]))
    root, key = bytes.fromhex(leaves.parse(leaf).map), bytes.fromhex(leaves.number_digest(number))
    assert bool(sorted_map.verify(root, key, way)) is is_there and (told["first"] is not None) is is_there


def test_the_page_of_a_letter_says_where_it_is_written(page, signed):
    page.get(f"/v/{signed.code}")
    box = page.html.select_one("[data-behaviour=log-proof]")
    assert "Tercatat dalam buku publik nomor 1." in page.text and "keterangan peladen" in page.text
    told = page.client.get(box["data-url"]).json
    leaf = leaves.parse(told["leaf"].encode())
    assert (leaf.file, leaf.certificate) == (box["data-file"], box["data-certificate"])
    size = len(gzip.compress(page.response.data, 6))
    assert size < 6000, f"{size} bytes"


def test_the_monitor_follows_the_real_server(app, make, session, tmp_path, capsys):
    """The whole way: letters signed in the product, its own server, the command from outside."""
    signed = make.signed()
    session.commit()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    certificate = log.certificate_sha256(signed.signature)
    command = ["monitor", f"http://127.0.0.1:{server.port}/log", "--state", str(tmp_path / "state"), "--json"]
    try:
        assert main(command) == 0
        assert json.loads(capsys.readouterr().out)["size"] == 1
        make.signed()
        session.commit()
        assert main([*command, "--certificate", certificate]) == 5
        capsys.readouterr()
        session.execute(log.LogLeaf.__table__.update().values(kind="x"))  # ours alone: the data is what counts
        session.commit()
        assert main(command) == 0
        first = session.get_one(log.LogLeaf, 0)
        first.data = first.data.replace(certificate.encode(), b"0" * 64)
        session.commit()
        capsys.readouterr()
        make.signed()
        session.commit()
        (tmp_path / "fresh").write_text("")
        assert main([*command[:3], str(tmp_path / "other"), "--json"]) == 4
        assert json.loads(capsys.readouterr().out)["findings"][0]["kind"] == "fork"
    finally:
        server.shutdown()
        thread.join(10)
