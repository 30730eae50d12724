"""Answers to numbers: one row a person, the same columns in the same order for ever.

Only what a person *answered* enters. The time an answer took and the position in which an option was
shown are kept elsewhere, for checks of quality; this module never sees them, and an answer's order in
its mapping makes no difference.

Columns of an item, named ``<item>.<part>``:

* ``best_worst``: one 0/1 column per option for best, one per option for worst, one each for "not given"
* ``pick_one``: one 0/1 column per option and one for "not given"
* ``likert``: the value brought to -1..1 and how far that is from the middle (strong answers of either kind
  may mean the same), 0 where not given, and a column for "not given"
* ``rate_each``: per option the rating standardised within the person and item, and how far that is from the
  person's own mean, 0 where not given, and a column for "not given"
* ``rank``: per option the rank, standardised and turned round, so that high is good; missing as above

Two columns lead: ``key_total`` and the share of items answered is returned beside the matrix.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from questionnaires.answers import AnswerSheet
from questionnaires.definition import Item, Questionnaire, ResponseFormat
from scoring.key import REQUIRED_SHARE, Answer, answered_fully, scorable_items, standardised_score

KEY_COLUMN = "key_total"
MISSING = "?"
"""The part of an item's columns that says "not given"."""

UNKNOWN_KEY = 0.5
"""The key total of somebody who answered no keyed item: the middle of its range."""


@dataclass(frozen=True)
class Block:
    """The columns ``start:stop`` that one item fills.

    ``kind`` is the response format; ``width`` the number of options (1 for likert).
    """

    item: str
    kind: str
    start: int
    stop: int
    width: int

    @property
    def columns(self) -> slice:
        return slice(self.start, self.stop)


@dataclass(frozen=True)
class Encoded:
    """Encoded answers of n people.

    Attributes
    ----------
    X : ndarray of shape (n, n_columns)
        First column the key total (only where the instrument has a key), then the items' columns.
    key_scores : ndarray of shape (n, n_items)
        Standardised item scores by the key in 0..1, NaN where there is none.
    answered : ndarray of shape (n,)
        Share of the items answered completely.
    """

    X: np.ndarray
    key_scores: np.ndarray
    answered: np.ndarray

    @property
    def enough(self) -> np.ndarray:
        """Boolean (n,): who answered at least 80 % of the items."""
        return self.answered >= REQUIRED_SHARE - 1e-9

    @property
    def key_totals(self) -> np.ndarray:
        """Key totals (n,) in 0..1, NaN where no keyed item was answered."""
        return row_means(self.key_scores)


def row_means(values: np.ndarray) -> np.ndarray:
    """Mean of each row over its numbers, NaN for a row without any."""
    known = np.isfinite(values)
    count = known.sum(axis=1)
    total = np.where(known, values, 0.0).sum(axis=1)
    return np.divide(total, count, out=np.full(len(values), np.nan), where=count > 0)


class AnswerEncoder:
    """Turns answer sheets of one form into the matrix that the estimators read.

    The encoder learns nothing from data: it is decided by the questionnaire and the form alone, so it may
    stand outside the folds of a validation.
    """

    def __init__(self, questionnaire: Questionnaire, form_id: str | None = None) -> None:
        self.items = scorable_items(questionnaire, form_id)
        self.keyed = any(item.keyed for item in self.items)
        self.blocks = _lay_out(self.items, start=1 if self.keyed else 0)
        self.column_names = _column_names(self.items, self.keyed)

    @property
    def n_columns(self) -> int:
        return len(self.column_names)

    @property
    def key_column(self) -> int | None:
        """Index of the key total in the matrix, None for an instrument without a key."""
        return 0 if self.keyed else None

    @property
    def spans(self) -> tuple[tuple[str, int, int], ...]:
        """Where a consensus key may be built; empty where the instrument has a key of its own."""
        return () if self.keyed else tuple((b.kind, b.start, b.width) for b in self.blocks)

    @property
    def has_key(self) -> bool:
        """Whether a key, rational or by consensus, can score."""
        return self.keyed or any(kind != ResponseFormat.LIKERT for kind, _, _ in self.spans)

    def encode(self, sheets: Sequence[AnswerSheet]) -> Encoded:
        """Encode sheets, one row each, in the order given."""
        X = np.zeros((len(sheets), self.n_columns))
        key_scores = np.full((len(sheets), len(self.items)), np.nan)
        answered = np.zeros(len(sheets))
        for row, sheet in enumerate(sheets):
            answered[row] = self._fill(sheet.answers, X[row], key_scores[row])
        encoded = Encoded(X, key_scores, answered)
        if self.keyed:
            X[:, 0] = np.nan_to_num(encoded.key_totals, nan=UNKNOWN_KEY)
        return encoded

    def unused_options(self, X: np.ndarray) -> tuple[str, ...]:
        """Return the columns of choices that none of these people (n, n_columns) made, as ``<item>.<part>``.

        Nothing can be learned of them, so that ridge gives them weight zero; a report names them.
        """
        used = np.any(np.asarray(X) != 0.0, axis=0)
        return tuple(
            self.column_names[column]
            for item, block in zip(self.items, self.blocks, strict=True)
            if item.format in _CHOICES
            for column in range(block.start, block.stop)
            if not used[column] and not self.column_names[column].endswith(MISSING)
        )

    def _fill(self, answers: Mapping[str, Answer], row: np.ndarray, scores: np.ndarray) -> float:
        complete = 0
        for position, (item, block) in enumerate(zip(self.items, self.blocks, strict=True)):
            scores[position], fully = self.write(position, answers.get(item.id), row[block.columns])
            complete += fully
        return complete / len(self.items) if self.items else 0.0

    def write(self, position: int, answer: Answer | None, out: np.ndarray) -> tuple[float, bool]:
        """Write one item's columns over zeros; returns its score by the key, or NaN, and whether all was answered."""
        item = self.items[position]
        _WRITERS[item.format](item, answer or {}, out)
        score = standardised_score(item, answer)
        return np.nan if score is None else score, answered_fully(item, answer)


