"""The tables. Columns, relationships and one-line properties; no rules and no queries."""

from webapp.models.audit import AuditEntry, AuditHead
from webapp.models.base import Base
from webapp.models.job import Job, Throttle
from webapp.models.key import Authority, AuthorityShare, Certificate, IdentityVerification, SigningKey
from webapp.models.letter import Confidentiality, Letter, Signature, State, Urgency, Version
from webapp.models.office import Membership, Office, Role
from webapp.models.person import Invitation, LoginSession, Person, PushSubscription, RecoveryCode, SecondFactor
from webapp.models.remote import BsreAccount, RemoteSignature

__all__ = [
    "AuditEntry", "AuditHead", "Authority", "AuthorityShare", "Base", "BsreAccount", "Certificate", "Confidentiality",
    "IdentityVerification", "Invitation", "Job", "Letter", "LoginSession", "Membership", "Office", "Person",
    "PushSubscription", "RecoveryCode", "RemoteSignature", "Role", "SecondFactor", "Signature", "SigningKey", "State",
    "Throttle", "Urgency", "Version",
]  # fmt: skip
