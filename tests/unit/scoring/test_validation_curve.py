"""The learning curve, and what it says about more rated staff."""

from __future__ import annotations

import json

import numpy as np
import pytest

from models.training import prepare
from scoring.validation.cross_validation import cross_validate
from scoring.validation.forecast import Curves, forecast, rising
from scoring.validation.learning_curve import draw_part, learning_curve, sizes_for
from scoring.validation.resampling import Draws
from tests.unit.instruments import company, instrument_of


@pytest.fixture(scope="module")
def data():
    simulation = company("typical", 120)
    return prepare(instrument_of("typical", 120), simulation.staff_sheets(), simulation.rating_list()).data


@pytest.fixture(scope="module")
def results(data):
    return cross_validate(data, repeats=2)


@pytest.fixture(scope="module")
def curve(data, results):
    return learning_curve(data, results, Draws.of(data.units, 60, (0,)), 0.8)


def test_it_is_plain_and_ends_where_the_validation_is(data, results, curve):
    assert json.loads(json.dumps(curve, allow_nan=False)) == curve
    sizes = [point["n"] for point in curve["points"]]
    assert sizes == sorted(sizes)
    assert sizes[-1] == 96
    assert all(point["r_low"] <= point["r"] <= point["r_high"] for point in curve["points"])
    assert all(point["gain"] == pytest.approx(point["r"] - point["key_r"]) for point in curve["points"])
    assert curve["criterion_reliability"] == 0.8
    assert curve["forecast"]["status"] in {"already", "probably", "about_equal", "more_needed", "not_within_reach"}


def test_the_key_is_the_same_at_every_size(curve):
    """It learns nothing, so that the curve's gain is the model's alone."""
    assert np.ptp([point["key_r"] for point in curve["points"]]) < 1e-9


def test_sizes_are_spread_evenly_and_too_few_people_have_no_curve():
    assert sizes_for(160) == [50, 89]
    assert sizes_for(8000)[0] == 50
    assert len(sizes_for(8000)) == 5
    assert sizes_for(25) == []


def test_a_part_is_of_the_training_people_and_keeps_units_whole(data):
    train = np.arange(20, 120)
    part = draw_part(data, train, 50, np.random.default_rng(0))
    assert len(set(part.tolist())) == 50
    assert set(part) <= set(train.tolist())
    counts = np.bincount([int(data.units[row][1:]) for row in part])
    assert sorted(counts[counts > 0].tolist()) == [10, 20, 20]


def test_the_parts_ratings_alone_teach(data, results, monkeypatch):
    """Every fit of the curve gets training people of its fold, and never all of them."""
    seen = []
    from scoring.validation import learning_curve as module

    real = module.fit_rows
    monkeypatch.setattr(module, "fit_rows", lambda *a, **k: (seen.append(a[1]), real(*a, **k))[1])
    learning_curve(data, results[:1], Draws.of(data.units, 5, (0,)))
    folds = results[0].fold
    assert seen
    for rows in seen:
        assert len(set(folds[rows])) < len(set(folds))


def exact(sizes, gain, key=0.3, noise=0.002, draws=400, seed=0):
    """Draws of a curve with a known gain over the key, with a little noise."""
    rng = np.random.default_rng(seed)
    point = [(np.array([key + g]), np.array([key])) for g in gain]
    drawn = [(key + g + noise * rng.standard_normal(draws), np.full(draws, key)) for g in gain]
    return sizes, point, drawn


def test_a_known_crossing_is_found():
    """The gain -0.1 + 0.0588 log10(n / 10) crosses 0 at 502: with 400 staff, 102 more."""
    sizes = [50.0, 100.0, 200.0, 320.0]
    told = forecast(*exact(sizes, [-0.1 + 0.0588 * np.log10(n / 10) for n in sizes]), n=400, has_key=True)
    assert told["status"] == "more_needed"
    assert told["more_staff_low"] <= 102
    assert told["more_staff_high"] is None or told["more_staff_high"] >= 102
    assert 50 < told["more_staff"] < 300


def test_a_model_above_the_key_is_there_already():
    sizes = [50.0, 100.0, 200.0]
    told = forecast(*exact(sizes, [0.01, 0.05, 0.09]), n=250, has_key=True)
    assert (told["status"], told["more_staff"], told["more_staff_high"]) == ("already", 0, 0)
    assert told["r_double"] == pytest.approx(0.43, abs=0.03)
    assert told["r_double_low"] < told["r_double"] < told["r_double_high"]


def test_an_even_race_is_called_even():
    sizes = [50.0, 100.0, 200.0]
    told = forecast(*exact(sizes, [0.0, 0.0, 0.0], noise=0.02), n=250, has_key=True)
    assert told["status"] in {"about_equal", "not_within_reach"}
    assert 0.25 < told["beats_key_now"] < 0.75
    assert told["more_staff_low"] == 0
    assert told["more_staff_high"] is None


def test_a_curve_that_does_not_rise_reaches_nothing():
    sizes = [50.0, 100.0, 200.0]
    told = forecast(*exact(sizes, [-0.05, -0.06, -0.06]), n=250, has_key=True)
    assert (told["status"], told["more_staff"], told["more_staff_high"]) == ("not_within_reach", None, None)


def test_two_points_are_no_curve_and_without_a_key_nothing_is_to_beat():
    assert forecast(*exact([50.0, 90.0], [0, 0.1]), n=100, has_key=True)["status"] == "cannot_tell"
    told = forecast(*exact([50.0, 100.0, 200.0], [0, 0.05, 0.1]), n=250, has_key=False)
    assert told["status"] == "no_key"
    assert told["more_staff"] is None
    assert told["r_double"] > 0.35


@pytest.mark.parametrize("exponent", [0.0, 0.25, 0.5, 1.0])
def test_a_curve_of_the_stated_shape_is_fitted_exactly(exponent):
    sizes = np.array([50.0, 100.0, 200.0, 400.0])
    values = 0.1 + 0.07 * rising(sizes, np.array(exponent))
    fitted = Curves.fit(sizes, values[None, :], np.array([exponent]))
    assert fitted.at(1000.0) == pytest.approx([0.1 + 0.07 * rising(np.array(1000.0), np.array(exponent))])
