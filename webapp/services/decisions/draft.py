"""A decision that waits to be confirmed: who is chosen, and what whoever decides is shown about them.

Nothing has changed for anybody until `decide.confirm`. What nobody confirms within a day is forgotten.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import format_decimal
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, delete, func, insert, select
from sqlalchemy.orm import Session

from webapp.errors import Conflict, Invalid, NotFound
from webapp.records import Applicant, DecisionBatch, DecisionChoice, Stage, Vacancy
from webapp.records.base import new_id, now
from webapp.services.decisions.reasons import Why, faults_of, faults_of_choice
from webapp.services.decisions.seen import Looking, Split
from webapp.services.decisions.stages import NEW, before, stage_of, stages_of
from webapp.services.lock_row import lock_row
from webapp.services.read_vacancy import get_vacancy

MOST = 20_000
"""So many can be decided about at once."""

KEPT = dt.timedelta(days=1)
CHUNK = 500


def begin(
    session: Session,
    organisation_id: uuid.UUID,
    vacancy_id: uuid.UUID,
    people: Sequence[uuid.UUID],
    *,
    stage: int,
    user_id: uuid.UUID,
    token: uuid.UUID | None = None,
) -> DecisionBatch:
    """Make a draft about these applicants; the same token again finds the first."""
    if token is not None and (there := session.get(DecisionBatch, (organisation_id, token))) is not None:
        return _own(there, vacancy_id, user_id)
    vacancy = get_vacancy(session, organisation_id, vacancy_id)
    check_open(vacancy)
    if not people:
        raise Invalid([_("Choose at least one person.")])
    if len(people) > MOST:
        raise Invalid(
            [_("Choose at most %(most)s people at once: filter the list further.", most=format_decimal(MOST))]
        )
    batch = DecisionBatch(
        organisation_id=organisation_id, id=token or new_id(), vacancy_id=vacancy_id, user_id=user_id, to_stage=stage
    )
    session.add(batch)
    session.flush()
    _choose(session, vacancy, batch, people)
    return batch


def _own(batch: DecisionBatch, vacancy_id: uuid.UUID, user_id: uuid.UUID) -> DecisionBatch:
    if batch.vacancy_id != vacancy_id or batch.user_id != user_id:
        raise NotFound
    return batch


def check_open(vacancy: Vacancy) -> None:
    """In the archive everything stays as it is."""
    if vacancy.state == "archived":
        raise Conflict(_("This vacancy is in the archive. Take it out first; then you can decide about people again."))


def _choose(session: Session, vacancy: Vacancy, batch: DecisionBatch, people: Sequence[uuid.UUID]) -> None:
    """Those of these who are this vacancy's and have not withdrawn, as they are now."""
    stages = {row.id: row.stage for row in _present(session, vacancy, people) if row.state != "withdrawn"}
    if not stages:
        raise Invalid([_("None of these people can be decided about: they withdrew, or their data was erased.")])
    looking = Looking.at(session, vacancy)
    findings = looking.findings(list(stages))
    session.execute(
        insert(DecisionChoice),
        [
            {
                "organisation_id": vacancy.organisation_id,
                "id": new_id(),
                "batch_id": batch.id,
                "applicant_id": person,
                "from_stage": stage,
                "finding": findings.get(person, {}),
            }
            for person, stage in stages.items()
        ],
    )
    batch.people = len(stages)
    batch.seen = {"fell_out": len(set(people)) - len(stages), "by": looking.by, "renewed": looking.renewed}
    session.flush()


def _present(session: Session, vacancy: Vacancy, people: Sequence[uuid.UUID]) -> list[Any]:
    rows: list[Any] = []
    for start in range(0, len(people), CHUNK):
        rows += session.execute(
            select(Applicant.id, Applicant.stage, Applicant.state).where(
                Applicant.organisation_id == vacancy.organisation_id,
                Applicant.vacancy_id == vacancy.id,
                Applicant.id.in_(people[start : start + CHUNK]),
            )
        ).all()
    return rows


