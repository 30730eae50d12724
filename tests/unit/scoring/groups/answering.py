"""Simulated answers of two groups, with or without items that treat them differently."""

from __future__ import annotations

import numpy as np

from scoring.groups.responses import Responses

ITEMS, OPTIONS = 16, 4


def answers(seed, n=1200, shift=0.5, uniform=(), crossing=(), size=1.0):
    """Responses and labels: the focal group's trait lies ``shift`` lower.

    ``uniform`` items lose their best option ``size`` logits in the focal group; in ``crossing`` items its
    slope turns round.
    """
    rng = np.random.default_rng(seed)
    focal = rng.random(n) < 0.4
    trait = rng.normal(size=n) - shift * focal
    effect = np.linspace(-1, 1, OPTIONS)
    scores, choices = np.zeros((n, ITEMS)), np.zeros((n, ITEMS * OPTIONS))
    for item in range(ITEMS):
        slope = np.where(focal & (item in crossing), -0.8, 0.8)
        pull = (slope * trait)[:, None] * effect + rng.normal(0, 0.4, OPTIONS)
        pull[:, -1] -= size * (focal & (item in uniform))
        pick = np.argmax(pull + rng.gumbel(size=(n, OPTIONS)), axis=1)
        scores[:, item] = (effect[pick] + 1) / 2
        choices[np.arange(n), item * OPTIONS + pick] = 1
    items = [f"i{item}" for item in range(ITEMS)]
    options = [f"{item}.{option}" for item in items for option in range(OPTIONS)]
    responses = Responses.of(scores, items, choices, options, np.repeat(np.arange(ITEMS), OPTIONS))
    return responses, np.where(focal, "focal", "reference")
