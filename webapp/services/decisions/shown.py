"""What somebody saw before saying yes, as a mark: where it is another by then, they look again before anybody moves."""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.records import Applicant, Decision, DecisionBatch, DecisionChoice, Stage, Vacancy
from webapp.services.decisions.draft import Outlook, choices
from webapp.services.decisions.seen import Looking
from webapp.services.decisions.stages import stage_of, stages_of

SPLITS_SHOWN = 10
LEFT_OUT_SHOWN = 20


def mark_of_draft(session: Session, vacancy: Vacancy, batch: DecisionBatch, ahead: Outlook) -> str:
    """Where to and why, who, with place and flags, and whom it leaves out of the groups that it splits."""
    goal = stage_of(session, batch.organisation_id, batch.to_stage)
    reason = [str(batch.reason_id or ""), batch.text]
    return _mark([*_goal(goal, vacancy), *reason, _people(session, batch), _splits(session, vacancy, batch, ahead)])


def mark_of_person(session: Session, applicant: Applicant) -> str:
    """The stage, and the last decision about this person."""
    last = session.execute(
        select(Decision.id, Decision.undone_at)
        .where(Decision.organisation_id == applicant.organisation_id, Decision.applicant_id == applicant.id)
        .order_by(Decision.decided_at.desc(), Decision.id.desc())
        .limit(1)
    ).one_or_none()
    return f"{applicant.stage}.{_mark([str(last.id), last.undone_at is None] if last else [])}"


def stands_elsewhere(session: Session, batch: DecisionBatch, mark: str) -> bool:
    """Whether the one person of a draft was decided about after the page with this mark; the draft then says so."""
    chosen = session.scalars(select(DecisionChoice).where(*choices(batch))).one()
    person = session.get_one(Applicant, (batch.organisation_id, chosen.applicant_id), populate_existing=True)
    if mark == mark_of_person(session, person):
        return False
    stage = mark.partition(".")[0]
    if stage.isdecimal() and int(stage) in {each.number for each in stages_of(session, batch.organisation_id)}:
        chosen.finding = {**chosen.finding, "was": int(stage)} if int(stage) != person.stage else chosen.finding
        session.flush()
    return True


def _mark(parts: list[Any]) -> str:
    return sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:32]


def _goal(goal: Stage, vacancy: Vacancy) -> list[Any]:
    return [goal.number, goal.kind, goal.names, goal.reveals and (vacancy.blind or vacancy.blind_required)]


def _people(session: Session, batch: DecisionBatch) -> list[Any]:
    rows: Iterable[Any] = session.execute(
        select(DecisionChoice.applicant_id, DecisionChoice.from_stage, DecisionChoice.finding)
        .where(*choices(batch))
        .order_by(DecisionChoice.applicant_id)
    )
    return [[str(row.applicant_id), row.from_stage, row.finding] for row in rows]


def _splits(session: Session, vacancy: Vacancy, batch: DecisionBatch, ahead: Outlook) -> list[Any]:
    looking = Looking.at(session, vacancy)
    found: list[Any] = []
    for at, split in enumerate(ahead.splits):
        group = split.group
        left = looking.left_out(group.number, ahead.behind, batch.id, LEFT_OUT_SHOWN) if at < SPLITS_SHOWN else []
        people = [[str(each.id), each.stage] for each in left]
        found.append([group.number, group.first, group.last, split.chosen, split.left_out, people])
    return found
