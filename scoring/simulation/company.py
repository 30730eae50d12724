"""Simulated companies with known truth: the worlds in which everything here is tried.

The generative model is the one in the design's psychometrics: facets share a common factor; each option has
a true effectiveness which moves choices (through the person's facet) and popularity; the key only
correlates with it; performance correlates with the trait; colleagues of unequal severity rate performance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import sqrt

import numpy as np

from questionnaires.answers import AnswerSheet
from questionnaires.definition import FACETS, Item, Questionnaire, ResponseFormat, Scale
from scoring.errors import ScoringError
from scoring.ratings import Rating
from scoring.simulation.answers import (
    SimulatedItem,
    bent,
    canonical_answer,
    draw_popularity,
    draw_responses,
    standardised,
)
from scoring.simulation.instrument_text import questionnaire_text
from scoring.simulation.people import Floats, Ints, People, RatingArrays, draw_people, draw_ratings
from scoring.simulation.worlds import WORLDS, World

RATING_MEAN = 3.0
OPTION_SCALE = Scale(1, 5)
"""On which options are rated in a world of `rate_each`."""


@dataclass(frozen=True)
class Simulation:
    """A simulated company: its instrument, its staff with ratings, and applicants.

    ``staff_responses`` and ``applicant_responses`` hold one array per item, as ``draw_responses`` returns.
    """

    world: World
    seed: int
    facet_names: tuple[str, ...]
    items: tuple[SimulatedItem, ...]
    staff: People
    applicants: People
    staff_responses: tuple[Ints, ...]
    applicant_responses: tuple[Ints, ...]
    ratings: RatingArrays
    rating_scale: tuple[int, int] | None = None
    source: str = field(default="", repr=False)
    """The text of the questionnaire that was answered, where one was given."""

    def staff_sheets(self) -> list[AnswerSheet]:
        """Return the staff's answers; their unit is named U01, U02, ..."""
        units = [f"U{number + 1:02d}" for number in self.staff.unit]
        return _sheets(self.items, self.staff, self.staff_responses, units)

    def applicant_sheets(self) -> list[AnswerSheet]:
        """Return the applicants' answers."""
        return _sheets(self.items, self.applicants, self.applicant_responses, [None] * len(self.applicants))

    def rating_list(self) -> list[Rating]:
        """Return the ratings, around 3 and continuous unless a rating scale was asked for."""
        ids = self.staff.ids
        rows = zip(self.ratings.ratee, self.ratings.rater, self.rating_values().tolist(), strict=True)
        return [Rating(ids[ratee], ids[rater], value) for ratee, rater, value in rows]

    def rating_values(self) -> Floats:
        """Return the ratings on the rating scale, shape (ratings,)."""
        if self.rating_scale is None:
            return RATING_MEAN + self.ratings.value
        low, high = self.rating_scale
        return np.clip(np.rint((low + high) / 2 + self.ratings.value * (high - low) / 4), low, high)

    def choices(self, *, applicants: bool = False) -> tuple[Ints, Ints]:
        """Return positions of best and worst, each (n, items); every item has to be ``best_worst``.

        Raises
        ------
        ScoringError
            Where an item has another format.
        """
        other = next((item for item in self.items if item.format is not ResponseFormat.BEST_WORST), None)
        if other is not None:
            raise ScoringError(f"Item {other.id} has no best and worst: it is answered as {other.format.value}.")
        responses = self.applicant_responses if applicants else self.staff_responses
        return np.column_stack([r[:, 0] for r in responses]), np.column_stack([r[:, 1] for r in responses])

    def key_matrix(self) -> Floats:
        """Return the key, shape (items, options); every item has to have as many options."""
        return np.array([item.key for item in self.items])

    def questionnaire_text(self) -> str:
        """Return the questionnaire as YAML with withheld texts, or the one that was answered."""
        return self.source or questionnaire_text(self.items, self.facet_names, self.world.name, self.seed)


def world_named(world: str | World) -> World:
    """Return a world by its name; ScoringError where there is none."""
    if isinstance(world, World):
        return world
    if world not in WORLDS:
        raise ScoringError(f"There is no world “{world}”. Choose one of: {', '.join(WORLDS)}.")
    return WORLDS[world]


def simulate(
    world: str | World,
    staff: int,
    applicants: int,
    seed: int,
    *,
    facets: int = 8,
    items_per_facet: int = 3,
    options: int = 4,
    unit_size: int = 20,
    rating_scale: tuple[int, int] | None = None,
) -> Simulation:
    """Simulate an instrument (``best_worst``, unless the world says otherwise), staff with ratings, and applicants.

    The same seed gives the same instrument and staff whatever the number of applicants.

    Raises
    ------
    ScoringError
        Where the world is unknown, or a number is too small.
    """
    if min(facets, items_per_facet) < 1 or options < 3:
        raise ScoringError("A simulated instrument needs at least 1 facet, 1 item per facet and 3 options.")
    chosen = world_named(world)
    streams = _streams(seed)
    items = _draw_instrument(chosen, facets, items_per_facet, options, streams[0])
    items = _as_the_world_has_it(chosen, items, facets, streams[6])
    return _populate(chosen, seed, _facet_names(facets), items, (staff, applicants), streams, unit_size, rating_scale)


