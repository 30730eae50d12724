"""Simulated answers: from a person's facets and an item's true option values to what they choose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import sqrt
from typing import Any

import numpy as np

from questionnaires.definition import ResponseFormat, Scale
from scoring.simulation.people import COMMON_FACTOR_SHARE, Floats, Ints, People
from scoring.simulation.worlds import World

POPULARITY_OF_EFFECTIVENESS = 0.54
POPULARITY_SPREAD = 0.6
_CERTAIN = 1e3


@dataclass(frozen=True)
class Bend:
    """What makes an item's options non-monotone, each of shape (options,), and the facet that they interact with."""

    square: Floats
    joint: Floats
    partner: int

    def attraction(self, ability: Floats, people: People) -> Floats:
        """Return ``c (th^2 - 1) / sqrt(2) + d (th th' - .6) / sqrt(1.36)``, shape (n, options)."""
        partner = people.facets[:, self.partner]
        square = (ability**2 - 1) / sqrt(2)
        joint = (ability * partner - COMMON_FACTOR_SHARE) / sqrt(1 + COMMON_FACTOR_SHARE**2)
        return np.outer(square, self.square) + np.outer(joint, self.joint)


@dataclass(frozen=True)
class SimulatedItem:
    """An item with its hidden truth; the arrays have shape (options,).

    ``facet`` is the facet's position, None where the item answers to the overall trait.
    """

    id: str
    format: ResponseFormat
    facet: int | None
    options: tuple[str, ...]
    effectiveness: Floats
    slope: Floats
    popularity: Floats
    key: Floats
    scale: Scale | None = None
    direction: int = 0
    bend: Bend | None = None


def standardised(values: Floats) -> Floats:
    """Return values with mean 0 and (population) variance 1; constant values become zeros."""
    if not len(values):
        return values
    centred = values - values.mean()
    spread = float(np.sqrt(np.mean(centred**2)))
    return centred / spread if spread > 1e-12 else np.zeros_like(centred)


def draw_popularity(effectiveness: Floats, rng: np.random.Generator) -> Floats:
    """Popularity ``b = .54 e + .6 N(0,1)``: better reactions are chosen more often by everybody."""
    noise = rng.standard_normal(len(effectiveness))
    return POPULARITY_OF_EFFECTIVENESS * effectiveness + POPULARITY_SPREAD * noise


def bent(world: World, item: SimulatedItem, facets: int, rng: np.random.Generator) -> SimulatedItem:
    """Return the item as a bent world has it: options lose their slope by the throw of a coin, and bend instead."""
    options = len(item.options)
    straight = rng.random(options) < 0.5
    square, joint = world.slope * rng.standard_normal((2, options))
    partner = 0 if item.facet is None else (item.facet + 1) % facets
    bend = Bend(np.where(straight, 0.0, square), joint, partner)
    return replace(item, slope=np.where(straight, item.slope, 0.0), bend=bend)


def draw_responses(world: World, item: SimulatedItem, people: People, rng: np.random.Generator) -> Ints:
    """Draw everybody's answer to one item.

    Returns
    -------
    Ints
        Shape (n, 2) for ``best_worst`` and (n, 1) for ``pick_one``: positions of options; (n, 1) values for
        ``likert``; (n, options) values for ``rate_each`` and ranks (1 = best) for ``rank``; (n, 0) for
        ``open_text``.
    """
    return _DRAWS[item.format](world, item, people, rng)


def _ability(item: SimulatedItem, people: People) -> Floats:
    return people.trait if item.facet is None else people.facets[:, item.facet]


def _attraction(item: SimulatedItem, people: People) -> Floats:
    """Return ``b + a theta``, shape (n, options): flat for the careless, the key itself for the assisted."""
    ability = _ability(item, people)
    attraction = item.popularity + np.outer(ability, item.slope)
    if item.bend is not None:
        attraction += item.bend.attraction(ability, people)
    attraction += np.outer(people.faking, standardised(item.popularity))
    attraction[people.careless] = 0.0
    attraction[people.assisted] = _CERTAIN * item.key
    return attraction


