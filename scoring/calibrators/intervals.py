"""Intervals held against each other: how often each covers what was observed, and how wide it is.

Three kinds of 90 % interval: ``product`` is the one that is shown (Gaussian, from 1,000 people on the quantiles of the
residuals), ``gaussian`` always the normal distribution's, ``conformal`` CV+, which assumes nothing of the residuals.
All are fitted on a model's inner out-of-fold predictions and judged on people held out of everything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from scoring.calibration import fit_gaussian
from scoring.calibrators.comparing import Case
from scoring.calibrators.conformal import fit_cross_conformal

Floats = NDArray[np.float64]
COVERAGE = 0.90


@dataclass(frozen=True)
class IntervalCase:
    """One outer fold: a `Case`, and what the model without each inner fold says of the people held out.

    Attributes
    ----------
    case : Case
        Its ``folds`` are the inner folds in which ``predictions`` were held out.
    by_fold : ndarray of shape (m, inner folds)
        In rising order of the inner folds.
    """

    case: Case
    by_fold: Floats


def compare_intervals(cases: Sequence[IntervalCase]) -> dict[str, Any]:
    """Compare 90 % intervals.

    Returns
    -------
    dict
        JSON-able: ``n`` (people judged), ``wanted`` (.90) and ``tried``, per name ``coverage`` (share of the people
        held out whose criterion lies inside) and ``width`` (mean, on the criterion's scale; None where infinite).
    """
    ends = [_ends(each) for each in cases]
    observed = np.concatenate([each.case.new_criteria for each in cases]) if cases else np.zeros(0)
    names = list(ends[0]) if ends else []
    tried = {name: _row(np.vstack([each[name] for each in ends]), observed) for name in names}
    return {"n": len(observed), "wanted": COVERAGE, "tried": tried}


def _ends(each: IntervalCase) -> dict[str, Floats]:
    case = each.case
    ours = fit_gaussian(case.predictions, case.criteria, coverage=COVERAGE)
    reach = float(ndtri((1.0 + COVERAGE) / 2.0)) * ours.spread
    plus = fit_cross_conformal(case.predictions, case.criteria, case.folds)
    return {
        "product": ours.interval(case.new_predictions),
        "gaussian": np.column_stack([case.new_predictions - reach, case.new_predictions + reach]),
        "conformal": plus.interval(each.by_fold, COVERAGE),
    }


def _row(ends: Floats, observed: Floats) -> dict[str, float | None]:
    width = float(np.mean(ends[:, 1] - ends[:, 0]))
    inside = (ends[:, 0] <= observed) & (observed <= ends[:, 1])
    return {"coverage": float(np.mean(inside)), "width": width if np.isfinite(width) else None}
