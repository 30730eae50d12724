"""Whether probabilities came true among people whom a model has not seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from scoring.validation.figures import brier, wilson

FEWEST = 30
"""From fewer people nothing is said."""


def calibration_on(probabilities: Sequence[float], outcomes: Sequence[bool]) -> dict[str, Any]:
    """Brier's score beside that of the observed share alone, and predicted against observed, as plain values.

    Parameters
    ----------
    probabilities : sequence of n
        Of being in the top third.
    outcomes : sequence of n
        Whether they are.

    Returns
    -------
    dict
        Only ``n`` where there are fewer than `FEWEST` people.
    """
    p, labels = np.array(probabilities, dtype=float), np.array(outcomes, dtype=float)
    if len(p) < FEWEST:
        return {"n": len(p)}
    observed = float(labels.mean())
    low, high = wilson(observed, len(p))
    return {
        "n": len(p),
        "predicted": float(p.mean()),
        "observed": observed,
        "low": low,
        "high": high,
        "brier": brier(p, labels),
        "brier_base": brier(np.full(len(p), observed), labels),
    }
