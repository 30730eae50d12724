"""Confirm a decision: people are moved, and what was decided, by whom, why and on what sight is kept.

Nobody is moved in any other way. A signed-in person who may decide stands behind every move; there is no rule, no
score and no job by which somebody would be declined.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from webapp.errors import Invalid, NotFound, Refused
from webapp.records import Applicant, Decision, DecisionBatch, DecisionChoice, Stage, User, Vacancy
from webapp.records.base import new_id, now
from webapp.services.blind.face import is_blind
from webapp.services.decisions.draft import begin, check_open, choices, find_draft, look_ahead, refresh, say_why
from webapp.services.decisions.ending import check_may_settle, finish, is_broken, number_decided
from webapp.services.decisions.move import move
from webapp.services.decisions.reasons import SHORTEST, Why, check
from webapp.services.decisions.shown import mark_of_draft
from webapp.services.decisions.stages import stage_of
from webapp.services.job_progress import finish_job, hold_job, note_progress
from webapp.services.lock_row import lock_row
from webapp.services.read_vacancy import get_vacancy
from webapp.services.record_event import record_event
from webapp.services.start_training import queue_job

DECIDERS = ("recruiter",)
AT_ONCE = 500
"""So many are moved while somebody waits; more are for the worker, so many at a time."""


@dataclass(frozen=True)
class Outcome:
    """What came of a confirmation. `changed`: what must be looked at first; then nobody was moved."""

    batch: DecisionBatch
    changed: Counter[str]
    needs_tie_reason: bool = False

    @property
    def is_decided(self) -> bool:
        return self.batch.state != "draft"


def decide(
    session: Session,
    organisation_id: uuid.UUID,
    vacancy_id: uuid.UUID,
    people: Sequence[uuid.UUID],
    stage: int,
    why: Why,
    *,
    user_id: uuid.UUID,
    token: uuid.UUID | None = None,
    by: Sequence[str] = DECIDERS,
) -> Outcome:
    """Choose and confirm in one step, where nothing has to be asked first; otherwise a draft stays to be looked at."""
    batch = begin(session, organisation_id, vacancy_id, people, stage=stage, user_id=user_id, token=token)
    if batch.state == "draft":
        say_why(session, batch, stage, why)
    return confirm(session, organisation_id, batch.id, user_id=user_id, by=by)


def confirm(
    session: Session,
    organisation_id: uuid.UUID,
    batch_id: uuid.UUID,
    *,
    user_id: uuid.UUID,
    by: Sequence[str] = DECIDERS,
    mark: str | None = None,
) -> Outcome:
    """Decide. The second press finds what the first one did; what changed meanwhile is shown before anything is.

    `mark` is of what whoever confirms was shown; None where the form itself holds all that was to be looked at.
    """
    batch = find_draft(session, organisation_id, batch_id, user_id, held=True)
    if batch.state != "draft":
        return Outcome(batch, Counter())
    check_may_decide(session, organisation_id, user_id, by)
    vacancy = lock_row(session, Vacancy, organisation_id, batch.vacancy_id, shared=True)
    check_open(vacancy)
    goal = stage_of(session, organisation_id, batch.to_stage)
    if goal.retired_at is not None:
        raise Invalid([_("Nobody can be moved to this stage any more. Choose another.")])
    check(session, organisation_id, goal, Why(batch.reason_id, batch.text))
    if changed := refresh(session, batch):
        return Outcome(batch, changed)
    ahead = look_ahead(session, batch)
    if mark is not None and mark != mark_of_draft(session, vacancy, batch, ahead):
        return Outcome(batch, Counter(shown=1))
    if not ahead.moves:
        raise Invalid([_("Everybody here is on this stage already. Nothing was changed.")])
    if ahead.splits and len(batch.tie_reason) < SHORTEST:
        return Outcome(batch, Counter(), needs_tie_reason=True)
    batch.seen = {**batch.seen, **ahead.plain(), "split_places": [list(each) for each in ahead.split_places]}
    return _carried_out(session, batch, goal, ahead.moves)


def check_may_decide(session: Session, organisation_id: uuid.UUID, user_id: uuid.UUID, by: Sequence[str]) -> None:
    """Only somebody who signs in, and whose work it is."""
    user = session.get(User, (organisation_id, user_id))
    if user is None or not user.active or user.roles.isdisjoint(by):
        raise Refused(_("Only recruiters of this company decide about applicants."))


def _carried_out(session: Session, batch: DecisionBatch, goal: Stage, moves: int) -> Outcome:
    batch.decided_at, batch.state = now(), "running"
    record_event(
        session,
        batch.organisation_id,
        "decisions.made",
        user_id=batch.user_id,
        subject="decision_batch",
        subject_id=batch.id,
        people=moves,
        stage=goal.number,
        kind=goal.kind,
    )
    session.flush()
    if moves > AT_ONCE:
        _hand_over(session, batch, moves)
    else:
        while carry_on(session, batch):
            pass
    return Outcome(batch, Counter())


def _hand_over(session: Session, batch: DecisionBatch, moves: int) -> None:
    job = queue_job(session, batch.organisation_id, "decide", batch.user_id, batch_id=str(batch.id), people=moves)
    batch.job_id = job.id
    session.flush()


def start_again(session: Session, organisation_id: uuid.UUID, batch_id: uuid.UUID, *, user_id: uuid.UUID) -> bool:
    """Go on with a decision whose job broke down, for whoever made it, and HR; False where there is nothing to do."""
    batch = lock_row(session, DecisionBatch, organisation_id, batch_id)
    if batch.state == "draft":
        raise NotFound
    check_may_settle(session, batch, user_id)
    if not is_broken(session, batch):
        return False
    check_open(lock_row(session, Vacancy, organisation_id, batch.vacancy_id, shared=True))
    record_event(
        session, organisation_id, "decisions.resumed", user_id=user_id, subject="decision_batch", subject_id=batch.id
    )
    _hand_over(session, batch, batch.people)
    return True


def carry_on(session: Session, batch: DecisionBatch, limit: int = AT_ONCE) -> int:
    """Move the next ones of a decision that was confirmed; how many were looked at, 0 when all of it is done."""
    if batch.state != "running":
        return 0
    rows = _next(session, batch, limit)
    if not rows:
        finish(session, batch)
        return 0
    still = [row for row in rows if row.state != "withdrawn" and row.stage == row.from_stage != batch.to_stage]
    if still:
        _move(session, batch, still)
    skipped = sum(row.stage != row.from_stage or row.state == "withdrawn" for row in rows)
    batch.seen = {**batch.seen, "skipped": batch.seen.get("skipped", 0) + skipped}
    session.execute(delete(DecisionChoice).where(*choices(batch), DecisionChoice.id.in_([row.id for row in rows])))
    session.flush()
    return len(rows)


def _next(session: Session, batch: DecisionBatch, limit: int) -> Sequence[Any]:
    here = (Applicant.organisation_id == DecisionChoice.organisation_id) & (Applicant.id == DecisionChoice.applicant_id)
    return session.execute(
        select(
            DecisionChoice.id,
            DecisionChoice.applicant_id,
            DecisionChoice.from_stage,
            DecisionChoice.finding,
            Applicant.stage,
            Applicant.state,
            Applicant.revealed_at,
        )
        .join(Applicant, here)
        .where(*choices(batch))
        .order_by(DecisionChoice.applicant_id)
        .limit(limit)
        .with_for_update()
    ).all()


def _move(session: Session, batch: DecisionBatch, rows: Sequence[Any]) -> None:
    vacancy = get_vacancy(session, batch.organisation_id, batch.vacancy_id)
    goal = stage_of(session, batch.organisation_id, batch.to_stage)
    reveals = goal.reveals and is_blind(vacancy)
    session.execute(insert(Decision), [_kept(batch, row, reveals) for row in rows])
    move(session, batch.organisation_id, [row.applicant_id for row in rows], goal.number)
    if reveals:
        session.execute(
            update(Applicant)
            .where(
                Applicant.organisation_id == batch.organisation_id,
                Applicant.id.in_([row.applicant_id for row in rows]),
                Applicant.revealed_at.is_(None),
            )
            .values(revealed_at=batch.decided_at)
        )


def _kept(batch: DecisionBatch, row: Any, reveals: bool) -> dict[str, Any]:
    """What stays of a decision: the move, the reason, and what the decider saw."""
    seen = row.finding
    split = [seen.get("first"), seen.get("last")] in batch.seen["split_places"]
    return {
        "organisation_id": batch.organisation_id,
        "id": new_id(),
        "batch_id": batch.id,
        "vacancy_id": batch.vacancy_id,
        "applicant_id": row.applicant_id,
        "user_id": batch.user_id,
        "from_stage": row.from_stage,
        "to_stage": batch.to_stage,
        "reason_id": batch.reason_id,
        "text": batch.text,
        "tie_reason": batch.tie_reason if split else "",
        "decided_at": batch.decided_at,
        "created_at": now(),
        "place": seen.get("place"),
        "group_first": seen.get("first"),
        "group_last": seen.get("last"),
        "ranked": seen.get("ranked"),
        "model_number": seen.get("model"),
        "flags": seen.get("flags", []),
        "in_split_tie": split,
        "revealed": reveals and row.revealed_at is None,
    }


def carry_on_job(session: Session, organisation_id: uuid.UUID, job_id: uuid.UUID) -> bool:
    """The worker's next chunk of a decision that somebody confirmed; whether there is more.

    Raises `JobCancelled` where the job has ended.
    """
    job = hold_job(session, organisation_id, job_id)
    batch = lock_row(session, DecisionBatch, organisation_id, uuid.UUID(job.parameters["batch_id"]))
    if carry_on(session, batch):
        done = number_decided(session, batch)
        note_progress(session, organisation_id, job_id, "decide", done / max(1, job.parameters["people"]))
        return True
    finish_job(session, job, people=batch.people, skipped=batch.seen.get("skipped", 0))
    return False
