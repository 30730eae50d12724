"""Seconds to score: bare gathers, compiled numbers, the estimator and scikit-learn's pipeline, in one run.

    python -m benchmarks.scoring_speed [--people 1000000] [--items 24] [--options 4] [--repeats 5]

Processor seconds of one thread (run with OMP_NUM_THREADS=1 and OPENBLAS_NUM_THREADS=1), the best of the repeats;
answers are in memory as whole numbers. "Bare gathers" add up one look-up for each item and do nothing else: no
missing answers, no key total, no probability, no interval. scikit-learn's pipeline is a one-hot encoder and a
logistic regression with one calibration map fitted by cross-validation, trained on the same answers; it is timed
with its encoder and from encoded answers.
"""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import process_time
from typing import Any

import numpy as np

from models.trained import TrainedModel
from models.training import fit, prepare
from questionnaires.answers import AnswerSheet, is_complete
from questionnaires.loading import load_text
from scoring.compiled.coding import code_answers
from scoring.compiled.many import BatchScorer
from scoring.simulation.company import Simulation, simulate

STAFF = 400
FACETS = 6
SOME = 100_000
"""People that the slow ways are timed on."""

ONE_PERSON_TARGET = 20e-6
MILLION_TARGET = 0.16
FIELDS = ("score", "p_top_third", "lower_90", "upper_90", "key_total")


