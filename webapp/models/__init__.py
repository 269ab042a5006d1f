"""The tables. Columns, relationships and one-line properties; no rules and no queries."""

from webapp.models.adoption import OfficeMonth, Training
from webapp.models.alert import Alert, AlertState, Channel, Preference, Rhythm, Rung
from webapp.models.anchor import TrustAnchor
from webapp.models.api import ApiToken, IdempotencyKey, Webhook, WebhookDelivery
from webapp.models.audit import AuditEntry, AuditHead
from webapp.models.base import Base
from webapp.models.batch import Batch, BatchItem, Outcome
from webapp.models.delivery import Delivery, DeliveryState, Manner, Notice, Recipient, RecipientKind
from webapp.models.gathering import GatheredStep, Gathering
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
from webapp.models.letterhead import Letterhead
from webapp.models.log import LogHead, LogLeaf, LogNode, LogPage
from webapp.models.look import Act, Look
from webapp.models.mandate import Delegation, Mandate, MandateKind
from webapp.models.merge import Merge, MergeRow
from webapp.models.number import LetterNumber, NumberCounter, NumberPattern, NumberState
from webapp.models.office import Membership, Office, Role
from webapp.models.passkey import ApprovalEvidence, Passkey, PasskeyChallenge, PasskeyWrapping
from webapp.models.person import Invitation, LoginSession, Person, PushSubscription, RecoveryCode, SecondFactor
from webapp.models.practice import Drill, Part, PracticeAuthority
from webapp.models.remote import BsreAccount, RemoteSignature
from webapp.models.retention import Disposal, DisposalItem, DisposalState, Fate, Hold, RetentionRule
from webapp.models.roster import Import
from webapp.models.step import ChainTemplate, Opinion, Step, StepKind, StepState

__all__ = [
    "Act", "Alert", "AlertState", "ApiToken", "ApprovalEvidence", "AuditEntry", "AuditHead", "Authority",
    "AuthorityShare", "Base", "Batch", "BatchItem", "BsreAccount", "Certificate", "ChainTemplate", "Channel",
    "Confidentiality", "Delegation", "Delivery", "DeliveryState", "Disposal", "DisposalItem", "DisposalState", "Drill",
    "Fate", "GatheredStep", "Gathering", "Hold", "IdempotencyKey", "IdentityVerification", "Import", "Invitation",
    "Job", "Letter", "LetterNumber", "Letterhead", "LogHead", "LogLeaf", "LogNode", "LogPage", "LoginSession", "Look",
    "Mandate", "MandateKind", "Manner", "Membership", "Merge", "MergeRow", "Notice", "NumberCounter", "NumberPattern",
    "NumberState", "Office", "OfficeMonth", "Opinion", "Outcome", "Part", "Passkey", "PasskeyChallenge",
    "PasskeyWrapping", "Person", "PracticeAuthority", "Preference", "PushSubscription", "Recipient", "RecipientKind",
    "RecoveryCode", "RemoteSignature", "RetentionRule", "Rhythm", "Role", "Rung", "SecondFactor", "ServiceKey",
    "Signature", "SigningKey", "State", "Step", "StepKind", "StepState", "Suspension", "Throttle", "Timestamp",
    "Training", "TrustAnchor", "Urgency", "Version", "Webhook", "WebhookDelivery",
]  # fmt: skip
