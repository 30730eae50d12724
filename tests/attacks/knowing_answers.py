"""An attack by somebody who reads results and knows the answers: they sat for the vacancy themselves, fifty times.

Of each sitting they know the whole result, as a recruiter's page gives it, and perhaps a word for each group of
situations. Both are put into one ridge regression on what was answered; the option whose effect as the best, less that
as the worst, comes out highest is taken for the keyed one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from tests.attacks.key_recovery import Answers, Attacker

PENALTY = 0.5
Words = Callable[[Answers], Sequence[float]]


def recover(
    attacker: Attacker, result: Callable[[Answers], float], words: Words | None, sittings: int
) -> dict[str, str]:
    """Sit so often, with answers drawn at random, and return the option of each item that is taken for the keyed."""
    order = [item for members in attacker.members for item in members]
    places = _places(attacker, order)
    rows, seen, told = [], [], []
    for _ in range(sittings):
        pairs = attacker._at_random()
        answers = attacker._answers(pairs)
        row = np.zeros(sum(2 * len(attacker.options[item]) for item in order))
        for item, (best, worst) in pairs.items():
            row[places[item] + best] = row[places[item] + len(attacker.options[item]) + worst] = 1.0
        rows.append(row)
        seen.append(result(answers))
        told.append(list(words(answers)) if words else [])
    x = np.array(rows) - np.mean(rows, axis=0)
    blocks, values = [x], [_scaled(np.array(seen))]
    if words:
        for group, members in enumerate(attacker.members):
            blocks.append(x * _mask(attacker, places, members, x.shape[1]))
            values.append(_scaled(np.array(told)[:, group]))
    return _best(attacker, order, places, _ridge(np.vstack(blocks), np.concatenate(values)))


def _places(attacker: Attacker, order: Sequence[str]) -> dict[str, int]:
    starts = np.cumsum([0, *(2 * len(attacker.options[item]) for item in order)])
    return dict(zip(order, starts.tolist(), strict=False))


def _mask(attacker: Attacker, places: dict[str, int], members: Sequence[str], width: int) -> np.ndarray:
    mask = np.zeros(width)
    for item in members:
        mask[places[item] : places[item] + 2 * len(attacker.options[item])] = 1.0
    return mask


def _scaled(values: np.ndarray) -> np.ndarray:
    """Centred, and with a spread of one where there is any."""
    spread = float(values.std())
    return (values - values.mean()) / (spread or 1.0)


def _ridge(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.asarray(np.linalg.solve(x.T @ x + PENALTY * np.eye(x.shape[1]), x.T @ y))


def _best(attacker: Attacker, order: Sequence[str], places: dict[str, int], effects: np.ndarray) -> dict[str, str]:
    found = {}
    for item in order:
        count, start = len(attacker.options[item]), places[item]
        effect = effects[start : start + count] - effects[start + count : start + 2 * count]
        found[item] = attacker.options[item][int(np.argmax(effect))]
    return found