@dataclass(frozen=True)
class Crowd:
    """Many people's answers in every form that is timed.

    ``codes`` (n, items, 2) are bytes, 0 for nothing given; ``gathered`` has one column of pair codes per item.
    """

    codes: np.ndarray
    gathered: list[np.ndarray]

    @classmethod
    def draw(cls, people: int, items: int, options: int, missing: float = 0.0) -> Crowd:
        """Answers at random; a share of the people leaves out one item."""
        rng = np.random.default_rng(1)
        best = rng.integers(options, size=(people, items), dtype=np.uint8)
        worst = (best + rng.integers(1, options, size=(people, items), dtype=np.uint8)) % options
        codes = np.stack([best + 1, worst + 1], axis=-1).astype(np.uint8)
        gaps = np.flatnonzero(rng.random(people) < missing)
        codes[gaps, rng.integers(items, size=len(gaps))] = 0
        pairs = best.astype(np.intp) * options + worst
        return cls(codes, [np.ascontiguousarray(column) for column in pairs.T])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--items", type=int, default=24)
    parser.add_argument("--options", type=int, default=4)
    parser.add_argument("--repeats", type=int, default=5)
    given = parser.parse_args()
    simulation = simulate("typical", STAFF, 200, 1, facets=FACETS, items_per_facet=given.items // FACETS)
    model = _trained(simulation)
    print(f"{'what':44} {'seconds':>12} {'x compiled':>11}  note")
    for line in (*one_person(model, simulation, given.repeats), *many_people(model, simulation, given)):
        print(line)


def _trained(simulation: Simulation) -> TrainedModel:
    questionnaire = load_text(simulation.questionnaire_text())
    return fit(prepare(questionnaire, simulation.staff_sheets(), simulation.rating_list()), {})


def best_of(repeats: int, work: Callable[[], object], times: int = 1) -> float:
    """Fewest processor seconds of one call, over repeats of so many calls."""
    found = []
    for _ in range(repeats):
        started = process_time()
        for _ in range(times):
            work()
        found.append((process_time() - started) / times)
    return min(found)


# --- one person


def one_person(model: TrainedModel, simulation: Simulation, repeats: int) -> Iterator[str]:
    """Yield the lines for one person at a time."""
    sheets = simulation.applicant_sheets()
    answers = [sheet.answers for sheet in sheets]
    compiled, n = model.compiled, len(sheets)
    assert all(abs((compiled.score(s.answers).score or 0) - (model.score([s])[0].score or 0)) < 1e-9 for s in sheets)
    ours = best_of(repeats, lambda: [compiled.score(each) for each in answers], 20) / n
    sheet = best_of(repeats, lambda: [compiled.score(each.answers, each.job_family) for each in sheets], 20) / n
    checked = best_of(repeats, lambda: [_checked(model, each) for each in sheets]) / n
    estimator = best_of(repeats, lambda: model.score([sheets[0]]), 20)
    pipeline = _pipeline(simulation)
    row = _chosen(simulation)[:1]
    theirs = best_of(repeats, lambda: pipeline.predict_proba(row), 5)
    yield _line("one person: compiled, from answers", ours, ours, f"target {ONE_PERSON_TARGET:.0e}")
    yield _line("one person: compiled, from a sheet", sheet, ours)
    yield _line("one person: checked and compiled", checked, ours, "each answer validated first")
    yield _line("one person: estimator", estimator, ours)
    yield _line("one person: scikit-learn's pipeline", theirs, ours, "probability only")


def _checked(model: TrainedModel, sheet: AnswerSheet) -> object:
    whole = all(is_complete(item, sheet.answers.get(item.id)) for item in model.encoder.items)
    return model.compiled.score(sheet.answers) if whole else None


# --- many people


def many_people(model: TrainedModel, simulation: Simulation, given: argparse.Namespace) -> Iterator[str]:
    """Yield the lines for a population."""
    people, items, repeats = given.people, len(model.encoder.items), given.repeats
    crowd = Crowd.draw(people, items, given.options)
    scorer = BatchScorer(model.compiled)
    _check_equal(model, scorer, crowd)
    ours = best_of(repeats, lambda: scorer.score(crowd.codes))
    yield _line(f"{people:,} x {items}: bare gathers", best_of(repeats, lambda: _gather(crowd, given.options)), ours)
    target = f"target {MILLION_TARGET} for 10^6 x 24"
    yield _line(f"{people:,} x {items}: compiled", ours, ours, target)
    columns = [np.ascontiguousarray(crowd.codes[:, place]) for place in range(items)]
    yield _line(f"{people:,} x {items}: compiled, by column", best_of(repeats, lambda: scorer.score(columns)), ours)
    gaps = Crowd.draw(people, items, given.options, missing=0.1)
    yield _line(
        f"{people:,} x {items}: compiled, 10 % with gaps", best_of(repeats, lambda: scorer.score(gaps.codes)), ours
    )
    yield from _others(model, simulation, crowd, given.options, ours)


def _others(model: TrainedModel, simulation: Simulation, crowd: Crowd, options: int, ours: float) -> Iterator[str]:
    """Yield the lines of the estimator and of scikit-learn's pipeline; some people are timed and scaled up."""
    people, items = crowd.codes.shape[:2]
    estimator, encoded = model.estimator, _one_hot(crowd, options)
    assert estimator is not None
    name = f"{people:,} x {items}:"
    seconds = _scaled(people, lambda: estimator.predict_proba(encoded), len(encoded))
    yield _line(f"{name} estimator", seconds, ours, "from encoded answers, scaled up")
    pipeline, rows = _pipeline(simulation), crowd.codes[:SOME].reshape(-1, 2 * items)
    seconds = _scaled(people, lambda: pipeline.predict_proba(rows), len(rows))
    yield _line(f"{name} scikit-learn's pipeline", seconds, ours, "probability only, scaled up")
    shown = pipeline[0].transform(rows)
    seconds = _scaled(people, lambda: pipeline[1].predict_proba(shown), len(rows))
    yield _line(f"{name} scikit-learn's, from encoded answers", seconds, ours, "probability only, scaled up")


def _scaled(people: int, work: Callable[[], object], n: int) -> float:
    return best_of(3, work) * people / n


def _gather(crowd: Crowd, options: int) -> np.ndarray:
    tables = np.random.default_rng(0).normal(size=(len(crowd.gathered), options * options))
    total = np.zeros(len(crowd.gathered[0]))
    for table, column in zip(tables, crowd.gathered, strict=True):
        total += table[column]
    return total


def _one_hot(crowd: Crowd, options: int, n: int = SOME) -> np.ndarray:
    """Encoded answers of some people, the key total left at a constant: only the time is of interest."""
    codes = crowd.codes[:n]
    places = np.where(codes == 0, options, codes.astype(int) - 1)
    shown = np.eye(options + 1)[places].reshape(len(codes), -1)
    return np.column_stack([np.full(len(codes), 0.5), shown])


def _check_equal(model: TrainedModel, scorer: BatchScorer, crowd: Crowd, n: int = 500) -> None:
    """Refuse to time numbers that are not the estimator's."""
    sheets = [AnswerSheet(str(row), _decoded(model, codes)) for row, codes in enumerate(crowd.codes[:n].tolist())]
    assert np.array_equal(np.stack(code_answers(scorer.model, [s.answers for s in sheets]), axis=1), crowd.codes[:n])
    said = model.score(sheets)
    ours = scorer.score(crowd.codes[:n])
    for field in FIELDS:
        gap = max(abs(getattr(score, field) - value) for score, value in zip(said, getattr(ours, field), strict=True))
        assert gap < 1e-9, (field, gap)


def _decoded(model: TrainedModel, codes: list[list[int]]) -> dict[str, dict[str, Any]]:
    return {
        item.id: {"best": item.option_ids[best - 1], "worst": item.option_ids[worst - 1]}
        for item, (best, worst) in zip(model.encoder.items, codes, strict=True)
    }


# --- scikit-learn


def _chosen(simulation: Simulation) -> np.ndarray:
    best, worst = simulation.choices()
    return np.stack([best + 1, worst + 1], axis=-1).reshape(len(best), -1).astype(np.uint8)


def _pipeline(simulation: Simulation) -> Any:
    """One-hot encoding, and logistic regression with one sigmoid from five folds."""
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder

    rows = _chosen(simulation)
    rated: dict[str, list[float]] = {}
    for rating in simulation.rating_list():
        rated.setdefault(rating.ratee, []).append(rating.rating)
    means = np.array([np.mean(rated[sheet.person]) for sheet in simulation.staff_sheets()])
    calibrated = CalibratedClassifierCV(LogisticRegression(max_iter=500), cv=5, ensemble=False)
    pipeline = make_pipeline(OneHotEncoder(handle_unknown="ignore"), calibrated)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pipeline.fit(rows, means > np.quantile(means, 2 / 3))


def _line(what: str, seconds: float, ours: float, note: str = "") -> str:
    return f"{what:44} {seconds:12.3g} {seconds / ours:11.2f}  {note}"


if __name__ == "__main__":
    main()
