"""The child's side: gives up rights, reads one question, does the work, writes one answer, ends.

Started by child.py as a process of its own. The work's own modules are imported before the limits fall, and only
those that this verb needs: a call costs 100 to 300 ms.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib import import_module
from typing import Any

from signing.errors import BadDocument

VERBS = {  # verb -> function(pdf, arguments) -> JSON values, or (JSON values, binary parts)
    "examine": "signing.examinations:examine",
    "render": "signing.pictures:render",
    "read_text": "signing.texts:read",
    "find_tags": "signing.texts:find_tags",
    "suggest": "signing.spaces:suggest",
    "overlap": "signing.spaces:overlap",
    "underneath": "signing.underneath:look",
    "written": "signing.written:read",
    "pictured": "signing.pictured:read",
    "verify": "signing.judgements:answer",
    "develop": "signing.photographs:develop",
    "flatten": "signing.photographs:flatten",
    "scrutinise": "signing.scrutiny:scrutinise",
    "tabulate": "signing.tables:read",
    "compose": "signing.composing:compose",
    "emblem": "signing.composing:emblem",
    "fields": "signing.filling:fields",
    "fill": "signing.filling:fill",
    "contrast": "signing.contrast:compare",
    "watermark": "signing.overprint:draw",
    "inscribe": "signing.inscribing:inscribe",
}
_NO_NEW_PRIVS, _DUMPABLE = 38, 4  # prctl(2)
_NEW_USER, _NEW_NET, _NEW_IPC = 0x10000000, 0x40000000, 0x08000000  # unshare(2)

inside = False


def main(verb: str) -> None:
    """Answer the question on standard input. Ends the process without any tidying up."""
    header = json.loads(sys.stdin.buffer.readline())
    try:
        do = _function(verb)
    except BadDocument as error:  # the machine lacks what this work needs
        head, parts = {"error": error.code, "detail": error.detail}, ()
    else:
        confine(header["allowance"])
        head, parts = _answer(lambda: do(sys.stdin.buffer.read(), header["arguments"]))
    out = sys.stdout.buffer
    out.write(json.dumps(head).encode() + b"\n" + b"".join(parts))
    out.flush()
    os._exit(0)  # libraries that a hostile file confused get no chance to crash while they tidy up


def work(verb: str, pdf: bytes, arguments: Mapping[str, Any]) -> tuple[Any, tuple[bytes, ...]]:
    """Do the work of a verb here and now."""
    return _split(_function(verb)(pdf, arguments))


def confine(allowance: Mapping[str, Any]) -> None:
    """Give up whatever reading a document does not need. What the system does not grant is left."""
    global inside  # noqa: PLW0603  # a process is confined once, as a whole
    inside = True
    libc = ctypes.CDLL(None, use_errno=True)
    with suppress(AttributeError, OSError):
        libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0)
        libc.prctl(_DUMPABLE, 0, 0, 0, 0)
        if libc.unshare(_NEW_USER | _NEW_NET | _NEW_IPC):  # no network: a file cannot call home
            libc.unshare(_NEW_NET)
    limits = {
        resource.RLIMIT_CPU: allowance["seconds"],
        resource.RLIMIT_AS: allowance["memory"],
        resource.RLIMIT_FSIZE: allowance["answer"],
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NPROC: allowance.get("processes", 0),
        resource.RLIMIT_NOFILE: allowance.get("files", 16),
    }
    for name, value in limits.items():
        with suppress(ValueError, OSError):
            resource.setrlimit(name, (int(value), int(value)))
    sys.setrecursionlimit(2_000)


def _function(verb: str) -> Callable[[bytes, Mapping[str, Any]], Any]:
    module, name = VERBS[verb].split(":")
    function: Callable[[bytes, Mapping[str, Any]], Any] = getattr(import_module(module), name)
    return function


def _split(result: Any) -> tuple[Any, tuple[bytes, ...]]:
    return (result[0], tuple(result[1])) if isinstance(result, tuple) else (result, ())


def _answer(do: Callable[[], Any]) -> tuple[dict[str, Any], tuple[bytes, ...]]:
    """The one broad net for what PDF libraries raise on hostile bytes."""
    try:
        values, parts = _split(do())
    except BadDocument as error:
        return {"error": error.code, "detail": error.detail}, ()
    except MemoryError:
        return {"error": "too_complex", "detail": "memory"}, ()
    except RecursionError:
        return {"error": "too_complex", "detail": "depth"}, ()
    except Exception as error:  # noqa: BLE001
        return {"error": "broken", "detail": f"{type(error).__name__}: {error}"[:200]}, ()
    return {"values": values, "sizes": [len(part) for part in parts]}, parts
