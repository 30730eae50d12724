"""Mean shift, drift over windows, and the report of both sides."""

from __future__ import annotations

import json

import numpy as np
import pytest
from scipy.stats import ttest_ind

from scoring.errors import ScoringError
from scoring.shift.drift import Window, drift
from scoring.shift.means import mean_shift
from scoring.shift.recalibrate import recalibrate_outcomes
from scoring.shift.report import shift_report
from tests.unit.scoring.quality.companies import company


def normal(n, seed, mean=0.0):
    return mean + np.random.default_rng(seed).standard_normal(n)


def test_the_mean_shift_is_welchs():
    a, b = normal(40, 1), 2 * normal(90, 2, 0.3)
    welch = ttest_ind(b, a, equal_var=False)
    found = mean_shift(a, b)
    interval = welch.confidence_interval(0.95)
    assert found.p == pytest.approx(welch.pvalue)
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high))
    assert found.standardised == pytest.approx(found.difference / a.std(ddof=1))
    assert found.spread_ratio == pytest.approx(b.std(ddof=1) / a.std(ddof=1))


def test_the_standardised_interval_covers():
    covered = []
    for seed in range(400):
        found = mean_shift(normal(40, 2 * seed), normal(60, 2 * seed + 1, 0.8))
        covered.append(found.standardised_low < 0.8 < found.standardised_high)
    assert np.mean(covered) == pytest.approx(0.95, abs=0.035)


@pytest.mark.parametrize(
    ("staff", "applicants", "match"),
    [
        (np.ones(20), normal(20, 1), "no yardstick"),
        (normal(5, 1), normal(20, 1), "5 staff to compare"),
        (normal(20, 1), np.append(normal(20, 1), np.nan), "Some applicants"),
    ],
)
def test_scores_that_cannot_be_compared(staff, applicants, match):
    with pytest.raises(ScoringError, match=match):
        mean_shift(staff, applicants)


def calm_windows(seed, shift=0.0):
    rng = np.random.default_rng(seed)
    windows = [Window(f"m{i}", rng.standard_normal(50), rng.random(50) < 0.05) for i in range(8)]
    moved = Window("m8", rng.standard_normal(50) + shift, rng.random(50) < 0.05)
    return Window("base", rng.standard_normal(200), rng.random(200) < 0.05), [*windows, moved]


def test_a_whole_report_raises_few_false_alarms():
    alarms = [bool(drift(*calm_windows(seed)).moved) for seed in range(150)]
    assert np.mean(alarms) <= 0.09


def test_the_window_that_moved_is_found_and_named():
    found = drift(*calm_windows(3, shift=1.2))
    assert {(figure.window, figure.figure) for figure in found.moved} == {("m8", "mean_score")}
    assert "m8" in found.sentence


def test_flags_and_answers_are_compared_too():
    plain = company(staff=300, applicants=600)
    helped = company(staff=300, applicants=300, assisted=0.5)
    scores = normal(300, 1)
    none, many = np.zeros(300, dtype=bool), np.arange(300) % 3 == 0
    base = Window("base", scores, none, plain.staff.X)
    found = drift(base, [Window("now", scores, many, helped.applicants.X)], plain.encoder)
    assert {figure.figure for figure in found.moved} == {"flag_rate", "answers"}


def test_small_windows_are_named_and_left_out():
    base, windows = calm_windows(1)
    found = drift(base, [Window("tiny", normal(9, 1)), windows[0]])
    assert found.too_few == ("tiny",)
    assert {figure.window for figure in found.figures} == {"m0"}
    assert "nothing can be told" in drift(base, []).sentence


def test_drift_is_plain_json():
    plain = json.loads(json.dumps(drift(*calm_windows(1)).to_plain(), allow_nan=False))
    assert plain["sentence"]["template"] == "No drift shown."


@pytest.mark.parametrize(
    ("base", "windows", "match"),
    [
        (Window("b", normal(9, 1)), [], "baseline needs 10"),
        (
            Window("b", normal(20, 1)),
            [Window("w", normal(20, 1), np.zeros(3, dtype=bool))],
            "window w differ in number",
        ),
    ],
)
def test_windows_that_cannot_be_compared(base, windows, match):
    with pytest.raises(ScoringError, match=match):
        drift(base, windows)


def reported(assisted, **given):
    plain = company(staff=300, applicants=600)
    other = plain if not assisted else company(staff=300, applicants=300, assisted=assisted)
    scores = (plain.staff.key_totals, other.applicants.key_totals)
    return shift_report(plain.encoder, plain.staff.X, other.applicants.X, *scores, **given)


def test_a_steady_report():
    report = reported(0.0)
    assert report["status"] == "steady"
    assert "beyond chance" in report["sentences"][0]["template"]
    assert report["sentences"][-1]["template"].startswith("Figures are calibrated on staff")
    json.dumps(report, allow_nan=False)


def test_an_alarming_report():
    report = reported(0.5)
    assert report["status"] == "alarm"
    assert report["domain"]["auc"] > 0.6
    assert report["mean_score"]["standardised"] > 0.5
    assert "higher than staff" in report["sentences"][2]["template"]


def test_outcomes_end_the_calibration_on_staff():
    rng = np.random.default_rng(1)
    p = rng.uniform(0.2, 0.6, 80)
    report = reported(0.0, recalibration=recalibrate_outcomes(p, (rng.random(80) < p).astype(float)))
    said = [sentence["template"] for sentence in report["sentences"]]
    assert any("the intercept moved" in each for each in said)
    assert not any("calibrated on staff" in each for each in said)
