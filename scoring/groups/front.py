"""Validity against group differences: what a group-blind score would give up for how much. A report only.

Each point is one weight of `GroupBlindFamily`, judged in people it was not learned from. Nothing here changes
a model; choosing a point is a legal question first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from questionnaires.words import say
from scoring.errors import ScoringError
from scoring.folds import assign_folds, splits
from scoring.groups.checks import SMALLEST_GROUP, Grouping, Labels, Plain, grouping, matrix, numbers, weights_of
from scoring.groups.group_blind import GroupBlindLearner
from scoring.groups.impact import ratios
from scoring.ridge import ridge_path

WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25)
PENALTIES = np.logspace(-2.0, 1.5, 8)
TOP_SHARE = 1 / 3
FEWEST = 100
"""Below this many people folds are too small for a front."""

LINE, WITHOUT_DIFFERING = "line", "without_differing"
LOW, HIGH = 0.05, 0.95

Differing = Callable[[np.ndarray], np.ndarray]
"""From training rows to a boolean per column: which columns belong to items or options that differ there."""


@dataclass(frozen=True)
class PointGroup(Plain):
    """One group beside the reference group at one point, in held-out people.

    Attributes
    ----------
    group, reference : str
    difference, difference_low, difference_high : float
        Mean score less the reference group's, in standard deviations, with its 90 % interval.
    impact_ratio, impact_low, impact_high : float
        Ratio of the shares that the top scores take, with its 90 % interval.
    """

    group: str
    reference: str
    difference: float
    difference_low: float
    difference_high: float
    impact_ratio: float
    impact_low: float
    impact_high: float


@dataclass(frozen=True)
class Point(Plain):
    """One point of the front.

    Attributes
    ----------
    kind : str
        ``line``, or ``without_differing``: the prediction without columns that differ between groups.
    weight : float
        0 is the best prediction, 1 takes away the whole difference of the training people's means.
    r, r_low, r_high : float
        Held-out correlation with the criterion, mean over folds and repeats, with its 90 % interval.
    top_share : float
        Share of people that counts as selected.
    groups : tuple of PointGroup
    columns_removed : float
        Mean number of columns left out.
    """

    kind: str
    weight: float
    r: float
    r_low: float
    r_high: float
    top_share: float
    groups: tuple[PointGroup, ...]
    columns_removed: float

    @property
    def impact_ratio(self) -> float:
        """The lowest impact ratio of all groups; NaN without any."""
        return min((each.impact_ratio for each in self.groups), default=np.nan)


def front(
    X: ArrayLike,
    y: ArrayLike,
    group: Labels,
    weights: Sequence[float] = WEIGHTS,
    reference: str | None = None,
    sample_weight: ArrayLike | None = None,
    units: Sequence[str | None] | None = None,
    differing: Differing | None = None,
    top_share: float = TOP_SHARE,
    n_folds: int = 5,
    repeats: int = 3,
    resamples: int = 300,
    seed: int = 0,
) -> list[Point]:
    """Draw the front by repeated grouped cross-validation, every choice inside the fold.

    Parameters
    ----------
    X : array of shape (n, p)
        Encoded answers; no column may hold a group.
    y : array of shape (n,)
        The criterion. It is taken as given, not worked out anew in each fold: where raters' severity was estimated
        from everybody's ratings at once, training and held-out people share it.
    group : sequence of n
        Labels; None where not known. Groups of fewer than 30 people are passed over.
    weights : sequence of float
        Points of the line.
    reference : str, optional
        Otherwise the largest group.
    sample_weight : array of shape (n,), optional
    units : sequence of n, optional
        Units that folds keep together.
    differing : callable, optional
        Adds one point: the prediction without the columns it names in each training part.
    top_share : float
        Share of the held-out people that counts as selected.
    n_folds, repeats, resamples, seed : int

    Raises
    ------
    ScoringError
        Where arrays do not fit, values are missing, there are fewer than 100 people or fewer than two groups
        of 30.
    """
    table = matrix(X, None, "answers")
    target = numbers(y, len(table), "criterion")
    people = _People(table, target, weights_of(sample_weight, len(table)), _large(grouping(group, len(table))))
    _refuse_small(len(table), people.groups)
    plans = [(LINE, float(weight)) for weight in weights] + ([(WITHOUT_DIFFERING, 0.0)] if differing else [])
    runs = [_held_out(people, weights, units, differing, top_share, n_folds, seed + turn) for turn in range(repeats)]
    rng = np.random.default_rng([seed, 7])
    counts = np.vstack([np.ones(len(table)), _resample(units, len(table), resamples, rng)])
    base = people.groups.reference(reference)
    return [_point(people, runs, counts, k, plan, top_share, base) for k, plan in enumerate(plans)]


@dataclass(frozen=True)
class _People:
    X: np.ndarray
    y: np.ndarray
    weights: np.ndarray
    groups: Grouping


@dataclass(frozen=True)
class _Run:
    """One repeat: held-out scores and selections (n_points, n), folds (n,), and how many columns were left out."""

    scores: np.ndarray
    selected: np.ndarray
    folds: np.ndarray
    removed: float


def _large(groups: Grouping) -> Grouping:
    """The groups of at least 30 people; members of others count as unknown."""
    kept = np.flatnonzero(groups.counts >= SMALLEST_GROUP)
    place = np.full(len(groups.names) + 1, -1)
    place[kept] = np.arange(len(kept))
    return Grouping(tuple(groups.names[k] for k in kept), place[groups.codes])


def _refuse_small(n: int, groups: Grouping) -> None:
    if n < FEWEST or len(groups.names) < 2:
        what = say(
            "A front needs %(people)s people and two groups of %(least)s; there are %(n)s people, and groups of "
            "that size: %(groups)s.",
            people=FEWEST,
            least=SMALLEST_GROUP,
            n=n,
            groups=len(groups.names),
        )
        raise ScoringError(what, say("Wait until more people are there."))


def _held_out(
    people: _People,
    weights: Sequence[float],
    units: Sequence[str | None] | None,
    differing: Differing | None,
    top_share: float,
    n_folds: int,
    seed: int,
) -> _Run:
    folds = assign_folds(len(people.y), n_folds, np.random.default_rng(seed), units)
    scores = np.zeros((len(weights) + (differing is not None), len(people.y)))
    removed = []
    for train, test in splits(folds):
        penalty = _choose_penalty(people, train, units, seed)
        learner = GroupBlindLearner(people.X[train], people.groups.codes[train], people.weights[train])
        scores[: len(weights), test] = learner.family(people.y[train], penalty).scores(people.X[test], weights)
        if differing is not None:
            out = np.asarray(differing(train), dtype=bool)
            removed.append(int(out.sum()))
            scores[-1, test] = _without(people, train, test, out, penalty)
    return _Run(scores, _top(scores, folds, top_share), folds, float(np.mean(removed)) if removed else 0.0)


def _choose_penalty(
    people: _People, train: np.ndarray, units: Sequence[str | None] | None, seed: int, n_folds: int = 4
) -> float:
    """Ridge's penalty by the held-out correlation within the training part."""
    own = [units[row] for row in train] if units is not None else None
    inner = assign_folds(len(train), n_folds, np.random.default_rng([seed, 1]), own)
    X, y, w = people.X[train], people.y[train], people.weights[train]
    merit = np.zeros(len(PENALTIES))
    for rest, held in splits(inner):
        predicted = ridge_path(X[rest], y[rest, None], w[rest], PENALTIES).predict(X[held])[:, 0]
        merit += [len(held) * _correlation(each, y[held]) for each in predicted]
    return float(PENALTIES[int(np.argmax(merit))])


