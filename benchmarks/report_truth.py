"""What the report says of a simulated company, figure by figure, beside the truth that only a simulation knows.

Run `python -m benchmarks.report_truth [companies] [staff ...]` (by default 6 companies each of 200 and of 1,000 staff;
world `typical`, 8 facets with 3 items). The report is the training run's own (`models.training`: nothing fitted outside
its fold). The truth is how the same model does among 6,000 new people of the same world, who are rated as the staff
were. "Inside" counts the companies whose 90 % interval holds their truth: about 9 of 10 should. Everybody is invented.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.engine_runs import Group, Newcomers, _newcomers, _simulate
from models.preparing import prepare
from models.training import validate
from questionnaires.loading import load_text
from scoring.stack import SMALLEST_FAMILY, KeyAnchoredStack
from scoring.targets import targets_of, top_labels
from scoring.validation import figures
from scoring.validation.learning_data import fit_rows

NEW_PEOPLE = 6_000
COMPANIES, STAFF = 6, (200, 1000)
POOL = 50
Line = tuple[str, float | None, float | None, float | None, float | None]
"""A figure's name, what the report says, its interval, and the truth."""


def run(seed: int, n: int) -> list[Line]:
    """One company: its report beside its truth."""
    group = Group("typical", 8, 3, seed, (n,), NEW_PEOPLE)
    simulation = _simulate(group, n, 0)
    questionnaire = load_text(simulation.questionnaire_text())
    prepared = prepare(questionnaire, simulation.staff_sheets(), simulation.rating_list(), seed=seed)
    said = validate(prepared)
    model, targets = fit_rows(prepared.data, np.arange(prepared.n))
    new = _newcomers(replace(group, staff=()))
    performance = dict(zip(simulation.staff.ids, simulation.staff.performance, strict=True))
    staff_truth = np.array([performance[person] for person in prepared.data.people])
    rated = targets_of(simulation.rating_list(), prepared.data.people).values
    lines = list(single(said, model, targets.values[targets.usable], new))
    known = np.isfinite(rated)
    lines.append(line(said, "criterion_reliability", figures.correlation(rated[known], staff_truth[known]) ** 2))
    lines.append(("canary r (truth: 0)", said["canary"]["r"], None, None, 0.0))
    forecast = said["learning_curve"]["forecast"]
    twice = line(forecast, "r_double", r_with(replace(group, staff=(2 * n,)), new))
    return [*lines, twice, beats_key(forecast, lines)]


def r_with(group: Group, new: Newcomers) -> float:
    """How the model of a company of this size does among the new people."""
    simulation = _simulate(group, group.staff[0], 0)
    questionnaire = load_text(simulation.questionnaire_text())
    prepared = prepare(questionnaire, simulation.staff_sheets(), simulation.rating_list(), seed=group.seed)
    model, _targets = fit_rows(prepared.data, np.arange(prepared.n))
    known = np.isfinite(new.criterion)
    return figures.correlation(model.predict(new.X)[known], new.criterion[known])


def beats_key(forecast: Mapping[str, Any], lines: list[Line]) -> Line:
    """The share of draws in which the model is above the key, beside whether it is."""
    gain = next(truth for name, _said, _low, _high, truth in lines if name == "r_minus_key")
    assert gain is not None
    return "above the key now", forecast["beats_key_now"], None, None, float(gain > 0)


def line(said: Mapping[str, Any], name: str, truth: float | None) -> Line:
    return name, said.get(name), said.get(f"{name}_low"), said.get(f"{name}_high"), truth