def _best_worst(world: World, item: SimulatedItem, people: People, rng: np.random.Generator) -> Ints:
    attraction = _attraction(item, people)
    best = np.argmax(attraction + rng.gumbel(size=attraction.shape), axis=1)
    repulsion = -attraction + rng.gumbel(size=attraction.shape)
    repulsion[np.arange(len(best)), best] = -np.inf
    return np.column_stack([best, np.argmax(repulsion, axis=1)])


def _pick_one(world: World, item: SimulatedItem, people: People, rng: np.random.Generator) -> Ints:
    attraction = _attraction(item, people)
    return np.argmax(attraction + rng.gumbel(size=attraction.shape), axis=1)[:, None]


def _rank(world: World, item: SimulatedItem, people: People, rng: np.random.Generator) -> Ints:
    attraction = _attraction(item, people)
    order = np.argsort(-(attraction + rng.gumbel(size=attraction.shape)), axis=1)
    return np.argsort(order, axis=1) + 1


def _rate_each(world: World, item: SimulatedItem, people: People, rng: np.random.Generator) -> Ints:
    """Rate each option by its attraction, with a personal shift: people use scales differently."""
    attraction = _attraction(item, people)
    personal = 0.5 * rng.standard_normal((len(people), 1))
    return _on_scale(item, 0.8 * (attraction + personal + 0.6 * rng.gumbel(size=attraction.shape)))


def _likert(world: World, item: SimulatedItem, people: People, rng: np.random.Generator) -> Ints:
    """Agree in proportion to the facet (correlation lambda before rounding), in the item's direction."""
    noise = rng.standard_normal(len(people))
    loading = min(world.slope, 1.0)
    latent = item.direction * loading * _ability(item, people) + sqrt(1 - loading**2) * noise
    latent += item.direction * people.faking
    latent[people.careless] = 2 * noise[people.careless]
    latent[people.assisted] = _CERTAIN * item.direction
    return _on_scale(item, latent[:, None])


def _on_scale(item: SimulatedItem, latent: Floats) -> Ints:
    """Round a standard latent value to the item's scale: one quarter of its span per unit, clipped."""
    assert item.scale is not None
    low, high = item.scale.minimum, item.scale.maximum
    return np.clip(np.rint((low + high) / 2 + latent * (high - low) / 4), low, high).astype(np.intp)


def _open_text(world: World, item: SimulatedItem, people: People, rng: np.random.Generator) -> Ints:
    return np.empty((len(people), 0), dtype=np.intp)


_DRAWS: dict[ResponseFormat, Callable[[World, SimulatedItem, People, np.random.Generator], Ints]] = {
    ResponseFormat.BEST_WORST: _best_worst,
    ResponseFormat.PICK_ONE: _pick_one,
    ResponseFormat.RATE_EACH: _rate_each,
    ResponseFormat.RANK: _rank,
    ResponseFormat.LIKERT: _likert,
    ResponseFormat.OPEN_TEXT: _open_text,
}


def canonical_answer(item: SimulatedItem, response: list[int]) -> dict[str, Any]:
    """Return one person's response (a row of ``draw_responses``) as a canonical answer."""
    return _CANONICAL[item.format](item, response)


def _by_option(name: str) -> Callable[[SimulatedItem, list[int]], dict[str, Any]]:
    return lambda item, response: {name: dict(zip(item.options, response, strict=True))}


_CANONICAL: dict[ResponseFormat, Callable[[SimulatedItem, list[int]], dict[str, Any]]] = {
    ResponseFormat.BEST_WORST: lambda item, r: {"best": item.options[r[0]], "worst": item.options[r[1]]},
    ResponseFormat.PICK_ONE: lambda item, r: {"choice": item.options[r[0]]},
    ResponseFormat.RATE_EACH: _by_option("ratings"),
    ResponseFormat.RANK: _by_option("ranks"),
    ResponseFormat.LIKERT: lambda item, r: {"value": r[0]},
    ResponseFormat.OPEN_TEXT: lambda item, r: {"text": "(simulated: no text)"},
}
