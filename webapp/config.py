"""The whole configuration, read once from the environment. The only place that looks at os.environ."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from signing import anchors
from signing.errors import NotTrusted
from webapp.office_hours import Network, OfficeHours, read_hours, read_networks

OFFICE_HOURS = read_hours("1-4 07:30-16:00, 5 07:30-16:30")


class ConfigError(Exception):
    """A value is missing or too weak to start with; the message says which and what would do."""


def _key(name: str, text: str) -> bytes:
    """A secret of at least 32 bytes, base64: shorter ones can be guessed."""
    try:
        key = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        key = b""
    if len(key) < 32:
        raise ConfigError(f"{name} must be at least 32 random bytes in base64 (openssl rand -base64 32)")
    return key


@dataclass(frozen=True)
class Config:
    """Values in force. Times in days, sizes in bytes."""

    development: bool
    secret_key: bytes
    server_key: bytes
    database_url: str
    data_dir: Path
    public_url: str
    mail_url: str
    mail_from: str
    instance_name: str = "Pemerintah Kabupaten Solok"
    authority_name: str = "Otoritas Sertifikat Internal Kabupaten Solok (tidak tersertifikasi)"
    max_upload_bytes: int = 20_000_000
    max_pages: int = 300
    tags: tuple[str, ...] = ("${ttd}", "${ttd_pengirim}", "#")
    number_tags: tuple[str, ...] = ("${nomor_naskah}", "${nomor_surat}", "${nomor}")
    date_tags: tuple[str, ...] = ("${tanggal_naskah}", "${tanggal_surat}", "${tanggal}")
    session_idle_days: int = 14
    session_days: int = 30
    certificate_days: int = 730
    invitation_days: int = 7
    proxy_hops: int = 0
    push_hosts: tuple[str, ...] = ()
    webhook_hosts: tuple[str, ...] = ()  # host:port inside that webhooks may reach, also by http: the operator's word
    key_algorithm: str = "P-256"
    pkcs11_module: str = ""
    pkcs11_tokens: str = "teken-"
    pkcs11_first_pin: str = ""
    csc_url: str = ""
    csc_token_url: str = ""
    csc_client_id: str = ""
    csc_client_secret: str = ""
    csc_bearer: str = ""
    csc_roots: tuple[bytes, ...] = ()
    tsa_url: str = ""  # an external time-stamp authority; empty: our own
    tsa_roots: tuple[bytes, ...] = ()  # of those in use now or before: old letters rest on them
    tsa_policy: str = ""  # the policy to ask for, dotted; empty: the authority's own choice
    organization_identifier: str = ""  # of the office, as ETSI EN 319 412-1 (5.1.4) writes it
    office_hours: OfficeHours = OFFICE_HOURS  # in each office's own zone
    office_networks: tuple[Network, ...] = ()  # empty: it is not recorded whether one signs in an office or away
    identity_days: int = 1095  # how long a recorded identity check bears renewed certificates
    bsre_url: str = ""  # empty: BSrE is not offered
    bsre_version: int = 2
    bsre_username: str = ""
    bsre_password: str = field(default="", repr=False)
    bsre_ca_file: str = ""
    bsre_roots: str = ""
    translations_dir: str = str(Path(__file__).parent / "translations")

    @property
    def host(self) -> str:
        return urlsplit(self.public_url).netloc

    @property
    def is_https(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def mail_folder(self) -> Path | None:
        """Where development mail is written, or None when it really is sent."""
        return Path(self.mail_url.removeprefix("file:")) if self.mail_url.startswith("file:") else None

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> Config:
        """Read and judge the environment. Raises ConfigError with the name of the first bad value."""
        development = env.get("TEKEN_ENV", "production") == "development"
        missing = [n for n in ("SECRET_KEY", "SERVER_KEY", "PUBLIC_URL", "MAIL_URL") if not env.get(n)]
        if missing:
            raise ConfigError("missing: " + ", ".join(missing))
        data_dir = Path(env.get("DATA_DIR", ".data")).resolve()
        public_url = env["PUBLIC_URL"].rstrip("/")
        if not development and not public_url.startswith("https://"):
            raise ConfigError("PUBLIC_URL must be https:// in production: codes and cookies would travel in the open")
        if not development and env["MAIL_URL"].startswith("file:"):
            raise ConfigError("MAIL_URL must be smtp:// or smtps:// in production: officials would get no mail")
        if env["SECRET_KEY"] == env["SERVER_KEY"]:
            raise ConfigError("SECRET_KEY and SERVER_KEY must differ")
        return cls(
            development=development,
            secret_key=_key("SECRET_KEY", env["SECRET_KEY"]),
            server_key=_key("SERVER_KEY", env["SERVER_KEY"]),
            database_url=_database_url(env.get("DATABASE_URL", ""), data_dir),
            data_dir=data_dir,
            public_url=public_url,
            mail_url=env["MAIL_URL"],
            mail_from=env.get("MAIL_FROM", "Teken <teken@localhost>"),
            instance_name=env.get("INSTANCE_NAME", cls.instance_name),
            authority_name=env.get("AUTHORITY_NAME", cls.authority_name),
            max_upload_bytes=int(float(env.get("MAX_UPLOAD_MB", "20")) * 1_000_000),
            max_pages=int(env.get("MAX_PAGES", "300")),
            session_idle_days=int(env.get("SESSION_IDLE_DAYS", "14")),
            session_days=int(env.get("SESSION_DAYS", "30")),
            certificate_days=int(env.get("CERTIFICATE_DAYS", "730")),
            invitation_days=int(env.get("INVITATION_DAYS", "7")),
            proxy_hops=int(env.get("PROXY_HOPS", "0")),
            **{name.lower(): tuple(env.get(name, "").split()) for name in ("PUSH_HOSTS", "WEBHOOK_HOSTS")},
            identity_days=_days("IDENTITY_DAYS", env, 1095),
            **_tags(env),
            **_office(env),
            **_timestamps(env, development=development),
            **_custodians(env, development),
            **_bsre(env, development=development),
        )


def _tags(env: Mapping[str, str]) -> dict[str, Any]:
    """What stands on an uploaded page where a mark, a number or a date is to stand."""
    names = {"tags": "SIGNATURE_TAGS", "number_tags": "NUMBER_TAGS", "date_tags": "DATE_TAGS"}
    return {field: tuple(env[name].split()) for field, name in names.items() if name in env}


def _custodians(env: Mapping[str, str], development: bool) -> dict[str, Any]:
    """Who may keep keys beside the vault, and of what kind they are."""
    algorithm, url = env.get("KEY_ALGORITHM", "P-256"), env.get("CSC_URL", "").rstrip("/")
    if algorithm not in ("P-256", "RSA-2048", "RSA-3072"):
        raise ConfigError("KEY_ALGORITHM must be P-256, RSA-2048 or RSA-3072")
    if env.get("PKCS11_MODULE") and not env.get("PKCS11_FIRST_PIN"):
        raise ConfigError("missing: PKCS11_FIRST_PIN (the PIN that the prepared tokens have)")
    if url and not (env.get("CSC_BEARER") or (env.get("CSC_CLIENT_ID") and env.get("CSC_CLIENT_SECRET"))):
        raise ConfigError("missing: CSC_BEARER, or CSC_CLIENT_ID and CSC_CLIENT_SECRET")
    if url and not env.get("CSC_ROOTS"):
        raise ConfigError("missing: CSC_ROOTS (a PEM file with the provider's root certificates)")
    for name in ("CSC_URL", "CSC_TOKEN_URL"):
        if env.get(name) and not development and not env[name].startswith("https://"):
            raise ConfigError(f"{name} must be https:// in production: officials' PINs would travel in the open")
    names = ("PKCS11_MODULE", "PKCS11_FIRST_PIN", "CSC_TOKEN_URL", "CSC_CLIENT_ID", "CSC_CLIENT_SECRET", "CSC_BEARER")
    values: dict[str, Any] = {name.lower(): env.get(name, "") for name in names}
    values["pkcs11_tokens"] = env.get("PKCS11_TOKENS", "teken-")
    return values | {"key_algorithm": algorithm, "csc_url": url, "csc_roots": _roots("CSC_ROOTS", env)}


def _roots(name: str, env: Mapping[str, str]) -> tuple[bytes, ...]:
    """The root certificates of a PEM file, as DER."""
    try:
        return anchors.load(Path(env[name]).read_bytes()) if env.get(name) else ()
    except OSError:
        raise ConfigError(f"{name}: no such file") from None
    except NotTrusted as error:
        raise ConfigError(f"{name}: {error.detail}") from None


def _timestamps(env: Mapping[str, str], *, development: bool) -> dict[str, Any]:
    """An external time-stamp authority. TSA_ROOTS alone is right too: letters stamped there before still need them."""
    url, policy = env.get("TSA_URL", ""), env.get("TSA_POLICY", "")
    parts = urlsplit(url)
    if url and not env.get("TSA_ROOTS"):
        raise ConfigError("missing: TSA_ROOTS (a PEM file with the root certificates of TSA_URL)")
    if url and (parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.password):
        raise ConfigError("TSA_URL must be an http(s):// address without user and password")
    if url and not development and parts.scheme != "https":
        raise ConfigError("TSA_URL must be https:// in production: who listens could see when letters are signed")
    if policy and not re.fullmatch(r"[0-2](\.(0|[1-9][0-9]*)){1,20}", policy):
        raise ConfigError("TSA_POLICY must be an object identifier like 1.3.6.1.4.1.4146.2.3")
    return {"tsa_url": url, "tsa_policy": policy, "tsa_roots": _roots("TSA_ROOTS", env)}


def _office(env: Mapping[str, str]) -> dict[str, Any]:
    """Its identifier, its hours and its networks; the last two for figures alone, nobody is let in by them."""
    name = "OFFICE_HOURS"
    try:
        hours = read_hours(env[name]) if env.get(name) else OFFICE_HOURS
        name = "OFFICE_NETWORKS"
        networks = read_networks(env.get(name, ""))
    except ValueError as error:
        raise ConfigError(f"{name}: {error}") from None
    identifier = _identifier(env.get("ORGANIZATION_IDENTIFIER", ""))
    return {"office_hours": hours, "office_networks": networks, "organization_identifier": identifier}


def _days(name: str, env: Mapping[str, str], default: int) -> int:
    days = int(env.get(name, str(default)))
    if days < 1:
        raise ConfigError(f"{name} must be at least 1")
    return days


def _identifier(text: str) -> str:
    """ETSI EN 319 412-1, 5.1.4: VATID-..., NTRID-..., or two characters and a colon for a national scheme."""
    if text and not re.fullmatch(r"(VAT|NTR|PSD|LEI|[A-Z]{2}:)[A-Z]{2}-[\x21-\x7e]{1,58}", text):
        raise ConfigError("ORGANIZATION_IDENTIFIER must look like VATID-000000000000000 or NTRID-123 (EN 319 412-1)")
    return text


def _bsre(env: Mapping[str, str], *, development: bool) -> dict[str, Any]:
    """BSrE's Esign Client Service, all of it or nothing: half of it would fail at the first letter."""
    url = env.get("BSRE_URL", "").rstrip("/")
    if not url:
        return {}
    missing = [n for n in ("BSRE_USERNAME", "BSRE_PASSWORD", "BSRE_ROOTS") if not env.get(n)]
    if missing:
        raise ConfigError("BSRE_URL needs " + ", ".join(missing))
    if env.get("BSRE_VERSION", "2") not in ("1", "2"):
        raise ConfigError("BSRE_VERSION must be 1 or 2")
    if not url.startswith("https://") and not (development and url.startswith("http://")):
        raise ConfigError("BSRE_URL must be https:// in production: passphrases would travel in the open")
    for name in ("BSRE_ROOTS", "BSRE_CA_FILE"):
        if env.get(name) and not Path(env[name]).is_file():
            raise ConfigError(f"{name}: no such file")
    return {
        "bsre_url": url, "bsre_version": int(env.get("BSRE_VERSION", "2")), "bsre_username": env["BSRE_USERNAME"],
        "bsre_password": env["BSRE_PASSWORD"], "bsre_ca_file": env.get("BSRE_CA_FILE", ""),
        "bsre_roots": env["BSRE_ROOTS"],
    }  # fmt: skip


def _database_url(url: str, data_dir: Path) -> str:
    """Name the driver, so that a plain postgresql:// address means psycopg 3."""
    if not url:
        return f"sqlite:///{data_dir / 'teken.sqlite3'}"
    return url.replace("postgres://", "postgresql://", 1).replace("postgresql://", "postgresql+psycopg://", 1)
