"""The benchmark of the engine: it measures what it says, goes on where it stopped, and judges as targets are worded."""

from __future__ import annotations

import argparse
import json
import sys

import numpy as np
import pytest

from benchmarks import engine
from benchmarks.engine_runs import Group, Newcomers, judge, rater_shift, run_group
from benchmarks.engine_tables import tables
from benchmarks.engine_targets import Mean
from scoring.calibration import GaussianPredictive
from scoring.ratings import Rating
from scoring.simulation.company import simulate


class Certain:
    """A model that predicts the one column it is given, and is right about its error."""

    def __init__(self, noise: float, threshold: float) -> None:
        self.predictive = GaussianPredictive(noise, threshold, -1.6449 * noise, 1.6449 * noise, 1000)

    def predict(self, X):
        return X[:, 0]

    def predict_proba(self, X):
        top = self.predictive.probability(X[:, 0])
        return np.column_stack([1 - top, top])

    def predict_interval(self, X):
        return self.predictive.interval(X[:, 0])


def newcomers(shift: float = 0.0, n: int = 20_000) -> tuple[Newcomers, np.ndarray]:
    rng = np.random.default_rng(1)
    trait = rng.normal(size=n)
    criterion = trait + rng.normal(size=n)
    return Newcomers(trait[:, None], -trait, trait, trait, criterion), criterion + shift


def test_a_calibrated_model_is_found_calibrated():
    new, learned = newcomers()
    found = judge(Certain(1.0, float(np.quantile(learned, 2 / 3))), learned, new)
    assert found["r"] == pytest.approx(1)
    assert found["key_r"] == pytest.approx(-1)
    assert found["error"] < 0.01
    assert found["slope"] == pytest.approx(1, abs=0.06)
    assert found["coverage"] == pytest.approx(0.9, abs=0.01)
    assert found["base_rate"] == pytest.approx(1 / 3, abs=1e-3)
    assert found["log_loss"] < found["log_loss_base"]


def test_a_cut_in_the_wrong_place_shows_in_the_event_but_not_by_the_new_peoples_own():
    new, learned = newcomers(shift=0.5)
    found = judge(Certain(1.0, float(np.quantile(new.criterion, 2 / 3))), learned, new)
    assert found["error"] > 0.08
    assert found["error_own"] < 0.01
    assert found["base_rate"] < 0.25


def test_an_overconfident_model_is_found_out():
    new, learned = newcomers()
    found = judge(Certain(0.3, float(np.quantile(learned, 2 / 3))), learned, new)
    assert found["slope"] < 0.5
    assert found["coverage"] < 0.5
    assert found["error"] > 0.08


def test_a_constant_probability_has_no_slope():
    new, learned = newcomers(n=300)
    flat = Newcomers(np.zeros((300, 1)), new.key_totals, new.trait, new.performance, new.criterion)
    assert judge(Certain(1.0, 0.5), learned, flat)["slope"] is None


def test_a_company_is_measured_from_answers_to_figures():
    group = Group("typical", 4, 3, 0, (60, 200), newcomers=300)
    lines = run_group(group)
    assert [line["n"] for line in lines] == [60, 200]
    assert lines[0]["key_r"] == lines[1]["key_r"]
    assert {line["newcomers"] for line in lines} == {300}
    for line in lines:
        assert 0.2 < line["r"] < 1
        assert 0.75 < line["coverage"] <= 1
        assert line["shift_moved"] <= line["shift_unabsorbed"]
        assert line["shift_gap"] < 1e-9
        json.dumps(line)
    assert run_group(group)[0]["r"] == lines[0]["r"]
    assert abs(lines[1]["permuted_r"]) < 0.4
    assert "permuted_r" not in lines[0]


def test_newcomers_answer_and_are_rated_in_their_own_world():
    honest, faking = (run_group(Group(world, 4, 3, 1, (60,), newcomers=400))[0] for world in ("typical", "faking"))
    assert honest["shift_tau"] == faking["shift_tau"]
    assert honest["key_r"] != faking["key_r"]


def test_the_busiest_rater_is_the_one_who_shifts():
    ratings = simulate("typical", 60, 0, 1).rating_list()
    often = [Rating(f"S{i:04d}", "busy", 3.0 + 0.1 * (i % 5)) for i in range(1, 40)]
    found = rater_shift(ratings + often)
    assert found["shift_unabsorbed"] < 0.1
    assert found["shift_moved"] <= found["shift_unabsorbed"]


def options(**changes: object) -> argparse.Namespace:
    chosen = {"worlds": ["typical"], "sizes": ["8x3"], "staff": [60, 1000], "seeds": 100, "further": False}
    return argparse.Namespace(**{**chosen, "newcomers": 300, **changes})


def test_the_seeds_are_the_stated_ones():
    groups = list(engine.outstanding(options(staff=list(engine.STAFF)), []))
    counts = {n: sum(n in group.staff for group in groups) for n in engine.STAFF}
    assert counts == {50: 100, 60: 100, 120: 100, 200: 100, 1000: 30, 10_000: 10}
    assert [group.seed for group in groups] == list(range(100))
    strong = engine.outstanding(options(worlds=["strong"], staff=list(engine.STAFF)), [])
    assert not any(120 in group.staff for group in strong)


