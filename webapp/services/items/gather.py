"""Whose answers the figures of questions rest on: everybody is counted, and of many some are drawn by lot."""

from __future__ import annotations

import random
import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from questionnaires.answers import AnswerSheet
from questionnaires.definition import Item, Questionnaire
from scoring.quality.traces import shown_positions
from webapp.records import Answer, AnswerRevision, Applicant, ResultReuse, Sitting
from webapp.services.demographics.read_groups import groups_of
from webapp.services.read_questionnaire import read_questionnaire

STAFF, APPLICANTS = "staff", "applicants"
MOST = 10_000
"""More people of either kind would make no figure better that is shown here, and the work slower."""
MOST_SCREENS = 1_000
"""From so many sittings it is told how long screens took and where options stood."""
AT_ONCE = 500
FEWEST_TIMES = 10


class Sat(NamedTuple):
    """A sitting whose answers were sent."""

    id: uuid.UUID
    language: str
    seed: int
    applicant_id: uuid.UUID | None
    imported: bool


@dataclass(frozen=True)
class Paper:
    """One form of one questionnaire of one organisation."""

    organisation_id: uuid.UUID
    questionnaire_id: uuid.UUID
    form: str


@dataclass(frozen=True)
class Gathered:
    """`found` counts everybody, `sheets` are those drawn; both by population."""

    questionnaire: Questionnaire
    sheets: dict[str, list[AnswerSheet]]
    found: dict[str, int]
    groups: dict[str, list[str | None]]
    counts: dict[str, dict[str, dict[str, tuple[int, int]]]]
    screens: dict[str, dict[str, Any]] = field(default_factory=dict)


def gather(session: Session, paper: Paper, secret_key: str) -> Gathered:
    """Read it all; the same data draw the same people."""
    lots = random.Random(f"{paper.questionnaire_id}:{paper.form}")  # noqa: S311 - who is drawn is no secret
    questionnaire = read_questionnaire(session, paper.organisation_id, paper.questionnaire_id)
    sat = {STAFF: _staff(session, paper), APPLICANTS: _applicants(session, paper)}
    drawn = {name: _drawn(people, lots) for name, people in sat.items()}
    answers = {name: answers_of(session, paper.organisation_id, people) for name, people in drawn.items()}
    return Gathered(
        questionnaire=questionnaire,
        sheets={name: _sheets(people, answers[name]) for name, people in drawn.items()},
        found={name: len(people) for name, people in sat.items()},
        groups=_groups(session, paper, drawn[APPLICANTS], secret_key),
        counts=_counts(session, paper),
        screens=_screens(session, paper, questionnaire, drawn[APPLICANTS], answers[APPLICANTS]),
    )


def _of_form(paper: Paper) -> tuple[ColumnElement[bool], ...]:
    return (
        Sitting.organisation_id == paper.organisation_id,
        Sitting.questionnaire_id == paper.questionnaire_id,
        Sitting.form == paper.form,
        Sitting.state == "submitted",
    )


_COLUMNS = (Sitting.id, Sitting.language, Sitting.seed, Sitting.applicant_id, Sitting.batch_id.is_not(None))


def _staff(session: Session, paper: Paper) -> list[Sat]:
    """The newest sitting of everybody; whether they were rated plays no part."""
    rows = session.execute(
        select(Sitting.staff_member_id, *_COLUMNS)
        .where(*_of_form(paper), Sitting.staff_member_id.is_not(None))
        .order_by(Sitting.submitted_at, Sitting.id)
    )
    return sorted({row[0]: Sat(*row[1:]) for row in rows}.values())


def _applicants(session: Session, paper: Paper) -> list[Sat]:
    """A result taken over counts where it was given, and who withdrew does not count."""
    reused = select(ResultReuse.sitting_id).where(ResultReuse.organisation_id == paper.organisation_id)
    rows = session.execute(
        select(*_COLUMNS)
        .join(
            Applicant, (Applicant.organisation_id == Sitting.organisation_id) & (Applicant.id == Sitting.applicant_id)
        )
        .where(
            *_of_form(paper),
            Sitting.purpose == "selection",
            Applicant.state != "withdrawn",
            Sitting.id.not_in(reused),
        )
        .order_by(Sitting.id)
    )
    return [Sat(*row) for row in rows]


def _drawn(people: Sequence[Sat], lots: random.Random) -> list[Sat]:
    """In the order of a lot, so that the first of them are a lot too."""
    return lots.sample(people, min(MOST, len(people)))


def _parts(people: Sequence[Sat]) -> Iterator[list[uuid.UUID]]:
    ids = [each.id for each in people]
    yield from (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))


