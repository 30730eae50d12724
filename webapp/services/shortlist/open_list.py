"""The ranked list of a vacancy as a page shows it: people, places, groups, numbers, and the ways on."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.records import Applicant, ListState, Score, Vacancy
from webapp.services.blind.face import Face, face_of, told_flags
from webapp.services.shortlist.cells import EVERYBODY, Cell, Wanted
from webapp.services.shortlist.lines import Line
from webapp.services.shortlist.on_list import find_state, on_list
from webapp.services.shortlist.places import Places
from webapp.services.shortlist.read_page import PAGE, Asked, Found, Here, few_found, read_rows
from webapp.services.shortlist.take_in import number_waiting
from webapp.services.shortlist.ties import Group, Ties, borders, groups_of, ties_of


@dataclass(frozen=True)
class Row:
    """One ranked person. The ids are for services: no page shows them."""

    face: Face
    place: int
    group: int | None
    score: float
    p_top_third: float | None
    expected_rating: float | None
    lower_90: float | None
    upper_90: float | None
    flags: tuple[str, ...]
    stage: int
    language: str
    done_at: dt.datetime | None
    scored_at: dt.datetime
    applicant_id: uuid.UUID
    score_id: uuid.UUID


@dataclass(frozen=True)
class ListPage:
    """People from the top down, their groups, and the ways on; all of it as of one batch."""

    rows: tuple[Row, ...] = ()
    groups: dict[int, Group] = field(default_factory=dict)
    ties: Ties = field(default_factory=Ties)
    all: int = 0
    """Everybody on the list."""
    found: int | None = 0
    """Everybody whom the filter lets through; None where a search finds so many that nobody counted them."""
    seq: int = 0
    as_of: dt.datetime | None = None
    """The moment at which places and numbers are exact."""
    newer: int = 0
    """Results that came since, and are not shown here."""
    waiting: int = 0
    """Results that have no place yet: the worker is placing them."""
    outdated: bool = False
    """The address was from before a re-scoring; this is the top of the new list."""
    first: Here | None = None
    before: Here | None = None
    after: Here | None = None
    last: Here | None = None
    places: Places | None = None
    score_above: float | None = None
    """The score of whoever stands next above this page; None at the top."""

    @property
    def first_place(self) -> int:
        return self.rows[0].place if self.rows else 0

    @property
    def last_place(self) -> int:
        return self.rows[-1].place if self.rows else 0

    def last_above(self) -> int:
        """The last place that whoever stands next above this page shares; 0 at the top."""
        if self.score_above is None or self.places is None:
            return 0
        number = self.ties.group_of(self.score_above)
        lowest = self.ties.borders_of(number)[0] if number else self.score_above
        return self.places.everybody.count_from(lowest)


def open_list(
    session: Session,
    vacancy: Vacancy,
    *,
    wanted: Wanted = EVERYBODY,
    asked: Asked | None = None,
    here: Here | None = None,
    size: int = PAGE,
    waiting: int | None = None,
) -> ListPage:
    """Read one page. An address from before a re-scoring begins at the top again, and the page says so.

    `waiting`: how many have no place yet, where that was just counted.
    """
    state = find_state(session, vacancy)
    waiting = number_waiting(session, vacancy) if waiting is None else waiting
    if state is None:
        return ListPage(waiting=waiting)
    outdated = here is not None and is_outdated(vacancy, state, here)
    reading = _Reading(session, vacancy, state, wanted, asked or Asked(), None if outdated else here, size)
    return replace(reading.page(), outdated=outdated, waiting=waiting)


def is_outdated(vacancy: Vacancy, state: ListState, here: Here) -> bool:
    """Of another model, or as of a batch before everybody was scored again."""
    return here.model_number != vacancy.model_version.number or here.seq < state.renewed_seq


class _Reading:
    """One page while it is put together."""

    def __init__(
        self,
        session: Session,
        vacancy: Vacancy,
        state: ListState,
        wanted: Wanted,
        asked: Asked,
        here: Here | None,
        size: int,
    ) -> None:
        self.session, self.vacancy, self.state = session, vacancy, state
        self.asked, self.here, self.size = asked, here, size
        self.places = Places(session, state, here.seq if here else None, wanted)
        self.ties = ties_of(session, state)
        self.whole = wanted.all and not asked.search and not asked.by_day
        self.score_above: float | None = None

    def page(self) -> ListPage:
        found, before, after = self._found()
        groups = [self.ties.group_of(line.score) for line in found]
        # All that is asked of the kept numbers, at once.
        self.places.everybody.know(self._counted_from(found), borders(self.ties, groups))
        above = self.score_above
        placed = self._placed([line.score for line in found], found)
        rows = tuple(self._row(line, place) for line, place in zip(found, placed, strict=True))
        return ListPage(
            rows=rows,
            groups=groups_of(self.places, self.ties, [row.group for row in rows]),
            ties=self.ties,
            all=self.places.everybody.all,
            found=self._number(),
            seq=self.places.seq,
            as_of=self.as_of,
            newer=self.places.newer_than_read(),
            first=self._border(None) if before else None,
            before=self._border(found[0], forwards=False) if before else None,
            after=self._border(found[-1]) if after else None,
            last=Here.end(*self._batch) if after else None,
            places=self.places,
            score_above=above,
        )

    @property
    def as_of(self) -> dt.datetime | None:
        return self.here.as_of if self.here and self.here.seq < self.state.seq else self.state.as_of

    @property
    def _batch(self) -> tuple[int, int, int]:
        at = round(self.as_of.timestamp() * 1e6) if self.as_of else 0
        return self.vacancy.model_version.number, self.places.seq, at

    def _border(self, one: Line | None, *, forwards: bool = True) -> Here:
        if one is None:
            return Here(*self._batch, forwards=True)
        return Here(*self._batch, forwards=forwards, score=one.score or 0.0, score_id=one.id)

    def _found(self) -> tuple[list[Line], bool, bool]:
        """The people, and whether there are others above and below."""
        here = self.here
        rows = self._read(here)
        more, beyond, rows = len(rows) > self.size, rows[self.size :], rows[: self.size]
        if here is None or here.forwards:
            self.score_above = here.score if here is not None and here.score < float("inf") else None
            return rows, bool(rows) and here is not None and here.score < float("inf"), more
        if not more and here.score > float("-inf"):
            # Back at the top: a whole page from there, and not what is left of one.
            rows = self._read(self._border(None))
            return rows[: self.size], False, len(rows) > self.size
        rows.reverse()
        self.score_above = beyond[0].score if beyond else None
        return rows, more, here.score > float("-inf")

    def _read(self, here: Here | None) -> list[Line]:
        return read_rows(self.session, self.places, self.asked, here, self.size + 1, few=self.few)

    @cached_property
    def few(self) -> Sequence[Found] | None:
        """Everybody whom a search or a stretch of days finds, where these are few."""
        return few_found(self.session, self.places, self.asked)

    def _number(self) -> int | None:
        if self.asked.search or self.asked.by_day:
            return None if self.few is None else len(self.few)
        return self.places.all

    def _placed(self, scores: Sequence[float | None], found: Sequence[Line]) -> list[int]:
        known = [score for score in scores if score is not None]
        if not self.whole or not found:
            return self.places.everybody.places_of(known)
        if self.here is None:
            return running_places(known, 1, 0)
        return running_places(known, self.places.place_of(known[0]), self._alike_above(found[0]))

    def _counted_from(self, found: Sequence[Line]) -> list[float]:
        """The score of whoever's place the others' are counted from."""
        return [found[0].score] if found and self.whole and self.here is not None else []

    def _alike_above(self, first: Line) -> int:
        """How many people with the same score stand above this one."""
        alike = (Score.score == first.score, Score.id < first.id)
        return (
            self.session.scalar(
                select(func.count()).select_from(Score).where(*on_list(self.state, self.places.seq), *alike)
            )
            or 0
        )

    def _row(self, line: Line, place: int) -> Row:
        cell, face = Cell.of(line.cell or 0), face_of(self.vacancy, line)
        return Row(
            face=face,
            place=place,
            group=self.ties.group_of(line.score),
            score=line.score,
            p_top_third=line.p_top_third,
            expected_rating=line.expected_rating,
            lower_90=line.lower_90,
            upper_90=line.upper_90,
            flags=told_flags(line.flags, hidden=face.hidden),
            stage=cell.stage,
            language=cell.language,
            done_at=line.done_at,
            scored_at=line.created_at,
            applicant_id=line.applicant_id,
            score_id=line.id,
        )


def running_places(scores: Sequence[float], place: int, alike_above: int) -> list[int]:
    """The places of people who stand one after the other: only the first has to be counted."""
    ordinal, places = place + alike_above, []
    for offset, score in enumerate(scores):
        if offset and score != scores[offset - 1]:
            place = ordinal + offset
        places.append(place)
    return places


@dataclass(frozen=True)
class Standing:
    """Where one person stands among all."""

    place: int
    group: Group | None
    all: int
    as_of: dt.datetime | None


def place_of_person(session: Session, vacancy: Vacancy, applicant: Applicant) -> Standing | None:
    """The exact place of one person; None for whoever has none, or none yet."""
    state = find_state(session, vacancy)
    if state is None:
        return None
    score = session.scalar(select(Score.score).where(*on_list(state), Score.applicant_id == applicant.id))
    if score is None:
        return None
    places, ties = Places(session, state), ties_of(session, state)
    number = ties.group_of(score)
    groups = groups_of(places, ties, [number])
    return Standing(places.place_of(score), groups.get(number or 0), places.all, state.as_of)
