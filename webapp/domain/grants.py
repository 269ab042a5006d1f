"""A mandate is given: by the official himself with his second factor, or by decree through an administrator."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from webapp.domain import audit, letter_types, mandates, notifications, people, permissions, second_factor
from webapp.domain.audit import Event
from webapp.domain.errors import N_, Forbidden, Invalid, NotFound
from webapp.domain.notifications import Message
from webapp.domain.work import Work
from webapp.models import Mandate, MandateKind, Office, Person, Role

BY_OFFICIAL = (MandateKind.PLH, MandateKind.AN, MandateKind.UB)
BY_DECREE = (MandateKind.PLT, MandateKind.PJ, MandateKind.PLH)  # recorded by an administrator
OF_VACANT = (MandateKind.PLT, MandateKind.PJ)
APART = ("classifications", "letter_types", "deputy_id", "principal_id", "post")  # of the terms: set from their rows


@dataclass(frozen=True)
class Terms:
    """What a mandate says. Dates mean whole days in the office's zone, the last one included.

    `principal_id` None: the post named in `post`, which nobody holds and nobody with an account held.
    """

    kind: MandateKind
    principal_id: int | None
    deputy_id: int
    office_id: int
    starts_on: date
    ends_on: date
    decree: str
    confidentiality: str
    classifications: tuple[str, ...] = ()
    letter_types: tuple[str, ...] = ()
    through: str = ""
    decree_sha256: str | None = None
    post: str = ""

    @property
    def digest(self) -> str:
        """Of everything that is granted: a code counts for exactly this mandate."""
        told = json.dumps(asdict(self), sort_keys=True, default=str)
        return hashlib.sha256(told.encode()).hexdigest()


def grant(work: Work, terms: Terms, code: str) -> Mandate:
    """Offer a mandate to a deputy: the official his own, with his second factor; an administrator one by decree.

    Raises Forbidden, Invalid (by the field), Conflict (another deputy in these days), WrongCode.
    """
    deputy, office = work.session.get(Person, terms.deputy_id), work.session.get(Office, terms.office_id)
    if deputy is None or office is None:
        raise NotFound
    principal = _principal(work, terms, office)
    _require_grantable(work, terms, principal, office)
    _require_sound(work, terms, principal, deputy)
    begins_at, ends_at = moments(office.zone, terms.starts_on, terms.ends_on)
    if ends_at <= work.now:
        raise Invalid(N_("Masa berlaku ini sudah lewat."), field="ends_on")
    if principal is not None:
        _require_free(work, terms, principal, office, (begins_at, ends_at))
    second_factor.consume(work, work.person, code, f"mandate {terms.digest}")
    principal = principal or people.found_post(work, office, terms.post)
    made = Mandate(
        **{name: value for name, value in asdict(terms).items() if name not in APART},
        deputy=deputy, principal=principal, office=office, granted_by=work.person, position=principal.position,
        classifications=list(terms.classifications),
        letter_types=[letter_types.known(one) for one in terms.letter_types], zone=office.zone,
        begins_at=begins_at, ends_at=ends_at, created_at=work.now,
    )  # fmt: skip
    work.session.add(made)
    work.session.flush()
    audit.record(work, Event.MANDATE_GRANTED, mandate=made.id, principal_id=principal.id, deputy_id=deputy.id,
                 kind=made.kind, begins_at=begins_at.isoformat(), ends_at=ends_at.isoformat(),
                 decree=made.decree, decree_sha256=made.decree_sha256)  # fmt: skip
    notifications.mandate(work, made, Message.MANDATE_OFFERED, deputy)
    if principal is not work.actor:
        notifications.mandate(work, made, Message.MANDATE_CHANGED, principal)
    return made


def _principal(work: Work, terms: Terms, office: Office) -> Person | None:
    """Locked, so that there is one grant at a time; None: a post that is recorded with the mandate."""
    if terms.principal_id is not None:
        found = work.session.get(Person, terms.principal_id, with_for_update={"of": Person})
        if found is None:
            raise NotFound
        return found
    work.session.get_one(Office, office.id, with_for_update={"of": Office})
    if not terms.post.strip():
        raise Invalid(N_("Isi nama jabatan yang lowong."), field="post")
    if terms.kind not in OF_VACANT:
        raise Invalid(N_("Jabatan yang lowong dijalankan Plt. atau Pj."), field="kind")
    return people.find_post(work, office, terms.post)


def principals(work: Work) -> list[Person]:
    """Whose letters the actor may give to a deputy: his own, and by decree those of the officials he administers."""
    own = [work.person] if work.person.offices_as(Role.SIGNER) else []
    governed = [person for office in people.governed(work) for person in people.signers_of(work, office)]
    return list({one.id: one for one in [*own, *governed]}.values())


def kinds(work: Work) -> frozenset[MandateKind]:
    """Which the actor may give to somebody or other."""
    by_decree = BY_DECREE if work.person.offices_as(Role.ADMINISTRATOR) else ()
    return frozenset((*by_decree, *(BY_OFFICIAL if work.person.offices_as(Role.SIGNER) else ())))


def candidates(work: Work) -> list[Person]:
    """Who may become a deputy: people with a role in the actor's offices, and officials of the whole region."""
    found = [person for office in _offices(work) for person in people.colleagues(work, office)]
    found += people.all_signers(work)
    able = {one.id: one for one in found if one.id != work.person.id}
    return sorted(able.values(), key=lambda one: (one.position, one.name))