def answers_of(session: Session, owner: uuid.UUID, people: Sequence[Sat]) -> dict[uuid.UUID, dict[str, Any]]:
    given: dict[uuid.UUID, dict[str, Any]] = defaultdict(dict)
    for part in _parts(people):
        rows = session.execute(
            select(Answer.sitting_id, Answer.item_id, Answer.value).where(
                Answer.organisation_id == owner, Answer.sitting_id.in_(part), Answer.value.is_not(None)
            )
        )
        for sitting_id, item_id, value in rows:
            if value is not None:
                given[sitting_id][item_id] = value
    return given


def _sheets(people: Sequence[Sat], answers: dict[uuid.UUID, dict[str, Any]]) -> list[AnswerSheet]:
    return [AnswerSheet(str(each.id), answers.get(each.id, {}), language=each.language or None) for each in people]


def _groups(session: Session, paper: Paper, people: Sequence[Sat], secret_key: str) -> dict[str, list[str | None]]:
    """What applicants told of themselves, by attribute, for sums over groups alone."""
    ids = [each.applicant_id for each in people if each.applicant_id is not None]
    told = groups_of(session, paper.organisation_id, ids, secret_key)
    return {
        attribute: [known.get(each.applicant_id) if each.applicant_id else None for each in people]
        for attribute, known in told.items()
    }


def _counts(session: Session, paper: Paper) -> dict[str, dict[str, dict[str, tuple[int, int]]]]:
    """By population, question and language: in how many sittings it was answered, and skipped; everybody counts."""
    of_staff = Sitting.staff_member_id.is_not(None)
    rows = session.execute(
        select(of_staff, Answer.item_id, Sitting.language, Answer.value.is_not(None), func.count())
        .select_from(Sitting)
        .join(Answer, (Answer.organisation_id == Sitting.organisation_id) & (Answer.sitting_id == Sitting.id))
        .where(*_of_form(paper), Sitting.purpose != "confirmation")
        .group_by(of_staff, Answer.item_id, Sitting.language, Answer.value.is_not(None))
    )
    found: dict[str, dict[str, dict[str, tuple[int, int]]]] = {STAFF: {}, APPLICANTS: {}}
    for staff, item_id, language, given, number in rows:
        by_language = found[STAFF if staff else APPLICANTS].setdefault(item_id, {})
        answered, skipped = by_language.get(language, (0, 0))
        by_language[language] = (answered + number, skipped) if given else (answered, skipped + number)
    return found


def _screens(
    session: Session,
    paper: Paper,
    questionnaire: Questionnaire,
    people: Sequence[Sat],
    answers: dict[uuid.UUID, dict[str, Any]],
) -> dict[str, dict[str, Any]]:
    """By question: the median time on its screen, by language, and where the option stood that was chosen first."""
    own = [each for each in people if not each.imported][:MOST_SCREENS]
    times = _times(session, paper, own)
    return {
        item.id: {"seconds": _medians(times.get(item.id, {})), "places": _places(item, own, answers)}
        for item in questionnaire.items_of(paper.form)
    }


def _times(session: Session, paper: Paper, people: Sequence[Sat]) -> dict[str, dict[str, list[float]]]:
    """Time on each screen over all looks at it, by question and language: for quality alone."""
    languages = {each.id: each.language for each in people}
    found: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for part in _parts(people):
        rows = session.execute(
            select(AnswerRevision.sitting_id, AnswerRevision.item_id, func.sum(AnswerRevision.seconds))
            .where(
                AnswerRevision.organisation_id == paper.organisation_id,
                AnswerRevision.sitting_id.in_(part),
                AnswerRevision.seconds.is_not(None),
            )
            .group_by(AnswerRevision.sitting_id, AnswerRevision.item_id)
        )
        for sitting_id, item_id, spent in rows:
            found[item_id][languages[sitting_id]].append(float(spent or 0.0))
    return found


def _medians(times: dict[str, list[float]]) -> dict[str, dict[str, float]]:
    return {
        language: {"median": round(median(values), 1), "n": len(values)}
        for language, values in times.items()
        if len(values) >= FEWEST_TIMES
    }


def _places(item: Item, people: Sequence[Sat], answers: dict[uuid.UUID, dict[str, Any]]) -> list[int]:
    """How often the option chosen first stood in each place of the screen, from the top."""
    counts = [0] * len(item.options)
    for each in people:
        places = shown_positions(item, answers.get(each.id, {}).get(item.id), each.seed)
        if places:
            counts[places[0]] += 1
    return counts if sum(counts) else []