def _correlation(a: np.ndarray, b: np.ndarray) -> float:
    a, b = a - a.mean(), b - b.mean()
    scale = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / scale if scale > 1e-12 else 0.0


def _without(people: _People, train: np.ndarray, test: np.ndarray, out: np.ndarray, penalty: float) -> np.ndarray:
    if out.all():
        return np.zeros(len(test))
    X = people.X[:, ~out]
    path = ridge_path(X[train], people.y[train, None], people.weights[train], np.array([penalty]))
    return path.predict(X[test])[0, 0]


def _top(scores: np.ndarray, folds: np.ndarray, share: float) -> np.ndarray:
    """Who is among the top share of the own fold (n_points, n); people who tie at the cut share its places."""
    chosen = np.zeros_like(scores)
    for fold in np.unique(folds):
        rows = np.flatnonzero(folds == fold)
        places = share * len(rows)
        for point in range(len(scores)):
            chosen[point, rows] = _places(scores[point, rows], places)
    return chosen


def _places(scores: np.ndarray, places: float) -> np.ndarray:
    cut = np.sort(scores)[::-1][min(max(int(np.ceil(places)) - 1, 0), len(scores) - 1)]
    above, tied = scores > cut, scores == cut
    return above + tied * (places - above.sum()) / tied.sum()