def simulate_on(
    questionnaire: Questionnaire,
    world: str | World,
    staff: int,
    applicants: int,
    seed: int,
    *,
    form_id: str | None = None,
    unit_size: int = 20,
    rating_scale: tuple[int, int] | None = None,
) -> Simulation:
    """Simulate answers to a given questionnaire, whose key stands and correlates kr with the hidden truth.

    Without ``form_id`` every item is answered. An item without a facet answers to the overall trait.
    """
    chosen = world_named(world)
    streams = _streams(seed)
    asked = questionnaire.items if form_id is None else questionnaire.items_of(form_id)
    names = tuple(dict.fromkeys(item.facet for item in asked if item.facet is not None)) or ("overall",)
    items = tuple(_truth_behind(chosen, item, names, streams[0]) for item in asked)
    items = _as_the_world_has_it(chosen, items, len(names), streams[6])
    numbers = (staff, applicants)
    result = _populate(chosen, seed, names, items, numbers, streams, unit_size, rating_scale)
    return _with_source(result, questionnaire.source)


def _with_source(simulation: Simulation, source: str) -> Simulation:
    return Simulation(**{**simulation.__dict__, "source": source})


def _streams(seed: int) -> list[np.random.Generator]:
    """Return independent streams: instrument, staff, staff answers, ratings, applicants, their answers, bends."""
    return [np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(7)]


def _as_the_world_has_it(
    world: World, items: tuple[SimulatedItem, ...], facets: int, rng: np.random.Generator
) -> tuple[SimulatedItem, ...]:
    """Bend the options of a bent world; leave those of any other as they are."""
    return tuple(bent(world, item, facets, rng) for item in items) if world.bent else items


def _facet_names(facets: int) -> tuple[str, ...]:
    return tuple(FACETS[i] if i < len(FACETS) else f"facet_{i + 1}" for i in range(facets))


def _draw_instrument(
    world: World, facets: int, items_per_facet: int, options: int, rng: np.random.Generator
) -> tuple[SimulatedItem, ...]:
    """Draw items: e standardised within the item; key centred within the item, scaled over all."""
    n = facets * items_per_facet
    effectiveness = [standardised(rng.standard_normal(options)) for _ in range(n)]
    noise = rng.standard_normal((n, options))
    kr = world.key_validity
    key = kr * np.array(effectiveness) + sqrt(1 - kr**2) * noise
    key -= key.mean(axis=1, keepdims=True)
    key /= key.std()
    letters = _option_ids(options)
    return tuple(
        SimulatedItem(
            id=f"q{i + 1:02d}",
            format=world.format,
            facet=i // items_per_facet,
            options=letters,
            effectiveness=effectiveness[i],
            slope=world.slope * effectiveness[i],
            popularity=draw_popularity(effectiveness[i], rng),
            key=key[i],
            scale=OPTION_SCALE if world.format is ResponseFormat.RATE_EACH else None,
        )
        for i in range(n)
    )


def _option_ids(options: int) -> tuple[str, ...]:
    return tuple(chr(ord("a") + i) if options <= 26 else f"o{i + 1}" for i in range(options))


def _truth_behind(world: World, item: Item, names: Sequence[str], rng: np.random.Generator) -> SimulatedItem:
    """Draw the hidden truth of a given item around its key; an item without a key gets a free one."""
    key = standardised(np.array([option.key.mean if option.key else 3.0 for option in item.options], dtype=float))
    kr = world.key_validity if key.any() else 0.0
    drawn = kr * key + sqrt(1 - kr**2) * rng.standard_normal(len(key))
    effectiveness = standardised(drawn)
    return SimulatedItem(
        id=item.id,
        format=item.format,
        facet=None if item.facet is None else names.index(item.facet),
        options=item.option_ids,
        effectiveness=effectiveness,
        slope=world.slope * effectiveness,
        popularity=draw_popularity(effectiveness, rng),
        key=key,
        scale=item.scale,
        direction=item.direction,
    )


def _populate(
    world: World,
    seed: int,
    names: tuple[str, ...],
    items: tuple[SimulatedItem, ...],
    numbers: tuple[int, int],
    streams: list[np.random.Generator],
    unit_size: int,
    rating_scale: tuple[int, int] | None,
) -> Simulation:
    """Draw people, answers and ratings for an instrument."""
    if unit_size < 2 or numbers[0] < 2 or numbers[1] < 0:
        raise ScoringError("Simulate at least 2 staff, in units of at least 2, and no negative applicants.")
    staff = draw_people(world, _ids("S", numbers[0]), len(names), streams[1], unit_size=unit_size)
    applicants = draw_people(world, _ids("A", numbers[1]), len(names), streams[4])
    return Simulation(
        world=world,
        seed=seed,
        facet_names=names,
        items=items,
        staff=staff,
        applicants=applicants,
        staff_responses=tuple(draw_responses(world, item, staff, streams[2]) for item in items),
        applicant_responses=tuple(draw_responses(world, item, applicants, streams[5]) for item in items),
        ratings=draw_ratings(world, staff, streams[3]),
        rating_scale=rating_scale,
    )


def _ids(letter: str, number: int) -> tuple[str, ...]:
    width = max(4, len(str(number)))
    return tuple(f"{letter}{i + 1:0{width}d}" for i in range(number))


def _sheets(
    items: Sequence[SimulatedItem],
    people: People,
    responses: Sequence[Ints],
    units: Sequence[str | None],
) -> list[AnswerSheet]:
    columns = [
        [canonical_answer(item, row) for row in response.tolist()]
        for item, response in zip(items, responses, strict=True)
    ]
    ids = [item.id for item in items]
    return [
        AnswerSheet(person, dict(zip(ids, (column[i] for column in columns), strict=True)), unit=units[i])
        for i, person in enumerate(people.ids)
    ]
