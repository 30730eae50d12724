"""Every index of response quality for many people at once, and which side of each is odd."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from questionnaires.words import say
from scoring.encoding import AnswerEncoder, Encoded
from scoring.errors import ScoringError
from scoring.quality.longstring import longest_run, run_probability
from scoring.quality.option_model import OptionModel, fit_options
from scoring.quality.person_fit import person_fit
from scoring.quality.profiles import Profiles, even_odd, fit_profiles, item_values, scale_variability
from scoring.quality.traces import Trace, pace, usual_seconds
from scoring.quality.variables import MISSING, Variable, codes_of, variables_of

SIDES: Mapping[str, str] = {
    "speed": "low",
    "even_odd": "low",
    "variability": "both",
    "scale_variability": "low",
    "distance": "high",
    "person_fit": "low",
    "key_agreement": "high",
    "even_pace": "low",
}
"""Indices with a limit learned from staff, and the side that is odd."""

LONGEST_RUN = "longest_run"
TIMED = ("speed", "even_pace")
"""Indices that are off for somebody with an adjustment: more time, a screen reader, a helper who reads aloud."""

FEWEST_CHOICES = 6


@dataclass(frozen=True)
class Fitted:
    """What staff teach: option probabilities, profiles, and usual seconds on screens whose text is withheld."""

    model: OptionModel
    profiles: Profiles
    usual: Mapping[str, float]


def fit_all(encoder: AnswerEncoder, encoded: Encoded, traces: Sequence[Trace]) -> Fitted:
    """Learn from the people given, and nobody else."""
    variables, codes = variables_of(encoder), codes_of(encoder, encoded.X)
    model = fit_options(variables, codes, rest_traits(encoder, encoded, variables))
    profiles = fit_profiles(item_values(encoder, encoded, model, codes))
    return Fitted(model, profiles, usual_seconds(encoder.items, traces))


def rest_traits(encoder: AnswerEncoder, encoded: Encoded, variables: Sequence[Variable]) -> np.ndarray:
    """A first trait (n, variables) to fit options against, mean 0 and variance 1.

    The key total over all items but the variable's own; without a key, the first principal component of the answers.
    """
    if not encoder.keyed:
        return np.tile(_first_component(encoded.X)[:, None], len(variables))
    known = np.isfinite(encoded.key_scores)
    scores = np.where(known, encoded.key_scores, 0.0)
    count = known.sum(axis=1, keepdims=True) - known
    rest = (scores.sum(axis=1, keepdims=True) - scores) / np.maximum(count, 1)
    places = {item.id: place for place, item in enumerate(encoder.items)}
    return _standardised(rest)[:, [places[variable.item] for variable in variables]]


def _first_component(X: np.ndarray) -> np.ndarray:
    left, _, right = np.linalg.svd(X - X.mean(axis=0), full_matrices=False)
    sign = np.sign(right[0, np.argmax(np.abs(right[0]))]) or 1.0
    return _standardised(sign * left[:, :1])[:, 0]


def _standardised(values: np.ndarray) -> np.ndarray:
    if not len(values):
        return values
    spread = values.std(axis=0)
    return (values - values.mean(axis=0)) / np.where(spread > 1e-9, spread, np.inf)


def all_indices(
    encoder: AnswerEncoder, encoded: Encoded, traces: Sequence[Trace], fitted: Fitted
) -> dict[str, np.ndarray]:
    """Return every index in `SIDES` as an array (n,), NaN where it cannot be had."""
    codes = codes_of(encoder, encoded.X)
    fit = person_fit(fitted.model, codes)
    values = item_values(encoder, encoded, fitted.model, codes)
    times = pace(encoder.items, traces, fitted.usual)
    enough = (codes != MISSING).sum(axis=1) >= FEWEST_CHOICES
    standardised = fitted.profiles.standardise(values)
    return {
        "speed": times.speed,
        "even_odd": even_odd([item.facet for item in encoder.items], standardised),
        "variability": fitted.profiles.variability(values),
        "scale_variability": scale_variability(encoder, encoded),
        "distance": fitted.profiles.distance(values),
        "person_fit": np.where(enough, fit.fit, np.nan),
        "key_agreement": np.where(enough, fit.surplus, np.nan),
        "even_pace": times.spread,
    }


@dataclass(frozen=True)
class Run:
    """The longest run over what was chosen first (``best``) and last (``worst``), and its probability by chance."""

    length: int
    answers: int
    probability: float


def longest_run_of(encoder: AnswerEncoder, trace: Trace) -> Run | None:
    """Return the longest run in one displayed position, None where positions are not known.

    Best and worst are looked at apart; the smaller of their probabilities is doubled (Bonferroni). Where items differ
    in their number of options the smallest number counts, which makes long runs more likely and flags rarer.
    """
    shown = [(len(i.options), trace.positions[i.id]) for i in encoder.items if trace.positions.get(i.id)]
    if len(shown) < FEWEST_CHOICES:
        return None
    options = min(size for size, _ in shown)
    streams = [[places[end] for _, places in shown if len(places) > end] for end in (0, 1)]
    streams = [stream for stream in streams if stream]
    runs = [Run(longest_run(s), len(s), run_probability(longest_run(s), len(s), options)) for s in streams]
    oddest = min(runs, key=lambda run: run.probability)
    return Run(oddest.length, oddest.answers, min(1.0, oddest.probability * len(streams)))


def check_traces(traces: Sequence[Trace] | None, people: int) -> Sequence[Trace]:
    """Return one trace per person; nobody's trace is known where there are none."""
    if traces is None:
        return [Trace()] * people
    if len(traces) != people:
        raise ScoringError(
            say(
                "There are %(traces)s records of positions and times for %(people)s people. "
                "Give one for each, in the same order.",
                traces=len(traces),
                people=people,
            )
        )
    return traces
