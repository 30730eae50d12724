"""Figures of an anonymous survey: which are released, and what they are. Once, from all of its ballots."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from questionnaires.definition import Questionnaire
from scoring.release.disclosure import decide
from scoring.release.rules import Cell, Contribution, Reason, Rules

FEWEST_BALLOTS = 5
ANSWERED_OF_A_LEVEL = 0.6
EVERYTHING = "all"
Answers = Mapping[str, int]


@dataclass(frozen=True)
class Ballot:
    """What somebody answered, by statement, and in which group it counts. Statements left out are not in it."""

    group: int
    answers: Answers


@dataclass(frozen=True)
class SurveyFigure:
    """A mean from 1 to 5 of a group (0: everybody) on a level or on all of them; None with the reason."""

    group: int
    measure: str
    mean: float | None
    withheld: str = ""


def levels_of(questionnaire: Questionnaire) -> list[str]:
    """Return the levels in the order in which the questionnaire names them."""
    used = {item.facet for item in questionnaire.items}
    return [level for level in questionnaire.facet_names if level in used]


def level_means(questionnaire: Questionnaire, answers: Answers) -> dict[str, float] | None:
    """Return the mean of each level, higher is better; None where too much of any level was left out.

    All figures of a group rest on the same ballots, so a ballot counts on every level or on none: else two figures
    would differ by the one who left a level out.
    """
    means = {}
    for level in levels_of(questionnaire):
        items = [item for item in questionnaire.items if item.facet == level and item.direction]
        points = [_turned(item.direction, answers[item.id], item.scale) for item in items if item.id in answers]
        if len(points) < ANSWERED_OF_A_LEVEL * len(items):
            return None
        means[level] = math.fsum(points) / len(points)
    return means


def _turned(direction: int, point: int, scale: object) -> float:
    lowest, highest = _ends(scale)
    return float(point if direction > 0 else lowest + highest - point)


def _ends(scale: object) -> tuple[int, int]:
    return getattr(scale, "minimum", 1), getattr(scale, "maximum", 5)


def survey_figures(
    questionnaire: Questionnaire, ballots: Iterable[Ballot], groups: Sequence[int], *, digits: int = 1
) -> list[SurveyFigure]:
    """Make every figure that may be shown, and say of the others that they may not.

    Parameters
    ----------
    questionnaire
        A survey whose statements stand on levels (facets) and have directions.
    ballots
        All of them.
    groups
        The numbers of the groups, from 1.
    digits
        To how many places means are rounded.

    Returns
    -------
    list
        For everybody (0) and each group: all levels together, then each level.

    Notes
    -----
    Whether a figure may be shown is decided by `scoring.release`: five ballots behind each and behind every
    difference, nothing that all gave alike or at an end of the scale, and nothing from which a withheld one follows.
    """
    counted = [(each.group, means) for each in ballots if (means := level_means(questionnaire, each.answers))]
    given = list(_contributions(counted))
    topics: list[str | None] = [None, *levels_of(questionnaire)]
    cells = [Cell(_way(group), topic) for group in (0, *groups) for topic in topics]
    decided = decide(cells, given, _rules(questionnaire))
    values = _by_cell(given)
    return [_figure(cell, values.get(cell, ()), decided[cell].reason, digits) for cell in cells]


def _contributions(counted: Iterable[tuple[int, Mapping[str, float]]]) -> Iterable[Contribution]:
    for number, (group, means) in enumerate(counted):
        for level, mean in means.items():
            yield Contribution(str(number), _way(group), level, mean)


def _way(group: int) -> tuple[str, ...]:
    return (str(group),) if group else ()


def _rules(questionnaire: Questionnaire) -> Rules:
    ends = [_ends(item.scale) for item in questionnaire.items]
    lowest, highest = min(low for low, _high in ends), max(high for _low, high in ends)
    return Rules(lowest, highest, fewest=FEWEST_BALLOTS, apart=FEWEST_BALLOTS)


def _by_cell(given: Iterable[Contribution]) -> dict[Cell, list[float]]:
    values: dict[Cell, list[float]] = defaultdict(list)
    for each in given:
        for group in {(), each.group}:
            values[Cell(group, each.topic)].append(each.value)
            values[Cell(group, None)].append(each.value)
    return values


def _figure(cell: Cell, values: Sequence[float], reason: Reason | None, digits: int) -> SurveyFigure:
    group, measure = int(cell.group[0]) if cell.group else 0, cell.topic or EVERYTHING
    if reason is not None:
        return SurveyFigure(group, measure, None, "few" if reason is Reason.FEW else "protects")
    return SurveyFigure(group, measure, round(math.fsum(values) / len(values), digits))
