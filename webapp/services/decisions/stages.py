"""The stages of a company, in its own order and words, and its reasons."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from webapp.config import LANGUAGES
from webapp.errors import NotFound
from webapp.records import Applicant, DecisionReason, Stage, Vacancy

KINDS = ("new", "open", "hired", "declined")
NEW = 0
KIND_WORDS = {
    "open": _l("To go on"),
    "hired": _l("To take on"),
    "declined": _l("Not to go on"),
    "new": _l("To put back"),
}
"""What moving somebody to a stage of each kind means; reasons stand under these."""


def stages_of(session: Session, organisation_id: uuid.UUID, *, retired: bool = True) -> tuple[Stage, ...]:
    """In the company's order. Retired ones stand among them, since people may still be there."""
    found = session.scalars(STAGES, {"owner": organisation_id})
    return tuple(each for each in found if retired or each.retired_at is None)


STAGES = select(Stage).where(Stage.organisation_id == bindparam("owner")).order_by(Stage.position, Stage.number)


def stage_of(session: Session, organisation_id: uuid.UUID, number: int) -> Stage:
    """The stage with this number; not there: `NotFound`."""
    found = session.scalar(select(Stage).where(Stage.organisation_id == organisation_id, Stage.number == number))
    if found is None:
        raise NotFound
    return found


def stage_name(stage: Stage, language: str) -> str:
    return name_in(stage.names, language)


def name_in(names: dict[str, str], language: str) -> str:
    """In this language; where the company wrote none, the first that it wrote."""
    return names.get(language) or next((names[code] for code in LANGUAGES if names.get(code)), "")


def stage_names(session: Session, organisation_id: uuid.UUID, language: str) -> dict[int, str]:
    """By number, in the company's order."""
    return {each.number: stage_name(each, language) for each in stages_of(session, organisation_id)}


def before(stages: Sequence[Stage], goal: Stage) -> frozenset[int]:
    """Stages that somebody in `goal` has passed: those that stand before it, without those who are declined."""
    return frozenset(each.number for each in stages if each.position < goal.position and each.kind != "declined")


def reasons_of(session: Session, organisation_id: uuid.UUID, kind: str = "") -> tuple[DecisionReason, ...]:
    """Those that can be chosen now, for stages of this kind or of any."""
    query = select(DecisionReason).where(
        DecisionReason.organisation_id == organisation_id, DecisionReason.retired_at.is_(None)
    )
    if kind:
        query = query.where(DecisionReason.kind == kind)
    return tuple(session.scalars(query.order_by(DecisionReason.position, DecisionReason.id)))


def reason_name(reason: DecisionReason, language: str) -> str:
    return name_in(reason.names, language)


def people_in_stages(session: Session, vacancy: Vacancy) -> dict[int, int]:
    """How many of this vacancy, without those who withdrew, stand in each stage."""
    rows = session.execute(
        select(Applicant.stage, func.count())
        .where(
            Applicant.organisation_id == vacancy.organisation_id,
            Applicant.vacancy_id == vacancy.id,
            Applicant.state != "withdrawn",
        )
        .group_by(Applicant.stage)
    )
    return dict(rows.all())