def find_draft(
    session: Session, organisation_id: uuid.UUID, batch_id: uuid.UUID, user_id: uuid.UUID, *, held: bool = False
) -> DecisionBatch:
    """A draft or what became of it, for whoever began it and nobody else."""
    if held:
        lock_row(session, DecisionBatch, organisation_id, batch_id)
    batch = session.get(DecisionBatch, (organisation_id, batch_id))
    if batch is None or batch.user_id != user_id:
        raise NotFound
    return batch


def say_why(session: Session, batch: DecisionBatch, stage: int, why: Why) -> Stage:
    """Keep where to and why; whether there are enough words is for `decide.confirm`."""
    goal = stage_of(session, batch.organisation_id, stage)
    if goal.retired_at is not None:
        raise Invalid([_("Nobody can be moved to this stage any more. Choose another.")])
    why = why.tidy()
    if faults := faults_of_choice(session, batch.organisation_id, goal, why):
        raise Invalid(faults)
    batch.to_stage, batch.reason_id, batch.text, batch.tie_reason = stage, why.reason_id, why.text, why.tie
    session.flush()
    return goal


def say_tie(session: Session, batch: DecisionBatch, words: str) -> None:
    """Keep why these, of those who cannot be told apart from them."""
    if batch.state == "draft":
        batch.tie_reason = Why(tie=words).tidy().tie
        session.flush()


def faults(session: Session, batch: DecisionBatch) -> list[str]:
    """What the reason still lacks, as sentences."""
    goal = stage_of(session, batch.organisation_id, batch.to_stage)
    return faults_of(session, batch.organisation_id, goal, Why(batch.reason_id, batch.text))


def choices(batch: DecisionBatch) -> list[ColumnElement[bool]]:
    return [DecisionChoice.organisation_id == batch.organisation_id, DecisionChoice.batch_id == batch.id]


@dataclass(frozen=True)
class Outlook:
    """What a draft would do, in numbers."""

    people: int
    moves: int
    already_there: int
    decided_before: int
    flagged: int
    without_place: int
    ranked: int
    model_number: int | None
    splits: tuple[Split, ...]
    behind: frozenset[int]
    split_places: tuple[tuple[int, int], ...] = ()
    """First and last places of the split groups, as they were seen."""

    @property
    def left_out(self) -> int:
        return sum(each.left_out for each in self.splits)

    @property
    def in_split_ties(self) -> int:
        return sum(each.chosen for each in self.splits)

    def plain(self) -> dict[str, Any]:
        """As it is kept with the decision: numbers only."""
        return {
            "already_there": self.already_there,
            "decided_before": self.decided_before,
            "flagged": self.flagged,
            "without_place": self.without_place,
            "ranked": self.ranked,
            "model": self.model_number,
            "splits": len(self.splits),
            "left_out": self.left_out,
            "in_split_ties": self.in_split_ties,
        }


def look_ahead(session: Session, batch: DecisionBatch) -> Outlook:
    """What would happen if it were confirmed now."""
    vacancy = get_vacancy(session, batch.organisation_id, batch.vacancy_id)
    stages = stages_of(session, batch.organisation_id)
    goal = next(each for each in stages if each.number == batch.to_stage)
    rows = session.execute(
        select(DecisionChoice.applicant_id, DecisionChoice.from_stage, DecisionChoice.finding).where(*choices(batch))
    ).all()
    moving = [row for row in rows if row.from_stage != goal.number]
    looking = Looking.at(session, vacancy)
    behind, numbers = stages_behind(stages, goal), looking.group_numbers(batch)
    splits = looking.splits(_by_group(moving, numbers), behind)
    return Outlook(
        people=len(rows),
        moves=len(moving),
        already_there=len(rows) - len(moving),
        decided_before=sum(row.from_stage != NEW for row in moving),
        flagged=sum(bool(row.finding.get("flags")) for row in moving),
        without_place=sum("place" not in row.finding for row in moving),
        ranked=looking.ranked,
        model_number=looking.by,
        splits=tuple(splits),
        behind=behind,
        split_places=_places_of(moving, numbers, {each.group.number for each in splits}),
    )


def _places_of(moving: Sequence[Any], numbers: dict[uuid.UUID, int], groups: set[int]) -> tuple[tuple[int, int], ...]:
    inside = [row.finding for row in moving if numbers.get(row.applicant_id) in groups]
    return tuple(sorted({(seen["first"], seen["last"]) for seen in inside if "first" in seen}))


