"""The public log cannot fork, loses nothing, tells nothing in clear, and proves what it holds and what it does not."""

import threading

import pytest
from sqlalchemy import event, select, text

from signing import leaves, notes, sorted_map, tiles, tlog
from tests import people
from webapp import db
from webapp.domain import log
from webapp.domain.errors import NotFound
from webapp.domain.work import Work
from webapp.models import Letter, LogHead, LogLeaf, LogPage


def everything(work):
    return list(work.session.scalars(select(LogLeaf).order_by(LogLeaf.index)))


def require_whole(work):
    """Everything anew from the leaves: numbering, hashes, times, tiles, map and checkpoint."""
    rows, frontier, pages, times = everything(work), (), {}, []
    for size, row in enumerate(rows):
        leaf = leaves.parse(row.data)
        assert row.index == size and row.hash == tlog.leaf_hash(row.data)
        assert sorted_map.count_in(pages, bytes.fromhex(leaf.number), size).hex() == leaf.map
        frontier, _ = tlog.grow(frontier, size, row.hash)
        times.append(leaf.time)
    assert times == sorted(times)
    kept = {page.name: page.data for page in work.session.scalars(select(LogPage))}
    assert kept == pages
    point = notes.open_checkpoint(log.checkpoint(work), log.verifier(work.config))
    assert (point.size, point.root) == (len(rows), tlog.root(frontier))
    return point


def test_a_signature_a_revocation_and_a_replacement_are_leaves(work, make):
    revoked, replaced = make.revoked(), make.replaced()
    work.session.flush()
    found = [leaves.parse(row.data) for row in everything(work)]
    assert [leaf.kind for leaf in found].count("signature") == 3
    by_kind = {leaf.kind: leaf for leaf in found if leaf.kind != "signature"}
    assert by_kind["revocation"].file == revoked.signature.sha256
    assert by_kind["revocation"].number == leaves.number_digest(revoked.number)
    assert by_kind["replacement"].successor == leaves.code_digest(replaced.replaced_by.code)
    assert {leaf.certificate for leaf in found} == {log.certificate_sha256(revoked.signature)}
    require_whole(work)


def test_nothing_stands_there_in_clear(work, make, sari):
    letter = make.signed(subject="Perihal Rahasia Sekali")
    data = b"".join(row.data for row in everything(work)).decode()
    for secret in (letter.number, letter.code, letter.subject, "Sari", sari.nip, sari.email, letter.addressee):
        assert secret not in data


def test_every_leaf_is_proven_against_the_checkpoint(work, make):
    letters = [make.signed() for _ in range(5)]
    point = require_whole(work)
    for letter in letters:
        entry = log.entry(work, log.find_signature(work, letter))
        assert entry.leaf.file == letter.signature.sha256
        assert tlog.verify_inclusion(tlog.leaf_hash(entry.data), entry.index, 5, entry.proof, point.root)
        assert notes.open_checkpoint(entry.checkpoint, log.verifier(work.config)) == point
    for index in (5, 99):
        with pytest.raises(NotFound):
            log.entry(work, index)


def test_absence_and_presence_of_a_number_are_proven(work, make):
    assert log.look_up(work, "1/X") is None, "an empty log says nothing"
    letter = make.signed(number="000.1.5/77/UM-2026")
    make.signed()
    for number, wanted in ((" 000.1.5 / 77 / um-2026", (0, 0)), ("000.1.5/78/UM-2026", None)):
        answer = log.look_up(work, number)
        key = bytes.fromhex(leaves.number_digest(number))
        found = sorted_map.verify(bytes.fromhex(answer.newest.leaf.map), key, answer.proof)
        assert answer.places == wanted and (sorted_map.places(found) if found else None) == wanted
    assert letter.number == "000.1.5/77/UM-2026"


def signed_letter_id(work, make):
    letter_id = make.signed().id
    work.session.commit()
    return letter_id


def test_racing_writers_keep_one_tree(app, work, make, clock, config):
    letter_id = signed_letter_id(work, make)

    def write():
        for _ in range(10):
            with db.unit(app.extensions["engine"]) as session:
                own = Work(session, None, clock(), config)
                log.append(own, "revocation", session.get_one(Letter, letter_id))

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    work.session.expire_all()
    assert require_whole(work).size == 41


def test_a_change_that_is_rolled_back_leaves_no_trace(app, work, make, clock, config):
    letter_id = signed_letter_id(work, make)
    before = log.checkpoint(work)
    work.session.commit()
    with pytest.raises(ZeroDivisionError), db.unit(app.extensions["engine"]) as session:
        log.append(Work(session, None, clock(), config), "revocation", session.get_one(Letter, letter_id))
        raise ZeroDivisionError
    work.session.expire_all()
    assert log.checkpoint(work) == before and require_whole(work).size == 1


def test_a_clock_set_back_does_not_set_the_log_back(app, work, make, clock):
    letter_id = signed_letter_id(work, make)
    clock.tick(-3600)
    with db.unit(app.extensions["engine"]) as session:
        log.append(Work(session, None, clock(), work.config), "revocation", session.get_one(Letter, letter_id))
    work.session.expire_all()
    require_whole(work)


def test_full_tiles_and_the_level_above(work, make):
    letter = make.signed()
    for _ in range(599):
        log.append(work, "revocation", letter)
    point = require_whole(work)
    assert log.tile(work, tiles.Tile(1, 0, 2)) == b"".join(
        tlog.range_hash(tiles.Reader(lambda t: log.tile(work, t), 600), start, start + 256) for start in (0, 256)
    )
    assert len(tiles.unpack(log.tile(work, tiles.Tile(tiles.ENTRIES, 2, 88)))) == 88
    for index in (0, 255, 256, 599):
        entry = log.entry(work, index)
        assert tlog.verify_inclusion(tlog.leaf_hash(entry.data), index, 600, entry.proof, point.root)
    for beyond in (
        tiles.Tile(0, 2),
        tiles.Tile(0, 2, 89),
        tiles.Tile(0, 3, 1),
        tiles.Tile(1, 0, 3),
        tiles.Tile(2, 0, 1),
    ):
        with pytest.raises(NotFound):
            log.tile(work, beyond)


def test_an_append_costs_a_handful_of_statements_however_large_the_log_is(work, make):
    letter = make.signed()
    statements = []
    event.listen(work.session.get_bind(), "before_cursor_execute", lambda *a: statements.append(a[2]))
    costs = []
    for _ in range(300):
        statements.clear()
        log.append(work, "revocation", letter)
        costs.append(len(statements))
    assert max(costs) <= 8 and costs[-1] <= costs[10]


@pytest.mark.parametrize("tampering", [
    "UPDATE log_leaves SET data = (SELECT data FROM log_leaves WHERE \"index\" = 0) WHERE \"index\" = 2",
    "DELETE FROM log_leaves WHERE \"index\" = 3",
    "UPDATE log_head SET size = 3",
    "DELETE FROM log_pages",
])  # fmt: skip
def test_tampering_with_the_tables_is_seen(work, make, tampering):
    for _ in range(4):
        make.signed()
    require_whole(work)
    work.session.execute(text(tampering))
    work.session.expire_all()
    with pytest.raises((AssertionError, ValueError)):
        require_whole(work)


def test_the_key_is_the_servers_and_signs_checkpoints_only(work, config):
    head = work.session.get_one(LogHead, 1)
    assert head.size == 0 and log.verifier(config).name == "localhost/log"
    assert notes.open_checkpoint(log.checkpoint(work), log.verifier(config)).root == tlog.EMPTY_ROOT
    assert people.find(work, "sari")
