"""Simulated people with known traits, and who rates whom how."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from scoring.errors import ScoringError
from scoring.simulation.worlds import World

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

COMMON_FACTOR_SHARE = 0.6
RATER_AGREEMENT = 0.52
ERROR_VARIANCE = 0.33
UNIT_RATER_SHARE = 0.7
FEWEST_RATERS = 3
FURTHER_RATERS = 2
_PATIENCE = 100


@dataclass(frozen=True)
class People:
    """Simulated people: ``facets`` has shape (n, facets), everything else (n,).

    ``unit`` is a number per person, empty for applicants. ``assisted`` and ``careless`` are boolean; ``faking`` says
    how far a person leans towards popular options, 0 for most.
    """

    ids: tuple[str, ...]
    facets: Floats
    trait: Floats
    performance: Floats
    unit: Ints
    assisted: NDArray[np.bool_]
    careless: NDArray[np.bool_]
    faking: Floats

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True)
class RatingArrays:
    """Ratings as arrays of shape (ratings,): positions of ratee and rater in the staff, and the value."""

    ratee: Ints
    rater: Ints
    value: Floats
    severity: Floats
    """Severity of each member of staff as a rater, shape (staff,): added to every rating they give."""


def draw_people(
    world: World, ids: tuple[str, ...], facets: int, rng: np.random.Generator, *, unit_size: int = 0
) -> People:
    """Draw people from the world; with a ``unit_size`` they are staff, else applicants.

    ``facet = sqrt(.6) g + sqrt(.4) N(0,1)``; the trait is the mean of the facets, scaled to variance 1 in the
    population; ``performance = rho trait + sqrt(1 - rho^2) N(0,1)``.
    """
    n = len(ids)
    common = rng.standard_normal((n, 1))
    own = rng.standard_normal((n, facets))
    traits = sqrt(COMMON_FACTOR_SHARE) * common + sqrt(1 - COMMON_FACTOR_SHARE) * own
    mean_variance = COMMON_FACTOR_SHARE + (1 - COMMON_FACTOR_SHARE) / facets
    trait = traits.mean(axis=1) / sqrt(mean_variance)
    rho = world.trait_validity
    performance = rho * trait + sqrt(1 - rho**2) * rng.standard_normal(n)
    draws = rng.random((2, n))
    unit = np.arange(n) // unit_size if unit_size else np.array([], dtype=np.intp)
    assisted = (draws[0] < world.assisted_share) & (not unit_size)
    faking = _leaning(0.0 if unit_size else world.faking_share, n, rng)
    return People(ids, traits, trait, performance, unit, assisted, draws[1] < world.careless_share, faking)


def _leaning(share: float, n: int, rng: np.random.Generator) -> Floats:
    """Draw how far each of n people leans towards popular options: ``|N(0,1)|`` for a share of them, else 0."""
    return np.where(rng.random(n) < share, np.abs(rng.standard_normal(n)), 0.0)


def draw_ratings(world: World, staff: People, rng: np.random.Generator) -> RatingArrays:
    """Draw ``rating = sqrt(.52) performance + severity + error`` by 3 + Poisson(2) raters for each ratee.

    Raters come from the ratee's own site; with one site only, that is everybody.
    """
    n = len(staff)
    if n < 2 * world.sites:
        raise ScoringError(
            "Nobody can rate a single person's work but a colleague: "
            f"simulate at least {2 * world.sites} staff in this world."
        )
    site = _sites(world, staff.unit)
    colleagues = np.bincount(site)[site] - 1
    raters = np.minimum(FEWEST_RATERS + rng.poisson(FURTHER_RATERS, n), colleagues)
    ratee = np.repeat(np.arange(n), raters)
    rater = _draw_raters(ratee, staff.unit, site, rng)
    severity = sqrt(world.severity_variance) * rng.standard_normal(n) - world.site_gap * site
    error = sqrt(ERROR_VARIANCE) * rng.standard_normal(len(ratee))
    value = sqrt(RATER_AGREEMENT) * staff.performance[ratee] + severity[rater] + error
    return RatingArrays(ratee, rater, value, severity)


def _sites(world: World, unit: Ints) -> Ints:
    """Return everybody's site (n,): consecutive units, or people where units are too few or would leave one alone."""
    site = unit * world.sites // (int(unit.max()) + 1)
    if np.bincount(site, minlength=world.sites).min() >= 2:
        return site
    return np.arange(len(unit)) * world.sites // len(unit)


def _draw_raters(ratee: Ints, unit: Ints, site: Ints, rng: np.random.Generator) -> Ints:
    """Draw a rater for each slot, 70 % from the ratee's unit; nobody twice for one ratee, nobody themselves.

    A slot that no draw from its unit fills (the unit is too small) is filled from anywhere in the site.
    """
    n = len(unit)
    group = site * n + unit
    first, size = _runs(group, ratee)
    first_of_site, size_of_site = _runs(site, ratee)
    inside = rng.random(len(ratee)) < UNIT_RATER_SHARE
    rater = ratee.copy()
    attempt = 0
    while (wrong := _unusable(ratee, rater, n)).any():
        draw = rng.random(wrong.sum())
        near = first[wrong] + (draw * size[wrong]).astype(np.intp)
        anywhere = first_of_site[wrong] + (draw * size_of_site[wrong]).astype(np.intp)
        rater[wrong] = np.where(inside[wrong] & (attempt < _PATIENCE), near, anywhere)
        attempt += 1
    return rater


def _runs(group: Ints, ratee: Ints) -> tuple[Ints, Ints]:
    """Return where each ratee's group (ascending, of shape (n,)) begins, and how many people it has."""
    first, last = (np.searchsorted(group, group, side=side) for side in ("left", "right"))
    return first[ratee], (last - first)[ratee]


def _unusable(ratee: Ints, rater: Ints, n: int) -> NDArray[np.bool_]:
    """Mark the slots that hold the ratee or repeat an earlier slot of the same ratee."""
    _, first = np.unique(ratee * n + rater, return_index=True)
    unusable = np.ones(len(ratee), dtype=bool)
    unusable[first] = False
    return unusable | (ratee == rater)
