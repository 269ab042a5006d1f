"""The office's own certificate authority: who holds the issuing key, and what everybody may download."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from webapp import db
from webapp.domain import authority, throttle
from webapp.domain.errors import Invalid, NotFound
from webapp.forms.keys import ClaimForm
from webapp.guards.access import public, roles, secret, work
from webapp.guards.throttles import by_person, succeeded, throttled
from webapp.models import Authority, Role

bp = Blueprint("authority", __name__)

AN_HOUR = "public, max-age=3600"


@bp.get("/authority")
@roles(Role.REGISTRAR)
def index() -> ResponseReturnValue:
    return _page(ClaimForm())


@bp.post("/authority/claim")
@throttled((throttle.CEREMONY, by_person))
@roles(Role.REGISTRAR)
def claim() -> ResponseReturnValue:
    form = ClaimForm()
    if not form.validate_on_submit():
        return _page(form, 422)
    try:
        authority.claim(work(), form.code.data, secret())
    except Invalid as error:
        db.rollback()
        form.refuse(error)
        return _page(form, 422)
    succeeded()
    flash(gettext("Anda kini memegang kunci penerbit dan dapat menerbitkan sertifikat."), "ok")
    return redirect(url_for("authority.index"), 303)


@bp.get("/authority/offer")
@roles(Role.REGISTRAR)
def confirm() -> ResponseReturnValue:
    return render_template("authority/confirm.html")


@bp.post("/authority/offer")
@roles(Role.REGISTRAR)
def offer() -> ResponseReturnValue:
    """The code is in this answer only: it is stored nowhere, so there is nothing to come back to."""
    code = authority.offer(work(), secret())
    return render_template("authority/offer.html", code=code, ends_at=work().now + authority.OFFER_VALID)


@bp.post("/authority/crl")
@roles(Role.REGISTRAR)
def renew() -> ResponseReturnValue:
    authority.renew(work(), secret())
    flash(gettext("Daftar pencabutan diperbarui."), "ok")
    return redirect(url_for("authority.index"), 303)


@bp.get("/authority/crl")
@bp.get("/authority/crl/<int:generation>")
@public
def crl(generation: int | None = None) -> ResponseReturnValue:
    """Revoked certificates (RFC 5280), at the address that stands in every certificate."""
    return _file(_made(generation).crl_der, "application/pkix-crl", "teken.crl")


@bp.get("/authority/crl/root/<root_id>")
@public
def root_crl(root_id: str) -> ResponseReturnValue:
    """Revoked issuing authorities, at the address that stands in the certificates below the root."""
    return _file(authority.root_list(work(), root_id), "application/pkix-crl", "teken-root.crl")


@bp.get("/authority/certificates/<any(issuing, root):which>")
@bp.get("/authority/certificates/<any(issuing, root):which>/<int:generation>")
@public
def certificate(which: str, generation: int | None = None) -> ResponseReturnValue:
    """DER, at the address that stands in the certificates below it (AIA caIssuers)."""
    made = _made(generation)
    der = made.root_der if which == "root" else made.issuing_der
    return _file(der, "application/pkix-cert", f"teken-{which}.cer")


@bp.get("/authority/root.pem")
@public
def root() -> ResponseReturnValue:
    return _file(authority.root_pem(_made()).encode(), "application/x-pem-file", "teken-root.pem")


def _made(generation: int | None = None) -> Authority:
    made = authority.find(work(), generation)
    if made is None:
        raise NotFound
    return made


def _file(content: bytes, mimetype: str, name: str) -> Response:
    response = Response(content, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = AN_HOUR
    return response


def _page(form: ClaimForm, status: int = 200) -> ResponseReturnValue:
    made = authority.find(work())
    if made is None:
        return render_template("authority/missing.html"), status
    page = render_template(
        "authority/index.html", form=form, holders=authority.holders(work(), made),
        offers=authority.offers(work(), made), crl=authority.revocation_list(work(), made),
        fingerprint=authority.fingerprint(made), ends_at=authority.root_ends_at(made), now=work().now,
        holds_share=authority.holds_share(work(), work().person), name=work().config.authority_name,
    )  # fmt: skip
    return page, status
