"""Pairs under a cap. Looking at the load again and again asks for the same choice, so the last one is kept."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from scoring.service_matrix import thin

Pairs = Sequence[tuple[Any, Any]]


def thinned(pairs: Pairs, most: int, seed: int) -> Pairs:
    """The same as `thin`, computed anew only where the pairs, the cap or the seed are others."""
    return _thinned(tuple(pairs), most, seed)


@lru_cache(maxsize=1)
def _thinned(pairs: tuple[tuple[Any, Any], ...], most: int, seed: int) -> Pairs:
    return tuple(thin(pairs, most, seed=seed))
