"""Calibrations held against each other by nested cross-validation.

In each outer fold the model is learned from the others; every calibration is fitted on *that model's own* inner
out-of-fold predictions, by models which never saw the judged fold either, and judged on the people held out. (Before,
calibrations were only cross-fitted: the predictions that they were fitted on came from models which had learned from
the judged fold's people. `scoring.validation.alternatives` makes the cases.)

The Gaussian predictive distribution is the default: it has one parameter, holds with fifty people, and gives the
interval as well. Another one takes its place in the record only where there are people enough to tell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from scoring.calibration import fit_gaussian, fit_sigmoid
from scoring.calibrators.isotonic import fit_isotonic
from scoring.calibrators.venn_abers import fit_cross_venn_abers, fit_venn_abers
from scoring.targets import Cut

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

ENOUGH = 1000
"""Below this many people no calibration but the default is chosen."""

_CLIP = 1e-6


class Calibrator(Protocol):
    """What turns predictions into probabilities."""

    def probability(self, predictions: Floats) -> Floats:
        """Probability (n,) of the event."""


Fit = Callable[[Floats, Floats, Floats, Ints], Calibrator]
"""From predictions, criteria, labels and folds, each (n,), to a calibrator."""

FITS: Mapping[str, Fit] = {
    "gaussian": lambda predictions, criteria, labels, folds: fit_gaussian(predictions, criteria),
    "sigmoid": lambda predictions, criteria, labels, folds: fit_sigmoid(predictions, labels),
    "isotonic": lambda predictions, criteria, labels, folds: fit_isotonic(predictions, labels),
    "venn_abers": lambda predictions, criteria, labels, folds: fit_venn_abers(predictions, labels),
    "cross_venn_abers": lambda predictions, criteria, labels, folds: fit_cross_venn_abers(predictions, labels, folds),
}
"""Calibrators by name."""


@dataclass(frozen=True)
class Case:
    """One outer fold: what a calibration may be fitted on, and the people it is judged by.

    Attributes
    ----------
    predictions, criteria : ndarray of shape (n,)
        Of the fitting people: the model's inner out-of-fold predictions, and observed criteria (0 or 1 if binary).
    folds : ndarray of shape (n,)
        Their inner folds.
    new_predictions, new_criteria : ndarray of shape (m,)
        What the model says of the people held out, and what was observed.
    """

    predictions: Floats
    criteria: Floats
    folds: Ints
    new_predictions: Floats
    new_criteria: Floats


def compare_calibrations(cases: Sequence[Case], *, binary: bool = False) -> dict[str, Any]:
    """Compare calibrations by log-loss on people whom neither calibration nor model was fitted on.

    Parameters
    ----------
    cases
        Outer folds, without missing criteria.
    binary
        Whether the criterion is 0 and 1. Otherwise the event is the top third by the cut of the fitting people.

    Returns
    -------
    dict
        JSON-able: ``n`` (people judged), ``nested`` (True), ``default``, ``chosen``, ``reason`` (a code: ``too_few``,
        ``none_better``, ``better``) and ``tried``, per name its ``log_loss`` and ``brier``, ``gain`` (log-loss below
        the default's, mean over folds) and ``gain_se`` (its standard error over folds, whose fitting sets overlap:
        Nadeau & Bengio 2003).
    """
    names = [name for name in FITS if not (binary and name == "gaussian")]
    n = sum(len(case.new_criteria) for case in cases)
    if len(cases) < 2:
        nothing = {"default": names[0], "chosen": names[0], "reason": "too_few", "tried": {}}
        return {"n": n, "nested": True, **nothing}
    judged = [_judged(case, names, binary) for case in cases]
    return _record({name: np.array([each[name] for each in judged]).T for name in names}, names[0], n)


def _judged(case: Case, names: Sequence[str], binary: bool) -> dict[str, tuple[float, float]]:
    """Log-loss and Brier score of each calibration on the people of one outer fold."""
    learned, labels = _labels(case.criteria, case.new_criteria, binary)
    fitted = {name: FITS[name](case.predictions, case.criteria, learned, case.folds) for name in names}
    return {name: _losses(each.probability(case.new_predictions), labels) for name, each in fitted.items()}


def _labels(train: Floats, new: Floats, binary: bool) -> tuple[Floats, Floats]:
    if binary:
        return train, new
    cut = Cut.of(train)
    return cut.labels(train), cut.labels(new)


def _losses(p: Floats, labels: Floats) -> tuple[float, float]:
    """Log-loss and Brier score."""
    p = np.clip(p, _CLIP, 1.0 - _CLIP)
    log = -np.mean(labels * np.log(p) + (1 - labels) * np.log(1 - p))
    return float(log), float(np.mean(labels * (1 - p) ** 2 + (1 - labels) * p**2))


def _record(losses: Mapping[str, Floats], default: str, n: int) -> dict[str, Any]:
    tried = {name: _row(each, losses[default]) for name, each in losses.items()}
    better = {name: row["gain"] for name, row in tried.items() if row["gain"] > row["gain_se"]}
    reason = "too_few" if n < ENOUGH else "better" if better else "none_better"
    chosen = max(better, key=lambda name: better[name]) if reason == "better" else default
    return {"n": n, "nested": True, "default": default, "chosen": chosen, "reason": reason, "tried": tried}


def _row(losses: Floats, default: Floats) -> dict[str, float]:
    gain = default[0] - losses[0]
    return {
        "log_loss": float(losses[0].mean()),
        "brier": float(losses[1].mean()),
        "gain": float(gain.mean()),
        "gain_se": float(gain.std(ddof=1) * np.sqrt(1.0 / len(gain) + 1.0 / (len(gain) - 1))),
    }


def calibrate(name: str, predictions: Floats, criteria: Floats, folds: Ints, *, binary: bool = False) -> Calibrator:
    """Fit the calibration of that name on everybody's out-of-fold predictions; see `FITS` for the names.

    Ranks never come from it: staircases tie whole ranges of people, who are ranked by the unrounded score.

    Raises
    ------
    KeyError
        Where there is no calibration of that name.
    """
    learned, _ = _labels(criteria, criteria, binary)
    return FITS[name](predictions, criteria, learned, folds)
