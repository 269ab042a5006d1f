"""Telling an office's systems what became of its letters: addresses, messages and their log. jobs/webhook.py sends.

A message is written in the transaction of the change it tells of, as Standard Webhooks says, and holds no content of a
letter: whoever may read it asks for it with a token.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import json
import secrets
from datetime import UTC, datetime, timedelta
from urllib.parse import SplitResult, urlsplit

from sqlalchemy import bindparam, delete, insert, select, update

from webapp.config import Config
from webapp.domain import audit, outbox, permissions, vault
from webapp.domain.audit import Event
from webapp.domain.errors import N_, Conflict, Invalid, NotFound
from webapp.domain.work import Work
from webapp.models import Confidentiality, Letter, Office, Role, Webhook, WebhookDelivery

EVENTS = (
    "letter.submitted", "letter.returned", "letter.withdrawn", "letter.rejected", "letter.signed", "letter.revoked",
    "letter.replaced",
)  # fmt: skip
TRIAL = "webhook.trial"
PORTS = (None, 443, 8443)  # any other would make this server a scanner of ports
MOST = 20  # addresses of one office
PAGE = 50  # deliveries in the log
LOGGED = timedelta(days=90)
OVERLAP = timedelta(hours=24)  # in which a receiver may go from its old secret to the new one
REST = timedelta(minutes=1)  # a dead receiver costs the worker one time-out a minute
SECRET = (Confidentiality.SECRET, Confidentiality.TOP_SECRET)
_HOOKS = Webhook.__table__
_LISTENING = select(_HOOKS.c.id, _HOOKS.c.events).where(
    _HOOKS.c.ended_at.is_(None), _HOOKS.c.office_id == bindparam("office")
)  # made once: it is on the way of every tap
_ADD = insert(WebhookDelivery.__table__).returning(WebhookDelivery.id)


def announce(work: Work, letter: Letter, event: Event) -> None:
    """Write a message for every address of the letter's office that listens to this. One look-up where none does.

    Of a secret letter only the system that handed it in may hear, so nobody is told unless a system did.
    """
    if letter.confidentiality in SECRET and not letter.drafter.is_service:
        return
    for hook_id, events in work.execute(_LISTENING, {"office": letter.office_id}).all():
        if event in events:
            data = {"id": letter.id, "state": str(letter.state), "url": f"{work.config.public_url}{_path(letter)}"}
            _enqueue(work, hook_id, str(event), data, letter_id=letter.id)


def register(work: Work, office: Office, *, url: str, events: list[str]) -> tuple[Webhook, str]:
    """Tell this address of these events from now on. -> its row, and the secret that nobody can show again.

    Raises Invalid at `url` (not https, a port or a host that is not for the outside) or at `events`.
    """
    permissions.require_role(work, Role.ADMINISTRATOR, office)
    require_sound(work.config, url)
    if not events or not set(events) <= set(EVENTS):
        raise Invalid(N_("Pilih paling sedikit satu peristiwa."), field="events")
    if len(of(work, [office])) >= MOST:
        raise Conflict(N_("Perangkat daerah ini sudah mempunyai alamat sebanyak yang boleh."))
    sealed, shown = _new_secret(work.config)
    made = Webhook(
        office=office, url=url, events=[e for e in EVENTS if e in events], created_by_id=work.person.id,
        secret_sealed=sealed, created_at=work.now,
    )  # fmt: skip
    work.session.add(made)
    work.session.flush()
    audit.record(work, Event.WEBHOOK_ADDED, webhook_id=made.id, office_id=office.id, events=made.events)
    return made, shown


def of(work: Work, offices: list[Office]) -> list[Webhook]:
    """The addresses of these offices that are told, newest first."""
    ids = [office.id for office in offices]
    query = select(Webhook).where(Webhook.office_id.in_(ids), Webhook.ended_at.is_(None))
    return list(work.session.scalars(query.order_by(Webhook.id.desc())).unique())


def get(work: Work, webhook_id: int) -> Webhook:
    """An address of an office that the actor administers; any other is not found."""
    found = work.session.get(Webhook, webhook_id)
    if found is None or not permissions.holds(work.person, Role.ADMINISTRATOR, found.office, inherited=True):
        raise NotFound
    return found


def renew_secret(work: Work, hook: Webhook) -> str:
    """-> a new secret, which nobody can show again. For OVERLAP the old one signs beside it.

    Once more within that time: the newest is replaced, which perhaps nobody has seen, and the receiver's old one stays.
    """
    _require_live(work, hook)
    work.session.refresh(hook, with_for_update={"of": Webhook})
    if not has_two_secrets(hook, work.now):
        hook.old_secret_sealed = hook.secret_sealed
    hook.secret_sealed, shown = _new_secret(work.config)
    hook.old_secret_until = work.now + OVERLAP
    told = {"webhook_id": hook.id, "office_id": hook.office_id, "old_until": hook.old_secret_until.isoformat()}
    audit.record(work, Event.WEBHOOK_SECRET_RENEWED, **told)
    return shown


def end_old_secret(work: Work, hook: Webhook) -> None:
    """From now on the new one signs alone: the receiver has it, or the old one is known to somebody else."""
    _require_live(work, hook)
    if has_two_secrets(hook, work.now):
        hook.old_secret_sealed = hook.old_secret_until = None
        audit.record(work, Event.WEBHOOK_OLD_SECRET_ENDED, webhook_id=hook.id, office_id=hook.office_id)


def has_two_secrets(hook: Webhook, now: datetime) -> bool:
    return hook.old_secret_until is not None and hook.old_secret_until > now


def end(work: Work, hook: Webhook) -> None:
    """Tell it nothing more; what waits is not sent. actor None: its receiver said that it is gone (410)."""
    if work.actor is not None:
        permissions.require_role(work, Role.ADMINISTRATOR, hook.office)
    if hook.ended_at is None:
        hook.ended_at = work.now
        audit.record(work, Event.WEBHOOK_ENDED, webhook_id=hook.id, office_id=hook.office_id)


def deliveries(work: Work, hook: Webhook, *, before: int | None = None) -> list[WebhookDelivery]:
    """The log of one address, newest first, PAGE at a time."""
    query = select(WebhookDelivery).where(WebhookDelivery.webhook_id == hook.id)
    if before:
        query = query.where(WebhookDelivery.id < before)
    return list(work.session.scalars(query.order_by(WebhookDelivery.id.desc()).limit(PAGE)).unique())


def send_trial(work: Work, hook: Webhook) -> None:
    """A message that tells of nothing, to see that it arrives."""
    _require_live(work, hook)
    _enqueue(work, hook.id, TRIAL, {"message": "Teken"})


def send_again(work: Work, hook: Webhook, delivery_id: int) -> None:
    """The same message once more, with the same id: a receiver that has it may leave it."""
    _require_live(work, hook)
    found = work.session.get(WebhookDelivery, delivery_id)
    if found is None or found.webhook_id != hook.id:
        raise NotFound
    found.delivered_at = hook.rests_until = None
    outbox.add(work, "webhook", delivery_id=found.id)
    audit.record(work, Event.WEBHOOK_SENT_AGAIN, webhook_id=hook.id, delivery_id=found.id)


def sign(config: Config, hook: Webhook, message_id: str, timestamp: int, body: str) -> str:
    """The header webhook-signature (Standard Webhooks, 1.0): "v1," and HMAC-SHA256 over id, time and body; of two
    secrets one after the other, with a space between. timestamp: of this attempt, seconds since 1970.
    """
    is_overlap = has_two_secrets(hook, datetime.fromtimestamp(timestamp, UTC))
    sealed = [hook.secret_sealed, *([hook.old_secret_sealed] if is_overlap else [])]
    signed = f"{message_id}.{timestamp}.{body}".encode()
    macs = [hmac.new(vault.unseal(config, one, "webhook"), signed, hashlib.sha256).digest() for one in sealed]
    return " ".join(f"v1,{base64.b64encode(mac).decode()}" for mac in macs)


def note_attempt(work: Work, delivery_id: int, *, status: int | None, error: str) -> bool:
    """Write down how an attempt ended. -> whether the message was taken (2xx)."""
    found = work.session.get_one(WebhookDelivery, delivery_id)
    found.attempts, found.tried_at, found.status, found.error = found.attempts + 1, work.now, status, error[:200]
    is_taken = not error and status is not None and 200 <= status < 300
    if is_taken:
        found.delivered_at, found.webhook.rests_until = work.now, None
    else:
        found.webhook.rests_until = work.now + REST
    if status == 410:
        end(work, found.webhook)
    return is_taken


def forget_old(work: Work) -> None:
    """The log is for finding what went wrong lately; the trail is what lasts. Old secrets go when their day is over."""
    old = (WebhookDelivery.created_at < work.now - LOGGED, WebhookDelivery.delivered_at.is_not(None))
    work.session.execute(delete(WebhookDelivery).where(*old))
    over = update(Webhook).where(Webhook.old_secret_until <= work.now)
    work.session.execute(over.values(old_secret_sealed=None, old_secret_until=None))


def require_sound(config: Config, url: str) -> None:
    """Raise Invalid unless the address is https, plain, and of a host outside. Where its name leads is found out at
    each delivery: a name that was harmless today may be another address tomorrow.
    """
    try:
        parts = urlsplit(url)
        is_sound = len(url) <= 500 and url.isascii() and url.isprintable() and " " not in url and _is_sound(parts)
    except ValueError:  # a port that is none, a bracket left open
        is_sound = False
    if is_sound and parts.netloc in config.webhook_hosts:
        return
    if not is_sound or parts.scheme != "https" or parts.port not in PORTS or parts.hostname == _own_host(config):
        raise Invalid(N_("Alamat harus https://, tanpa nama pengguna, pada port 443 atau 8443."), field="url")
    try:
        literal = ipaddress.ip_address(parts.hostname or "")
    except ValueError:
        return
    if not is_outside(literal):
        raise Invalid(N_("Alamat itu berada di jaringan dalam."), field="url")


def is_outside(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether it is a public unicast address; one that only wraps another (mapped, NAT64, 6to4, Teredo) is not."""
    wraps = isinstance(address, ipaddress.IPv6Address) and any(address in network for network in _WRAPPING)
    return address.is_global and not (wraps or address.is_multicast or address.is_reserved)