def _offices(work: Work) -> list[Office]:
    return [one.office for one in work.person.memberships if one.role == Role.SIGNER]


def moments(zone: str, since: date, until: date) -> tuple[datetime, datetime]:
    """The first moment of the first day and the first after the last, in that zone, as UTC."""
    there = ZoneInfo(zone)
    begins = datetime.combine(since, time.min, there)
    return begins.astimezone(UTC), datetime.combine(until + timedelta(days=1), time.min, there).astimezone(UTC)


def _require_grantable(work: Work, terms: Terms, principal: Person | None, office: Office) -> None:
    """The official himself, or by decree an administrator: never for himself, and never for secret letters."""
    if principal is not None and not permissions.holds(principal, Role.SIGNER, office, inherited=True):
        raise Invalid(N_("Pejabat ini bukan penandatangan di perangkat daerah itu."), field="office_id")
    if principal is work.person:
        if terms.kind not in BY_OFFICIAL:
            raise Invalid(N_("Plt. dan Pj. ditetapkan dengan keputusan, dan dicatat administrator."), field="kind")
        return
    permissions.require_role(work, Role.ADMINISTRATOR, office)
    if terms.deputy_id == work.person.id:
        raise Forbidden(N_("Mandat untuk diri sendiri dicatat oleh administrator lain."))
    if terms.kind not in BY_DECREE:
        raise Invalid(N_("Mandat a.n. dan u.b. hanya diberikan pejabatnya sendiri."), field="kind")
    if terms.confidentiality in permissions.SECRET:
        raise Invalid(N_("Surat rahasia hanya dapat dilimpahkan oleh pejabatnya sendiri."), field="confidentiality")


def _require_sound(work: Work, terms: Terms, principal: Person | None, deputy: Person) -> None:
    if deputy is principal or deputy.disabled_at is not None or not deputy.memberships:
        raise Invalid(N_("Pilih pejabat pengganti yang lain."), field="deputy_id")
    if terms.ends_on < terms.starts_on:
        raise Invalid(N_("Hari terakhir mendahului hari pertama."), field="ends_on")
    if not terms.decree.strip():
        raise Invalid(N_("Isi nomor surat keputusan atau surat perintahnya."), field="decree")
    if terms.kind == MandateKind.UB and not terms.through.strip():
        raise Invalid(N_("Isi jabatan di antara keduanya."), field="through")


def _require_free(
    work: Work, terms: Terms, principal: Person, office: Office, span: tuple[datetime, datetime]
) -> None:  # fmt: skip
    """One deputy a letter: mandates of one sort may not overlap in days, offices, codes and types."""
    query = select(Mandate).where(
        Mandate.principal_id == principal.id, Mandate.revoked_at.is_(None), Mandate.declined_at.is_(None),
        Mandate.begins_at < span[1], Mandate.ends_at > span[0],
    )  # fmt: skip
    asked = Mandate(
        kind=terms.kind, classifications=list(terms.classifications), letter_types=list(terms.letter_types)
    )  # fmt: skip
    for other in work.session.scalars(query):
        one_sort = other.is_for_absence == asked.is_for_absence
        meet = other.office_id in office.ancestor_ids or office.id in other.office.ancestor_ids
        if one_sort and meet and _share_letters(asked, other):
            told = {"name": other.deputy.full_name, "days": mandates.period(other.starts_on, other.ends_on)}
            raise Invalid(
                N_("Mandat lain sudah berlaku pada hari-hari itu: %(name)s, %(days)s."), field="starts_on", **told
            )


def _share_letters(one: Mandate, other: Mandate) -> bool:
    apart = one.letter_types and other.letter_types and set(one.letter_types).isdisjoint(other.letter_types)
    return not apart and _share_codes(one.classifications, other.classifications)


def _share_codes(ours: list[str], theirs: list[str]) -> bool:
    return not ours or not theirs or any(f"{a}.".startswith(f"{b}.") or f"{b}.".startswith(f"{a}.")
                                         for a in ours for b in theirs)  # fmt: skip
