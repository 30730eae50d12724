"""All figures of a round of ratings, made at once: adjusted for raters' severity, rounded, and released or withheld."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from scoring.criterion import LARGEST_EXACT
from scoring.errors import ScoringError
from scoring.ratings import Rating
from scoring.release.disclosure import decide
from scoring.release.rules import Cell, Contribution, Decision, Group, Rules
from scoring.release.scopes import usable
from scoring.severity.fitting import composite, fit_one, mean_by, rater_severity

COUNT_CLASSES = ((20, "21+"), (10, "11-20"), (5, "6-10"), (0, "3-5"))
RELIABILITY_CLASSES = ((0.85, "high"), (0.7, "good"), (0.5, "fair"), (0.0, "low"))
UNKNOWN = "unknown"
_LONG_SCALE = 10


class Figure(NamedTuple):
    """What is shown of a cell: the rounded coefficient, how reliable it is, and how many raters it has, in classes."""

    value: float
    reliability: str
    raters: str


class Outcome(NamedTuple):
    """A decision, with the figure where it is released."""

    decision: Decision
    figure: Figure | None = None


def make_figures(cells: Sequence[Cell], contributions: Iterable[Contribution], rules: Rules) -> Mapping[Cell, Outcome]:
    """Compute everything that will ever be shown of these ratings.

    A coefficient is the mean of a cell's ratings, each less what its rater gives above or below others on average
    (shrunken, estimated over all ratings of the round). Over all topics each rating is taken less the topic's mean
    first and the mean of these means is added again, so that a topic that was not observed moves nobody.

    What `scoring.release.scopes.usable` leaves out enters nothing: no sum, no severity, no reliability, no count.

    Parameters
    ----------
    cells, contributions, rules
        As in `scoring.release.disclosure.decide`. A group of the deepest level is a person.

    Returns
    -------
    Mapping
        For each cell an `Outcome`; figures of withheld cells are not computed.
    """
    known = usable(cells, list(contributions), rules)
    decisions = decide(cells, known, rules)
    released = [cell for cell, decision in decisions.items() if decision.released]
    figures = _figures(released, known, rules) if released else {}
    return {cell: Outcome(decision, figures.get(cell)) for cell, decision in decisions.items()}


def _figures(released: Sequence[Cell], known: Sequence[Contribution], rules: Rules) -> dict[Cell, Figure]:
    sums = _Sums(known)
    reliable = _Reliability(known, {cell.topic for cell in released}, sums)
    return {
        cell: Figure(
            rounded(sums.coefficient(cell), rules), reliability_class(reliable.of(cell)), count_class(sums.raters(cell))
        )
        for cell in released
    }


def rounded(value: float, rules: Rules) -> float:
    """Round to tenths (on scales of more than ten points to whole ones), within the scale."""
    digits = 1 if rules.highest - rules.lowest <= _LONG_SCALE else 0
    return round(min(max(value, rules.lowest), rules.highest), digits)


def count_class(raters: int) -> str:
    """Return how many raters there are, in a class: the number itself would tell who took part."""
    return next(name for above, name in COUNT_CLASSES if raters > above)


def reliability_class(reliability: float | None) -> str:
    """Return how reliable a coefficient is, in a class."""
    if reliability is None:
        return UNKNOWN
    return next(name for least, name in RELIABILITY_CLASSES if reliability >= least)


class _Sums:
    """Ratings less severity, added up by group and topic."""

    def __init__(self, known: Sequence[Contribution]) -> None:
        severity = _severity(known)
        self.total: dict[Cell, float] = defaultdict(float)
        self.number: dict[Cell, int] = defaultdict(int)
        self.who: dict[Cell, set[str]] = defaultdict(set)
        self.means = mean_by([(each.topic, each.value) for each in known])
        self.middle = sum(self.means.values()) / len(self.means)
        for each in known:
            adjusted = each.value - severity.get(each.rater, 0.0)
            self._add(each, each.topic, adjusted)
            self._add(each, None, adjusted - self.means[each.topic] + self.middle)

    def _add(self, each: Contribution, topic: str | None, value: float) -> None:
        for depth in range(len(each.group) + 1):
            cell = Cell(each.group[:depth], topic)
            self.total[cell] += value
            self.number[cell] += 1
            self.who[cell].add(each.rater)

    def coefficient(self, cell: Cell) -> float:
        return self.total[cell] / self.number[cell]

    def raters(self, cell: Cell) -> int:
        return len(self.who[cell])


def _as_ratings(known: Iterable[Contribution], topic: str | None = None) -> list[Rating]:
    return [
        Rating("/".join(each.group), each.rater, each.value, each.topic)
        for each in known
        if topic in (None, each.topic)
    ]


def _severity(known: Sequence[Contribution]) -> Mapping[str | None, float]:
    """Return what each rater gives above the average; where that cannot be told, as little as is known of it."""
    merged = composite(_as_ratings(known))
    try:
        fit = fit_one(merged, largest_exact=LARGEST_EXACT)
    except ScoringError:
        return _severity_alone(merged)
    return dict(zip(fit.rater_ids, fit.severity.tolist(), strict=True))


def _severity_alone(merged: Sequence[Rating]) -> Mapping[str | None, float]:
    try:
        return rater_severity(merged)
    except ScoringError:
        return {}


class _Reliability:
    """How far coefficients tell people, and units, apart. None where it cannot be told."""

    def __init__(self, known: Sequence[Contribution], topics: Iterable[str | None], sums: _Sums) -> None:
        self.deepest = max((len(each.group) for each in known), default=0)
        self.people = {topic: _people_reliability(known, topic) for topic in topics}
        self.groups: dict[Cell, float] = {}
        for topic in self.people:
            self.groups |= _group_reliability(sums, topic, self.deepest)

    def of(self, cell: Cell) -> float | None:
        people = self.people[cell.topic]
        if len(cell.group) == self.deepest:
            return people.get("/".join(cell.group))
        if cell.group:
            return self.groups.get(cell)
        return sum(people.values()) / len(people) if people else None


def _people_reliability(known: Sequence[Contribution], topic: str | None) -> dict[str, float]:
    """Return each person's reliability by the severity model; none where people do not differ beyond chance."""
    try:
        fit = fit_one(composite(_as_ratings(known, topic)), topic, largest_exact=LARGEST_EXACT)
    except ScoringError:
        return {}
    if fit.components.ratee <= 0:
        return {}
    return dict(zip(fit.ratees, fit.reliability.tolist(), strict=True))


