"""Draw people at random from below the cut, so that a human looks at some whom the list would pass over.

Drawn once for a cut in a list by one model, by a seed that is kept: nobody can draw until the sample pleases. Another
cut is another sample, and the ones before stay to be seen. People are found by random places through the kept counts,
so that a list of a million is not read; where few of those below the cut are not chosen, these few are read instead.
Both ways everybody who is not chosen has the same chance.
"""

from __future__ import annotations

import random
import secrets
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from flask_babel import gettext as _
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from webapp.errors import Conflict, Invalid
from webapp.records import Applicant, ListState, Organisation, ReviewSample, SampledPerson, Score, Vacancy
from webapp.services.cut_line.read_cut import cut_of
from webapp.services.decisions.stages import stages_of
from webapp.services.oversight.sample_rule import sample_rule
from webapp.services.promotion.stop_scores import check_shown
from webapp.services.read_vacancy import get_vacancy, lock_vacancy
from webapp.services.record_event import record_event
from webapp.services.shortlist.at_place import place_holder
from webapp.services.shortlist.bring_up import bring_up, is_behind
from webapp.services.shortlist.cells import Wanted
from webapp.services.shortlist.on_list import find_state, on_list
from webapp.services.shortlist.places import Places, numbers_by_cell

LARGEST_SEED = 2**53
TRIES = 2_000
ROOM = 4
"""Places are tried where so many times the tries that are expected to be needed are at hand."""


@dataclass(frozen=True)
class Cut:
    """How many places lie above it, and who drew it: the recruiter (`line`) or the number to be hired (`target`)."""

    people: int
    source: str


def cut_now(session: Session, vacancy: Vacancy) -> Cut:
    line = cut_of(session, vacancy)
    return Cut(line.people, "line") if line else Cut(vacancy.target, "target")


def sample_of_cut(session: Session, vacancy: Vacancy, cut: Cut) -> ReviewSample | None:
    """The sample that was drawn for this cut in the list by this model."""
    return session.scalar(
        select(ReviewSample).where(
            ReviewSample.organisation_id == vacancy.organisation_id,
            ReviewSample.vacancy_id == vacancy.id,
            ReviewSample.model_version_id == vacancy.model_version_id,
            ReviewSample.cut == cut.people,
        )
    )


@dataclass(frozen=True)
class Below:
    """Who stands below the cut: from which place on, how many in all, and how many of them are not chosen."""

    state: ListState
    first: int
    last: int
    pool: int
    score: float
    """Of the last one above the cut."""


def below_cut(session: Session, vacancy: Vacancy, cut: Cut) -> Below | None:
    """None where the list does not reach the cut. People with the very score of the last one above are not below."""
    state = find_state(session, vacancy)
    border = place_holder(session, state, cut.people) if state else None
    if state is None or border is None:
        return None
    unchosen = Places(session, state, wanted=Wanted(stages=unchosen_stages(session, vacancy.organisation_id)))
    everybody = unchosen.everybody
    return Below(
        state,
        first=everybody.count_from(border.score) + 1,
        last=everybody.all,
        pool=unchosen.all - unchosen.count_from(border.score),
        score=border.score,
    )


def unchosen_stages(session: Session, organisation_id: uuid.UUID) -> frozenset[int]:
    """Stages of people with whom nobody goes on: new ones, and those who were turned down."""
    return frozenset(each.number for each in stages_of(session, organisation_id) if each.kind in ("new", "declined"))


def draw_sample(
    session: Session, organisation_id: uuid.UUID, vacancy_id: uuid.UUID, *, user_id: uuid.UUID, seed: int | None = None
) -> ReviewSample:
    """Draw it, or give the one that was drawn for this cut before."""
    check_shown(session, organisation_id)
    vacancy = get_vacancy(session, organisation_id, vacancy_id)
    lock_vacancy(session, vacancy)
    if is_behind(session, vacancy):
        bring_up(session, organisation_id, vacancy_id)
        vacancy = get_vacancy(session, organisation_id, vacancy_id)
    cut = cut_now(session, vacancy)
    known = sample_of_cut(session, vacancy, cut)
    if known is not None:
        return known
    below = below_cut(session, vacancy, cut)
    if below is None or not below.pool:
        raise Invalid([_("Nobody stands below the cut, so there is nobody to draw.")])
    return _draw(session, vacancy, cut, below, user_id, secrets.randbelow(LARGEST_SEED) if seed is None else seed)


