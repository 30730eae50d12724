"""Small instruments and companies that the tests of scoring and models share."""

from __future__ import annotations

from functools import cache

import numpy as np

from questionnaires.answers import AnswerSheet
from questionnaires.definition import Questionnaire
from questionnaires.loading import load_text
from scoring.ratings import Rating
from scoring.simulation.company import Simulation, simulate

EVERY_FORMAT = """
format: 1
name: every-format
version: 1.0.0
languages: [en]
title: {en: One item of each format}
key_set_by: the tests
items:
  - id: bw
    format: best_worst
    withheld: true
    options:
      - {id: a, key: {mean: 5}}
      - {id: b, key: {mean: 3}}
      - {id: c, key: {mean: 1}}
  - id: one
    format: pick_one
    withheld: true
    options:
      - {id: a, key: {mean: 4}}
      - {id: b, key: {mean: 2}}
  - id: rate
    format: rate_each
    withheld: true
    scale: {minimum: 0, maximum: 9}
    options:
      - {id: a, key: {mean: 5}}
      - {id: b, key: {mean: 3}}
      - {id: c, key: {mean: 1}}
  - id: order
    format: rank
    withheld: true
    options:
      - {id: a, key: {mean: 5}}
      - {id: b, key: {mean: 3}}
      - {id: c, key: {mean: 1}}
  - id: agree
    format: likert
    withheld: true
    scale: {minimum: 1, maximum: 5}
    direction: -1
  - id: words
    format: open_text
    withheld: true
"""

PERFECT = {
    "bw": {"best": "a", "worst": "c"},
    "one": {"choice": "a"},
    "rate": {"ratings": {"a": 9, "b": 6, "c": 3}},
    "order": {"ranks": {"a": 1, "b": 2, "c": 3}},
    "agree": {"value": 1},
}
HOPELESS = {
    "bw": {"best": "c", "worst": "a"},
    "one": {"choice": "b"},
    "rate": {"ratings": {"a": 0, "b": 4, "c": 8}},
    "order": {"ranks": {"a": 3, "b": 2, "c": 1}},
    "agree": {"value": 5},
}


@cache
def every_format() -> Questionnaire:
    return load_text(EVERY_FORMAT)


@cache
def without_key() -> Questionnaire:
    """The same items without any key."""
    text = EVERY_FORMAT.replace("key_set_by: the tests\n", "").replace("direction: -1", "direction: 0")
    for mean in range(1, 6):
        text = text.replace(f", key: {{mean: {mean}}}", "")
    return load_text(text)


@cache
def company(world: str = "typical", staff: int = 120, seed: int = 1) -> Simulation:
    """A simulated company with a small instrument (4 facets x 3 items)."""
    return simulate(world, staff, 200, seed, facets=4)


@cache
def instrument_of(world: str = "typical", staff: int = 120, seed: int = 1) -> Questionnaire:
    return load_text(company(world, staff, seed).questionnaire_text())


def permuted(ratings: list[Rating], seed: int) -> list[Rating]:
    """Each person gets all the ratings of somebody else: what is left is chance."""
    people = sorted({rating.ratee for rating in ratings})
    others = np.random.default_rng(seed).permutation(people).tolist()
    given = dict(zip(people, others, strict=True))
    return [rating._replace(ratee=given[rating.ratee]) for rating in ratings]


def without_units(sheets: list[AnswerSheet]) -> list[AnswerSheet]:
    return [AnswerSheet(sheet.person, sheet.answers) for sheet in sheets]
