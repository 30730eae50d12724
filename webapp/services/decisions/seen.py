"""What somebody who decides sees of people: place, tie group, flags. Nothing of it while scores are stopped."""

from __future__ import annotations

import uuid
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import neg
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from webapp.records import Applicant, DecisionBatch, DecisionChoice, ListState, Score, Vacancy
from webapp.services.promotion.stop_scores import is_stopped
from webapp.services.shortlist.cells import Wanted
from webapp.services.shortlist.on_list import find_state, on_list
from webapp.services.shortlist.places import Places
from webapp.services.shortlist.ties import Group, Ties, groups_of, ties_of

Finding = dict[str, Any]
CHUNK = 500
PLACES_ONE_BY_ONE = 200
"""The places of so many are counted one by one; for more, the list is read once from its top."""


@dataclass(frozen=True)
class Split:
    """A tie group of which some are chosen and others are left out."""

    group: Group
    chosen: int
    left_out: int


@dataclass
class Looking:
    """A vacancy's list as it is now, for one look at some of its people."""

    session: Session
    vacancy: Vacancy
    state: ListState | None = None
    ties: Ties = field(default_factory=Ties)

    @classmethod
    def at(cls, session: Session, vacancy: Vacancy) -> Looking:
        """Without a list where there is none, or while scores are stopped."""
        stopped = is_stopped(session, vacancy.organisation_id)
        state = None if stopped else find_state(session, vacancy)
        return cls(session, vacancy, state, ties_of(session, state) if state else Ties())

    @property
    def by(self) -> int | None:
        """The number of the model by which people are ranked; None where nobody is, or scores are stopped."""
        return self.vacancy.model_version.number if self.state else None

    @property
    def renewed(self) -> int | None:
        """The batch at which everybody was last scored again by the same model."""
        return self.state.renewed_seq if self.state else None

    def findings(self, people: Sequence[uuid.UUID]) -> dict[uuid.UUID, Finding]:
        """By person; whoever has no place has no finding but flags."""
        if self.state is None:
            return {}
        rows = [row for start in range(0, len(people), CHUNK) for row in self._scores(people[start : start + CHUNK])]
        places = self._places([row.score for row in rows])
        groups = groups_of(Places(self.session, self.state), self.ties, [self.ties.group_of(row.score) for row in rows])
        numbers = {"ranked": self.ranked, "model": self.by}
        return {
            row.applicant_id: {"place": places[row.score], "flags": list(row.flags), "seq": row.listed_seq}
            | numbers
            | _told(groups.get(self.ties.group_of(row.score) or 0))
            for row in rows
        }

    def group_numbers(self, batch: DecisionBatch) -> dict[uuid.UUID, int]:
        """In which tie group each of a draft's people stands now; without those who stand in none."""
        rows = self._of_draft(batch, Score.score)
        return {person: number for person, score in rows if (number := self.ties.group_of(score or 0.0))}

    def batches(self, batch: DecisionBatch) -> dict[uuid.UUID, int]:
        """With which batch each of a draft's people came onto the list: with a later one when scored again."""
        return dict(self._of_draft(batch, Score.listed_seq))

    def _of_draft(self, batch: DecisionBatch, what: Any) -> Sequence[Any]:
        if self.state is None:
            return []
        chosen = select(DecisionChoice.applicant_id).where(
            DecisionChoice.organisation_id == batch.organisation_id, DecisionChoice.batch_id == batch.id
        )
        asked: Any = select(Score.applicant_id, what).where(*on_list(self.state), Score.applicant_id.in_(chosen))
        return self.session.execute(asked).all()

    @property
    def ranked(self) -> int:
        return Places(self.session, self.state).all if self.state else 0

    def _scores(self, people: Sequence[uuid.UUID]) -> Sequence[Any]:
        assert self.state is not None
        query = select(Score.applicant_id, Score.score, Score.flags, Score.listed_seq)
        return self.session.execute(query.where(*on_list(self.state), Score.applicant_id.in_(people))).all()

    def _places(self, scores: Sequence[float]) -> dict[float, int]:
        assert self.state is not None
        different = sorted(set(scores), reverse=True)
        if len(different) <= PLACES_ONE_BY_ONE:
            places = Places(self.session, self.state)
            return {score: places.place_of(score) for score in different}
        every = select(Score.score).where(*on_list(self.state), Score.score >= different[-1])
        above: list[Any] = list(self.session.scalars(every.order_by(Score.score.desc())))
        return {score: 1 + bisect_left(above, -score, key=neg) for score in different}

    def splits(self, chosen: Mapping[int, Sequence[int]], behind: frozenset[int]) -> list[Split]:
        """Groups that are split: `chosen` holds, by group, the stages of those who are chosen of it.

        Left out is whoever of the group stands on one of the stages `behind` and is not chosen.
        """
        if self.state is None or not behind:
            return []
        left = Places(self.session, self.state, wanted=Wanted(stages=behind))
        groups = groups_of(Places(self.session, self.state), self.ties, chosen)
        found = []
        for number, stages in sorted(chosen.items()):
            lowest, above = self.ties.borders_of(number)
            there = left.count_from(lowest) - (left.count_from(above) if above is not None else 0)
            missing = there - sum(stage in behind for stage in stages)
            if missing > 0:
                found.append(Split(groups[number], len(stages), missing))
        return found

    def left_out(self, group: int, behind: frozenset[int], batch_id: uuid.UUID, limit: int) -> Sequence[Applicant]:
        """Some of those of this group who are not in the batch, by their codes, which say nothing."""
        if self.state is None:
            return []
        lowest, above = self.ties.borders_of(group)
        query = (
            select(Applicant)
            .join(Score, (Score.organisation_id == Applicant.organisation_id) & (Score.applicant_id == Applicant.id))
            .where(*on_list(self.state), Score.score >= lowest, Applicant.stage.in_(behind))
            .where(~_chosen(batch_id))
        )
        if above is not None:
            query = query.where(Score.score < above)
        return self.session.scalars(query.order_by(Applicant.code).limit(limit)).all()


def _chosen(batch_id: uuid.UUID) -> ColumnElement[bool]:
    return (
        select(DecisionChoice.id)
        .where(
            DecisionChoice.organisation_id == Applicant.organisation_id,
            DecisionChoice.batch_id == batch_id,
            DecisionChoice.applicant_id == Applicant.id,
        )
        .exists()
    )


def _told(group: Group | None) -> Finding:
    if group is None:
        return {}
    return {"first": group.first, "last": group.last}