def _group_reliability(sums: _Sums, topic: str | None, deepest: int) -> dict[Cell, float]:
    """Return how far units' means stand out from the people in them.

    One-way analysis of variance over people's coefficients: ``between / (between + within / people)``.
    """
    if deepest < 2:
        return {}
    members: dict[Group, list[float]] = defaultdict(list)
    for cell in sums.total:
        if cell.topic == topic and len(cell.group) == deepest:
            members[cell.group[:-1]].append(sums.coefficient(cell))
    between, within = _variances(list(members.values()))
    if between <= 0:
        return {}
    return {Cell(group, topic): between / (between + within / len(values)) for group, values in members.items()}


def _variances(groups: Sequence[Sequence[float]]) -> tuple[float, float]:
    """Return the variance between groups and within them, by the method of moments; zeros where they cannot be told."""
    sizes = [len(values) for values in groups]
    number = sum(sizes)
    if len(groups) < 2 or number == len(groups):
        return 0.0, 0.0
    means = [sum(values) / len(values) for values in groups]
    whole = sum(mean * size for mean, size in zip(means, sizes, strict=True)) / number
    inside = sum((value - mean) ** 2 for values, mean in zip(groups, means, strict=True) for value in values)
    within = inside / (number - len(groups))
    among = sum(size * (mean - whole) ** 2 for mean, size in zip(means, sizes, strict=True)) / (len(groups) - 1)
    usual = (number - sum(size**2 for size in sizes) / number) / (len(groups) - 1)
    return (among - within) / usual, within
