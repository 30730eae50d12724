"""What one training run learns from, and the estimator fitted on some of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from questionnaires.words import say
from scoring.calibration import TOP_SHARE
from scoring.encoding import AnswerEncoder, Encoded
from scoring.errors import ScoringError
from scoring.ratings import Rating
from scoring.severity.fitting import Components
from scoring.stack import KeyAnchoredStack
from scoring.targets import Targets, targets_of

FEWEST_FOR_VARIANCES = 20
FEWEST_TO_LEARN_FROM = 5
MINIMUM = 50
"""Below this many rated staff the key scores alone."""


@dataclass(frozen=True)
class LearningData:
    """Everything that one training run learns from: people with both answers and ratings.

    Attributes
    ----------
    encoder : AnswerEncoder
        Of the form that was answered.
    encoded : Encoded
        Answers of the n people, row by row.
    people, units, families : tuple of length n
        Ids, units and job families (None where not known).
    ratings : tuple of Rating
        All ratings of these people.
    criterion : str or None
        The competence to predict; None for the mean of all.
    binary : bool
        Whether the criterion is 0 or 1.
    seed : int
        Of folds and resampling.
    """

    encoder: AnswerEncoder
    encoded: Encoded
    people: tuple[str, ...]
    units: tuple[str | None, ...]
    families: tuple[str | None, ...]
    ratings: tuple[Rating, ...]
    criterion: str | None = None
    binary: bool = False
    seed: int = 0
    _by_ratee: dict[str, list[Rating]] = field(init=False, default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        for rating in self.ratings:
            self._by_ratee.setdefault(rating.ratee, []).append(rating)

    def targets(self, rows: np.ndarray, given: Components | None = None) -> Targets:
        """Criteria of some people, from the ratings of these people only."""
        people = [self.people[row] for row in rows]
        ratings = [rating for person in people for rating in self._by_ratee[person]]
        return targets_of(ratings, people, competence=self.criterion, binary=self.binary, given=given)

    def held_out_criteria(self, rows: np.ndarray, components: Components | None) -> np.ndarray:
        """Criteria (n,) of held-out people, from held-out ratings only.

        Too few people to estimate three variances from borrow these, and only these, from training. Ratings
        that tell nobody apart are taken as they are.
        """
        borrowed = components if len(rows) < FEWEST_FOR_VARIANCES else None
        try:
            return self.targets(rows, borrowed).values
        except ScoringError:
            return self._plain_means(rows)

    def _plain_means(self, rows: np.ndarray) -> np.ndarray:
        return np.array([self._plain_mean(self.people[row]) for row in rows])

    def _plain_mean(self, person: str) -> float:
        given = self._by_ratee[person]
        values = [r.rating for r in given if self.criterion is None or r.competence == self.criterion]
        return float(np.mean(values)) if values else np.nan

    def part(self, rows: np.ndarray) -> LearningData:
        """These people alone, with their ratings."""
        people = tuple(self.people[row] for row in rows)
        encoded = self.encoded
        return replace(
            self,
            encoded=Encoded(encoded.X[rows], encoded.key_scores[rows], encoded.answered[rows]),
            people=people,
            units=tuple(self.units_of(rows)),
            families=tuple(self.families_of(rows)),
            ratings=tuple(rating for person in people for rating in self._by_ratee.get(person, ())),
        )

    def at_most(self, people: int, stream: int) -> LearningData:
        """Everybody, or of many people whole units (people without a unit one by one) drawn at random.

        Parameters
        ----------
        stream
            Tells draws for different purposes apart; the same seed and stream draw the same people.
        """
        if len(self.people) <= people:
            return self
        rng = np.random.default_rng([self.seed, stream])
        names = np.array([unit or f"\0{row}" for row, unit in enumerate(self.units)])
        units, codes = np.unique(names, return_inverse=True)
        order = rng.permutation(len(units))
        size = np.cumsum(np.bincount(codes)[order])
        chosen = order[: max(1, int(np.searchsorted(size, people, side="right")))]
        return self.part(np.flatnonzero(np.isin(codes, chosen)))

    def units_of(self, rows: np.ndarray) -> list[str | None]:
        return [self.units[row] for row in rows]

    def families_of(self, rows: np.ndarray) -> list[str | None]:
        return [self.families[row] for row in rows]

    def estimator(self, minimum: int = MINIMUM) -> KeyAnchoredStack:
        """The product's estimator for this instrument, not fitted; below ``minimum`` people its key scores alone."""
        return KeyAnchoredStack(
            minimum=minimum,
            key_column=self.encoder.key_column,
            spans=self.encoder.spans,
            binary=self.binary,
            top_share=None if self.binary else TOP_SHARE,
            random_state=self.seed,
            layout=tuple((block.kind, block.start, block.width) for block in self.encoder.blocks),
        )


def fit_rows(data: LearningData, rows: np.ndarray, minimum: int | None = None) -> tuple[KeyAnchoredStack, Targets]:
    """Fit the estimator on some rows, from these people's answers and ratings alone.

    Parameters
    ----------
    minimum
        Below this many people the key scores alone. By default `MINIMUM`, scaled by the share of everybody that
        ``rows`` are: what is validated on four fifths of 60 staff is the model that all 60 get, not the key.

    Raises
    ------
    ScoringError
        Where their ratings cannot be compared.
    """
    targets = data.targets(rows)
    known = targets.usable
    if known.sum() < FEWEST_TO_LEARN_FROM:
        raise ScoringError(
            say(
                "Only %(n)s of %(all)s people have ratings that can be compared with anybody's. "
                "Let raters rate several people, or leave the rater column empty.",
                n=int(known.sum()),
                all=len(rows),
            )
        )
    least = MINIMUM * len(rows) // len(data.people) if minimum is None else minimum
    model = data.estimator(least).fit(
        data.encoded.X[rows[known]],
        targets.values[known],
        sample_weight=targets.weights[known],
        groups=data.units_of(rows[known]),
        auxiliary=None if targets.auxiliary is None else targets.auxiliary[known],
        families=data.families_of(rows[known]),
    )
    return model, targets
