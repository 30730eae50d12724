"""What every figure about groups asks of its input, and what it answers where that is not there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from questionnaires.words import say
from scoring.errors import ScoringError

SMALLEST_GROUP = 30
"""Below this many people in a group the answer is "cannot tell"."""

CANNOT_TELL = "cannot_tell"

Labels = Sequence[str | None] | np.ndarray


class Plain:
    """A frozen dataclass that can be written down as plain values for JSON."""

    def to_plain(self) -> dict[str, Any]:
        """Return the fields as plain values; what is not a finite number becomes None."""
        return {name: plain(value) for name, value in asdict(self).items()}  # type: ignore[call-overload]


def plain(value: Any) -> Any:
    """Return numbers, texts and their collections as JSON knows them; NaN and infinity become None."""
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [plain(each) for each in value]
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        return float(value) if np.isfinite(value) else None
    return value


@dataclass(frozen=True)
class Grouping:
    """Who belongs to which group.

    Attributes
    ----------
    names : tuple of str
        The groups, in the order given or in the alphabet's.
    codes : ndarray of shape (n,)
        Each person's group as a position in ``names``; -1 where it is not known.
    """

    names: tuple[str, ...]
    codes: np.ndarray

    @property
    def counts(self) -> np.ndarray:
        """People per group (n_groups,)."""
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.names))

    @property
    def unknown(self) -> int:
        """How many people's group is not known."""
        return int((self.codes < 0).sum())

    def members(self, name: str) -> np.ndarray:
        """Boolean (n,): who belongs to the named group."""
        return self.codes == self.position(name)

    def position(self, name: str) -> int:
        """Position of a named group.

        Raises
        ------
        ScoringError
            Where there is no such group.
        """
        if name not in self.names:
            what = say("There is no group “%(name)s”.", name=name)
            raise ScoringError(what, say("Choose one of: %(names)s.", names=", ".join(self.names)))
        return self.names.index(name)

    def reference(self, name: str | None = None) -> str:
        """Return the named group, or the largest one where none is named."""
        return self.names[self.position(name) if name is not None else int(np.argmax(self.counts))]

    def others(self, name: str) -> Iterator[str]:
        """Every group but the named one."""
        return (each for each in self.names if each != name)


def grouping(labels: Labels, n: int, names: Sequence[str] | None = None, smallest: int = 2) -> Grouping:
    """Read group labels (n,); None or an empty text means that a person's group is not known.

    Parameters
    ----------
    labels : sequence of n
        Texts or whole numbers.
    n : int
        How many people there are.
    names : sequence of str, optional
        All groups that there may be, also those without people.
    smallest : int
        How many groups there have to be.

    Raises
    ------
    ScoringError
        Where labels are of the wrong number, not known to ``names``, NaN, or of too few groups.
    """
    texts = [_text(label, row) for row, label in enumerate(labels)]
    if not texts:
        raise ScoringError(say("Nobody's group is given."), say("Give one group label for every person."))
    if len(texts) != n:
        what = say("There are %(labels)s group labels for %(people)s people.", labels=len(texts), people=n)
        raise ScoringError(what, say("Give one group label for every person, in the same order."))
    found = tuple(sorted({text for text in texts if text}))
    known = tuple(names) if names is not None else found
    _refuse_strange(found, known)
    if len(found) < smallest:
        what = say(
            "Only one group is there, so that nothing can be compared: %(names)s.", names=", ".join(found) or "-"
        )
        raise ScoringError(what, say("Give people of at least two groups."))
    place = {name: position for position, name in enumerate(known)}
    return Grouping(known, np.array([place.get(text, -1) for text in texts]))


def _text(label: object, row: int) -> str:
    if label is None:
        return ""
    if isinstance(label, float | np.floating) and not np.isfinite(label):
        what = say("The group label of person %(row)s is not a number and not a text.", row=row + 1)
        raise ScoringError(what, say("Leave it empty where the group is not known."))
    return f"{label:g}" if isinstance(label, float | np.floating) else str(label).strip()


def _refuse_strange(found: Sequence[str], known: Sequence[str]) -> None:
    strange = sorted(set(found) - set(known))
    if strange:
        what = say("These groups are not among the categories: %(names)s.", names=", ".join(strange))
        raise ScoringError(what, say("Correct the labels, or add the categories."))


def numbers(values: ArrayLike, n: int | None, what: str) -> np.ndarray:
    """Return finite numbers (n,).

    Parameters
    ----------
    what
        The name of the values, as a sentence can hold it.

    Raises
    ------
    ScoringError
        Where they are of the wrong number, missing or infinite.
    """
    array = np.asarray(values, dtype=float)
    if array.size == 0:
        raise ScoringError(say("There are no values of “%(what)s”.", what=what), say("Give one for every person."))
    _refuse_shape(array, 1, n, what)
    _refuse_gaps(array, what)
    return array


def matrix(values: ArrayLike, n: int | None, what: str, gaps: bool = False) -> np.ndarray:
    """Return a table of numbers (n, p); with ``gaps``, NaN may stand for a missing one.

    Raises
    ------
    ScoringError
        Where it has the wrong number of rows, no columns, or values that are missing or infinite.
    """
    array = np.asarray(values, dtype=float)
    if array.size == 0:
        raise ScoringError(say("There are no values of “%(what)s”.", what=what), say("Give a row for every person."))
    _refuse_shape(array, 2, n, what)
    _refuse_gaps(np.where(np.isnan(array), 0.0, array) if gaps else array, what)
    return array


def _refuse_shape(array: np.ndarray, dimensions: int, n: int | None, what: str) -> None:
    if array.ndim != dimensions or (n is not None and len(array) != n):
        shape = " x ".join(str(size) for size in array.shape) or "1"
        told = say("“%(what)s” has the shape %(shape)s; there are %(n)s people.", what=what, shape=shape, n=n or "-")
        raise ScoringError(told, say("Give one value for every person, in the same order."))


def _refuse_gaps(array: np.ndarray, what: str) -> None:
    bad = np.flatnonzero(~np.isfinite(array).reshape(len(array), -1).all(axis=1))
    if len(bad):
        told = say("“%(what)s” of person %(row)s is missing or infinite.", what=what, row=int(bad[0]) + 1)
        raise ScoringError(told, say("Leave out people without this value, everywhere alike."))


def decisions(values: ArrayLike, n: int | None = None) -> np.ndarray:
    """Return who was selected as booleans (n,), from booleans or 0 and 1.

    Raises
    ------
    ScoringError
        Where a value is neither.
    """
    array = numbers(values, n, "selected")
    bad = np.flatnonzero((array != 0) & (array != 1))
    if len(bad):
        what = say("“selected” of person %(row)s is neither 0 nor 1.", row=int(bad[0]) + 1)
        raise ScoringError(what, say("Write 1 for everybody who was selected and 0 for everybody else."))
    return array.astype(bool)


def weights_of(weights: ArrayLike | None, n: int) -> np.ndarray:
    """Return non-negative weights (n,), all 1 where none are given.

    Raises
    ------
    ScoringError
        Where one is negative, or all are zero.
    """
    if weights is None:
        return np.ones(n)
    array = numbers(weights, n, "weights")
    if array.min() < 0 or array.sum() <= 0:
        raise ScoringError(say("Weights are negative, or all of them are zero."), say("Give weights above zero."))
    return array