def stages_behind(stages: Sequence[Stage], goal: Stage) -> frozenset[int]:
    """Where those stand who would be worse off than the chosen, or, where these are declined, better off."""
    if goal.kind == "new":
        return frozenset()
    if goal.kind == "declined":
        return frozenset(each.number for each in stages if each.kind != "declined")
    return before(stages, goal)


def _by_group(moving: Sequence[Any], numbers: dict[uuid.UUID, int]) -> dict[int, list[int]]:
    grouped: dict[int, list[int]] = {}
    for row in moving:
        if row.applicant_id in numbers:
            grouped.setdefault(numbers[row.applicant_id], []).append(row.from_stage)
    return grouped


def refresh(session: Session, batch: DecisionBatch) -> Counter[str]:
    """Bring a draft up to date: who was moved, withdrew or was erased since it was looked at; how many of each.

    Whoever was moved stays in the draft with the stage of now, and the page says from where.
    """
    changed: Counter[str] = Counter()
    rows = _held(session, batch)
    for row in rows:
        mine = (*choices(batch), DecisionChoice.id == row.id)
        if row.state == "withdrawn":
            changed["withdrawn"] += 1
            session.execute(delete(DecisionChoice).where(*mine))
        elif row.stage != row.from_stage:
            changed["moved"] += 1
            kept = session.scalars(select(DecisionChoice).where(*mine)).one()
            kept.from_stage, kept.finding = row.stage, {**kept.finding, "was": row.from_stage}
    changed["erased"] = batch.people - len(rows)
    changed["scored"] = _look_again(session, batch)
    batch.people = len(rows) - changed["withdrawn"]
    session.flush()
    return +changed


def _held(session: Session, batch: DecisionBatch) -> Sequence[Any]:
    """The choices and their people, held until this transaction ends; everybody holds people in one order."""
    here = (Applicant.organisation_id == DecisionChoice.organisation_id) & (Applicant.id == DecisionChoice.applicant_id)
    return session.execute(
        select(DecisionChoice.id, DecisionChoice.from_stage, Applicant.stage, Applicant.state)
        .join(Applicant, here)
        .where(*choices(batch))
        .order_by(DecisionChoice.applicant_id)
        .with_for_update()
    ).all()


def _look_again(session: Session, batch: DecisionBatch) -> int:
    """Places anew where people were scored again, by whichever model, or scores were stopped or are shown again."""
    vacancy = get_vacancy(session, batch.organisation_id, batch.vacancy_id)
    looking = Looking.at(session, vacancy)
    kept: Any = session.scalars(select(DecisionChoice).where(*choices(batch))).all()
    there = looking.batches(batch)
    same = all(each.finding.get("seq") == there.get(each.applicant_id) for each in kept)
    if same and (batch.seen.get("by"), batch.seen.get("renewed")) == (looking.by, looking.renewed):
        return 0
    findings = looking.findings([each.applicant_id for each in kept])
    for each in kept:
        was = {"was": each.finding["was"]} if "was" in each.finding else {}
        each.finding = findings.get(each.applicant_id, {}) | was
    batch.seen = {**batch.seen, "by": looking.by, "renewed": looking.renewed}
    return 1


def number_of(session: Session, batch: DecisionBatch) -> int:
    return session.scalar(select(func.count()).select_from(DecisionChoice).where(*choices(batch))) or 0


def drop(session: Session, batch: DecisionBatch) -> None:
    """Give a draft up."""
    if batch.state == "draft":
        session.execute(delete(DecisionChoice).where(*choices(batch)))
        session.delete(batch)
        session.flush()


def forget_drafts(session: Session) -> int:
    """What nobody confirmed within a day; the worker asks. How many went."""
    old = session.scalars(
        select(DecisionBatch)
        .where(DecisionBatch.state == "draft", DecisionBatch.created_at < now() - KEPT)
        .limit(20)
        .with_for_update(skip_locked=True)
    ).all()
    for batch in old:
        drop(session, batch)
    return len(old)
