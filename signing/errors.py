"""What signing raises. No words for people here: codes and short English details; webapp.errors has the sentences."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class SigningError(Exception):
    """Base of every error that this package raises on purpose.

    `code` is stable and machine readable; `detail` is a short English remark for logs and developers.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


class BadDocument(SigningError):
    """The PDF cannot be taken: not_pdf, encrypted, broken, too_large, too_many_pages, script, certified, ..."""


class BadPlacement(SigningError):
    """The mark cannot stand there: no_such_page, outside_page, too_small."""


class BadMark(SigningError):
    """The mark itself cannot be drawn: no_address, address_too_long, no_lines."""


class KeyUnavailable(SigningError):
    """The private key cannot be had: wrong_secret, damaged, unknown_version, wrong_type."""


class NotTrusted(SigningError):
    """A certificate or chain does not hold: not_issued_by, not_an_authority, key_mismatch, bad_dates, ..."""


class TimestampUnavailable(SigningError):
    """No time-stamp could be had from the authority."""


class EvidenceUnavailable(SigningError):
    """No revocation data that proves a certificate: unreachable, bad_answer, stale, not_issued_by, revoked, ..."""


class NotSignable(SigningError):
    """The prepared file and its holes do not belong together: wrong_digest, bad_holes, too_large, bad_time."""


@contextmanager
def foreign(error: type[SigningError], code: str) -> Iterator[None]:
    """Turn whatever a PDF library raises on a hostile file (also RecursionError) into `error(code)`.

    Libraries that parse untrusted bytes promise no closed list of exceptions; this is the one broad net.
    """
    try:
        yield
    except SigningError:
        raise
    except Exception as cause:
        raise error(code, f"{type(cause).__name__}: {cause}"[:200]) from cause
