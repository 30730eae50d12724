"""Where a whole result stands against the staff's, as far as its own measurement error lets it be told."""

from __future__ import annotations

from scoring.comparison import Measurement
from scoring.facets import ABOVE, AROUND, BELOW, TOO_LITTLE, Z


def overall_band(measurement: Measurement | None, score: float | None) -> str:
    """Return ``above``, ``around`` or ``below`` the training staff's mean, or ``too_little_information``.

    Above or below where the 90 % interval of the expected true score (Kelley 1947) leaves the mean out, which is
    the rule that facet bands follow too. ``too_little_information`` without a score, or without staff to compare
    with.
    """
    if measurement is None or score is None:
        return TOO_LITTLE
    expected, error = measurement.true_scores(score)
    away, reach = float(expected) - measurement.mean, Z * error
    return ABOVE if away > reach else BELOW if away < -reach else AROUND
