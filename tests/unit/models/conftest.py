"""Training here is about what it takes and gives: the canary, tried where it belongs, is asked less often."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scoring.validation import canary


@pytest.fixture(scope="package", autouse=True)
def brief_canary() -> Iterator[None]:
    usual, canary.PERMUTATIONS = canary.PERMUTATIONS, 3
    yield
    canary.PERMUTATIONS = usual
