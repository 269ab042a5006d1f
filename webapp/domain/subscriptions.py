"""The devices that asked to be told by Web Push. A subscription lives as long as the log-in that made it."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import delete, select

from webapp.config import Config
from webapp.domain import outbox, vault
from webapp.domain.errors import N_, Conflict, Invalid
from webapp.domain.work import Work
from webapp.models import LoginSession, Person, PushSubscription

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551

# The browsers' own push services. Any other address would let a person make this server call where he likes (SSRF).
HOSTS = (
    "fcm.googleapis.com", "updates.push.services.mozilla.com", "web.push.apple.com",
    ".push.services.mozilla.com", ".push.apple.com", ".notify.windows.com",
)  # fmt: skip


def vapid_key(config: Config) -> ec.EllipticCurvePrivateKey:
    """The server's key for push services (RFC 8292), from the server key: another one would end every subscription."""
    number = int.from_bytes(vault.subkey(config, "vapid"), "big") % (P256_ORDER - 1) + 1
    return ec.derive_private_key(number, ec.SECP256R1())


def vapid_public(config: Config) -> str:
    """What the browser wants as applicationServerKey: the uncompressed point in base64url."""
    point = vapid_key(config).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return urlsafe_b64encode(point).rstrip(b"=").decode()


def is_push_service(config: Config, endpoint: str) -> bool:
    parts = urlsplit(endpoint)
    if parts.netloc in config.push_hosts:  # tests and private push services, by configuration only
        return True
    host = (parts.hostname or "").lower()
    known = any(host == name or (name.startswith(".") and host.endswith(name)) for name in HOSTS)
    return known and parts.scheme == "https" and parts.port in (None, 443) and "@" not in parts.netloc


def add(work: Work, login: LoginSession, *, endpoint: str, p256dh: str, auth: str) -> PushSubscription:
    """Remember a device's address; the same device subscribing again replaces its row. Raises Invalid."""
    if len(endpoint) > 800 or len(p256dh) > 120 or len(auth) > 40 or not is_push_service(work.config, endpoint):
        raise Invalid(N_("Layanan notifikasi peramban ini tidak dikenal."))
    work.session.execute(delete(PushSubscription).where(PushSubscription.endpoint == endpoint))
    made = PushSubscription(
        person_id=work.person.id, login_session_id=login.id, endpoint=endpoint, p256dh=p256dh, auth=auth,
        created_at=work.now,
    )  # fmt: skip
    work.session.add(made)
    work.session.flush()
    return made


def send_trial(work: Work) -> None:
    """Have the worker send one message to the actor's devices, to see that it arrives."""
    if not of(work, work.person):
        raise Conflict(N_("Belum ada perangkat yang menerima pemberitahuan. Nyalakan dahulu di perangkat ini."))
    outbox.add(work, "push", person_id=work.person.id)


def is_told(work: Work, login: LoginSession) -> bool:
    """Whether this device, by its log-in, has asked to be told."""
    query = select(PushSubscription.id).where(PushSubscription.login_session_id == login.id)
    return work.session.scalars(query).first() is not None


def remove(work: Work, endpoint: str) -> None:
    """Forget a device of the actor's."""
    mine = (PushSubscription.endpoint == endpoint, PushSubscription.person_id == work.person.id)
    work.session.execute(delete(PushSubscription).where(*mine))


def of(work: Work, person: Person) -> list[PushSubscription]:
    return list(work.session.scalars(select(PushSubscription).where(PushSubscription.person_id == person.id)))


def drop(work: Work, subscription_id: int) -> None:
    """The push service says that it is gone (404, 410)."""
    work.session.execute(delete(PushSubscription).where(PushSubscription.id == subscription_id))
