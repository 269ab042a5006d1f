"""Inside the child: signatures that a file already carries. One that is broken, or a file changed after it, is refused.

Whether the earlier signers are trusted is not asked here: only whether what they signed still stands.
"""

from __future__ import annotations

from datetime import UTC, datetime

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation.pdf_embedded import read_certification_data

from signing import covering
from signing.errors import BadDocument
from signing.trust import Trust
from signing.verdicts import ProblemCode
from signing.verify import verify

_NOT_ASKED = {  # all that is about the signers, not about the file; a weak digest is looked at below
    ProblemCode.NOT_TRUSTED,
    ProblemCode.EXPIRED,
    ProblemCode.REVOKED,
    ProblemCode.WRONG_USAGE,
    ProblemCode.WEAK_ALGORITHM,
    ProblemCode.NO_SIGNATURE,  # time-stamps only
}
_WEAK = {"md2", "md5", "sha1"}  # collisions can be made: the signature no longer binds the text
_ANY_TIME = datetime(2026, 1, 1, tzinfo=UTC)  # only trust depends on it


def check(pdf: bytes, reader: PdfFileReader) -> None:
    """Raises BadDocument: certified (no further signature allowed), signature_broken."""
    signatures = list(reader.embedded_signatures)
    problems = list(verify(pdf, Trust(roots_der=(), at=_ANY_TIME)).problems)
    problems += covering.problems(pdf, signatures)  # verify looks for it only where it trusts the signers
    for problem in problems:
        if problem.code is ProblemCode.BAD_TIMESTAMP and problem.detail.startswith("INTACT"):
            continue  # no roots, so no time-stamp is trusted either
        if problem.code not in _NOT_ASKED:
            raise BadDocument("signature_broken", f"{problem.code}: {problem.detail}"[:200])
    for signature in signatures:
        if signature.md_algorithm in _WEAK:
            raise BadDocument("signature_broken", f"digest {signature.md_algorithm} in {signature.field_name}")
    certification = read_certification_data(reader)
    levels = {signature.docmdp_level for signature in signatures}
    if MDPPerm.NO_CHANGES in levels | ({certification.permission} if certification else set()):
        raise BadDocument("certified", "a signature in it forbids all changes")
