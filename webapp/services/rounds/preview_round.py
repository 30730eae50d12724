"""What opening a round would mean: how many people, how much for each of them, and what stands in the way."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from webapp.services.rounds.competence_texts import CompetenceText, shared_languages
from webapp.services.rounds.draft_round import faults_of_competences, overlap_words, overlapping
from webapp.services.rounds.find_round import find_round
from webapp.services.rounds.own_competences import chosen_competences
from webapp.services.rounds.pairs import Asked, Person, by_name, pairs_to_ask

FEWEST_RATERS = 3
COMFORTABLE = 20
SECONDS_A_RATING = 6
SHOWN = 20


@dataclass(frozen=True)
class Load:
    """How many colleagues one person is asked to rate."""

    person: Person
    colleagues: int
    minutes: int


@dataclass(frozen=True)
class RoundPreview:
    """Size and load. `faults` say why it cannot open yet."""

    competences: tuple[CompetenceText, ...]
    languages: tuple[str, ...]
    raters: int
    performers: int
    pairs: int
    least: int
    middle: float
    most: int
    heavy: tuple[Load, ...]
    """Who is asked for more than is comfortable, the heaviest first."""
    thin: tuple[Person, ...]
    """Who has fewer than three raters: no figure of theirs can ever be shown."""
    unreachable: tuple[Person, ...]
    faults: tuple[str, ...]

    @property
    def ratings(self) -> int:
        return self.pairs * len(self.competences)

    @property
    def minutes(self) -> int:
        return minutes_for(self.most, len(self.competences))

    @property
    def can_open(self) -> bool:
        return not self.faults


def minutes_for(colleagues: int, competences: int) -> int:
    """A guess that is said to be one: some six seconds a rating, in steps of five minutes."""
    return -(-colleagues * competences * SECONDS_A_RATING // 300) * 5


def preview_round(session: Session, organisation_id: uuid.UUID, round_id: uuid.UUID) -> RoundPreview:
    row = find_round(session, organisation_id, round_id)
    chosen = chosen_competences(session, organisation_id, row.competence_codes)
    asked = pairs_to_ask(session, organisation_id)
    faults = faults_of_competences(chosen)
    if missing := len(row.competence_codes) - len(chosen):
        faults.append(
            _("Competences that were chosen are no longer there: %(number)s. Edit the round.", number=missing)
        )
    if not asked.pairs:
        faults.append(_("Nobody would rate anybody: say first who serves whom, and give people e-mail addresses."))
    if other := overlapping(session, organisation_id, row.kind, (row.opens_at, row.closes_at), row.id):
        faults.append(overlap_words(other))
    return _counted(asked, chosen, faults)


def _counted(asked: Asked, chosen: list[CompetenceText], faults: list[str]) -> RoundPreview:
    loads = Counter(rater for rater, _performer in asked.pairs)
    raters_of = Counter(performer for _rater, performer in asked.pairs)
    counts = sorted(loads.values()) or [0]
    return RoundPreview(
        competences=tuple(chosen),
        languages=tuple(shared_languages(chosen)),
        raters=len(loads),
        performers=len(raters_of),
        pairs=len(asked.pairs),
        least=counts[0],
        middle=median(counts),
        most=counts[-1],
        heavy=_heavy(asked, loads, len(chosen)),
        thin=tuple(by_name(asked.people[each] for each in _fewer(raters_of))),
        unreachable=asked.unreachable,
        faults=tuple(faults),
    )


def _heavy(asked: Asked, loads: Counter[uuid.UUID], competences: int) -> tuple[Load, ...]:
    above = [(number, rater) for rater, number in loads.items() if number > COMFORTABLE]
    above.sort(key=lambda each: (-each[0], asked.people[each[1]].shown))
    return tuple(Load(asked.people[rater], number, minutes_for(number, competences)) for number, rater in above)


def _fewer(raters_of: Counter[uuid.UUID]) -> Iterable[uuid.UUID]:
    return (performer for performer, number in raters_of.items() if number < FEWEST_RATERS)
