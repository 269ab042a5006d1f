"""The tables. Columns, relationships and one-line properties; no rules and no queries."""

from webapp.models.anchor import TrustAnchor
from webapp.models.audit import AuditEntry, AuditHead
from webapp.models.base import Base
from webapp.models.batch import Batch, BatchItem, Outcome
from webapp.models.job import Job, Throttle
from webapp.models.key import (
    Authority,
    AuthorityShare,
    Certificate,
    IdentityVerification,
    ServiceKey,
    SigningKey,
    Suspension,
    Timestamp,
)
from webapp.models.letter import Confidentiality, Letter, Signature, State, Urgency, Version
from webapp.models.log import LogHead, LogLeaf, LogNode, LogPage
from webapp.models.number import LetterNumber, NumberCounter, NumberPattern, NumberState
from webapp.models.office import Membership, Office, Role
from webapp.models.passkey import ApprovalEvidence, Passkey, PasskeyChallenge, PasskeyWrapping
from webapp.models.person import Invitation, LoginSession, Person, PushSubscription, RecoveryCode, SecondFactor
from webapp.models.practice import Drill, Part, PracticeAuthority
from webapp.models.remote import BsreAccount, RemoteSignature
from webapp.models.roster import Import
from webapp.models.step import ChainTemplate, Opinion, Step, StepKind, StepState

__all__ = [
    "ApprovalEvidence", "AuditEntry", "AuditHead", "Authority", "AuthorityShare", "Base", "Batch", "BatchItem",
    "BsreAccount", "Certificate", "ChainTemplate", "Confidentiality", "Drill", "IdentityVerification", "Import",
    "Invitation", "Job", "Letter", "LetterNumber", "LogHead", "LogLeaf", "LogNode", "LogPage", "LoginSession",
    "Membership", "NumberCounter", "NumberPattern", "NumberState", "Office", "Opinion", "Outcome", "Part",
    "Passkey", "PasskeyChallenge", "PasskeyWrapping", "Person", "PracticeAuthority", "PushSubscription",
    "RecoveryCode", "RemoteSignature", "Role", "SecondFactor", "ServiceKey", "Signature", "SigningKey", "State",
    "Step", "StepKind", "StepState", "Suspension", "Throttle", "Timestamp", "TrustAnchor", "Urgency", "Version",
]  # fmt: skip
