"""How far each group of situations can move a result: the same for everybody who answers this form.

Nothing here depends on what anybody answered, and nothing says which option moves a result which way, so that it
may be told at once (see `scoring.explaining.publication`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, permutations
from typing import Any

from scoring.compiled.items import BEST_WORST, LIKERT, PICK_ONE, RATE_EACH, CompiledItem
from scoring.compiled.model import CompiledModel

MOST_ORDERS = 720


@dataclass(frozen=True)
class Influence:
    """One group of situations.

    Attributes
    ----------
    group : str
        Its name; "" for items that belong to none.
    items : tuple of str
        Ids, in the form's order.
    reach : float
        Distance between the lowest and the highest that its answers can add, in the units of the prediction.
    share : float
        ``reach`` as a share of that of all groups; the shares sum to 1.
    """

    group: str
    items: tuple[str, ...]
    reach: float
    share: float


def influences(model: CompiledModel, groups: Mapping[str, str]) -> tuple[Influence, ...]:
    """How far each group can move a result.

    Parameters
    ----------
    groups
        Name of the group by item id; items left out are in the group "".

    Returns
    -------
    tuple of Influence
        In the order in which the groups first appear in the form.
    """
    reach = reaches(model)
    members: dict[str, list[str]] = {}
    for item in model.items:
        members.setdefault(groups.get(item.id, ""), []).append(item.id)
    whole = sum(reach.values()) or 1.0
    sums = {name: sum(reach[item] for item in items) for name, items in members.items()}
    return tuple(Influence(name, tuple(items), sums[name], sums[name] / whole) for name, items in members.items())


def reaches(model: CompiledModel) -> dict[str, float]:
    """Distance between the lowest and the highest that a complete answer to each item adds, others being complete."""
    weight = model.key_weight / max(model.keyed, 1)
    return {item.id: _reach(item, weight) for item in model.items}


def _reach(item: CompiledItem, key_weight: float) -> float:
    added = [part.weight + key_weight * part.key for part in map(item.part, _complete(item))]
    return max(added) - min(added)


def _complete(item: CompiledItem) -> Iterator[dict[str, Any]]:
    """Complete answers of every kind; of profiles the orders without ties, where there are not too many."""
    if item.format == BEST_WORST:
        return ({"best": b, "worst": w} for b, w in permutations(item.options, 2))
    if item.format == PICK_ONE:
        return ({"choice": option} for option in item.options)
    if item.format == LIKERT and item.scale is not None:
        return ({"value": point} for point in range(item.scale[0], item.scale[1] + 1))
    return ({_field(item): dict(zip(item.options, order, strict=True))} for order in _orders(item.options))


def _field(item: CompiledItem) -> str:
    return "ratings" if item.format == RATE_EACH else "ranks"


def _orders(options: Sequence[str]) -> Iterator[tuple[int, ...]]:
    return islice(permutations(range(1, len(options) + 1)), MOST_ORDERS)
