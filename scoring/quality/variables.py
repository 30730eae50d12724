"""What was chosen, as small whole numbers: one column per choice, read back from encoded answers.

An item gives one variable (``pick_one``, ``likert``), two (``best_worst``; ``rank``, of which the two ends count) or
one per option (``rate_each``: below, near or above the person's own middle). A missing answer is -1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from questionnaires.definition import Item, ResponseFormat
from questionnaires.words import say
from scoring.encoding import AnswerEncoder, Block
from scoring.errors import ScoringError
from scoring.key import effectiveness

MISSING = -1
MIDDLE = 0.5
"""A standardised rating within this distance of the person's own mean counts as near it."""


@dataclass(frozen=True)
class Variable:
    """One choice: ``size`` categories, of which those in ``keyed`` agree with the key (empty without a key).

    ``excludes`` is the position of the variable whose choice cannot be chosen again (the best option cannot be the
    worst), None where there is none.
    """

    item: str
    part: str
    size: int
    keyed: tuple[int, ...] = ()
    excludes: int | None = None

    @property
    def name(self) -> str:
        return f"{self.item}.{self.part}"


def variables_of(encoder: AnswerEncoder) -> tuple[Variable, ...]:
    """Return the variables of a form, in the order asked."""
    found: list[Variable] = []
    for item in encoder.items:
        found.extend(_variables(item, len(found)))
    return tuple(found)


def _variables(item: Item, first: int) -> Iterator[Variable]:
    options = len(item.options)
    top, bottom = _ends(item)
    if item.format is ResponseFormat.LIKERT:
        yield Variable(item.id, "value", _points(item), _likert_end(item))
    elif item.format is ResponseFormat.PICK_ONE:
        yield Variable(item.id, "choice", options, top)
    elif item.format is ResponseFormat.RATE_EACH:
        for place, option in enumerate(item.option_ids):
            yield Variable(item.id, option, 3, (2,) * (place in top) + (0,) * (place in bottom))
    else:
        yield Variable(item.id, "best", options, top)
        yield Variable(item.id, "worst", options, bottom, excludes=first)


def _ends(item: Item) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Positions of the options that the key puts first and last; empty where it tells none apart."""
    key = effectiveness(item)
    if not item.keyed or not key or max(key.values()) <= min(key.values()):
        return (), ()
    values = [key[option] for option in item.option_ids]
    high, low = max(values), min(values)
    return tuple(i for i, v in enumerate(values) if v == high), tuple(i for i, v in enumerate(values) if v == low)


def _points(item: Item) -> int:
    assert item.scale is not None
    return len(item.scale.points)


def _likert_end(item: Item) -> tuple[int, ...]:
    return () if item.direction == 0 else ((_points(item) - 1,) if item.direction > 0 else (0,))


def codes_of(encoder: AnswerEncoder, X: np.ndarray) -> np.ndarray:
    """Return what everybody chose, shape (n, variables), `MISSING` where nothing.

    Raises
    ------
    ScoringError
        Where ``X`` does not have the encoder's columns or holds values that are not finite.
    """
    check_matrix(X, encoder.n_columns)
    parts = [
        _READERS[item.format](item, X[:, b.columns], b) for item, b in zip(encoder.items, encoder.blocks, strict=True)
    ]
    return np.column_stack(parts) if parts else np.empty((len(X), 0), dtype=np.intp)


def check_matrix(X: np.ndarray, columns: int) -> None:
    """Refuse encoded answers of another form, or with values that are no numbers."""
    if X.ndim != 2 or X.shape[1] != columns:
        raise ScoringError(
            say(
                "These answers have %(found)s columns, but the form has %(wanted)s. "
                "Encode them with the form's own encoder.",
                found=X.shape[-1] if X.ndim else 0,
                wanted=columns,
            )
        )
    bad = int((~np.isfinite(X)).any(axis=1).sum())
    if bad:
        raise ScoringError(
            say("Encoded answers of %(n)s people hold values that are not finite numbers. Encode them anew.", n=bad)
        )


def _one_hot(columns: np.ndarray) -> np.ndarray:
    """Position of the 1 in each row, `MISSING` where it stands in the last column ("not given")."""
    place = np.argmax(columns, axis=1)
    return np.where(place == columns.shape[1] - 1, MISSING, place)


def _read_pick_one(item: Item, columns: np.ndarray, block: Block) -> np.ndarray:
    return _one_hot(columns)


def _read_best_worst(item: Item, columns: np.ndarray, block: Block) -> np.ndarray:
    """Best and worst; the worst is missing where it is said to be the best too, which no screen allows."""
    half = block.width + 1
    best, worst = _one_hot(columns[:, :half]), _one_hot(columns[:, half:])
    return np.column_stack([best, np.where(worst == best, MISSING, worst)])


def _read_likert(item: Item, columns: np.ndarray, block: Block) -> np.ndarray:
    point = np.rint((columns[:, 0] + 1.0) / 2.0 * (_points(item) - 1)).astype(np.intp)
    return np.where(columns[:, -1] > 0, MISSING, point)


def _read_rank(item: Item, columns: np.ndarray, block: Block) -> np.ndarray:
    profile = columns[:, : block.width]
    ends = np.column_stack([np.argmax(profile, axis=1), np.argmin(profile, axis=1)])
    return np.where(columns[:, -1:] > 0, MISSING, ends)


def _read_ratings(item: Item, columns: np.ndarray, block: Block) -> np.ndarray:
    profile = columns[:, : block.width]
    level = 1 + (profile > MIDDLE).astype(np.intp) - (profile < -MIDDLE).astype(np.intp)
    return np.where(columns[:, -1:] > 0, MISSING, level)


_READERS = {
    ResponseFormat.BEST_WORST: _read_best_worst,
    ResponseFormat.PICK_ONE: _read_pick_one,
    ResponseFormat.LIKERT: _read_likert,
    ResponseFormat.RANK: _read_rank,
    ResponseFormat.RATE_EACH: _read_ratings,
}
