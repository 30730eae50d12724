"""The competition's own score on the public staff data: recall of good hires, less what groups are hired unequally.

    python -m benchmarks.siop2021_competition --train TRAIN.csv [--splits 20]

Each split learns from a random half and hires the upper half of the rest. Ours is a point of the front of
`scoring.groups`: a linear score that never sees a group, the mean over several targets and penalties, its
point chosen by inner cross-validation in the learning half. Protected_Group was contrived by the organisers;
it is no real class of people, so that nothing here says anything about one.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.stats import norm
from threadpoolctl import threadpool_limits

from benchmarks.siop2021_instrument import BINARY, RATINGS, answer_sheets, instrument, read_rows
from benchmarks.siop2021_peers import ridge
from questionnaires.tables import TableError
from questionnaires.words import say
from scoring.encoding import AnswerEncoder
from scoring.errors import ScoringError
from scoring.folds import assign_folds, splits
from scoring.groups.group_blind import GroupBlindLearner

RETAINED, GROUP = "Retained", "Protected_Group"
MIXTURES = (0.0, 0.5, 1.0)
"""How much of the target is the mean of the supervisor's ratings; the rest is what the score pays for a hire."""

PENALTIES = (1.0, 2.0, 4.0, 8.0)
CORRECTION_PENALTY = 16.0
WEIGHTS = np.arange(0.0, 1.6, 0.125)
FEWEST = 40
INNER_FOLDS, INNER_REPEATS = 5, 2
OURS, START, RANDOM = "point of the front", "its start (weight 0)", "random"


@dataclass(frozen=True)
class Staff:
    """People with everything that the score asks for.

    Attributes
    ----------
    X : ndarray of shape (n, p)
        Encoded answers; no group among them.
    high, retained, group : boolean ndarray of shape (n,)
    ratings : ndarray of shape (n, 5)
    """

    X: np.ndarray
    high: np.ndarray
    retained: np.ndarray
    group: np.ndarray
    ratings: np.ndarray

    def take(self, rows: np.ndarray) -> Staff:
        return Staff(self.X[rows], self.high[rows], self.retained[rows], self.group[rows], self.ratings[rows])

    @property
    def pay(self) -> np.ndarray:
        """What hiring each person adds to the score (n,), before unequal hiring is taken off."""
        parts = ((25, self.high), (25, self.retained), (50, self.high & self.retained))
        return sum((points * who / max(int(who.sum()), 1) for points, who in parts), np.zeros(len(self.group)))

    @property
    def targets(self) -> np.ndarray:
        """Candidate targets (n, 3): the pay, the mean rating, and mixtures of both."""
        pay, rating = _standard(self.pay), _standard(_standard(self.ratings).mean(axis=1))
        return np.column_stack([_standard((1 - part) * pay + part * rating) for part in MIXTURES])


def _standard(values: np.ndarray) -> np.ndarray:
    spread = values.std(axis=0)
    return (values - values.mean(axis=0)) / np.where(spread > 1e-12, spread, 1.0)


@dataclass(frozen=True)
class Outcome:
    """What hiring the upper half came to."""

    recall: float
    impact_ratio: float

    @property
    def score(self) -> float:
        """The competition's score."""
        return self.recall - 100 * abs(1 - self.impact_ratio)


