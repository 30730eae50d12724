"""Database tables, one file per noun."""

from webapp.records.adjustment import Adjustment, AdjustmentRequest
from webapp.records.audit_pack import AuditPack
from webapp.records.base import Base
from webapp.records.blind import BlindChange, FunnelKept
from webapp.records.collected_rating import CollectedRating
from webapp.records.confirmation import Confirmation
from webapp.records.decision import Decision, DecisionBatch, DecisionChoice, DecisionReason, Stage
from webapp.records.demographics import DemographicAnswer, GroupBlock, GroupReport
from webapp.records.erasure import ErasedModel, Erasure, Retraining, TrainedWith
from webapp.records.export import ListExport, ListExportPart
from webapp.records.exposure import ItemExposure
from webapp.records.items import ItemFigures, ItemSetAside, ScoreChange
from webapp.records.list_views import CutLine, SavedView
from webapp.records.mail import LinkRequest, Mail
from webapp.records.message import Message, MessageSending, MessageTemplate, MessageTemplateVersion
from webapp.records.model import ModelVersion
from webapp.records.monitor import Monitor, MonitorBallot, MonitorFigure, MonitorTicket
from webapp.records.note import ApplicantNote, LookedAt
from webapp.records.organisation import Organisation
from webapp.records.oversight import ReviewSample, SampledPerson, VacancyNotice, VacancyPlace
from webapp.records.panel import ExpertPanel, PanelExpert, PanelRating
from webapp.records.promotion import ApprovalRequest, Rehearsal, RehearsalMover, ScoreStop
from webapp.records.questionnaire import QuestionnaireVersion
from webapp.records.rating_round import Competence, RatingRound, RoundPair, RoundRater
from webapp.records.released_figure import ReleasedFigure
from webapp.records.rescoring import RescoringChunk
from webapp.records.retake import ResultReuse, RetakeException
from webapp.records.rights import AddressChange, ReviewRequest, Tombstone, Withdrawal
from webapp.records.shortlist import ListCount, ListState, VacancyTally
from webapp.records.sitting import Answer, AnswerRevision, Score, Sitting
from webapp.records.sitting_time import ServerBeat, SittingClock, SittingCredit
from webapp.records.staff import (
    Hire,
    ImportBatch,
    Rating,
    ServiceLink,
    ServiceRule,
    StaffHistory,
    StaffInvitation,
    StaffMember,
    Unit,
)
from webapp.records.user import User, UserRole
from webapp.records.vacancy import Applicant, Invitation, TieCuts, Vacancy
from webapp.records.voice import VoiceBox, VoiceLink, VoiceNote
from webapp.records.watch import ModelOutcome, WatchFinding, WatchLook, WatchMail, WatchSubscription
from webapp.records.work import Event, Job, Outbox

__all__ = [
    "AddressChange",
    "Adjustment",
    "AdjustmentRequest",
    "Answer",
    "AnswerRevision",
    "Applicant",
    "ApplicantNote",
    "ApprovalRequest",
    "AuditPack",
    "Base",
    "BlindChange",
    "CollectedRating",
    "Competence",
    "Confirmation",
    "CutLine",
    "Decision",
    "DecisionBatch",
    "DecisionChoice",
    "DecisionReason",
    "DemographicAnswer",
    "ErasedModel",
    "Erasure",
    "Event",
    "ExpertPanel",
    "FunnelKept",
    "GroupBlock",
    "GroupReport",
    "Hire",
    "ImportBatch",
    "Invitation",
    "ItemExposure",
    "ItemFigures",
    "ItemSetAside",
    "Job",
    "LinkRequest",
    "ListCount",
    "ListExport",
    "ListExportPart",
    "ListState",
    "LookedAt",
    "Mail",
    "Message",
    "MessageSending",
    "MessageTemplate",
    "MessageTemplateVersion",
    "ModelOutcome",
    "ModelVersion",
    "Monitor",
    "MonitorBallot",
    "MonitorFigure",
    "MonitorTicket",
    "Organisation",
    "Outbox",
    "PanelExpert",
    "PanelRating",
    "QuestionnaireVersion",
    "Rating",
    "RatingRound",
    "Rehearsal",
    "RehearsalMover",
    "ReleasedFigure",
    "RescoringChunk",
    "ResultReuse",
    "RetakeException",
    "Retraining",
    "ReviewRequest",
    "ReviewSample",
    "RoundPair",
    "RoundRater",
    "SampledPerson",
    "SavedView",
    "Score",
    "ScoreChange",
    "ScoreStop",
    "ServerBeat",
    "ServiceLink",
    "ServiceRule",
    "Sitting",
    "SittingClock",
    "SittingCredit",
    "StaffHistory",
    "StaffInvitation",
    "StaffMember",
    "Stage",
    "TieCuts",
    "Tombstone",
    "TrainedWith",
    "Unit",
    "User",
    "UserRole",
    "Vacancy",
    "VacancyNotice",
    "VacancyPlace",
    "VacancyTally",
    "VoiceBox",
    "VoiceLink",
    "VoiceNote",
    "WatchFinding",
    "WatchLook",
    "WatchMail",
    "WatchSubscription",
    "Withdrawal",
]