def _resample(units: Sequence[str | None] | None, n: int, resamples: int, rng: np.random.Generator) -> np.ndarray:
    """How often each person is drawn in each bootstrap sample (resamples, n); whole units where there are five."""
    labels = [f"u:{unit}" if unit else f"p:{row}" for row, unit in enumerate(units or [None] * n)]
    codes = np.unique(labels, return_inverse=True)[1]
    if codes.max() < 4:
        codes = np.arange(n)
    size = int(codes.max()) + 1
    return rng.multinomial(size, np.full(size, 1 / size), size=resamples)[:, codes].astype(float)


def _point(
    people: _People,
    runs: Sequence[_Run],
    counts: np.ndarray,
    k: int,
    plan: tuple[str, float],
    share: float,
    base: str,
) -> Point:
    r = _spread(np.mean([_within_folds_r(run.scores[k], people, run.folds, counts) for run in runs], axis=0))
    groups = tuple(_point_group(people, runs, counts, k, name, base) for name in people.groups.others(base))
    removed = float(np.mean([run.removed for run in runs])) if plan[0] == WITHOUT_DIFFERING else 0.0
    return Point(plan[0], plan[1], *r, share, groups, removed)


def _spread(values: np.ndarray) -> tuple[float, float, float]:
    """The figure itself, then the interval from the resampled ones."""
    drawn = values[1:][np.isfinite(values[1:])]
    low, high = np.quantile(drawn, [LOW, HIGH]) if len(drawn) else (np.nan, np.nan)
    return float(values[0]), float(low), float(high)


def _within_folds_r(scores: np.ndarray, people: _People, folds: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Weighted correlation within folds, one value per row of counts."""
    total, weight = np.zeros(len(counts)), np.zeros(len(counts))
    for fold in np.unique(folds):
        rows = folds == fold
        r, mass = _weighted_r(scores[rows], people.y[rows], counts[:, rows] * people.weights[rows])
        total, weight = total + r * mass, weight + mass
    return total / np.maximum(weight, 1e-12)


def _weighted_r(a: np.ndarray, b: np.ndarray, w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    a, b = a - a.mean(), b - b.mean()
    mass = w.sum(axis=1)
    moments = (w @ np.column_stack([a, b, a * a, b * b, a * b])) / np.maximum(mass, 1e-12)[:, None]
    ma, mb, aa, bb, ab = moments.T
    scale = np.sqrt(np.maximum(aa - ma**2, 0.0) * np.maximum(bb - mb**2, 0.0))
    return np.divide(ab - ma * mb, scale, out=np.zeros(len(w)), where=scale > 1e-15), mass


def _point_group(people: _People, runs: Sequence[_Run], counts: np.ndarray, k: int, name: str, base: str) -> PointGroup:
    focal, against = people.groups.members(name), people.groups.members(base)
    gaps, impacts = zip(*(_gap_and_impact(run, k, focal, against, counts) for run in runs), strict=True)
    gap, impact = _spread(np.mean(gaps, axis=0)), _spread(np.mean(impacts, axis=0))
    return PointGroup(name, base, *gap, *impact)


def _gap_and_impact(
    run: _Run, k: int, focal: np.ndarray, against: np.ndarray, counts: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    z = _standardised_within(run.scores[k], run.folds)
    both = np.column_stack([z, run.selected[k]])
    (gap_f, rate_f), (gap_r, rate_r) = (_means(both[who], counts[:, who]).T for who in (focal, against))
    return gap_f - gap_r, ratios(rate_f, rate_r)


def _standardised_within(scores: np.ndarray, folds: np.ndarray) -> np.ndarray:
    """Scores (n,) in standard deviations of their own fold: folds have different models."""
    z = np.zeros(len(scores))
    for fold in np.unique(folds):
        rows = folds == fold
        z[rows] = (scores[rows] - scores[rows].mean()) / (scores[rows].std() or 1.0)
    return z


def _means(values: np.ndarray, counts: np.ndarray) -> np.ndarray:
    return (counts @ values) / np.maximum(counts.sum(axis=1), 1e-12)[:, None]


def spread_of_points(points: Sequence[Point]) -> Iterator[str]:
    """Say what the two ends of the line are, as sentences."""
    line = [point for point in points if point.kind == LINE]
    for point in (line[0], line[-1]) if line else ():
        yield say(
            "At weight %(weight)s: correlation with the criterion %(r)s, lowest impact ratio %(ratio)s.",
            weight=f"{point.weight:g}",
            r=f"{point.r:.3f}",
            ratio=f"{point.impact_ratio:.2f}",
        )
