"""POST to an address that a stranger chose. Only to the outside, only where its name led a moment ago.

What each part stops: every resolved address is judged, so no name leads to the inner network; the connection is made to
the judged address itself, so no second answer of the name server can swap it (DNS rebinding); no redirect is followed,
no proxy of the environment is asked; time and size are bounded, so no receiver holds up the worker.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Callable, Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Event, Timer
from urllib.parse import SplitResult, urlsplit

CONNECT = 5.0  # seconds
WHOLE = 10.0  # seconds from the connection to the end of the answer's head: a byte a second is no answer
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Unreachable(Exception):
    """No answer came; the message says why and names no inner address."""


def context() -> ssl.SSLContext:
    """The system's authorities, host names checked, TLS 1.2 or later."""
    return ssl.create_default_context()


def post(
    url: str, body: bytes, *, headers: Mapping[str, str], may_reach: Callable[[Address], bool], inner: bool = False
) -> int:
    """Send the body once. -> the status of the answer, whatever it is; what follows the head is not read.

    may_reach judges each address that the name resolves to: if one of them is refused none is tried. `inner` skips
    that, for hosts that the operator named in the configuration. Raises Unreachable.
    """
    parts = urlsplit(url)
    if parts.scheme != "https" and not inner:
        raise Unreachable("not https")
    address = _resolve(parts, (lambda _: True) if inner else may_reach)
    connection = _connection(parts, address)
    is_late = Event()
    watch = Timer(WHOLE, _cut, [connection, is_late])
    watch.daemon = True
    watch.start()
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, body, {**headers, "Connection": "close", "User-Agent": "Teken-Webhooks/1"})
        status = connection.getresponse().status
        if is_late.is_set():  # a head that was cut off still reads like one
            raise TimeoutError
        return status
    except (OSError, HTTPException, ValueError) as cause:
        raise Unreachable(_told(cause)) from None
    finally:
        watch.cancel()
        connection.close()


def _resolve(parts: SplitResult, may_reach: Callable[[Address], bool]) -> str:
    """One address of the host, after all of them were judged."""
    try:
        found = socket.getaddrinfo(parts.hostname, _port(parts), type=socket.SOCK_STREAM)
        addresses = [ipaddress.ip_address(str(sockaddr[0]).partition("%")[0]) for *_, sockaddr in found]
    except (OSError, UnicodeError, ValueError):
        raise Unreachable("the host's name leads nowhere") from None
    if not addresses or not all(may_reach(address) for address in addresses):
        raise Unreachable("the host's name leads to an inner address")
    return str(addresses[0])


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def _connection(parts: SplitResult, address: str) -> HTTPConnection:
    """To the address, in the name of the host: Host, SNI and the certificate are the name's."""
    host, port = parts.hostname or "", _port(parts)
    secured = parts.scheme == "https"
    made = (
        HTTPSConnection(host, port, timeout=CONNECT, context=context())
        if secured
        else HTTPConnection(host, port, timeout=CONNECT)
    )
    made._create_connection = lambda _asked, *rest: socket.create_connection((address, port), *rest)  # type: ignore[attr-defined]
    return made


def _cut(connection: HTTPConnection, is_late: Event) -> None:
    """End whatever the other side is drawing out. Closing alone would not wake the reader."""
    is_late.set()
    if connection.sock is not None:
        try:
            connection.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return


def _told(cause: Exception) -> str:
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"certificate: {cause.verify_message}"[:150]
    return "timed out" if isinstance(cause, TimeoutError) else type(cause).__name__
