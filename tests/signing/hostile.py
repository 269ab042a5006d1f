"""What a file might make its reader do; run inside the confined child by test_child.py."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import socket
import sys
import time
from contextlib import suppress
from pathlib import Path


def echo(pdf, arguments):
    return {"word": arguments.get("word"), "length": len(pdf)}, [pdf, b""]


def crash(pdf, arguments):
    ctypes.string_at(0)


def abort(pdf, arguments):
    os.abort()


def leave(pdf, arguments):
    os._exit(0)


def babble(pdf, arguments):
    os.write(1, b"\xff\xfenonsense{[")
    os._exit(0)


def lie_about_sizes(pdf, arguments):
    os.write(1, b'{"values": 1, "sizes": [99999]}\nabc')
    os._exit(0)


def surprise(pdf, arguments):
    raise LookupError("whatever a library thinks of")


def refuse(pdf, arguments):
    from signing.errors import BadDocument

    raise BadDocument("script", "found")


def recurse(pdf, arguments):
    return recurse(pdf, arguments)


def spin(pdf, arguments):
    while True:
        pass


def sleep(pdf, arguments):
    signal.pause()
    time.sleep(60)


def eat(pdf, arguments):
    return [bytearray(50 << 20) for _ in range(100)]


def flood(pdf, arguments):
    while True:
        os.write(1, b"x" * (1 << 16))


def look_around(pdf, arguments):
    status = Path("/proc/self/status").read_text()
    routes = Path("/proc/net/dev").read_text() if Path("/proc/net/dev").exists() else ""
    connected = False
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))
        connected = True
    return {
        "environment": [f"{key}={value}" for key, value in os.environ.items()],
        "cwd": str(Path.cwd()),
        "open_files": len(list(Path("/proc/self/fd").iterdir())),
        "connected": connected,
        "no_new_privs": status.partition("NoNewPrivs:")[2].split()[0],
        "core": resource.getrlimit(resource.RLIMIT_CORE)[0],
        "processes": resource.getrlimit(resource.RLIMIT_NPROC)[0],
        "own_network": routes.count(":") == 1,
        "path": sys.path,
    }
