"""What the page of a draft shows: who, what would happen, and whom it leaves out of the groups that it splits."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.records import Applicant, DecisionBatch, DecisionChoice, Stage, Vacancy
from webapp.services.blind.face import Face, face_of, told_flags
from webapp.services.decisions.draft import Outlook, choices, look_ahead
from webapp.services.decisions.seen import Looking, Split
from webapp.services.decisions.shown import LEFT_OUT_SHOWN, SPLITS_SHOWN, mark_of_draft
from webapp.services.decisions.stages import stage_of
from webapp.services.notes.looked_at import seen_by

SHOWN = 100
MANY = 5
"""From so many declined at once on, the page says how many of them were looked at singly."""


@dataclass(frozen=True)
class OneChosen:
    """A person of the draft."""

    face: Face
    stage: int
    was: int | None
    """The stage at the first look, where somebody moved the person meanwhile."""
    place: int | None
    first: int | None
    last: int | None
    flags: tuple[str, ...]

    @property
    def tied(self) -> bool:
        return self.first is not None and self.first != self.last


@dataclass(frozen=True)
class SplitShown:
    """A group that would be split, with some of those who would be left out."""

    split: Split
    people: tuple[tuple[Face, int], ...]


@dataclass(frozen=True)
class DraftPage:
    batch: DecisionBatch
    goal: Stage
    people: tuple[OneChosen, ...]
    all: int
    outlook: Outlook
    splits: tuple[SplitShown, ...]
    fell_out: int
    looked_at: int | None
    """Whose own pages somebody opened; None where it is not told."""
    mark: str
    """Of what is shown here: a yes counts for this and nothing else."""


def draft_page(session: Session, vacancy: Vacancy, batch: DecisionBatch) -> DraftPage:
    goal = stage_of(session, batch.organisation_id, batch.to_stage)
    rows: Sequence[Any] = session.execute(
        select(DecisionChoice.applicant_id, DecisionChoice.from_stage, DecisionChoice.finding).where(*choices(batch))
    ).all()
    outlook = look_ahead(session, batch)
    return DraftPage(
        batch=batch,
        goal=goal,
        people=tuple(_people(session, vacancy, rows)),
        all=len(rows),
        outlook=outlook,
        splits=tuple(_splits(session, vacancy, batch, outlook)),
        fell_out=batch.seen.get("fell_out", 0),
        looked_at=_looked_at(session, batch, goal, [row.applicant_id for row in rows]),
        mark=mark_of_draft(session, vacancy, batch, outlook),
    )


def _people(session: Session, vacancy: Vacancy, rows: Sequence[Any]) -> list[OneChosen]:
    """By place; those without one at the end, by code."""
    first = sorted(rows, key=lambda row: (row.finding.get("place") or 10**9, "was" not in row.finding))[:SHOWN]
    faces = _applicants(session, vacancy, [row.applicant_id for row in first])
    found = [_one(face_of(vacancy, faces[row.applicant_id]), row) for row in first if row.applicant_id in faces]
    return sorted(found, key=lambda each: (each.first or each.place or 10**9, each.face.code))


def _one(face: Face, row: Any) -> OneChosen:
    seen = row.finding
    return OneChosen(
        face=face,
        stage=row.from_stage,
        was=seen.get("was"),
        place=seen.get("place"),
        first=seen.get("first"),
        last=seen.get("last"),
        flags=told_flags(seen.get("flags", ()), hidden=face.hidden),
    )


def _applicants(session: Session, vacancy: Vacancy, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Applicant]:
    found = session.scalars(
        select(Applicant).where(Applicant.organisation_id == vacancy.organisation_id, Applicant.id.in_(ids))
    )
    return {each.id: each for each in found}


def _splits(session: Session, vacancy: Vacancy, batch: DecisionBatch, outlook: Outlook) -> list[SplitShown]:
    looking = Looking.at(session, vacancy)
    found = []
    for split in outlook.splits[:SPLITS_SHOWN]:
        people = looking.left_out(split.group.number, outlook.behind, batch.id, LEFT_OUT_SHOWN)
        found.append(SplitShown(split, tuple((face_of(vacancy, each), each.stage) for each in people)))
    return found


def _looked_at(session: Session, batch: DecisionBatch, goal: Stage, ids: Sequence[uuid.UUID]) -> int | None:
    if goal.kind != "declined" or len(ids) < MANY:
        return None
    return len(seen_by(session, batch.organisation_id, None, ids))