def test_what_was_measured_is_not_measured_again():
    done = [{"world": "typical", "size": "8x3", "n": 60, "seed": seed} for seed in range(30)]
    groups = list(engine.outstanding(options(), done))
    assert [group.staff for group in groups[:30]] == [(1000,)] * 30
    assert [group.staff for group in groups[30:]] == [(60,)] * 70
    assert next(engine.outstanding(options(sizes=["6x4"]), done)) == Group("typical", 6, 4, 0, (60, 1000), 300)


def test_a_line_that_was_cut_off_is_measured_again(tmp_path):
    path = tmp_path / "lines.jsonl"
    path.write_text('{"n": 60}\n{"n": 20')
    assert engine.read_lines(path) == [{"n": 60}]
    assert engine.read_lines(tmp_path / "none.jsonl") == []


def test_it_goes_on_from_its_file_and_prints_every_table(tmp_path, monkeypatch, capsys):
    path = tmp_path / "lines.jsonl"
    arguments = ["engine", "--out", str(path), "--worlds", "typical", "--sizes", "2x3", "--newcomers", "200"]
    monkeypatch.setattr(sys, "argv", [*arguments, "--staff", "50", "--seeds", "1"])
    engine.main()
    path.write_text(path.read_text() + '{"cut off')
    monkeypatch.setattr(sys, "argv", [*arguments, "--staff", "50", "--seeds", "2"])
    engine.main()
    lines = engine.read_lines(path)
    assert [line["seed"] for line in lines] == [0, 1]
    assert {line["code"] for line in lines} == {engine.code_digest()}
    printed = capsys.readouterr().out
    for title in ("1. Gain over the key", "2. Calibration", "3. Coverage", "5. Validity", "Canary", "Processor"):
        assert f"### {title}" in printed
    assert "| typical | 2x3 | 50 | 2 |" in printed


@pytest.mark.parametrize(
    ("values", "low", "high", "verdict"),
    [
        ([0.05, 0.05, 0.05], 0.04, np.inf, "yes"),
        ([0.03, 0.03, 0.03], 0.04, np.inf, "NO"),
        ([0.00, 0.05, 0.10], 0.04, np.inf, "yes?"),
        ([0.00, 0.05, 0.06], 0.04, np.inf, "NO?"),
        ([0.95], 0.9, 1.1, "yes"),
        ([1.2, 1.2], 0.9, 1.1, "NO"),
        ([], 0, 1, ""),
    ],
)
def test_verdicts_follow_the_mean_and_say_when_it_is_uncertain(values, low, high, verdict):
    assert Mean.of(values).within(low, high) == verdict


def line(seed: int, **changes: object) -> dict[str, object]:
    figures = {"r": 0.70, "key_r": 0.65, "error": 0.03, "error_own": 0.02, "slope": 1.0, "log_loss": 0.6}
    figures |= {"log_loss_base": 0.62, "coverage": 0.9, "cpu_fit": 1.0, "cpu": 2.0, "truth": 0.5}
    return {"world": "typical", "size": "8x3", "n": 1000, "seed": seed, **figures, **changes}


def rows_of(lines: list[dict[str, object]], title: str) -> list[list[str]]:
    text = "\n".join(tables(lines))
    table = next(part for part in text.split("### ") if part.startswith(title))
    return [row.strip("| ").split(" | ") for row in table.splitlines() if row.startswith("| ")][1:]


def test_each_target_is_judged_by_its_own_limits():
    lines = [line(seed, r_corrected=0.52) for seed in range(20)]
    (gain,) = rows_of(lines, "1.")
    assert gain[4:] == ["0.700 ± 0.000", "0.650 ± 0.000", "0.050 ± 0.000 **NO**", "+0.10", "0%"]
    (validity,) = rows_of(lines, "5.")
    assert validity[6] == "0.020 ± 0.000 yes"
    (coverage,) = rows_of([*lines, line(20, coverage=0.95), line(21, coverage=0.95)], "3.")
    assert coverage[4].endswith(" yes")
    assert coverage[5] == "91% **NO**"
    (calibration,) = rows_of([*lines, line(20, log_loss=0.63)], "2.")
    assert calibration[-1] == "5% **NO**"


@pytest.mark.parametrize(("around", "verdict"), [(0.0, "yes"), (0.05, "NO")])
def test_the_canary_of_permuted_ratings_is_judged_by_two_standard_errors(around, verdict):
    lines = [line(seed, n=200, permuted_r=around + (-1) ** seed * 0.1) for seed in range(100)]
    (row,) = rows_of(lines, "Canary: ratings dealt out")
    assert row[-1].strip("*").endswith(verdict)


def test_what_is_missed_is_named_at_the_top():
    lines = [line(seed, coverage=0.95) for seed in range(20)] + [line(seed, n=200) for seed in range(20)]
    short = {row[0]: row[1:] for row in rows_of(lines, "The targets in short")}
    assert short["3. 90 % interval covers 89-92 % on average"] == ["1 of 2", "typical 8x3 1000 (0.950 ± 0.000)"]
    assert short["2. slope .9-1.1 at 1,000"] == ["1 of 1", "-"]
    assert short["5. corrected validity within .03 of the truth"] == ["0 of 0", "-"]


def test_further_worlds_have_a_table_of_their_own():
    lines = [line(0), line(0, world="severe", r_corrected=None)]
    assert [row[0] for row in rows_of(lines, "1.")] == ["typical"]
    assert [row[0] for row in rows_of(lines, "The further worlds")] == ["severe"]
