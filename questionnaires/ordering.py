"""The order in which options are shown: shuffled per sitting, and always again alike."""

from __future__ import annotations

import hashlib

from questionnaires.definition import Item


def shown_order(item: Item, seed: int) -> tuple[str, ...]:
    """Return the item's option ids in the order in which this sitting shows them.

    Each option is sorted by SHA-256 of seed, item and option, so that the order needs no generator, is the
    same in every language and on every platform, and is uniform over sittings. Parts of a scale keep their order.

    Parameters
    ----------
    item : Item
    seed : int
        The sitting's stored seed.

    Returns
    -------
    tuple of str
    """

    def place(option_id: str) -> bytes:
        return hashlib.sha256(f"{seed}:{item.id}:{option_id}".encode()).digest()

    return tuple(sorted(item.option_ids, key=place))