def _lay_out(items: Sequence[Item], start: int) -> tuple[Block, ...]:
    blocks = []
    for item in items:
        stop = start + len(_parts(item))
        blocks.append(Block(item.id, item.format.value, start, stop, max(1, len(item.options))))
        start = stop
    return tuple(blocks)


def _column_names(items: Sequence[Item], keyed: bool) -> tuple[str, ...]:
    names = [f"{item.id}.{part}" for item in items for part in _parts(item)]
    return tuple([KEY_COLUMN, *names] if keyed else names)


def _parts(item: Item) -> list[str]:
    if item.format is ResponseFormat.BEST_WORST:
        return [f"{end}={option}" for end in ("best", "worst") for option in (*item.option_ids, MISSING)]
    if item.format is ResponseFormat.PICK_ONE:
        return [f"={option}" for option in (*item.option_ids, MISSING)]
    if item.format is ResponseFormat.LIKERT:
        return ["value", "strength", MISSING]
    if item.format is ResponseFormat.RATE_EACH:
        return [*item.option_ids, *(f"{option}.strength" for option in item.option_ids), MISSING]
    return [*item.option_ids, MISSING]


def _write_choice(options: Sequence[str], choice: Any, out: np.ndarray) -> None:
    known = choice in options
    out[options.index(choice) if known else len(options)] = 1.0


def _write_best_worst(item: Item, answer: Answer, out: np.ndarray) -> None:
    half = len(item.options) + 1
    _write_choice(item.option_ids, answer.get("best"), out[:half])
    _write_choice(item.option_ids, answer.get("worst"), out[half:])


def _write_pick_one(item: Item, answer: Answer, out: np.ndarray) -> None:
    _write_choice(item.option_ids, answer.get("choice"), out)


def _write_likert(item: Item, answer: Answer, out: np.ndarray) -> None:
    value = answer.get("value")
    if value is None:
        out[-1] = 1.0
        return
    assert item.scale is not None
    low, high = item.scale.minimum, item.scale.maximum
    out[0] = (2.0 * float(value) - low - high) / (high - low)  # type: ignore[arg-type]
    out[1] = abs(out[0])


def _write_ratings(item: Item, answer: Answer, out: np.ndarray) -> None:
    options = len(item.options)
    out[-1] = _write_profile(item, answer.get("ratings"), 1.0, out[:options])
    out[options:-1] = np.abs(out[:options])


def _write_ranks(item: Item, answer: Answer, out: np.ndarray) -> None:
    out[-1] = _write_profile(item, answer.get("ranks"), -1.0, out[:-1])


def _write_profile(item: Item, given: object, sign: float, out: np.ndarray) -> float:
    """Write the standardised profile; returns 1 where part of it is missing, else 0."""
    values = given if isinstance(given, Mapping) else {}
    profile = np.array([_number(values.get(option)) for option in item.option_ids])
    known = np.isfinite(profile)
    if known.any():
        centred = profile[known] - profile[known].mean()
        spread = centred.std()
        out[known] = sign * centred / spread if spread > 1e-12 else 0.0
    return float(not known.all())


def _number(value: object) -> float:
    return np.nan if value is None else float(value)  # type: ignore[arg-type]


_CHOICES = (ResponseFormat.BEST_WORST, ResponseFormat.PICK_ONE)
_WRITERS = {
    ResponseFormat.BEST_WORST: _write_best_worst,
    ResponseFormat.PICK_ONE: _write_pick_one,
    ResponseFormat.LIKERT: _write_likert,
    ResponseFormat.RATE_EACH: _write_ratings,
    ResponseFormat.RANK: _write_ranks,
}