def single(said: Mapping[str, Any], model: KeyAnchoredStack, learned: np.ndarray, new: Newcomers) -> Iterator[Line]:
    known = np.isfinite(new.criterion)
    criterion, prediction = new.criterion[known], model.predict(new.X)[known]
    p, interval = model.predict_proba(new.X)[known, 1], model.predict_interval(new.X)[known]
    nobody: list[None] = [None] * len(criterion)
    labels = top_labels(criterion, nobody, learned, [None] * len(learned), SMALLEST_FAMILY)
    base = np.full(len(labels), 1 / 3)
    intercept, slope = figures.calibration_line(p, labels)
    key_r = figures.correlation(new.key_totals[known], criterion)
    yield line(said, "r", figures.correlation(prediction, criterion))
    yield line(said, "key_r", key_r)
    yield line(said, "r_minus_key", figures.correlation(prediction, criterion) - key_r)
    yield line(said, "r_corrected", figures.correlation(model.predict(new.X), new.performance))
    yield line(said, "auc", figures.auc(p, labels))
    yield line(said, "brier", float(np.mean((p - labels) ** 2)))
    yield line(said, "log_loss", figures.log_loss(p, labels))
    yield line(said, "log_loss_base", figures.log_loss(base, labels))
    yield line(said, "slope", slope)
    yield line(said, "intercept", intercept)
    yield line(said, "calibration_error", figures.calibration_error(p, labels))
    yield line(said, "coverage_90", float(np.mean((interval[:, 0] <= criterion) & (criterion <= interval[:, 1]))))
    yield line(said, "base_rate", float(labels.mean()))
    yield from quarters(said, p, labels)
    yield from hired(said, prediction, labels)


def quarters(said: Mapping[str, Any], p: np.ndarray, labels: np.ndarray) -> Iterator[Line]:
    """The expectancy table: the share in the top third in each quarter by score."""
    parts = np.array_split(np.argsort(p, kind="stable"), 4)
    rows = sorted(said["expectancy"], key=lambda row: row["predicted"])
    for number, (row, part) in enumerate(zip(rows, parts, strict=True), start=1):
        yield f"expectancy, quarter {number}", row["observed"], None, None, float(labels[part].mean())


def hired(said: Mapping[str, Any], prediction: np.ndarray, labels: np.ndarray) -> Iterator[Line]:
    """Hire or retrain: the share in the top third among those hired from pools of fifty."""
    whole = len(prediction) // POOL * POOL
    order = np.argsort(-prediction[:whole].reshape(-1, POOL), axis=1)
    ranked = np.take_along_axis(labels[:whole].reshape(-1, POOL), order, axis=1)
    for row in said["hire_or_retrain"]:
        ratio = row["selection_ratio"]
        truth = float(ranked[:, : max(1, round(ratio * POOL))].mean())
        yield f"hired {ratio:.0%}: top third", row["expected_share"], row["low"], row["high"], truth


def told(lines: dict[str, list[Line]]) -> Iterator[str]:
    yield f"{'':28s}{'report':>9s}{'truth':>9s}{'mean gap':>10s}{'sd gap':>9s}{'inside':>9s}"
    for name, each in lines.items():
        pairs = [(said, truth) for _name, said, _low, _high, truth in each if said is not None and truth is not None]
        if not pairs:
            yield f"{name:28s}{'not told':>9s}"
            continue
        gaps = np.array([said - truth for said, truth in pairs])
        means = np.mean(pairs, axis=0)
        inside = [low <= truth <= high for _n, _s, low, high, truth in each if None not in (low, high, truth)]  # type: ignore[operator]
        held = f"{sum(inside)}/{len(inside)}" if inside else ""
        yield f"{name:28s}{means[0]:9.3f}{means[1]:9.3f}{gaps.mean():+10.3f}{gaps.std():9.3f}{held:>9s}"


def main(arguments: list[str]) -> None:
    companies = int(arguments[0]) if arguments else COMPANIES
    for n in [int(each) for each in arguments[1:]] or STAFF:
        lines: dict[str, list[Line]] = defaultdict(list)
        for seed in range(1, companies + 1):
            with threadpool_limits(limits=1):
                for each in run(seed, n):
                    lines[each[0]].append(each)
        print(f"\n{companies} simulated companies of {n} staff")
        print("\n".join(told(lines)), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
