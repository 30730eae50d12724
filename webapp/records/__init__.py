"""Database tables, one file per noun."""

from webapp.records.base import Base
from webapp.records.model import ModelVersion
from webapp.records.organisation import Organisation
from webapp.records.questionnaire import QuestionnaireVersion
from webapp.records.sitting import Answer, AnswerRevision, Score, Sitting
from webapp.records.staff import ImportBatch, Rating, StaffMember, Unit
from webapp.records.user import User, UserRole
from webapp.records.vacancy import Applicant, Invitation, TieCuts, Vacancy
from webapp.records.work import Event, Job, Outbox

__all__ = [
    "Answer",
    "AnswerRevision",
    "Applicant",
    "Base",
    "Event",
    "ImportBatch",
    "Invitation",
    "Job",
    "ModelVersion",
    "Organisation",
    "Outbox",
    "QuestionnaireVersion",
    "Rating",
    "Score",
    "Sitting",
    "StaffMember",
    "TieCuts",
    "Unit",
    "User",
    "UserRole",
    "Vacancy",
]
