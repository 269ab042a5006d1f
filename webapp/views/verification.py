"""The public page of a letter: what a stranger who holds the paper is told."""

from __future__ import annotations

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from signing import codes
from webapp import db
from webapp.domain import disposals, log, page_images, practice, revocations, seals, throttle, verification
from webapp.domain.disposals import Record
from webapp.domain.errors import NotFound
from webapp.domain.verification import Finding, Standing
from webapp.forms.codes import LetterCodeForm
from webapp.guards.access import address, public, work
from webapp.guards.throttles import count
from webapp.models import Version
from webapp.views.files import pdf_answer

bp = Blueprint("verification", __name__)
MOST_PAGES = 12  # as pictures on the page
# QR codes hold /V/ (upper case is a third smaller). It answers itself: a redirect costs a round trip on a bad line.


@bp.get("/V", strict_slashes=False)
@bp.get("/v", strict_slashes=False)
@public
def new() -> ResponseReturnValue:
    """The form for a typed code; a code that has the shape of one leads to its page."""
    typed = request.args.get("code")
    form = LetterCodeForm(MultiDict({"code": typed}) if typed is not None else None)
    if typed is None or not form.validate():
        return render_template("verification/new.html", form=form), 200 if typed is None else 422
    code = codes.normalise(form.code.data)
    if code:
        return redirect(url_for("verification.show", code=codes.display(code)), 303)
    return render_template("verification/new.html", form=form, is_misspelt=True), 422


@bp.get("/V/<code>")
@bp.get("/v/<code>")
@public
def show(code: str) -> ResponseReturnValue:
    finding, known, config = look_up(code), codes.normalise(code), work().config
    _note_practice(finding, code)
    version = _signed_version(finding)
    page = render_template(
        "verification/show.html", finding=finding, letter=finding.letter, signature=finding.signature,
        code=codes.display(known) if known else "", form=LetterCodeForm(None), host=config.host,
        instance_name=config.instance_name, has_image=verification.is_shown(finding), image_sizes=_image_sizes(version),
        pages=version.pages if version else 0, logged=_logged(finding),
        roots=seals.roots(work()), record=_record(finding), content=version.sha256[:24] if version else "",
        revocation=revocations.of(work(), finding.letter),
    )  # fmt: skip
    return page, 404 if finding.standing == Standing.UNKNOWN else 200


@bp.get("/V/<code>/page-<int:number>.webp")
@bp.get("/v/<code>/page-<int:number>.webp")
@public
def page(code: str, number: int) -> ResponseReturnValue:
    """A page, to hold beside the paper."""
    finding = look_up(code)
    version = _signed_version(finding)
    if version is None or not verification.is_shown(finding):
        raise NotFound
    db.commit()
    sha256, width = finding.signature.sha256, page_images.WIDTHS[0]
    image = page_images.get(work().config, sha256, number, total=version.pages, width=width)
    return Response(image, mimetype="image/webp")


@bp.get("/V/<code>/file")
@bp.get("/v/<code>/file")
@public
def file(code: str) -> ResponseReturnValue:
    """The signed original, where everyone may have it."""
    finding = look_up(code)
    pdf = verification.public_file(work(), finding)
    if pdf is None:
        raise NotFound
    return pdf_answer(pdf, f"surat {finding.letter.number}")


def look_up(code: str) -> Finding:
    """Unknown codes are counted by address: whoever tries codes is stopped after a few."""
    finding = verification.look_up(work(), code, address())
    if finding.standing == Standing.UNKNOWN:
        count(throttle.LOOKUP, address())
    return finding


def _note_practice(finding: Finding, code: str) -> None:
    """Who checks his own practice letter has done that task."""
    if finding.standing == Standing.PRACTICE and g.visitor is not None:
        db.write()
        practice.note_check(work(), code)


def _logged(finding: Finding) -> dict | None:
    """Where the signature is in the public log, and what the browser needs to check that by itself."""
    at = log.find_signature(work(), finding.letter) if finding.signature else None
    if at is None or finding.signature is None:
        return None
    certificate = log.certificate_sha256(finding.signature)
    return {"index": at, "vkey": log.verifier(work().config).vkey, "certificate": certificate}


def _image_sizes(version: Version | None) -> list[tuple[int, int]]:
    """Of the pages that are shown; a longer letter is compared with its file."""
    shown = min(version.pages, MOST_PAGES) if version else 0
    return [page_images.size(version, number, page_images.WIDTHS[0]) for number in range(1, shown + 1)]


def _record(finding: Finding) -> Record | None:
    return disposals.record_of(work(), finding.letter) if finding.standing == Standing.DISPOSED else None


def _signed_version(finding: Finding) -> Version | None:
    """Of which file this is the signature."""
    if finding.letter is None or finding.signature is None:
        return None
    return page_images.files_of(finding.letter)[finding.signature.sha256]
