"""A log that rewrites itself is found out from outside, over real HTTP, by the command that anybody can run."""

import json
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from signing import leaves, monitor, notes, sorted_map, tiles, tlog
from signing.__main__ import main
from tests.signing.test_tlog import Tree

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
SARI, HADI = "5a" * 32, "4a" * 32


class Log:
    """A log server in memory that can be made to lie."""

    def __init__(self):
        self.entries, self.pages, self.key, self.name = [], {}, KEY, "teken.example/log"
        self.now = datetime.now(UTC) - timedelta(minutes=2)
        self.asked = []

    def write(self, certificate=HADI, letter="1/UM", **lies):
        self.now += timedelta(milliseconds=1)
        digest = leaves.number_digest(letter)
        root = sorted_map.count_in(self.pages, bytes.fromhex(digest), len(self.entries))
        leaf = leaves.Leaf(
            "signature", leaves.time_of(self.now), "f" * 64, digest, certificate, "c" * 64, "-", root.hex()
        )
        self.entries.append(replace(leaf, **lies).data)

    @property
    def vkey(self):
        return notes.verifier(self.key, self.name).vkey

    def answer(self, path):
        self.asked.append(path)
        if path == "vkey":
            return self.vkey.encode()
        if path == "checkpoint":
            point = notes.Checkpoint(self.name, len(self.entries), Tree(self.entries).roots[-1])
            return notes.sign(point, self.key).encode()
        tile = tiles.parse(path.removeprefix("tile/"))
        return tiles.pack(self.entries[tile.start : tile.start + tile.width])


@pytest.fixture
def log():
    made = Log()
    for number in range(300):
        made.write(letter=f"{number}/UM")
    return made


@pytest.fixture
def url(log):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            content = log.answer(self.path.removeprefix("/log/"))
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/log"
    server.shutdown()
    server.server_close()


@pytest.fixture
def look(url, tmp_path, capsys):
    """Run the command; its exit code and what it says."""

    def looked(*more):
        code = main(["monitor", url, "--state", str(tmp_path / "state.json"), "--json", *more])
        return code, json.loads(capsys.readouterr().out)

    return looked


def kinds(said):
    return [finding["kind"] for finding in said["findings"]]


def test_an_honest_log_is_followed_and_only_the_new_is_fetched(log, look):
    code, said = look()
    assert (code, said["size"], said["new"], said["findings"]) == (0, 300, 300, [])
    log.asked.clear()
    log.write()
    code, said = look()
    assert (code, said["size"], said["new"]) == (0, 301, 1)
    assert log.asked == ["checkpoint", "tile/entries/001.p/45"]
    assert look()[1]["new"] == 0


def test_a_signature_in_an_officials_name_is_reported_once(log, look):
    look()
    log.write(certificate=SARI)
    code, said = look("--certificate", SARI.upper())
    assert code == 5 and kinds(said) == ["certificate"] and said["findings"][0]["index"] == 300
    assert look("--certificate", SARI)[0] == 0


def rebuild(log, entries):
    """The rewriting of somebody who holds all keys: every map root and every hash is right again."""
    log.entries, log.pages = [], {}
    for entry in entries:
        leaf = leaves.parse(entry)
        root = sorted_map.count_in(log.pages, bytes.fromhex(leaf.number), len(log.entries))
        log.entries.append(replace(leaf, map=root.hex()).data)


def drop(log):
    rebuild(log, log.entries[:17] + log.entries[18:])
    log.write()
    log.write()


def change(log):
    changed = replace(leaves.parse(log.entries[17]), certificate=SARI).data
    rebuild(log, [*log.entries[:17], changed, *log.entries[18:]])
    log.write()


def cut(log):
    del log.entries[250:]


def insert(log):
    rebuild(log, [*log.entries[:17], log.entries[16], *log.entries[17:]])


def same_size(log):
    rebuild(log, [*log.entries[:-1], replace(leaves.parse(log.entries[-1]), file="0" * 64).data])


