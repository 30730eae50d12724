"""Many tests at once: p-values that allow for how many there are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def holm(p: Sequence[float]) -> list[float]:
    """Return p-values adjusted by Holm's step-down (1979), in the order given."""
    order = np.argsort(p, kind="stable")
    steps = np.array(p)[order] * (len(p) - np.arange(len(p)))
    adjusted = np.minimum(np.maximum.accumulate(steps), 1.0) if len(p) else steps
    out = np.empty(len(p))
    out[order] = adjusted
    return [float(value) for value in out]
