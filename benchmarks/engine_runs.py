"""One simulated company after another: train on its staff, and see how new people fare.

What is measured, for a training company of N and ``NEWCOMERS`` new people of the same world:

* ``r``, ``key_r``: correlation of the prediction, and of the key total, with the *true trait* of the new people.
* The **event** is the product's own: the observed criterion of a new person lies in the top third, that is
  above the upper-third cut of the training staff's criteria (`scoring.targets.top_labels`). New people's
  observed criterion is simulated as the staff's was: they work in units of 20 in a company of their own, are
  rated by 3 + Poisson(2) colleagues each, and `scoring.targets.targets_of` turns those ratings, and no
  others, into de-regressed criteria.
  ``error_own`` below is with the new people's own upper third instead: the event without the luck of where the
  training company's cut came to lie, which for 60 staff is most of the error.
* ``error``: debiased calibration error of the probability of that event (10 bins of equal count, what chance
  alone adds taken off, 0 where chance explains it all). ``slope``: of the event's logistic regression on the
  probability's logit; none where everybody is given about the same probability. ``log_loss`` beside
  ``log_loss_base``, which says 1/3 to everybody.
* ``coverage``: share of new people whose observed criterion lies in their 90 % interval.
* ``r_corrected``, ``truth`` (N = 1,000): what the validation report of the training run says of the validity,
  corrected for the ratings' reliability (here over two repeats of the folds in place of five, which over many
  companies is the same in the mean), and the correlation of prediction and *true performance* in the new
  people.
* ``permuted_r`` (typical world, N = 120 and 200): the validation's r after people's ratings were dealt out at random
  (`scoring.validation.canary.permuted`), one deal and one repeat of the folds per company. It has to be 0.
* ``shift_*`` (N <= 200): all ratings of the busiest rater are raised by 1; see `rater_shift`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from time import process_time
from typing import Any

import numpy as np
from scipy.stats import kendalltau
from threadpoolctl import threadpool_limits

from models.preparing import Prepared, prepare
from questionnaires.definition import Questionnaire
from questionnaires.loading import load_text
from scoring.encoding import AnswerEncoder
from scoring.ratings import Rating
from scoring.severity.fitting import fit_one
from scoring.severity.shifting import shift_response
from scoring.simulation.company import RATING_MEAN, Simulation, simulate
from scoring.simulation.people import People, draw_ratings
from scoring.simulation.worlds import WORLDS
from scoring.stack import SMALLEST_FAMILY, KeyAnchoredStack
from scoring.targets import Cut, targets_of, top_labels
from scoring.validation import figures
from scoring.validation.canary import permuted
from scoring.validation.cross_validation import cross_validate
from scoring.validation.learning_data import fit_rows
from scoring.validation.report import SAME_FOR_ALL, report
from scoring.validation.resampling import everybody, within_folds

NEWCOMERS = 3000
UNIT_SIZE = 20
VALIDATED = 1000
REPEATS = 2
LARGEST_SHIFTED = 200
PERMUTED = (120, 200)
PERMUTED_IN = "typical"
_STREAM = 20_261_122
"""Tells the stream of the newcomers' ratings from those of the simulation, which start from the seed alone."""


@dataclass(frozen=True)
class Group:
    """Companies of several sizes that share a world, an instrument, and the new people they are tried on."""

    world: str
    facets: int
    items: int
    seed: int
    staff: tuple[int, ...]
    newcomers: int = NEWCOMERS

    @property
    def size(self) -> str:
        """The instrument's size, as 8x3: facets by items per facet."""
        return f"{self.facets}x{self.items}"


@dataclass(frozen=True)
class Newcomers:
    """New people: their encoded answers, their truth, and the criterion that is observed of them."""

    X: np.ndarray
    key_totals: np.ndarray
    trait: np.ndarray
    performance: np.ndarray
    criterion: np.ndarray


def run_group(group: Group) -> list[dict[str, Any]]:
    """Measure every company of the group; one flat line each."""
    with threadpool_limits(limits=1):
        return [_measure(group, n) for n in group.staff]


def _measure(group: Group, n: int) -> dict[str, Any]:
    started = process_time()
    simulation = _simulate(group, n, group.newcomers)
    questionnaire = load_text(simulation.questionnaire_text())
    new = _newcomers(replace(group, staff=()))
    prepared = prepare(questionnaire, simulation.staff_sheets(), simulation.rating_list(), seed=group.seed)
    at_fit = process_time()
    model, targets = fit_rows(prepared.data, np.arange(prepared.n))
    line: dict[str, Any] = {"world": group.world, "size": group.size, "n": n, "seed": group.seed}
    line |= {"newcomers": group.newcomers, "cpu_fit": process_time() - at_fit}
    line |= judge(model, targets.values[targets.usable], new)
    if n == VALIDATED:
        line |= _validated(prepared)
    if n in PERMUTED and group.world == PERMUTED_IN:
        line["permuted_r"] = permuted_r(prepared, group.seed)
    if n <= LARGEST_SHIFTED:
        line |= rater_shift(simulation.rating_list())
    return {**line, "cpu": process_time() - started}