@pytest.mark.parametrize(
    ("rewrite", "kind", "index"),
    [(drop, "changed", 17), (change, "changed", 17), (cut, "removed", 250), (insert, "changed", 17),
     (same_size, "changed", 299)],
)  # fmt: skip
def test_a_rewritten_log_is_found_out_and_the_evidence_is_kept(log, look, tmp_path, rewrite, kind, index):
    look()
    before = (tmp_path / "state.json").read_bytes()
    rewrite(log)
    for _ in range(2):
        code, said = look()
        assert code == 4 and kinds(said) == [kind] and said["findings"][0]["index"] == index
        assert said["note"] != said["seen"] and "\n300\n" in said["seen"]
    assert (tmp_path / "state.json").read_bytes() == before


def test_a_leaf_cut_out_without_mending_the_rest_is_called_removed(log, look):
    look()
    del log.entries[17]
    log.write()
    log.write()
    code, said = look()
    assert code == 4 and kinds(said) == ["removed"] and said["findings"][0]["index"] == 17


def earlier(minutes):
    return leaves.time_of(datetime.now(UTC) - timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("lies", "kind"),
    [({"time": earlier(60)}, "backdated"), ({"time": earlier(-60)}, "backdated"), ({"map": "0" * 64}, "map"),
     ({"file": "x"}, "leaf"), ({"number": "0" * 64}, "map")],
)  # fmt: skip
def test_a_false_leaf_is_found_out(log, look, lies, kind):
    look()
    log.write(**lies)
    code, said = look()
    assert code == 4 and kinds(said)[0] == kind and said["findings"][0]["index"] == 300


def test_a_leaf_from_before_the_last_look_is_backdated_even_in_order(log):
    state, now = monitor.State(), datetime.now(UTC)
    assert monitor.follow(lambda p, _: log.answer(p), state, now + timedelta(hours=2)).is_sound
    log.write()
    report = monitor.follow(lambda p, _: log.answer(p), state, now + timedelta(hours=3))
    assert [finding.kind for finding in report.findings] == ["backdated"]


def test_another_key_is_not_followed(log, look):
    look()
    log.key = Ed25519PrivateKey.generate()
    assert look()[0] == 4
    code, said = look("--vkey", log.vkey)
    assert code == 4 and kinds(said) == ["signature"], "a new key is not taken over the pinned one"


def test_hidden_leaves_do_not_pass_as_the_shown_ones(log, look):
    look()
    log.write()
    honest = log.answer
    log.answer = lambda path: honest(path).replace(HADI.encode(), SARI.encode()) if "tile" in path else honest(path)
    code, said = look()
    assert code == 4 and kinds(said) == ["changed"]


@pytest.mark.parametrize("content", [b"", b"x" * 20_000, b"\xff\xfe\n\n\n", b"a\nb\nc\n\n\xe2\x80\x94 x y\n"])
def test_a_checkpoint_that_is_none(log, look, content):
    look()
    log.answer = lambda path: content
    assert look()[0] in (3, 4)


@pytest.mark.parametrize("content", [b"", b"\x00", b"\xff\xff", bytes(2_000_000)])
def test_bundles_that_are_none_are_not_believed(log, look, content):
    honest = log.answer
    log.answer = lambda path: content if "tile" in path else honest(path)
    assert look()[0] == 3


def test_a_log_that_never_ends_is_refused(log, look):
    note = notes.sign(notes.Checkpoint(log.name, 10**15, bytes(32)), KEY).encode()
    honest = log.answer
    log.answer = lambda path: note if path == "checkpoint" else honest(path)
    assert look()[0] == 3


def test_a_dead_log_and_a_foreign_state_are_refusals(tmp_path, capsys):
    state = tmp_path / "state.json"
    assert main(["monitor", "http://127.0.0.1:9/log", "--state", str(state)]) == 3
    assert main(["monitor", "file:///etc/passwd", "--state", str(state)]) == 3
    state.write_text('{"a": 1}')
    assert main(["monitor", "http://127.0.0.1:9/log", "--state", str(state)]) == 3


def test_a_state_is_read_back_whole(log):
    state = monitor.State()
    monitor.follow(lambda p, _: log.answer(p), state, datetime.now(UTC))
    assert monitor.State.from_json(json.loads(json.dumps(state.to_json()))) == state
    assert tlog.root(()) == tlog.EMPTY_ROOT and len(state.hashes) == 300


def test_a_log_that_drips_is_given_up(log, look, monkeypatch):
    monkeypatch.setattr(monitor, "PATIENCE", -1)
    assert look()[0] == 3
