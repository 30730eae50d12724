"""An attack on what is told: sit again and again, compare what each sitting is told, and work out the key.

The attacker knows the form and its groups, and sees numbers for what each sitting was told. Each further sitting is
drawn from what is believed so far about every option (Bayesian ridge regression with Thompson sampling: the weights
are drawn from their posterior, and the best pair by these weights is answered), so that sittings both try out and
climb. At the end the option whose estimated effect as the best, less that as the worst, is highest is taken for the
keyed one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
from scipy.stats import binomtest

from scoring.compiled.items import CompiledItem

Answers = dict[str, dict[str, Any]]
Seen = Callable[[Answers], Sequence[float]]
"""What a sitting with these answers is told, as numbers: one for each group."""

FIRST_AT_RANDOM = 8


@dataclass(frozen=True)
class Recovered:
    """How many keyed options an attack found, against chance.

    Attributes
    ----------
    hits, items : int
        Items whose keyed option was found, of all.
    chance : float
        Mean probability of finding one by guessing.
    p_value : float
        Probability of at least so many hits by guessing: exact, one-sided, binomial with ``chance``.
    """

    hits: int
    items: int
    chance: float
    p_value: float

    @property
    def share(self) -> float:
        """Share of the items whose keyed option was found."""
        return self.hits / self.items

    @property
    def z(self) -> float:
        """Distance from chance in standard errors."""
        return (self.share - self.chance) / sqrt(self.chance * (1 - self.chance) / self.items)


class Attacker:
    """Sits for a form of ``best_worst`` items, as often as told.

    Parameters
    ----------
    items
        Of the form; their options' order is shuffled for the attacker, so that order tells nothing.
    groups
        Name of the group by item id; what is seen has one number for each, in the order of first appearance.
    adaptive
        Whether sittings are drawn from what was learned, or all at random.
    """

    def __init__(self, items: Sequence[CompiledItem], groups: Mapping[str, str], seed: int, *, adaptive: bool) -> None:
        self.rng = np.random.default_rng([seed, 28])
        self.options = {item.id: tuple(self.rng.permutation(list(item.options)).tolist()) for item in items}
        self.adaptive = adaptive
        self.members: list[list[str]] = []
        order: dict[str, list[str]] = {}
        for item in items:
            order.setdefault(groups.get(item.id, ""), []).append(item.id)
        self.members = list(order.values())
        self.rows: list[list[np.ndarray]] = [[] for _ in self.members]
        self.told: list[list[float]] = []

    def attack(self, seen: Seen, sittings: int) -> dict[str, str]:
        """Sit, look, and return the option of each item that is taken for the keyed one."""
        for number in range(sittings):
            at_random = not self.adaptive or number < FIRST_AT_RANDOM
            pairs = self._at_random() if at_random else self._thought_out()
            self._keep(pairs, seen(self._answers(pairs)))
        return self._best()

    def _at_random(self) -> dict[str, tuple[int, int]]:
        return {
            item: tuple(self.rng.choice(len(options), 2, replace=False).tolist())
            for item, options in self.options.items()
        }

    def _answers(self, pairs: Mapping[str, tuple[int, int]]) -> Answers:
        return {
            item: {"best": self.options[item][best], "worst": self.options[item][worst]}
            for item, (best, worst) in pairs.items()
        }

    def _keep(self, pairs: Mapping[str, tuple[int, int]], told: Sequence[float]) -> None:
        for group, members in enumerate(self.members):
            self.rows[group].append(np.concatenate([self._row(item, *pairs[item]) for item in members]))
        self.told.append(list(told))

    def _row(self, item: str, best: int, worst: int) -> np.ndarray:
        row = np.zeros(2 * len(self.options[item]))
        row[best] = row[len(self.options[item]) + worst] = 1.0
        return row

    def _posterior(self, group: int) -> tuple[np.ndarray, np.ndarray]:
        """Mean and covariance of the effects of the group's options, as best and as worst."""
        x = np.array(self.rows[group])
        y = np.array(self.told)[:, group]
        x, y = x - x.mean(axis=0), y - y.mean()
        penalty = 1.2 * len(self.members[group])
        inverse = np.linalg.inv(x.T @ x + penalty * np.eye(x.shape[1]))
        return inverse @ x.T @ y, inverse * max(float(y.var()), 0.05)

    def _thought_out(self) -> dict[str, tuple[int, int]]:
        pairs = {}
        for group, members in enumerate(self.members):
            mean, covariance = self._posterior(group)
            drawn = mean + np.linalg.cholesky(covariance) @ self.rng.normal(size=len(mean))
            for item, (best, worst) in self._split(members, drawn):
                together = best[:, None] + worst[None, :]
                np.fill_diagonal(together, -np.inf)
                place = int(together.argmax())
                pairs[item] = divmod(place, len(best))
        return pairs

    def _split(self, members: Sequence[str], effects: np.ndarray) -> list[tuple[str, tuple[np.ndarray, np.ndarray]]]:
        parts, start = [], 0
        for item in members:
            count = len(self.options[item])
            parts.append((item, (effects[start : start + count], effects[start + count : start + 2 * count])))
            start += 2 * count
        return parts

    def _best(self) -> dict[str, str]:
        found = {}
        for group, members in enumerate(self.members):
            mean, _covariance = self._posterior(group)
            for item, (best, worst) in self._split(members, mean):
                effect = best - worst
                highest = np.flatnonzero(effect >= effect.max() - 1e-12)
                found[item] = self.options[item][int(self.rng.choice(highest))]
        return found


def recovered(found: Sequence[Mapping[str, str]], items: Sequence[CompiledItem]) -> Recovered:
    """Hold what attacks found against the key; options that share the highest effectiveness all count."""
    keyed = {item.id: _keyed(item) for item in items if item.keyed and item.key is not None}
    hits = sum(each[name] in best for each in found for name, best in keyed.items())
    total = len(found) * len(keyed)
    sizes = {item.id: len(item.options) for item in items}
    chance = sum(len(best) / sizes[name] for name, best in keyed.items()) / len(keyed)
    return Recovered(hits, total, chance, float(binomtest(hits, total, chance, alternative="greater").pvalue))


def _keyed(item: CompiledItem) -> frozenset[str]:
    assert item.key is not None
    highest = max(item.key)
    return frozenset(option for option, value in zip(item.options, item.key, strict=True) if value == highest)
