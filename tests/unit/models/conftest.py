"""Training here is about what it takes and gives: the canary, tried where it belongs, is asked less often."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from models.registry import save
from models.trained import TrainedModel
from models.training import train
from scoring.validation import canary
from tests.unit.instruments import company, instrument_of


@pytest.fixture(scope="package", autouse=True)
def brief_canary() -> Iterator[None]:
    usual, canary.PERMUTATIONS = canary.PERMUTATIONS, 3
    yield
    canary.PERMUTATIONS = usual


@pytest.fixture(scope="module")
def model() -> TrainedModel:
    simulation = company("strong", 60)
    return train(instrument_of("strong", 60), simulation.staff_sheets(), simulation.rating_list())


@pytest.fixture
def folder(model: TrainedModel, tmp_path: Path) -> Path:
    save(model, tmp_path / "model")
    return tmp_path / "model"
