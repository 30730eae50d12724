"""What a fit of severity says: variances, and one row per ratee."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan
from typing import NamedTuple

import numpy as np

from scoring.severity.design import Floats, Ints

UNEXPLAINED_SHARE = 0.8
"""Share of true performance that answers leave unexplained (validity about .45): Garrick's c."""
FEW_RATERS = 3
FEW = "few_raters"
ALONE = "alone"
_LEAST_RELIABILITY = 1e-6


@dataclass(frozen=True)
class Components:
    """The estimated mean and variances. ``reml_criterion`` is None where the fit is not exact.

    ``method`` is ``reml``, ``reml-without-raters`` (every rater rated once: severity is part of the error),
    ``monte-carlo-reml`` or ``given`` (variances were handed in). ``seconds`` is processor time. A Monte-Carlo fit
    has ``monte_carlo_error``: its own standard error of the variances of ratees and raters (relative to the
    residual's), as a share of them.
    """

    mean: float
    ratee: float
    rater: float
    residual: float
    reml_criterion: float | None
    method: str
    seconds: float
    monte_carlo_error: tuple[float, float] | None = None


class RateeEffect(NamedTuple):
    """What the ratings say about one person; None where they say nothing.

    ``flags`` holds ``few_raters`` for who has fewer than three, and ``alone`` for who shares raters with nobody, so
    that there is nobody to be compared with.
    """

    ratee: str
    competence: str | None
    effect: float
    reliability: float
    raters: int
    component: int
    standard_score: float | None
    deregressed: float | None
    weight: float
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class SeverityFit:
    """The fit of one competence, or of the composite (``competence`` None); arrays in order of ``ratees``.

    Attributes
    ----------
    effect
        Shrunken effect of each ratee (best linear unbiased prediction), shape (ratees,).
    reliability
        ``1 - PEV / variance``, the uncertainty of the mean included.
    raters
        How many different raters rated the person.
    component
        Connected part of the graph of who rated whom, 1 being the largest.
    severity
        Shrunken effect of each rater in ``rater_ids``; above zero is lenient.
    """

    competence: str | None
    components: Components
    ratees: tuple[str, ...]
    effect: Floats
    reliability: Floats
    raters: Ints
    component: Ints
    rater_ids: tuple[str, ...]
    severity: Floats
    notes: tuple[str, ...] = ()

    @property
    def deregressed(self) -> Floats:
        """Effect / reliability: unshrunken, fit to train on; NaN without any reliability."""
        known = self.reliability > _LEAST_RELIABILITY
        return np.divide(self.effect, self.reliability, out=np.full(len(known), np.nan), where=known)

    @property
    def weight(self) -> Floats:
        """``1 / (c + (1 - r2) / r2)`` (Garrick, Taylor & Fernando 2009, Genet. Sel. Evol. 41:55)."""
        known = self.reliability > _LEAST_RELIABILITY
        noise = np.divide(1 - self.reliability, self.reliability, out=np.full(len(known), np.inf), where=known)
        return 1 / (UNEXPLAINED_SHARE + noise)

    @property
    def standard_score(self) -> Floats:
        """Effects standardised within their component; NaN for who has nobody to be compared with."""
        size = np.bincount(self.component)[self.component]
        mean = np.bincount(self.component, self.effect)[self.component] / size
        spread = np.sqrt(np.bincount(self.component, (self.effect - mean) ** 2)[self.component] / size)
        known = spread > 1e-12
        return np.divide(self.effect - mean, spread, out=np.full(len(known), np.nan), where=known)

    @property
    def flags(self) -> list[tuple[str, ...]]:
        """Say of each ratee what limits the ratings."""
        few = self.raters < FEW_RATERS
        alone = np.bincount(self.component)[self.component] == 1
        pairs = zip(few.tolist(), alone.tolist(), strict=True)
        return [((FEW,) if little else ()) + ((ALONE,) if lone else ()) for little, lone in pairs]

    def rows(self) -> list[RateeEffect]:
        """Return one row per ratee."""
        columns = (
            self.effect.tolist(),
            self.reliability.tolist(),
            self.raters.tolist(),
            self.component.tolist(),
            _or_none(self.standard_score),
            _or_none(self.deregressed),
            self.weight.tolist(),
            self.flags,
        )
        names = [self.competence] * len(self.ratees)
        return [RateeEffect(*row) for row in zip(self.ratees, names, *columns, strict=True)]


def _or_none(values: Floats) -> list[float | None]:
    return [None if isnan(value) else value for value in values.tolist()]


@dataclass(frozen=True)
class SeverityResult:
    """The composite (or only) fit, and one fit per competence where there are several."""

    overall: SeverityFit
    competences: Mapping[str, SeverityFit]

    @property
    def components(self) -> Components:
        """The components of the composite or only fit."""
        return self.overall.components

    @property
    def fits(self) -> tuple[SeverityFit, ...]:
        """Every fit: the competences first, the composite last."""
        return (*self.competences.values(), self.overall)

    @property
    def effects(self) -> list[RateeEffect]:
        """Return the rows of every fit."""
        return [row for fit in self.fits for row in fit.rows()]