_WRAPPING = [
    ipaddress.ip_network(text)
    for text in ("::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16", "fec0::/10")
]


def _is_sound(parts: SplitResult) -> bool:
    is_plain = "@" not in parts.netloc and not parts.fragment and "\\" not in parts.geturl()
    return parts.scheme in ("https", "http") and bool(parts.hostname) and is_plain and parts.port != 0


def _new_secret(config: Config) -> tuple[bytes, str]:
    """-> as it is kept, and as its receiver takes it."""
    secret = secrets.token_bytes(32)
    return vault.seal(config, secret, "webhook"), f"whsec_{base64.b64encode(secret).decode()}"


def _own_host(config: Config) -> str | None:
    return urlsplit(config.public_url).hostname


def _require_live(work: Work, hook: Webhook) -> None:
    permissions.require_role(work, Role.ADMINISTRATOR, hook.office)
    if hook.ended_at is not None:
        raise Conflict(N_("Alamat ini sudah tidak diberi tahu lagi."))


def _enqueue(work: Work, hook_id: int, event: str, data: dict, *, letter_id: int | None = None) -> None:
    body = {"type": event, "timestamp": work.now.isoformat(), "data": data}
    message = {
        "webhook_id": hook_id, "letter_id": letter_id, "message_id": f"msg_{secrets.token_urlsafe(18)}", "event": event,
        "body": json.dumps(body, separators=(",", ":")), "created_at": work.now, "attempts": 0, "error": "",
    }  # fmt: skip
    delivery_id = work.execute(_ADD, message).scalar_one()
    outbox.add(work, "webhook", delivery_id=delivery_id)


def _path(letter: Letter) -> str:
    return f"/api/v1/letters/{letter.id}"
