"""One letter: to the official who is to sign it the pages and one button, to everybody else its state and its past."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from webapp import db
from webapp.domain import (
    approvals,
    assertions,
    bsre,
    changes,
    custodians,
    deliveries,
    disposals,
    downloads,
    gathered,
    keys,
    letters,
    marks,
    offline_letters,
    outlooks,
    page_images,
    passkeys,
    permissions,
    recoveries,
    remote_signatures,
    reviews,
    waits,
    workflow,
)  # fmt: skip
from webapp.domain.errors import NotFound
from webapp.domain.outlooks import Outlook
from webapp.domain.workflow import Action
from webapp.forms.base import Form
from webapp.forms.bsre import RemoteSignatureForm
from webapp.forms.reviews import AnswerForm, InitialForm
from webapp.forms.signatures import SignatureForm
from webapp.guards.access import secret_if_any, work
from webapp.models import Letter, State, Version

bp = Blueprint("reading", __name__)

# What may be done next, most likely first.
STEPS = (
    (Action.SUBMIT, "marks.show", lazy_gettext("Pratinjau dan ajukan"), "eye"),
    (Action.EDIT, "marks.edit", lazy_gettext("Letakkan tanda tangan"), "seal"),
    (Action.EDIT, "chains.edit", lazy_gettext("Atur alur"), "people"),
    (Action.EDIT, "numbers.edit", lazy_gettext("Nomor surat"), "letters"),
    (Action.EDIT, "letters.edit", lazy_gettext("Ubah data surat"), "pencil"),
    (Action.DISTRIBUTE, "recipients.index", lazy_gettext("Penerima dan tembusan"), "share"),
    (Action.REVISE, "versions.new", lazy_gettext("Ganti berkas"), "upload"),
    (Action.WITHDRAW, "withdrawals.new", lazy_gettext("Tarik kembali"), "undo"),
    (Action.RETURN, "returns.new", lazy_gettext("Kembalikan"), "return"),
    (Action.ASK, "opinions.new", lazy_gettext("Minta pendapat"), "people"),
    (Action.REPLACE, "replacements.new", lazy_gettext("Ganti dengan surat lain"), "swap"),
    (Action.REVOKE, "revocations.new", lazy_gettext("Cabut surat"), "ban"),
)
# A practice letter has no colleagues and no number in a book.
NOT_IN_PRACTICE = frozenset({"chains.edit", "numbers.edit"})


@dataclass(frozen=True)
class PageImage:
    number: int
    width: int  # pixels
    height: int
    src: str
    srcset: list[tuple[str, int]]


# For practice no key of his is opened: only the code is asked.
_PRACTICE = {
    "is_locked": False, "is_closed": False, "asks": frozenset(), "opens_by_passkey": False, "passkeys": [],
    "has_certificate": True,
}  # fmt: skip


@bp.get("/letters/<int:letter_id>")
@db.writes
def show(letter_id: int) -> ResponseReturnValue:
    letter = letters.get(work(), letter_id)
    version = _version(letter, request.args.get("version", type=int))
    approvals.record_reading(work(), letter)
    if letter.disposed_at is not None:
        record, url = disposals.record_of(work(), letter), marks.address_to_show(work().config, letter)
        return render_template("reading/disposed.html", letter=letter, version=version, record=record, public_url=url)
    if version is letter.version and permissions.can(work(), Action.SIGN, letter):
        _find_again(letter)
    if version is letter.version and permissions.can(work(), Action.SIGN, letter):
        return approval_page(letter, SignatureForm(formdata=None))
    if version is letter.version and permissions.can(work(), Action.INITIAL, letter):
        return review_page(letter, InitialForm(formdata=None))
    return plain_page(letter, version)


def plain_page(letter: Letter, version: Version, answer: AnswerForm | None = None) -> str:
    """For everybody whom the letter does not wait for. `answer`: a second opinion that was sent and refused."""
    is_asked = version is letter.version and permissions.can(work(), Action.COMMENT, letter)
    question = reviews.find_question(work(), letter) if is_asked else None
    may_see = version is letter.version and permissions.can(work(), Action.VIEW_TRAIL, letter)
    standings = gathered.of_letter(work(), letter) if may_see else []
    return render_template(
        "reading/show.html", **_seen(letter, version), steps=_steps(letter), question=question, standings=standings,
        answer=answer or AnswerForm(formdata=None), **_after(letter),
    )  # fmt: skip


def review_page(letter: Letter, form: InitialForm) -> str:
    """The same pages as the official will read, and one button that initials exactly them."""
    form.digest.data = marks.digest(letter)
    return render_template(
        "reading/review.html", **_seen(letter, letter.version), form=form, control_code=marks.control_code(letter),
        step=workflow.open_step(letter, work().person),
    )  # fmt: skip


def approval_page(letter: Letter, sent: Form) -> str:
    """The pages from the very bytes that will be signed, and the form that signs exactly them."""
    remote = None if letter.is_practice else outlooks.outlook(work(), letter)
    if remote is not None:
        return _remote_page(letter, sent, remote)
    form = sent if isinstance(sent, SignatureForm) else SignatureForm(formdata=None)
    form.digest.data = marks.digest(letter)
    return render_template(
        "reading/approve.html", **_seen(letter, letter.version), **(_PRACTICE if letter.is_practice else _own_key()),
        form=form, sent=sent, control_code=marks.control_code(letter),
    )  # fmt: skip


def _own_key() -> dict:
    """What the official's own key asks for before it signs."""
    key = keys.find(work(), work().person)
    asks = custodians.asks(key)
    return {
        "is_locked": not secret_if_any(), "is_closed": key is not None and key.is_closed, "asks": asks,
        "opens_by_passkey": bool(passkeys.opening(work(), key)), "passkeys": _passkeys(asks),
        "has_certificate": keys.usable_certificate(work(), key) is not None,
    }  # fmt: skip


