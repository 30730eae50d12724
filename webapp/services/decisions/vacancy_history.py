"""What was decided on a vacancy, decision by decision: when, by whom, about how many, why, and whether it stands."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from webapp.errors import NotFound
from webapp.records import Applicant, Decision, DecisionBatch, DecisionReason, Job, Stage, User, Vacancy
from webapp.records.names import fold
from webapp.services.blind.face import Face, face_of, is_blind
from webapp.services.decisions.ending import is_broken, may_settle
from webapp.services.decisions.history import Reader, Told, Undoer, told
from webapp.services.decisions.stages import name_in, stage_name, stages_of
from webapp.services.decisions.undo import may_undo, undo_until

PAGE = 50
NEWEST = 2_000
SHOWN = 200


@dataclass(frozen=True)
class Line:
    """One decision about one or many."""

    batch: DecisionBatch
    who: str
    to: str
    kind: str
    reason: str
    text: str
    tie_reason: str
    undone_by: str
    standing: int
    """About how many it still stands."""
    may_undo: bool
    until: dt.datetime | None
    face: Face | None
    """The person, where it is about one who is still here."""


@dataclass(frozen=True)
class HistoryPage:
    lines: tuple[Line, ...]
    all: int
    first: int
    before: int | None
    after: int | None


@dataclass(frozen=True)
class WholeDecision:
    """One decision with everybody whom it was about."""

    line: Line
    people: tuple[Told, ...]
    gone: int
    """People who were erased since."""
    shown: int
    all: int
    job: Job | None
    left: int
    """Who is still to be moved."""
    broken: bool
    """Nobody moves them any more."""
    may_settle: bool
    """Whether the reader is asked what becomes of that."""


def vacancy_history(
    session: Session, vacancy: Vacancy, reader: Reader, *, search: str = "", start: int = 0
) -> HistoryPage:
    """The newest first; `search` is looked for in who decided, the stage, the reason and its words."""
    lines = _lines(session, vacancy, reader)
    if wanted := fold(search):
        lines = [line for line in lines if wanted in fold(_searched(line))]
    start = max(0, min(start, len(lines)))
    return HistoryPage(
        lines=tuple(lines[start : start + PAGE]),
        all=len(lines),
        first=start + 1,
        before=max(0, start - PAGE) if start else None,
        after=start + PAGE if start + PAGE < len(lines) else None,
    )


def _searched(line: Line) -> str:
    return " ".join((line.who, line.to, line.reason, line.text, line.face.label if line.face else ""))


def whole_decision(session: Session, vacancy: Vacancy, batch_id: uuid.UUID, reader: Reader) -> WholeDecision:
    found = _lines(session, vacancy, reader, batch_id)
    if not found:
        raise NotFound
    line, batch = found[0], found[0].batch
    names = {each.number: stage_name(each, reader.language) for each in stages_of(session, vacancy.organisation_id)}
    people = told(session, vacancy, reader, names, Decision.batch_id == batch_id, limit=SHOWN)
    there = _number(session, vacancy.organisation_id, batch_id)
    job = session.get(Job, (vacancy.organisation_id, batch.job_id)) if batch.job_id else None
    broken, may = is_broken(session, batch), may_settle(batch, reader.user_id, reader.roles)
    if broken and vacancy.state != "archived":
        line = replace(line, may_undo=may_undo(batch, reader.user_id, reader.roles))
    return WholeDecision(
        line=line,
        people=tuple(people),
        gone=batch.people - there if batch.state != "running" else 0,
        shown=len(people),
        all=there,
        job=job,
        left=batch.people - there if batch.state == "running" else 0,
        broken=broken,
        may_settle=broken and may,
    )


def _number(session: Session, organisation_id: uuid.UUID, batch_id: uuid.UUID) -> int:
    query = select(func.count()).where(Decision.organisation_id == organisation_id, Decision.batch_id == batch_id)
    return session.scalar(query) or 0


def _lines(session: Session, vacancy: Vacancy, reader: Reader, batch_id: uuid.UUID | None = None) -> list[Line]:
    stages = {each.number: each for each in stages_of(session, vacancy.organisation_id)}
    query = (
        select(DecisionBatch, User.name, Undoer.name, DecisionReason)
        .join(User, (User.organisation_id == DecisionBatch.organisation_id) & (User.id == DecisionBatch.user_id))
        .outerjoin(
            Undoer, (Undoer.organisation_id == DecisionBatch.organisation_id) & (Undoer.id == DecisionBatch.undone_by)
        )
        .outerjoin(
            DecisionReason,
            (DecisionReason.organisation_id == DecisionBatch.organisation_id)
            & (DecisionReason.id == DecisionBatch.reason_id),
        )
        .where(
            DecisionBatch.organisation_id == vacancy.organisation_id,
            DecisionBatch.vacancy_id == vacancy.id,
            DecisionBatch.state != "draft",
        )
        .order_by(DecisionBatch.decided_at.desc(), DecisionBatch.id.desc())
        .limit(NEWEST)
    )
    if batch_id is not None:
        query = query.where(DecisionBatch.id == batch_id)
    rows = session.execute(query).all()
    ones = _single_people(session, vacancy, [row[0].id for row in rows if row[0].people == 1])
    words = _words(session, vacancy, [row[0].id for row in rows])
    return [_line(vacancy, reader, stages, ones, words, *row) for row in rows]


def _line(
    vacancy: Vacancy,
    reader: Reader,
    stages: dict[int, Stage],
    ones: dict[uuid.UUID, Face],
    words: dict[uuid.UUID, tuple[str, str, int]],
    batch: DecisionBatch,
    who: str,
    undoer: str | None,
    reason: DecisionReason | None,
) -> Line:
    text, tie_reason, standing = words.get(batch.id, ("", "", 0))
    finished = batch.state == "done" and vacancy.state != "archived"
    return Line(
        batch=batch,
        who=who,
        to=stage_name(stages[batch.to_stage], reader.language),
        kind=stages[batch.to_stage].kind,
        reason=name_in(reason.names, reader.language) if reason else "",
        text=text if _may_tell(vacancy, batch) else "",
        tie_reason=tie_reason if _may_tell(vacancy, batch) else "",
        undone_by=undoer or "",
        standing=standing,
        may_undo=finished and bool(standing) and may_undo(batch, reader.user_id, reader.roles),
        until=undo_until(batch.decided_at) if batch.decided_at else None,
        face=ones.get(batch.id),
    )


def _may_tell(vacancy: Vacancy, batch: DecisionBatch) -> bool:
    """Words from before the names were hidden may hold one."""
    if not is_blind(vacancy):
        return True
    return vacancy.blinded_at is not None and batch.decided_at is not None and batch.decided_at >= vacancy.blinded_at


def _single_people(session: Session, vacancy: Vacancy, batches: Sequence[uuid.UUID]) -> dict[uuid.UUID, Face]:
    rows = session.execute(
        select(Decision.batch_id, Applicant)
        .join(
            Applicant,
            (Applicant.organisation_id == Decision.organisation_id) & (Applicant.id == Decision.applicant_id),
        )
        .where(Decision.organisation_id == vacancy.organisation_id, Decision.batch_id.in_(batches))
    )
    return {batch: face_of(vacancy, person) for batch, person in rows}


def _words(session: Session, vacancy: Vacancy, batches: Sequence[uuid.UUID]) -> dict[uuid.UUID, tuple[str, str, int]]:
    """The reason in own words, which stands with each person, and about how many the decision still stands."""
    rows = session.execute(
        select(
            Decision.batch_id,
            func.max(Decision.text),
            func.max(Decision.tie_reason),
            func.sum(case((Decision.undone_at.is_(None), 1), else_=0)),
        )
        .where(Decision.organisation_id == vacancy.organisation_id, Decision.batch_id.in_(batches))
        .group_by(Decision.batch_id)
    )
    return {batch: (text or "", tie or "", int(standing or 0)) for batch, text, tie, standing in rows}
