"""Public staff data: 5,640 retail hires, their answers and their supervisors' ratings.

    python -m benchmarks.siop2021 --train TRAIN.csv --score OTHER.csv --out predictions.csv
    python -m benchmarks.siop2021 --train TRAIN.csv [--repeats 5]

The first fits the product's own engine and writes predictions for other people; the second prints how it
does on folds of the training file, beside four usual models on the same folds.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.siop2021_instrument import (
    BINARY,
    PERSON,
    TARGET,
    Staff,
    answer_sheets,
    instrument,
    read_rows,
    training_staff,
)
from benchmarks.siop2021_peers import PEERS
from models import training
from models.errors import ModelError
from models.trained import TrainedModel
from questionnaires.answers import AnswerSheet
from questionnaires.definition import Questionnaire
from questionnaires.tables import TableError
from scoring.errors import ScoringError
from scoring.folds import assign_folds, splits
from scoring.validation import figures
from scoring.validation.learning_data import LearningData, fit_rows

COLUMNS = (PERSON, "expected_rating", "p_top_third", "lower_90", "upper_90", "p_high_performer")
OURS = "makings"
Results = dict[str, dict[str, list[float]]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line; returns the exit code."""
    given = _parser().parse_args(arguments)
    if (given.score is None) != (given.out is None):
        print("Give both --score and --out, or neither.", file=sys.stderr)
        return 2
    try:
        questionnaire = instrument()
        staff = training_staff(read_rows(given.train), questionnaire)
        print(f"{len(staff.sheets)} staff with both criteria; {staff.dropped} rows without were dropped.")
        if given.score is not None:
            write_predictions(questionnaire, staff, given.score, given.out)
        if given.score is None or given.folds:
            with threadpool_limits(limits=1):
                print_table(questionnaire, staff, given.repeats, given.folds or 5)
    except (TableError, ModelError, ScoringError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.siop2021", description=__doc__)
    parser.add_argument("--train", type=Path, required=True, help="rows with criteria")
    parser.add_argument("--score", type=Path, help="rows to predict, with or without criteria")
    parser.add_argument("--out", type=Path, help="where the predictions go")
    parser.add_argument("--folds", type=int, default=0, help="print the table too, on so many folds")
    parser.add_argument("--repeats", type=int, default=5, help="how often the folds are drawn anew")
    return parser


def write_predictions(questionnaire: Questionnaire, staff: Staff, other: Path, out: Path) -> None:
    """Fit on the staff and predict the rows of another file."""
    sheets = answer_sheets(read_rows(other), questionnaire)
    rating = _fitted(questionnaire, staff, TARGET)
    performer = _fitted(questionnaire, staff, BINARY)
    rows = list(_predictions(rating, performer, sheets))
    partial = out.with_name(out.name + ".partial")
    with partial.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows)
    partial.replace(out)
    print(f"Predicted {len(rows)} people: {out}")


def _fitted(questionnaire: Questionnaire, staff: Staff, criterion: str) -> TrainedModel:
    """The product's own model; its figures are the table's business, so that it is not validated here."""
    binary = criterion == BINARY
    prepared = training.prepare(
        questionnaire,
        staff.sheets,
        staff.ratings,
        criterion=criterion,
        scale=None if binary else (1.0, 5.0),
        binary=binary,
    )
    return training.fit(prepared, training.NO_FIGURES)


def _predictions(
    rating: TrainedModel, performer: TrainedModel, sheets: Sequence[AnswerSheet]
) -> Iterator[tuple[object, ...]]:
    """One row a person. The product gives no score below 80 % of answers; this comparison needs one."""
    expected = rating.score(sheets, incomplete=True)
    chances = performer.score(sheets, incomplete=True)
    for one, other in zip(expected, chances, strict=True):
        yield (
            one.person,
            one.expected_rating,
            one.p_top_third,
            one.lower_90,
            one.upper_90,
            other.p_top_third,
        )