def hire(staff: Staff, scores: np.ndarray) -> Outcome:
    """Hire the upper half by score."""
    hired = np.zeros(len(scores), dtype=bool)
    hired[np.argsort(-scores, kind="stable")[: len(scores) // 2]] = True
    return Outcome(
        float(staff.pay[hired].sum()), float(hired[staff.group].mean() / max(hired[~staff.group].mean(), 1e-9))
    )


def expected_ratio(scores: np.ndarray, group: np.ndarray) -> float:
    """Impact ratio at the median as normal curves with each group's mean and spread have it.

    It moves less by chance than counting who is above, which matters where it chooses.
    """
    z = scores - np.median(scores)
    rates = [norm.cdf(z[who].mean() / max(z[who].std(), 1e-12)) for who in (group, ~group)]
    return float(rates[0] / rates[1])


@dataclass(frozen=True)
class Line:
    """Scores of some people along one front: what they start from, and what is taken off at weight 1."""

    start: np.ndarray
    correction: np.ndarray

    def at(self, weight: float) -> np.ndarray:
        return self.start - weight * self.correction


def front_line(learning: Staff, others: Staff) -> Line:
    """The front for others, learned from some people: the mean over all targets and penalties.

    Choosing the best of them costs more than it brings: what chance favours in one half fails in the other.
    """
    learner = GroupBlindLearner(learning.X, learning.group.astype(int), np.ones(len(learning.group)))
    each = [_line(learner, target, penalty, others.X) for target in learning.targets.T for penalty in PENALTIES]
    return Line(np.mean([line.start for line in each], axis=0), np.mean([line.correction for line in each], axis=0))


def _line(learner: GroupBlindLearner, target: np.ndarray, penalty: float, X: np.ndarray) -> Line:
    family = learner.family(target, penalty, CORRECTION_PENALTY)
    start, correction = X @ family.start, X @ family.correction
    scale = start.std() or 1.0
    return Line((start - start.mean()) / scale, (correction - correction.mean()) / scale)


def choose(staff: Staff, seed: int) -> float:
    """Choose the weight by the impact ratio of inner held-out people.

    The ratio of weight 0 is off by ``m``, of which chance alone makes its standard error ``s``. What is taken
    away is the share ``m^2 / (m^2 + s^2)``: a difference that is hardly shown is hardly corrected.
    """
    repeats = [_held_out(staff, np.random.default_rng([seed, turn])) for turn in range(INNER_REPEATS)]
    off = np.array([np.mean([expected_ratio(line.at(w), staff.group) for line in repeats]) - 1 for w in WEIGHTS])
    chance = off[0] * ratio_error(staff.group) ** 2 / (off[0] ** 2 + ratio_error(staff.group) ** 2)
    return float(WEIGHTS[int(np.argmin(np.abs(off - chance)))])


def ratio_error(group: np.ndarray) -> float:
    """Standard error of an impact ratio about 1 when half of the people are hired."""
    return float(np.sqrt(1 / max(int(group.sum()), 1) + 1 / max(int((~group).sum()), 1)))


def _held_out(staff: Staff, rng: np.random.Generator) -> Line:
    """The front for everybody, each person's learned without the own fold."""
    found = Line(np.zeros(len(staff.group)), np.zeros(len(staff.group)))
    for train, test in splits(assign_folds(len(staff.group), INNER_FOLDS, rng)):
        part = front_line(staff.take(train), staff.take(test))
        found.start[test], found.correction[test] = part.start, part.correction
    return found


def compare(staff: Staff, seed: int) -> tuple[dict[str, Outcome], float]:
    """Everybody's outcome on one random half, and the weight that was chosen."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(staff.group))
    learning, others = (staff.take(rows) for rows in np.array_split(order, 2))
    weight = choose(learning, seed)
    line = front_line(learning, others)
    scores = {
        OURS: line.at(weight),
        START: line.start,
        "ridge on pay": ridge(learning.X, learning.pay, others.X),
        "ridge on high performer": ridge(learning.X, learning.high.astype(float), others.X),
        "ridge on both criteria": ridge(learning.X, learning.high * 1.0 + learning.retained, others.X),
        RANDOM: rng.random(len(others.group)),
    }
    return {name: hire(others, each) for name, each in scores.items()}, weight


def read_staff(path: Path) -> tuple[Staff, int]:
    """People with all criteria, and how many rows were left out for lack of one.

    Raises
    ------
    TableError, ScoringError
        Where the file cannot be read, or has too few such people.
    """
    rows = read_rows(path)
    wanted = (BINARY, RETAINED, GROUP, *RATINGS)
    kept = [row for row in rows if all(_is_number(row.get(name, "")) for name in wanted)]
    if len(kept) < FEWEST or len({row[GROUP] for row in kept}) < 2:
        what = say("%(file)s has too few rows with %(names)s.", file=path.name, names=", ".join(wanted))
        raise ScoringError(what, say("Give a file of the competition with all criteria."))
    questionnaire = instrument()
    X = AnswerEncoder(questionnaire).encode(answer_sheets(kept, questionnaire)).X
    columns = {name: np.array([float(row[name]) for row in kept]) for name in wanted}
    ratings = np.column_stack([columns[name] for name in RATINGS])
    return Staff(X, columns[BINARY] == 1, columns[RETAINED] == 1, columns[GROUP] == 1, ratings), len(rows) - len(kept)


def _is_number(text: str) -> bool:
    try:
        return bool(np.isfinite(float(text)))
    except ValueError:
        return False


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.siop2021_competition", description=__doc__)
    parser.add_argument("--train", type=Path, required=True, help="rows with all criteria")
    parser.add_argument("--splits", type=int, default=20, help="how many random halves")
    parser.add_argument("--seed", type=int, default=0, help="of the first half")
    given = parser.parse_args(arguments)
    try:
        staff, dropped = read_staff(given.train)
    except (TableError, ScoringError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{len(staff.group)} staff with all criteria; {dropped} rows without were dropped.")
    print(f"{GROUP} was contrived by the organisers and is no real class of people.")
    with threadpool_limits(limits=1):
        runs = [compare(staff, given.seed + number) for number in range(max(given.splits, 2))]
    print("chosen weights: " + " ".join(f"{weight:g}" for _, weight in runs))
    print_table([outcomes for outcomes, _ in runs])
    return 0


def print_table(runs: Sequence[dict[str, Outcome]]) -> None:
    """Means over splits, and ours less each other one on the same splits."""
    print(f"{'':26}{'score':>8}{'s.e.':>6}{'recall':>8}{'ratio':>7}{'|1-ratio|':>11}{'ours less it':>14}{'s.e.':>6}")
    for name in runs[0]:
        score, recall, ratio = (_column(runs, name, field) for field in ("score", "recall", "impact_ratio"))
        less = _column(runs, OURS, "score") - score
        print(
            f"{name:26}{score.mean():8.2f}{_error(score):6.2f}{recall.mean():8.2f}{ratio.mean():7.3f}"
            f"{np.abs(1 - ratio).mean():11.3f}{less.mean():14.2f}{_error(less):6.2f}"
        )
    print("Splits share people: the standard errors are of these splits, and too small for new people.")


def _column(runs: Sequence[dict[str, Outcome]], name: str, figure: str) -> np.ndarray:
    return np.array([getattr(run[name], figure) for run in runs])


def _error(values: np.ndarray) -> float:
    return float(values.std(ddof=1) / np.sqrt(len(values)))


if __name__ == "__main__":
    sys.exit(main())
