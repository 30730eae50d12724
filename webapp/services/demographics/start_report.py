"""Ask for a report about groups, and find those that were kept."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from webapp.errors import Conflict, NotFound
from webapp.records import GroupReport, Job, User, Vacancy
from webapp.services.demographics.scope import Scope, scope_name
from webapp.services.job_progress import OPEN
from webapp.services.lock_row import lock_organisation
from webapp.services.promotion.stop_scores import check_shown
from webapp.services.start_training import queue_job

KIND = "groups"
MOST_LISTED = 100


class UnderWay(Conflict):
    """One such run is open; `job_id` leads to it."""

    def __init__(self, job_id: uuid.UUID) -> None:
        super().__init__(_("Such a run is under way. Wait until it has ended, then start the next one."))
        self.job_id = job_id


def start_report(session: Session, organisation_id: uuid.UUID, scope: Scope, user_id: uuid.UUID) -> Job:
    check_shown(session, organisation_id)
    refuse_second(session, organisation_id, KIND)
    return queue_job(session, organisation_id, KIND, user_id, **scope.parameters())


def refuse_second(session: Session, organisation_id: uuid.UUID, kind: str) -> None:
    """One at a time: two people who press the button together are put in a row here."""
    lock_organisation(session, organisation_id)
    there = session.scalars(
        select(Job.id).where(Job.organisation_id == organisation_id, Job.kind == kind, Job.state.in_(OPEN)).limit(1)
    ).first()
    if there is not None:
        raise UnderWay(there)


@dataclass(frozen=True)
class Listed:
    """A kept report with its name and maker."""

    report: GroupReport
    counted: int
    name: str
    maker: str


def list_reports(session: Session, organisation_id: uuid.UUID) -> Sequence[Listed]:
    """The newest first; figures are read on the report's own page."""
    rows = session.execute(_with_names(organisation_id).limit(MOST_LISTED))
    return [_listed(*row) for row in rows]


def find_report(session: Session, organisation_id: uuid.UUID, report_id: uuid.UUID) -> Listed:
    row = session.execute(_with_names(organisation_id).where(GroupReport.id == report_id)).first()
    if row is None:
        raise NotFound()
    return _listed(*row)


def _with_names(organisation_id: uuid.UUID):  # type: ignore[no-untyped-def]
    return (
        select(GroupReport, GroupReport.figures["counted"].as_integer(), Vacancy.title, User.name)
        .options(defer(GroupReport.figures))
        .outerjoin(
            Vacancy, (Vacancy.organisation_id == GroupReport.organisation_id) & (Vacancy.id == GroupReport.vacancy_id)
        )
        .outerjoin(User, (User.organisation_id == GroupReport.organisation_id) & (User.id == GroupReport.made_by))
        .where(GroupReport.organisation_id == organisation_id)
        .order_by(GroupReport.created_at.desc(), GroupReport.id.desc())
    )


def _listed(report: GroupReport, counted: int | None, title: str | None, maker: str | None) -> Listed:
    return Listed(report, counted or 0, scope_name(report.scope, report.year, title), maker or "")