def print_table(questionnaire: Questionnaire, staff: Staff, repeats: int, folds: int) -> None:
    """Print ours beside the peers, on the same folds, all predictors and the situations alone."""
    print(f"{repeats} repeats of {folds} folds; means over folds.")
    for part in ("all", "situations"):
        asked = questionnaire if part == "all" else instrument(part)
        print(f"\nPredictors: {part}")
        _print_rows(_compare(asked, staff, repeats, folds))


def _compare(questionnaire: Questionnaire, staff: Staff, repeats: int, folds: int) -> Results:
    rating = _learning_data(questionnaire, staff, TARGET)
    performer = _learning_data(questionnaire, staff, BINARY)
    everybody = np.arange(len(rating.people))
    y, z = rating.targets(everybody).values, performer.targets(everybody).values
    results: Results = defaultdict(lambda: defaultdict(list))
    for repeat in range(repeats):
        for train, new in splits(assign_folds(len(y), folds, np.random.default_rng([repeat, folds]))):
            _add_ours(results[OURS], rating, performer, train, new, y, z)
            for name, peer in PEERS.items():
                _add_peer(results[name], peer, rating.encoded.X, train, new, y, z)
    return results


def _learning_data(questionnaire: Questionnaire, staff: Staff, criterion: str) -> LearningData:
    known = {item.id for item in questionnaire.items}
    sheets = [AnswerSheet(s.person, {name: a for name, a in s.answers.items() if name in known}) for s in staff.sheets]
    return training.prepare(questionnaire, sheets, staff.ratings, criterion=criterion, binary=criterion == BINARY).data


def _add_ours(
    out: dict[str, list[float]],
    rating: LearningData,
    performer: LearningData,
    train: np.ndarray,
    new: np.ndarray,
    y: np.ndarray,
    z: np.ndarray,
) -> None:
    model, _ = fit_rows(rating, train)
    X = rating.encoded.X[new]
    ends = model.predict_interval(X)
    out["r"].append(figures.correlation(model.predict(X), y[new]))
    out["coverage"].append(float(np.mean((ends[:, 0] <= y[new]) & (y[new] <= ends[:, 1]))))
    chance, _ = fit_rows(performer, train)
    _add_chance(out, chance.predict_proba(X)[:, 1], z[new])


def _add_peer(
    out: dict[str, list[float]],
    peer: object,
    X: np.ndarray,
    train: np.ndarray,
    new: np.ndarray,
    y: np.ndarray,
    z: np.ndarray,
) -> None:
    predictions = peer(X[train], y[train], X[new])  # type: ignore[operator]
    out["r"].append(figures.correlation(predictions, y[new]))
    out["coverage"].append(np.nan)
    chances = peer(X[train], z[train], X[new])  # type: ignore[operator]
    _add_chance(out, np.clip(chances, 0.01, 0.99), z[new])


def _add_chance(out: dict[str, list[float]], p: np.ndarray, labels: np.ndarray) -> None:
    out["auc"].append(figures.auc(p, labels) or np.nan)
    out["brier"].append(figures.brier(p, labels))
    out["slope"].append(figures.calibration_line(p, labels)[1])


def _print_rows(results: Results) -> None:
    heading = (f"r {TARGET}", "coverage 90 %", f"AUC {BINARY}", "Brier", "slope")
    print(f"{'model':<14}" + "".join(f"{words:>22}" for words in heading))
    for name, row in results.items():
        means = [float(np.mean(row[figure])) for figure in ("r", "coverage", "auc", "brier", "slope")]
        print(f"{name:<14}" + "".join(f"{'-' if mean != mean else f'{mean:.4f}':>22}" for mean in means))
    ours = np.array(results[OURS]["r"])
    for name in PEERS:
        gain = ours - np.array(results[name]["r"])
        print(f"r over {name}: {gain.mean():+.4f}, better in {np.mean(gain > 0):.0%} of folds")


if __name__ == "__main__":
    sys.exit(main())