def _simulate(group: Group, staff: int, newcomers: int) -> Simulation:
    return simulate(group.world, staff, newcomers, group.seed, facets=group.facets, items_per_facet=group.items)


@lru_cache(maxsize=1)
def _newcomers(group: Group) -> Newcomers:
    """Draw the group's new people; they do not depend on the size of the training company."""
    simulation = _simulate(group, 4, group.newcomers)
    questionnaire: Questionnaire = load_text(simulation.questionnaire_text())
    encoded = AnswerEncoder(questionnaire).encode(simulation.applicant_sheets())
    people = simulation.applicants
    criterion = targets_of(list(_ratings_of(group, people)), people.ids).values
    return Newcomers(encoded.X, encoded.key_totals, people.trait, people.performance, criterion)


def _ratings_of(group: Group, people: People) -> Iterator[Rating]:
    """Yield ratings of the new people by one another, in a company of their own."""
    staff = replace(people, unit=np.arange(len(people)) // UNIT_SIZE)
    drawn = draw_ratings(WORLDS[group.world], staff, np.random.default_rng([_STREAM, group.seed]))
    for ratee, rater, value in zip(drawn.ratee, drawn.rater, (RATING_MEAN + drawn.value).tolist(), strict=True):
        yield Rating(people.ids[ratee], people.ids[rater], value)


def judge(model: KeyAnchoredStack, learned: np.ndarray, new: Newcomers) -> dict[str, float | None]:
    """Hold a fitted model against new people; ``learned`` are the criteria (n,) of its training staff."""
    prediction = model.predict(new.X)
    known = np.isfinite(new.criterion)
    p, low_high, criterion = model.predict_proba(new.X)[known, 1], model.predict_interval(new.X)[known], new.criterion
    criterion = criterion[known]
    labels = top_labels(criterion, [None] * len(criterion), learned, [None] * len(learned), SMALLEST_FAMILY)
    base = np.full(len(labels), 1 / 3)
    slope = figures.calibration_line(p, labels)[1] if np.std(p) >= SAME_FOR_ALL else None
    return {
        "r": figures.correlation(prediction, new.trait),
        "key_r": figures.correlation(new.key_totals, new.trait),
        "truth": figures.correlation(prediction, new.performance),
        "error": figures.calibration_error(p, labels),
        "error_own": figures.calibration_error(p, Cut.of(criterion).labels(criterion)),
        "slope": slope,
        "log_loss": figures.log_loss(p, labels),
        "log_loss_base": figures.log_loss(base, labels),
        "base_rate": float(labels.mean()),
        "coverage": float(np.mean((low_high[:, 0] <= criterion) & (criterion <= low_high[:, 1]))),
    }


def _validated(prepared: Prepared) -> dict[str, float | None]:
    """Run the repeated cross-validation of a training run; keep what it says of the validity."""
    started = process_time()
    found = report(prepared.data, cross_validate(prepared.data, repeats=REPEATS), resamples=2)
    corrected, observed = found["r_corrected"], found["r"]
    assert isinstance(observed, float)
    assert corrected is None or isinstance(corrected, float)
    return {"r_cross_validated": observed, "r_corrected": corrected, "cpu_validation": process_time() - started}


def permuted_r(prepared: Prepared, seed: int) -> float:
    """Validate once on ratings dealt out at random; return the mean correlation within folds."""
    data = prepared.data
    dealt = permuted(data.ratings, data.people, np.random.default_rng([_STREAM, 1, seed]))
    (result,) = cross_validate(replace(data, ratings=tuple(dealt)), repeats=1)
    rows = result.rows
    found = within_folds(result.prediction[rows], result.criterion[rows], result.fold[rows], everybody(len(rows)))
    return float(found[0])


def rater_shift(ratings: list[Rating]) -> dict[str, float]:
    """Raise all ratings of the busiest rater by 1, and see who moves.

    Returns
    -------
    dict
        ``shift_moved`` is the largest movement of a ratee's effect with the variances held,
        ``shift_unabsorbed`` the share of the shift that the rater's shrunken severity leaves, ``shift_gap`` the
        largest distance between the movement and what `shift_response` says it has to be, ``shift_tau``
        Kendall's tau of the people's effects before and after, everything estimated anew, ``shift_refit``
        the largest movement then.
    """
    counts: dict[str, int] = {}
    for rating in ratings:
        counts[str(rating.rater)] = counts.get(str(rating.rater), 0) + 1
    busiest = max(counts, key=lambda rater: (counts[rater], rater))
    shifted = [r._replace(rating=r.rating + 1.0) if r.rater == busiest else r for r in ratings]
    before, after = fit_one(ratings), fit_one(shifted)
    held = fit_one(shifted, given=before.components)
    predicted = shift_response(ratings, busiest, before.components)
    moved = held.effect - before.effect
    return {
        "shift_moved": float(np.abs(moved).max()),
        "shift_unabsorbed": predicted.unabsorbed,
        "shift_gap": float(np.abs(moved - predicted.effects).max()),
        "shift_refit": float(np.abs(after.effect - before.effect).max()),
        "shift_tau": float(kendalltau(before.effect, after.effect).statistic),
    }
