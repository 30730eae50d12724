"""The same data and seed give the same model to the last bit; another seed does not, and what differs is named."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models import registry
from models.preparing import prepare
from models.repeating import ABSENT, compare
from models.trained import TrainedModel
from models.training import NO_FIGURES, fit, library_versions
from scoring.validation.cross_validation import cross_validate
from scoring.validation.report import report
from tests.unit.instruments import company, instrument_of

STAFF = 60


def made(seed: int, *, backwards: bool = False) -> TrainedModel:
    simulation = company("strong", STAFF)
    step = -1 if backwards else 1
    sheets, ratings = simulation.staff_sheets()[::step], simulation.rating_list()[::step]
    prepared = prepare(instrument_of("strong", STAFF), sheets, ratings, seed=seed)
    held_out = cross_validate(prepared.data, repeats=1)
    return fit(prepared, {**NO_FIGURES, **report(prepared.data, held_out, resamples=20)})


@pytest.fixture(scope="module")
def kept() -> TrainedModel:
    return registry.unpack(registry.pack(made(3)))


def test_the_same_data_and_seed_give_the_same_to_the_last_bit(kept: TrainedModel) -> None:
    found = compare(kept, made(3, backwards=True))
    assert found.same
    assert (found.differing, found.figures, found.libraries) == (0, (), ())
    assert found.compared > 300


def test_another_seed_gives_other_figures_and_each_is_named(kept: TrainedModel) -> None:
    found = compare(kept, made(4))
    assert not found.same
    named = {each.name: each for each in found.figures}
    low = named["figures.r_low"]  # three units are folded alike whatever the seed, and resampled otherwise
    assert low.before == kept.manifest.figures["r_low"] != low.again
    assert found.differing >= len(found.figures) > 10


def test_libraries_and_missing_figures_are_named(kept: TrainedModel) -> None:
    figures = {name: value for name, value in kept.manifest.figures.items() if name != "r"}
    older = replace(kept.manifest, libraries={**library_versions(), "numpy": "1.0"}, figures=figures)
    found = compare(replace(kept, manifest=older), kept)
    assert [each.to_plain() for each in found.figures] == [
        {"name": "figures.r", "before": ABSENT, "again": kept.manifest.figures["r"]}
    ]
    assert [(each.name, each.before) for each in found.libraries] == [("numpy", "1.0")]
    assert found.to_plain()["same"] is False
    assert len(library_versions()["engine"]) == 12