def _passkeys(asks: frozenset[str]) -> list[str]:
    """Which may approve; none where the custodian wants something typed at each approval."""
    return [] if asks else assertions.ids(work(), work().person)


def _remote_page(letter: Letter, form: Form, remote: Outlook) -> str:
    """The same page for an official whose certificate BSrE keeps."""
    if not isinstance(form, RemoteSignatureForm):
        form = RemoteSignatureForm(formdata=None)
    form.digest.data, form.after.data = marks.digest(letter), str(remote.after)
    return render_template(
        "reading/approve.html", **_seen(letter, letter.version), form=form, remote=remote, words=bsre,
        can_otp=work().config.bsre_version == 2, control_code=marks.control_code(letter),
    )  # fmt: skip


def _find_again(letter: Letter) -> None:
    """A signed file that a killed process left on disk is taken before the page is shown. No network."""
    attempt = remote_signatures.latest(work(), letter)
    asked = recoveries.look_again(work(), attempt.id) if attempt else None
    if asked is not None:
        ending = recoveries.recover(work().config, asked, None)
        recoveries.note(work(), asked.id, ending)


def _seen(letter: Letter, version: Version) -> dict:
    """The letter and the images of one of its versions."""
    is_current = version is letter.version
    sha256 = downloads.current(letter) if is_current else version.prepared_sha256 or version.sha256
    pages = _pages(letter, version, sha256)
    changed = _changed(letter) if is_current and letter.signature is None else None
    return {
        "letter": letter, "version": version, "is_current": is_current, "pages": pages, "changed": changed,
        "listed": deliveries.of(work(), letter), "keep": _keep(letter) if is_current else None,
    }  # fmt: skip


def _keep(letter: Letter) -> str | None:
    """The digest under which the device may keep the letter, to be read without a network."""
    return marks.digest(letter) if offline_letters.may_keep(work(), letter) else None


def _changed(letter: Letter) -> dict | None:
    """What is another since this person acted; the pages where they were compared already, which takes seconds."""
    found = changes.since(work(), letter)
    if found is None or not found.is_any:
        return None
    difference = changes.find(work().config, found.look.sha256, found.after)
    pages = None if difference is None or isinstance(difference, str) else changes.numbers(difference)
    same_file = found.look.sha256 == found.after
    return {"look": found.look, "facts": found.facts, "pages": [] if same_file else pages}


def _pages(letter: Letter, version: Version, sha256: str) -> list[PageImage]:
    def url(number: int, width: int) -> str:
        return url_for("pages.show", letter_id=letter.id, sha256=sha256, number=number, w=width)

    return [
        PageImage(
            number, *page_images.size(version, number), url(number, page_images.WIDTH),
            [(url(number, width), width) for width in page_images.WIDTHS[1:]],
        )
        for number in range(1, version.pages + 1)
    ]  # fmt: skip


def _version(letter: Letter, number: int | None) -> Version:
    if number is None:
        return letter.version
    found = letter.version_of(number)
    if found is None:
        raise NotFound
    return found


def _steps(letter: Letter) -> list[tuple[str, str, str]]:
    """(label, url, icon) of what this person may do to the letter now."""
    is_placed = letter.version.prepared_sha256 is not None
    hidden = NOT_IN_PRACTICE if letter.is_practice else frozenset()
    return [
        (label, url_for(endpoint, letter_id=letter.id), icon)
        for action, endpoint, label, icon in STEPS
        if permissions.can(work(), action, letter)
        and (is_placed or endpoint != "marks.show")
        and endpoint not in hidden
    ]


def _after(letter: Letter) -> dict:
    """After a signature: the next letter that waits for the same official."""
    is_signer = letter.state == State.SIGNED and approvals.is_signed_by(work(), letter)
    which = waits.Which(practice=letter.is_practice)
    following = waits.page(work(), work().person, which, size=1).letters if is_signer else []
    return {
        "next_letter": following[0] if following else None,
        "next_count": waits.count(work(), work().person, which) if following else 0,
        "public_url": marks.address_to_show(work().config, letter), "is_signer": is_signer,
    }  # fmt: skip
