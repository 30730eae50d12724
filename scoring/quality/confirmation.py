"""The supervised confirmation: is the score on form B lower than form A and chance explain?"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import isfinite, sqrt
from typing import Any

from scipy.stats import norm

from questionnaires.words import packed, say
from scoring.errors import ScoringError
from scoring.linking import Linking

LEVEL = 0.05


@dataclass(frozen=True)
class Link:
    """How scores of form B are brought to form A's scale: ``intercept + slope * b``, uncertain by ``error``."""

    slope: float = 1.0
    intercept: float = 0.0
    error: float = 0.0

    @classmethod
    def at(cls, linking: Linking, score_b: float) -> Link:
        """Take the link of two forms at one score, with the larger of its two standard errors there."""
        error = max(float(linking.se(score_b)), float(linking.bootstrap_se(score_b)))
        return cls(linking.slope, linking.intercept, error)


@dataclass(frozen=True)
class Population:
    """Mean and standard deviation of form A's scores among those from whom this person was picked."""

    mean: float
    spread: float


@dataclass(frozen=True)
class Confirmation:
    """What the second, supervised score says of the first.

    Attributes
    ----------
    linked_b : float
        Score of form B on form A's scale.
    expected_b : float
        What form A leads one to expect, after regression to the mean (form A's score itself without a population).
    drop : float
        ``expected_b - linked_b``.
    error : float
        Standard error of the drop where nothing is amiss.
    z, p : float
        One-sided: the probability of a drop this large by chance.
    plain_z : float
        ``(a - linked_b) / SED``, without regression to the mean, for comparison.
    significant : bool
        Whether ``p`` is below ``level``.
    """

    linked_b: float
    expected_b: float
    drop: float
    error: float
    z: float
    p: float
    plain_z: float
    level: float
    significant: bool
    regressed: bool

    @property
    def sentence(self) -> str:
        """The finding in words. Never more than a reason to talk and to look again."""
        if self.significant:
            return say(
                "The supervised score is lower than the first score and chance explain (%(p)s). "
                "Talk to the person, and rely on the supervised score.",
                p=_in_words(self.p),
            )
        return say("The supervised score is in keeping with the first (%(p)s).", p=_in_words(self.p))

    def to_plain(self) -> dict[str, Any]:
        return {**asdict(self), "sentence": packed(self.sentence)}


def _in_words(p: float) -> str:
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"


def confirm(
    score_a: float,
    score_b: float,
    sem_a: float,
    sem_b: float,
    link: Link,
    population: Population | None = None,
    level: float = LEVEL,
) -> Confirmation:
    """Test whether a supervised score on form B falls short of an unsupervised one on form A.

    Parameters
    ----------
    score_a, score_b : float
        Each on its own form's scale.
    sem_a, sem_b : float
        Standard errors of measurement, each on its own form's scale.
    link : Link
        From form B's scale to form A's; ``Link()`` where both are on one scale already. Unlinked forms cannot be
        compared.
    population : Population, optional
        Of the people who took form A. With it, regression to the mean is allowed for: somebody invited *because* of a
        high score is expected to come out lower the second time, honestly.
    level : float
        Of the one-sided test.

    Notes
    -----
    With reliability ``r = 1 - sem_a^2 / spread^2``, the true score given A has mean ``mean + r (a - mean)`` and
    variance ``r sem_a^2``; B adds ``(slope sem_b)^2`` and the link ``error^2`` (Kelley 1947; Lord and Novick 1968).
    Without a population the expectation is A and the variance ``sem_a^2 + (slope sem_b)^2 + error^2``, SED squared
    for a perfect link. Practice usually lifts a second score a little, which makes the test cautious.

    Raises
    ------
    ScoringError
        Where a number is not finite, an error not positive, or the population spreads no more than its error.
    """
    _check(score_a, score_b, sem_a, sem_b, link, level)
    linked = link.intercept + link.slope * score_b
    further = (link.slope * sem_b) ** 2 + link.error**2
    reliability, centre = _reliability(sem_a, population), population.mean if population else score_a
    expected = centre + reliability * (score_a - centre)
    error = sqrt(reliability * sem_a**2 + further)
    z = (expected - linked) / error
    p = float(norm.sf(z))
    return Confirmation(
        linked_b=linked,
        expected_b=expected,
        drop=expected - linked,
        error=error,
        z=z,
        p=p,
        plain_z=(score_a - linked) / sqrt(sem_a**2 + further),
        level=level,
        significant=p < level,
        regressed=population is not None,
    )


def _reliability(sem: float, population: Population | None) -> float:
    if population is None:
        return 1.0
    if not (isfinite(population.mean) and isfinite(population.spread) and population.spread > sem):
        raise ScoringError(
            say("Scores of form A must spread more than their own error. Give the spread among all who took it.")
        )
    return 1.0 - (sem / population.spread) ** 2


def _check(score_a: float, score_b: float, sem_a: float, sem_b: float, link: Link, level: float) -> None:
    numbers = (score_a, score_b, sem_a, sem_b, link.slope, link.intercept, link.error, level)
    if not all(isfinite(number) for number in numbers):
        raise ScoringError(say("A confirmation needs both scores, both errors and a link as finite numbers."))
    if min(sem_a, sem_b) <= 0.0 or link.slope <= 0.0 or link.error < 0.0:
        raise ScoringError(say("Errors of measurement and the slope of the link must be above 0."))
    if not 0.0 < level < 1.0:
        raise ScoringError(
            say("The level of a test lies between 0 and 1, but this one is %(level)s.", level=f"{level:g}")
        )
