"""Files in pieces: the disk says how far they came, others find nothing, and nobody fills it."""

from __future__ import annotations

import hashlib
import os
import secrets
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from tests import people
from webapp.domain import transfers
from webapp.domain.errors import Conflict, Invalid, NotFound, TooMany


@pytest.fixture
def hers(work, budi):
    return people.as_person(work, budi)


def named(upload):
    return hashlib.sha256(upload).hexdigest(), len(upload)


def test_a_file_comes_in_pieces_and_the_same_one_goes_on(hers):
    upload = secrets.token_bytes(2_500_000)
    found = transfers.begin(hers, *named(upload))
    transfers.append(found, 0, upload[:1_000_000])
    again = transfers.begin(hers, *named(upload))  # after a reload: the same place
    assert again == found and again.offset == 1_000_000 and transfers.take(hers, found.sha256) is None
    transfers.append(again, 1_000_000, upload[1_000_000:2_000_000])
    transfers.append(again, 2_000_000, upload[2_000_000:])
    assert again.is_complete and transfers.take(hers, found.sha256) == upload


@pytest.mark.parametrize("offset", [-1, 0, 9, 11, 20])
def test_a_piece_goes_nowhere_but_to_the_end(hers, offset):
    found = transfers.begin(hers, "a" * 64, 30)
    transfers.append(found, 0, b"0123456789")
    with pytest.raises(Conflict):
        transfers.append(found, offset, b"x")
    assert found.path.read_bytes() == b"0123456789"


def test_of_pieces_sent_twice_at_once_one_counts(hers):
    upload = secrets.token_bytes(transfers.PIECE)
    found = transfers.begin(hers, *named(upload + b"."))

    def send(_):
        try:
            transfers.append(found, 0, upload)
        except Conflict:
            return 0
        return 1

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(send, range(32))) == 1
    transfers.append(found, len(upload), b".")
    assert transfers.take(hers, found.sha256) == upload + b"."


def test_another_file_than_announced_is_forgotten(hers):
    found = transfers.begin(hers, "a" * 64, 4)
    with pytest.raises(Conflict, match="tidak sama"):
        transfers.append(found, 0, b"lain")
    with pytest.raises(NotFound):
        transfers.find(hers, "a" * 64)


def test_what_lies_there_is_judged_again_when_it_is_taken(hers):
    upload = b"surat"
    found = transfers.begin(hers, *named(upload))
    transfers.append(found, 0, upload)
    found.path.write_bytes(b"surai")
    assert transfers.take(hers, found.sha256) is None


@pytest.mark.parametrize("sha256", ["", "a" * 63, "A" * 64, "../" + "a" * 61, "*" * 64, "a" * 64 + "\n"])
def test_a_name_that_is_no_digest_opens_no_path(hers, sha256):
    with pytest.raises(Invalid):
        transfers.begin(hers, sha256, 10)
    with pytest.raises(NotFound):
        transfers.find(hers, sha256)


def test_sizes_have_limits(hers):
    for size in (0, -1, hers.config.max_upload_bytes + 1):
        with pytest.raises(Invalid):
            transfers.begin(hers, "a" * 64, size)
    found = transfers.begin(hers, "a" * 64, 10)
    for piece in (b"x" * 11, bytes(transfers.PIECE + 1)):
        with pytest.raises(Invalid):
            transfers.append(found, 0, piece)
    assert found.offset == 0


def test_a_person_has_three_and_all_people_a_hundred(hers, work, sari, monkeypatch):
    first, *others = [transfers.begin(hers, f"{n:064x}", 10) for n in range(transfers.MOST)]
    os.utime(first.path, (1, 1))
    last = transfers.begin(hers, "f" * 64, hers.config.max_upload_bytes)
    assert not first.path.exists() and all(one.path.exists() for one in (*others, last))
    monkeypatch.setattr(transfers, "EVERYBODY", 1)
    with pytest.raises(TooMany):
        transfers.begin(people.as_person(work, sari), "f" * 64, 10)
    assert transfers.begin(hers, "f" * 64, last.size) == last  # what is there goes on


def test_another_person_finds_nothing(hers, work, sari):
    upload = b"surat"
    found = transfers.begin(hers, *named(upload))
    transfers.append(found, 0, upload)
    other = people.as_person(work, sari)
    with pytest.raises(NotFound):
        transfers.find(other, found.sha256)
    assert transfers.take(other, found.sha256) is None


def test_what_was_left_is_erased_at_night(hers):
    old, fresh = transfers.begin(hers, "a" * 64, 10), transfers.begin(hers, "b" * 64, 10)
    long_ago = (hers.now - transfers.LIFE - timedelta(minutes=1)).timestamp()
    os.utime(old.path, (long_ago, long_ago))
    transfers.forget_old(hers.config, hers.now)
    assert not old.path.exists() and fresh.path.exists()


APPENDING = """
import sys
from pathlib import Path
from webapp.domain.transfers import Transfer, append
place, source, sha256 = sys.argv[1:]
upload = Path(source).read_bytes()
found = Transfer(Path(place), sha256, len(upload))
at = found.offset
while at < len(upload):
    append(found, at, upload[at : at + 200])
    at = found.offset
"""


def test_a_kill_at_any_moment_leaves_a_beginning_to_go_on_from(hers, tmp_path):
    upload = secrets.token_bytes(2_000_000)
    source = tmp_path / "source"
    source.write_bytes(upload)
    found = transfers.begin(hers, *named(upload))
    command = [sys.executable, "-c", APPENDING, found.path, source, found.sha256]
    with subprocess.Popen(command, cwd=Path(__file__).parents[2]) as sending:
        while found.offset < len(upload) // 3:
            assert sending.poll() is None, "it has ended by itself"
            time.sleep(0.002)
        sending.kill()
    came = found.offset
    assert came < len(upload) and found.path.read_bytes() == upload[:came]
    for at in range(came, len(upload), transfers.PIECE):
        transfers.append(found, at, upload[at : at + transfers.PIECE])
    assert transfers.take(hers, found.sha256) == upload
