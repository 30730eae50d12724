"""Variances by the method of moments: the start of every fit.

Three U-statistics, linear in the number of ratings (Gao & Owen 2017, Electron. J. Stat. 11).
"""

from __future__ import annotations

import numpy as np

from scoring.severity.design import Design, Floats

_FLOOR = 0.01


def moment_variances(design: Design) -> Floats:
    """Return unbiased moment estimates of the variances (absorbed, kept, residual); some may be negative.

    Sums of squares within the absorbed levels, within the kept levels and in total have expectations linear
    in the three variances.
    """
    pairs = design.counts.data**2
    per_absorbed = np.repeat(design.absorbed_n, np.diff(design.counts.indptr))
    per_kept = design.kept_n[design.counts.indices]
    n = design.n
    expected = np.array(
        [
            [0, n - (pairs / per_absorbed).sum(), n - len(design.absorbed_n)],
            [n - (pairs / per_kept).sum(), 0, n - len(design.kept_n)],
            [n - (design.absorbed_n**2).sum() / n, n - (design.kept_n**2).sum() / n, n - 1],
        ]
    )
    found = np.array(
        [
            design.square - (design.absorbed_sum**2 / design.absorbed_n).sum(),
            design.square - (design.kept_sum**2 / design.kept_n).sum(),
            design.square,
        ]
    )
    return np.linalg.lstsq(expected, found, rcond=None)[0]


def starting_ratios(design: Design) -> Floats:
    """Return variance ratios (absorbed, kept) to start from: the moments', kept away from zero and infinity."""
    variances = moment_variances(design)
    absorbed, kept, residual = np.maximum(variances, _FLOOR * design.square / design.n)
    return np.array([absorbed / residual, kept / residual])
