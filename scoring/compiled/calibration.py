"""Probability and interval of a compiled model, for one prediction, without any library."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import erfc, exp, sqrt

_ROOT_2 = sqrt(2.0)


@dataclass(frozen=True)
class Gaussian:
    """Predictive distribution ``N(prediction, spread^2)``; see `scoring.calibration.GaussianPredictive`.

    ``families`` holds the own thresholds of job families; ``low`` and ``high`` are the ends of the 90 % interval
    relative to the prediction.
    """

    spread: float
    threshold: float
    low: float
    high: float
    families: Mapping[str, float] = field(default_factory=dict)

    def probability(self, prediction: float, family: str | None = None) -> float:
        """Probability that the criterion exceeds the threshold, the family's own where it has one."""
        cut = self.families.get(family, self.threshold) if family else self.threshold
        return 0.5 * erfc((cut - prediction) / (self.spread * _ROOT_2))


@dataclass(frozen=True)
class Logistic:
    """Probability of a 1; see `scoring.calibration.Sigmoid`."""

    intercept: float
    slope: float

    def probability(self, prediction: float, family: str | None = None) -> float:
        """Probability of a 1; the job family makes no difference."""
        log_odds = self.intercept + self.slope * prediction
        if log_odds >= 0.0:
            return 1.0 / (1.0 + exp(-log_odds))
        odds = exp(log_odds)
        return odds / (1.0 + odds)


Calibration = Gaussian | Logistic
