"""What the frame around every page shows: where one can go by role, how many letters wait, language and colours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from flask import Flask, g, has_request_context, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from webapp.domain import permissions, vault, waits
from webapp.forms.settings import SCHEMES
from webapp.guards.access import work
from webapp.models import Role


class Link(NamedTuple):
    label: str
    url: str
    icon: str
    active: bool
    count: int


@dataclass(frozen=True)
class Place:
    """One entry: its page, the blueprints that belong under it, and the roles that see it (none: everyone)."""

    label: str
    endpoint: str
    icon: str
    nouns: frozenset[str]
    roles: tuple[Role, ...] = ()


LETTER_NOUNS = frozenset(
    (
        "letters", "writings", "merges", "numbers", "number_books", "versions", "marks", "submissions", "withdrawals",
        "replacements", "revocations", "reading", "signatures", "batches", "returns", "rejections", "pages", "files",
        "trails", "bundles", "chains", "initials", "opinions", "registers", "signers", "turns",
        "changes", "recipients", "copies",
    )
)  # fmt: skip
AWAITED = frozenset({"returns", "rejections", "opinions", "batches"})  # of these nouns, only what waits
SIGN_OR_INITIAL = (Role.SIGNER, Role.REVIEWER)
OFFICE_NOUNS = frozenset(
    (
        "offices", "patterns", "letterheads", "anchors", "tokens", "webhooks", "retention", "holds", "disposals",
        "number_books",
    )
)  # fmt: skip
TABS = 5  # as many as stand in one row of a phone; practice is then found in the guide and in the settings
PENDING = frozenset({"unfinished", "jobs", "reassignments", "adoption", "trainings"})


def places() -> tuple[Place, ...]:
    """All there is, in the order in which it is shown."""
    readers = (Role.DRAFTER, Role.REVIEWER, Role.AUDITOR)
    identities = frozenset({"identities", "keys", "authority"})
    accounts = frozenset({"people", "roles", "imports", "cutoffs", "takeovers"})
    own = frozenset({"settings", "passwords", "passkeys", "sessions", "enrolment", "preferences", "keys"})
    own |= {"mandates", "delegations"}
    return (
        Place(_("Menunggu"), "letters.index", "inbox", LETTER_NOUNS, SIGN_OR_INITIAL),
        Place(_("Surat"), "letters.index", "letters", LETTER_NOUNS, readers),
        Place(_("Identitas"), "identities.index", "shield", identities, (Role.REGISTRAR,)),
        Place(_("Orang"), "people.index", "people", accounts, (Role.ADMINISTRATOR,)),
        Place(_("OPD"), "offices.index", "office", OFFICE_NOUNS, (Role.ADMINISTRATOR,)),
        Place(_("Pekerjaan"), "unfinished.index", "refresh", PENDING, (Role.ADMINISTRATOR, Role.AUDITOR)),
        Place(_("Jejak audit"), "audits.index", "history", frozenset({"audits"}), (Role.AUDITOR,)),
        Place(_("Pindai"), "scanner.show", "scan", frozenset({"scanner"})),
        Place(_("Latihan"), "practice.index", "pencil", frozenset({"practice", "drills"})),
        Place(_("Pengaturan"), "settings.edit", "settings", own),
    )


def navigation() -> list[Link]:
    """The entries for the person who asks; none for strangers."""
    if _visitor() is None:
        return []
    here = (request.endpoint or "").partition(".")[0]
    mine = [
        place for place in places() if not place.roles or permissions.has_role(work(), *place.roles) or _acts(place)
    ]
    if len(mine) > TABS:
        mine = [place for place in mine if place.endpoint != "practice.index"]
    links = [_link(place, here) for place in mine]
    if [link.active for link in links[:2]] == [True, True]:  # one place at a time: which of the two lists it is
        is_waiting = request.args.get("box") == "waiting" or here in AWAITED
        links[:2] = [links[0]._replace(active=is_waiting), links[1]._replace(active=not is_waiting)]
    first = next((number for number, link in enumerate(links) if link.active), None)
    return [link._replace(active=number == first) for number, link in enumerate(links)]


def waiting_count() -> int | None:
    """How many letters wait for this person; None for those who neither sign nor initial."""
    visitor = _visitor()
    if visitor is None or not (permissions.has_role(work(), *SIGN_OR_INITIAL) or permissions.acts(work())):
        return None
    if "waiting_count" not in g:
        g.waiting_count = waits.count(work(), visitor.person)
    return g.waiting_count


def _acts(place: Place) -> bool:
    """A deputy has letters waiting, whatever his roles are."""
    return place.roles == SIGN_OR_INITIAL and permissions.acts(work())


def scheme() -> str:
    """Light, dark, or empty for as the device has it. Chosen per device."""
    chosen = request.cookies.get("scheme", "") if has_request_context() else ""
    return chosen if chosen in SCHEMES else ""


def init_app(app: Flask) -> None:
    @app.context_processor
    def _frame() -> dict[str, object]:
        # Functions where the database is asked: error pages must do without it.
        frame: dict[str, object] = {
            "navigation": navigation, "waiting_count": waiting_count, "lang": str(get_locale() or "id"),
            "scheme": scheme(), "office_name": app.config["TEKEN"].instance_name,
            "site_url": app.config["TEKEN"].public_url,
        }  # fmt: skip
        visitor = _visitor()
        if visitor is not None:
            # An opaque name for what the device keeps of this person's unfinished forms.
            frame["person_key"] = vault.token(app.config["TEKEN"], "person key", str(visitor.person_id))[:12]
            frame["push_url"] = url_for("subscriptions.create")
        return frame


def _visitor():  # noqa: ANN202
    return g.get("visitor") if has_request_context() else None


def _link(place: Place, here: str) -> Link:
    is_waiting = place.icon == "inbox"
    url = url_for(place.endpoint, **({"box": "waiting"} if is_waiting else {}))
    count = (waiting_count() or 0) if is_waiting else 0
    return Link(place.label, url, place.icon, here in place.nouns, count)
