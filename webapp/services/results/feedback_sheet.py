"""What the line manager takes to the talk: strengths first, then what to work on. Released figures only, no rater."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _

from webapp.languages import said_date
from webapp.records import StaffMember
from webapp.services.results.read_results import RoundResults, Shown, Table
from webapp.services.results.words import said_raters, said_reliability, said_value, why_not
from webapp.services.rounds.competence_texts import CompetenceText

STRENGTHS = 3
TO_WORK_ON = 2
Told = tuple[CompetenceText, Shown]


@dataclass(frozen=True)
class Profile:
    """A person's released competences, the best first, and those that are withheld."""

    strengths: list[Told]
    middle: list[Told]
    to_work_on: list[Told]
    without: list[Told]


def profile(competences: Sequence[CompetenceText], table: Table) -> Profile:
    """Sort by figures as they are shown: equals stay together, and nothing below its scale's middle is a strength."""
    both = [(each, table.topic(each.code)) for each in competences]
    shown = sorted((pair for pair in both if pair[1].released), key=_value, reverse=True)
    high = [pair for pair in shown if _value(pair) >= sum(pair[0].scale) / 2]
    strengths = _first_equals(high, STRENGTHS if len(shown) > TO_WORK_ON else 1)
    rest = shown[len(strengths) :]
    to_work_on = _first_equals(rest[::-1], TO_WORK_ON)[::-1]
    middle = rest[: len(rest) - len(to_work_on)]
    return Profile(strengths, middle, to_work_on, [pair for pair in both if not pair[1].released])


def _value(pair: Told) -> float:
    return pair[1].value or 0


def _first_equals(pairs: Sequence[Told], most: int) -> list[Told]:
    """The first of them, so many at most, but never one without its equals: the first and its equals in any case."""
    found: list[Told] = []
    for _value_of_all, equals in groupby(pairs, key=_value):
        group = list(equals)
        if found and len(found) + len(group) > most:
            break
        found += group
    return found


def sheet_contents(
    person: StaffMember, unit: str, results: RoundResults, tables: dict[Any, Table], rounds: Sequence[RoundResults], *,
    language: str, simulated: bool,
) -> dict[str, Any]:  # fmt: skip
    """Everything on the sheet as plain words, in this language."""
    with force_locale(language):
        table = tables.get(results.round.id)
        found = profile(results.competences, table) if table else Profile([], [], [], [])
        overall = table.topic("") if table else Shown("", "few")
        return {
            "language": language,
            "title": _("Feedback sheet"),
            "person": person.name or person.code,
            "under": " · ".join(part for part in (unit, results.round.title, said_date(results.day.date())) if part),
            "simulated": _("Simulated data") if simulated else "",
            "words": _words(results),
            "overall": _overall(overall),
            "strengths": [_told(each, shown, language, indicators=True) for each, shown in found.strengths],
            "middle": [_told(each, shown, language, indicators=False) for each, shown in found.middle],
            "work": [_told(each, shown, language, indicators=True) for each, shown in found.to_work_on],
            "without": [{"name": each.name_in(language), "why": why_not(shown.state)} for each, shown in found.without],
            "trend": [_told_round(each, tables) for each in reversed(rounds[:8]) if each.round.id in tables],
            "date": [results.day.year, results.day.month, results.day.day],
        }


def _overall(shown: Shown) -> dict[str, str]:
    if not shown.released:
        return {"value": "–", "text": _("There is no figure: %(why)s.", why=why_not(shown.state))}
    words = {"reliability": said_reliability(shown), "raters": said_raters(shown)}
    return {
        "value": said_value(shown),
        "text": _("From the ratings of %(raters)s colleagues. Reliability: %(reliability)s.", **words),
    }


def _told(each: CompetenceText, shown: Shown, language: str, *, indicators: bool) -> dict[str, Any]:
    lines = list(each.indicators.get(language, ())) if indicators else []
    return {
        "name": each.name_in(language),
        "description": each.descriptions.get(language, ""),
        "value": said_value(shown),
        "reliability": said_reliability(shown),
        "indicators": lines,
    }


def _told_round(each: RoundResults, tables: dict[Any, Table]) -> dict[str, str]:
    value = said_value(tables[each.round.id].overall)
    return {"name": each.round.title, "day": said_date(each.day.date()), "value": value}


def _words(results: RoundResults) -> dict[str, str]:
    low, high = results.competences[0].scale
    return {
        "coefficient": _("Customer-orientation coefficient"),
        "scale": _("on a scale from %(low)s to %(high)s", low=low, high=high),
        "strengths": _("Strengths"),
        "strengths_note": _("Begin the talk here. Say what you have seen yourself, with an example."),
        "middle": _("In between"),
        "work": _("What to work on"),
        "work_note": _(
            "A lower figure often comes with too little time, unclear agreements or a hard part of the work. "
            "Ask what stands in the way before you advise. Choose one thing, and agree what to try by when."
        ),
        "shows": _("It shows in things like these:"),
        "reliability": _("Reliability"),
        "without": _("Without a figure"),
        "trend": _("Over the rounds"),
        "none": _("No competence has a figure of its own this time. Talk about the coefficient as a whole."),
        "use": _(
            "Figures are means of what colleagues said in confidence, adjusted for how strict each rater is. "
            "Nobody sees a single rating, and nobody should try to guess one. Differences of a tenth or two are chance."
        ),
        "agreed": _("Agreed in the talk"),
        "page": _("Page"),
    }
