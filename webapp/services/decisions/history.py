"""Decisions as they are read again, person by person."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from webapp.records import Applicant, Decision, DecisionBatch, DecisionReason, Stage, User, Vacancy
from webapp.records.base import new_id
from webapp.services.blind.face import Face, face_of, may_tell
from webapp.services.decisions.shown import mark_of_person
from webapp.services.decisions.stages import KIND_WORDS, name_in, reason_name, reasons_of, stage_name, stages_of
from webapp.services.decisions.undo import may_undo, undo_until
from webapp.services.promotion.stop_scores import is_stopped

Undoer = aliased(User)


@dataclass(frozen=True)
class Reader:
    """Who reads, and in which language."""

    user_id: uuid.UUID
    roles: frozenset[str]
    language: str


@dataclass(frozen=True)
class Told:
    """One decision about one person, in words. `text` is empty where it may hold a name that is hidden."""

    row: Decision
    face: Face
    to: str
    origin: str
    reason: str
    text: str
    tie_reason: str
    words_hidden: bool
    who: str
    undone_by: str
    may_undo: bool
    until: dt.datetime
    many: int
    """How many the decision was about."""
    shows_place: bool

    @property
    def name_was_shown(self) -> bool:
        """Undone on a blind vacancy: the name was to be seen for a while."""
        return self.row.revealed and self.row.undone_at is not None


@dataclass(frozen=True)
class PersonDecisions:
    """What the page of one person shows of stages and decisions."""

    stage: Stage
    stage_words: str
    stages: tuple[Stage, ...]
    reasons: tuple[DecisionReason, ...]
    history: tuple[Told, ...]
    can_decide: bool
    names: dict[int, str]
    language: str
    token: uuid.UUID
    """Names the form on the page, so that sent twice it decides once."""
    mark: str
    """Of where the person stands: who decides here means that, and not what a colleague made of it since."""

    def reasons_by_kind(self) -> list[tuple[str, list[tuple[uuid.UUID, str]]]]:
        """For the form: what each kind is called, with its reasons."""
        kinds = {kind: [each for each in self.reasons if each.kind == kind] for kind in KIND_WORDS}
        return [
            (str(words), [(each.id, reason_name(each, self.language)) for each in kinds[kind]])
            for kind, words in KIND_WORDS.items()
            if kinds[kind] and any(stage.kind == kind for stage in self.stages)
        ]


def decisions_about(session: Session, vacancy: Vacancy, applicant: Applicant, reader: Reader) -> PersonDecisions:
    stages = stages_of(session, vacancy.organisation_id)
    names = {each.number: stage_name(each, reader.language) for each in stages}
    present = next(each for each in stages if each.number == applicant.stage)
    history = told(session, vacancy, reader, names, Decision.applicant_id == applicant.id)
    return PersonDecisions(
        stage=present,
        stage_words=names[present.number],
        stages=tuple(each for each in stages if each.retired_at is None and each.number != present.number),
        reasons=reasons_of(session, vacancy.organisation_id),
        history=tuple(history),
        can_decide=vacancy.state != "archived" and applicant.state != "withdrawn",
        names=names,
        language=reader.language,
        token=new_id(),
        mark=mark_of_person(session, applicant),
    )


def told(
    session: Session,
    vacancy: Vacancy,
    reader: Reader,
    names: dict[int, str],
    *which: ColumnElement[bool],
    limit: int = 200,
) -> list[Told]:
    """The newest first."""
    rows = session.execute(
        select(Decision, Applicant, User.name, Undoer.name, DecisionReason, DecisionBatch.people)
        .join(
            Applicant,
            (Applicant.organisation_id == Decision.organisation_id) & (Applicant.id == Decision.applicant_id),
        )
        .join(User, (User.organisation_id == Decision.organisation_id) & (User.id == Decision.user_id))
        .join(
            DecisionBatch,
            (DecisionBatch.organisation_id == Decision.organisation_id) & (DecisionBatch.id == Decision.batch_id),
        )
        .outerjoin(Undoer, (Undoer.organisation_id == Decision.organisation_id) & (Undoer.id == Decision.undone_by))
        .outerjoin(
            DecisionReason,
            (DecisionReason.organisation_id == Decision.organisation_id) & (DecisionReason.id == Decision.reason_id),
        )
        .where(Decision.organisation_id == vacancy.organisation_id, Decision.vacancy_id == vacancy.id, *which)
        .order_by(Decision.decided_at.desc(), func.coalesce(Decision.group_first, Decision.place), Applicant.code)
        .limit(limit)
    ).all()
    shown = not is_stopped(session, vacancy.organisation_id)
    return [_one(vacancy, reader, names, shown, *row) for row in rows]


def _one(
    vacancy: Vacancy,
    reader: Reader,
    names: dict[int, str],
    shown: bool,
    row: Decision,
    person: Applicant,
    who: str,
    undoer: str | None,
    reason: DecisionReason | None,
    people: int,
) -> Told:
    tell = may_tell(vacancy, person, row.decided_at)
    return Told(
        row=row,
        face=face_of(vacancy, person),
        to=names.get(row.to_stage, ""),
        origin=names.get(row.from_stage, ""),
        reason=name_in(reason.names, reader.language) if reason else "",
        text=row.text if tell else "",
        tie_reason=row.tie_reason if tell else "",
        words_hidden=not tell and bool(row.text or row.tie_reason),
        who=who,
        undone_by=undoer or "",
        may_undo=vacancy.state != "archived" and may_undo(row, reader.user_id, reader.roles),
        until=undo_until(row.decided_at),
        many=people,
        shows_place=shown and row.place is not None,
    )