def _draw(session: Session, vacancy: Vacancy, cut: Cut, below: Below, user_id: uuid.UUID, seed: int) -> ReviewSample:
    rule = sample_rule(session.get_one(Organisation, vacancy.organisation_id))
    people = drawn_people(session, vacancy, below, rule.size(below.pool), seed)
    if not people:
        raise Conflict(_("Nobody was drawn: the list and its numbers do not agree just now. Try again in a minute."))
    sample = ReviewSample(
        organisation_id=vacancy.organisation_id,
        vacancy_id=vacancy.id,
        model_version_id=vacancy.model_version_id,
        cut=cut.people,
        cut_from=cut.source,
        seed=seed,
        list_seq=below.state.seq,
        pool=below.pool,
        rule=asdict(rule) | {"drawn": len(people)},
        drawn_by=user_id,
    )
    session.add(sample)
    session.flush()
    places = Places(session, below.state)
    session.add_all(_sampled(sample, number, row, places) for number, row in enumerate(people, 1))
    record_event(
        session,
        vacancy.organisation_id,
        "sample.drawn",
        user_id=user_id,
        subject="vacancy",
        subject_id=vacancy.id,
        number=len(people),
        pool=below.pool,
        cut=cut.people,
    )
    session.flush()
    return sample


def _sampled(sample: ReviewSample, number: int, row: Row[float | None, uuid.UUID], places: Places) -> SampledPerson:
    return SampledPerson(
        organisation_id=sample.organisation_id,
        sample_id=sample.id,
        applicant_id=row.applicant_id,
        number=number,
        place=places.place_of(row.score or 0.0),
    )


def drawn_people(
    session: Session, vacancy: Vacancy, below: Below, size: int, seed: int
) -> list[Row[float | None, uuid.UUID]]:
    """So many people not chosen, in the order in which the seed draws them."""
    places = below.last - below.first + 1
    if size * places * ROOM <= TRIES * below.pool or places <= TRIES:
        found = _at_places(session, vacancy, below, size, seed)
        if len(found) == size:
            return found
    # Whether the places sufficed does not depend on who stands at them, so nobody is favoured.
    return _of_unchosen(session, vacancy, below, size, seed)


def _of_unchosen(
    session: Session, vacancy: Vacancy, below: Below, size: int, seed: int
) -> list[Row[float | None, uuid.UUID]]:
    """From the numbers of all who are not chosen: read as a row of ids, of which the seed draws."""
    wanted = Wanted(stages=unchosen_stages(session, vacancy.organisation_id))
    cells = wanted.among(numbers_by_cell(session, below.state))
    ids = session.scalars(
        select(Score.id)
        .where(*on_list(below.state), Score.score < below.score, Score.cell.in_(cells))
        .order_by(Score.score.desc(), Score.id)
    ).all()
    drawn = random.Random(seed).sample(ids, min(len(ids), size))  # noqa: S311
    return [row for each in drawn if (row := _person(session, below.state, each)) is not None]


def _at_places(
    session: Session, vacancy: Vacancy, below: Below, size: int, seed: int
) -> list[Row[float | None, uuid.UUID]]:
    unchosen = unchosen_stages(session, vacancy.organisation_id)
    found: list[Row[float | None, uuid.UUID]] = []
    for place in drawn_places(below.first, below.last, seed):
        if len(found) == size:
            break
        row = _person_at(session, below.state, place)
        if row is not None and row.stage in unchosen:
            found.append(row)
    return found


def drawn_places(first: int, last: int, seed: int) -> Iterator[int]:
    """Places from the first to the last, each at most once, in an order that follows from the seed."""
    number = last - first + 1
    return iter(random.Random(seed).sample(range(first, last + 1), min(number, TRIES)))  # noqa: S311


def _person_at(session: Session, state: ListState, place: int) -> Row[float | None, uuid.UUID] | None:
    holder = place_holder(session, state, place)
    return None if holder is None else _person(session, state, holder.id)


def _person(session: Session, state: ListState, score_id: uuid.UUID) -> Row[float | None, uuid.UUID] | None:
    return session.execute(
        select(Score.score, Score.applicant_id, Applicant.stage)
        .join(Applicant, (Applicant.organisation_id == Score.organisation_id) & (Applicant.id == Score.applicant_id))
        .where(Score.organisation_id == state.organisation_id, Score.id == score_id)
    ).one_or_none()  # type: ignore[return-value]
