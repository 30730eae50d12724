"""The report as a whole: complete, plain, small, and empty where nothing can be told."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from models.training import NO_FIGURES, prepare, share_done, spread_ratio_of, train, validate
from scoring.ratings import Rating
from scoring.validation.cross_validation import cross_validate
from scoring.validation.hiring import ASSUMPTIONS
from scoring.validation.report import full_report, report
from tests.unit.instruments import company, instrument_of, without_units

INTERVALS = (
    *("r", "key_r", "r_minus_key", "auc", "slope", "intercept", "brier", "brier_skill", "log_loss"),
    *("calibration_error", "coverage_90", "base_rate"),
)


@pytest.fixture(scope="module")
def prepared():
    simulation = company("strong", 120)
    return prepare(instrument_of("strong", 120), simulation.staff_sheets(), simulation.rating_list())


@pytest.fixture(scope="module")
def told():
    """What validation tells of its progress."""
    return []


@pytest.fixture(scope="module")
def figures(prepared, told):
    return validate(prepared, lambda stage, fraction: told.append((stage, fraction)), spread_ratio=1.2)


def test_every_figure_lies_in_its_interval(figures):
    for name in INTERVALS:
        assert figures[f"{name}_low"] <= figures[name] <= figures[f"{name}_high"], name
    assert figures["r_minus_key"] == pytest.approx(figures["r"] - figures["key_r"])
    assert figures["brier_skill"] == pytest.approx(1 - figures["brier"] / figures["brier_base"])


def test_nothing_that_a_page_may_ask_for_is_missing(figures):
    assert set(NO_FIGURES) <= set(figures)
    assert figures["resampled"] == "units"
    assert figures["folds_left_out"] == 0


def test_figures_are_plain_and_small(figures):
    text = json.dumps(figures, allow_nan=False)
    assert json.loads(text) == figures
    assert len(text) < 200_000


def test_reliability_goes_with_every_part(figures):
    parts = [figures, figures["learning_curve"], figures["item_statistics"]]
    assert len({part["criterion_reliability"] for part in parts}) == 1
    assert 0 < figures["criterion_reliability"] < 1
    assert figures["r_corrected"] > figures["r"]


def test_range_restriction_is_corrected_only_where_the_spread_is_known(prepared, figures):
    """Case II by hand: U r / sqrt(1 + r^2 (U^2 - 1)); r itself stays as it is."""
    r = figures["r"]
    assert figures["r_range_corrected"] == pytest.approx(1.2 * r / np.sqrt(1 + r * r * 0.44))
    blank = report(prepared.data, cross_validate(prepared.data, repeats=1), resamples=20)
    assert blank["r_range_corrected"] is None


def test_hiring_has_both_roads_and_names_its_assumptions(figures):
    assert figures["hiring_assumptions"] == list(ASSUMPTIONS)
    for row in figures["hire_or_retrain"]:
        assert row["low"] <= row["expected_share"] <= row["high"]
        assert row["taylor_russell_low"] <= row["taylor_russell"] <= row["taylor_russell_high"]
        assert row["taylor_russell"] == pytest.approx(row["expected_share"], abs=0.15)
    shares = [row["taylor_russell"] for row in figures["hire_or_retrain"]]
    assert shares == sorted(shares, reverse=True)


def test_progress_goes_through_the_stages_and_never_back(figures, told):
    stages = ["validate", "learning_curve", "canary", "resample", "alternatives"]
    assert list(dict.fromkeys(stage for stage, _ in told)) == stages
    done = [share_done(*each) for each in told]
    assert all(one <= two + 1e-12 for one, two in pairwise(done))
    assert done[-1] == pytest.approx(1.0)


def test_without_a_key_the_keys_figures_are_empty(prepared):
    class Unkeyed:
        key_column, has_key, spans = None, False, ()
        items, blocks = prepared.data.encoder.items, prepared.data.encoder.blocks
        column_names = prepared.data.encoder.column_names
        unused_options = prepared.data.encoder.unused_options

    blind = replace(prepared.data, encoder=Unkeyed())
    told = full_report(blind, cross_validate(blind, repeats=2), resamples=20)
    assert (told["key_r"], told["key_r_low"], told["r_minus_key"], told["r_minus_key_high"]) == (None,) * 4
    assert told["learning_curve"]["forecast"]["status"] == "no_key"
    assert told["learning_curve"]["points"][0]["key_r"] is None
    json.dumps(told, allow_nan=False)


def test_a_binary_criterion_has_the_same_report():
    simulation = company("strong", 120)
    high = simulation.staff.performance > np.quantile(simulation.staff.performance, 0.6)
    ratings = [Rating(person, None, float(top)) for person, top in zip(simulation.staff.ids, high, strict=True)]
    prepared = prepare(instrument_of("strong", 120), simulation.staff_sheets(), ratings, binary=True)
    told = full_report(prepared.data, cross_validate(prepared.data, repeats=2), resamples=30)
    assert told["base_rate"] == pytest.approx(0.4, abs=0.01)
    assert told["coverage_90"] is None
    assert told["r_corrected"] is None
    assert told["auc"] > 0.6
    assert told["auc_low"] < told["auc"] < told["auc_high"]
    json.dumps(told, allow_nan=False)


def test_without_units_people_are_resampled():
    simulation = company("strong", 60)
    sheets = without_units(simulation.staff_sheets())
    data = prepare(instrument_of("strong", 60), sheets, simulation.rating_list()).data
    told = full_report(data, cross_validate(data, repeats=1), resamples=20)
    assert told["resampled"] == "people"
    assert told["n_units"] == 0


def test_sixty_staff_are_validated_with_the_model_that_they_get():
    """Not with the key alone, although the folds learn from fewer than fifty people."""
    simulation = company("strong", 60)
    data = prepare(instrument_of("strong", 60), simulation.staff_sheets(), simulation.rating_list()).data
    (result,) = cross_validate(data, repeats=1)
    inside = result.fold == 0
    assert abs(np.corrcoef(result.prediction[inside], result.key[inside])[0, 1]) < 1 - 1e-6


def test_the_interval_of_the_calibration_error_is_not_shifted_by_chance():
    """Where the probabilities are honest, the interval reaches down to nought, mostly."""
    from scoring.validation.report import _calibration_error
    from scoring.validation.resampling import Draws, everybody, squared_calibration_errors

    rng = np.random.default_rng(3)
    reached = 0
    for seed in range(40):
        p = rng.uniform(0.1, 0.6, 300)
        labels = (rng.random(300) < p).astype(float)
        (squared,) = squared_calibration_errors(p, labels, 10, everybody(300))
        draws = Draws.of([None] * 300, 100, (seed,))
        drawn = draws.over(lambda w, p=p, y=labels: {"e": squared_calibration_errors(p, y, 10, w)})["e"]
        told = _calibration_error(float(squared), drawn, draws)
        assert told["calibration_error_low"] <= told["calibration_error"] <= told["calibration_error_high"]
        reached += told["calibration_error_low"] == 0.0
    assert reached >= 34


def test_the_applicants_spread_is_that_of_their_scores():
    simulation = company("strong", 60)
    staff = simulation.staff_sheets()
    model = train(instrument_of("strong", 60), staff[:40], simulation.rating_list())
    scores = [[each.score for each in model.score(sheets)] for sheets in (simulation.applicant_sheets(), staff)]
    found = spread_ratio_of(model, staff, simulation.applicant_sheets())
    assert found == pytest.approx(np.std(scores[0]) / np.std(scores[1]))
    assert spread_ratio_of(model, staff[:3], simulation.applicant_sheets()) is None
