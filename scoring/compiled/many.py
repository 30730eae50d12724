"""Score many people at once from coded answers: a million in a fraction of a second."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, ndtr

from scoring.compiled.calibration import Gaussian
from scoring.compiled.items import BEST_WORST, CompiledItem
from scoring.compiled.model import CompiledModel
from scoring.compiled.tables import Adder, adder_of, checked
from scoring.errors import ScoringError

CHUNK = 16384
"""People added up together: few enough that their sums stay in the processor's own memory."""


@dataclass(frozen=True)
class BatchScores:
    """Results of n people, arrays of shape (n,); not-a-number stands for what is not there.

    The fields are those of `scoring.compiled.model.CompiledScore`; ``enough`` says who answered enough.
    """

    score: np.ndarray
    p_top_third: np.ndarray
    expected_rating: np.ndarray
    lower_90: np.ndarray
    upper_90: np.ndarray
    key_total: np.ndarray
    enough: np.ndarray

    @classmethod
    def empty(cls, n: int) -> BatchScores:
        """Room for n people, who all answered enough until somebody did not."""
        columns = [np.empty(n) for _ in range(6)]
        return cls(*columns, enough=np.ones(n, dtype=bool))  # type: ignore[misc]


class BatchScorer:
    """Scores coded answers with a compiled model; make it once, use it often."""

    def __init__(self, model: CompiledModel) -> None:
        self.model = model
        self.adders = tuple(adder_of(item) for item in model.items)

    def score(
        self,
        codes: np.ndarray | Sequence[np.ndarray],
        families: Sequence[str | None] | None = None,
        *,
        incomplete: bool = False,
    ) -> BatchScores:
        """Score everybody.

        Parameters
        ----------
        codes
            As `scoring.compiled.coding.code_answers` returns them: for each item an array (n,) or (n, fields) of
            whole numbers. Where all items are ``best_worst``, also one array of bytes (n, items, 2).
        families
            Job families, which may have a top third of their own.
        incomplete
            Score people who answered less than the required share too.

        Raises
        ------
        ScoringError
            Where codes are of the wrong kind or shape, or no item has such an answer.
        """
        columns = _columns(self.model.items, codes)
        n = len(columns[0])
        result = BatchScores.empty(n)
        cuts = self._cuts(families, n)
        for start in range(0, n, CHUNK):
            rows = slice(start, min(start + CHUNK, n))
            part = _Chunk(self.adders, [column[rows] for column in columns], start)
            self._judge(part, result, rows, cuts if cuts is None else cuts[rows], incomplete)
        return result

    def _cuts(self, families: Sequence[str | None] | None, n: int) -> np.ndarray | None:
        calibration = self.model.calibration
        if families is None or not isinstance(calibration, Gaussian):
            return None
        if len(families) != n:
            raise ScoringError(f"There are {n} people, but {len(families)} job families. Give one, or None, for each.")
        return np.array([calibration.families.get(name or "", calibration.threshold) for name in families])

    def _judge(
        self, chunk: _Chunk, result: BatchScores, rows: slice, cuts: np.ndarray | None, incomplete: bool
    ) -> None:
        """Bring sums to scores, probabilities and intervals."""
        model = self.model
        weight, total, complete = chunk.sums(model.keyed)
        keyed = total if complete is None and model.keyed else np.nan_to_num(total, nan=model.unknown_key)
        prediction = model.key_weight * keyed
        prediction += weight
        prediction += model.intercept
        if complete is not None:
            result.enough[rows] = complete >= model.required
            if not incomplete:
                prediction[~result.enough[rows]] = np.nan
        result.key_total[rows] = total
        if model.calibration is None:
            result.score[rows] = np.where(np.isnan(prediction), np.nan, total)
            for field in ("p_top_third", "expected_rating", "lower_90", "upper_90"):
                getattr(result, field)[rows] = np.nan
            return
        result.score[rows] = prediction
        self._calibrate(prediction, result, rows, cuts)

    def _calibrate(self, prediction: np.ndarray, result: BatchScores, rows: slice, cuts: np.ndarray | None) -> None:
        calibration = self.model.calibration
        if not isinstance(calibration, Gaussian):
            assert calibration is not None
            result.p_top_third[rows] = expit(calibration.intercept + calibration.slope * prediction)
            result.expected_rating[rows] = result.p_top_third[rows]
            result.lower_90[rows] = result.upper_90[rows] = np.nan
            return
        cut = calibration.threshold if cuts is None else cuts
        result.p_top_third[rows] = ndtr((prediction - cut) / calibration.spread)
        low, high = self.model.scale or (-np.inf, np.inf)
        np.clip(prediction, low, high, out=result.expected_rating[rows])
        np.clip(prediction + calibration.low, low, high, out=result.lower_90[rows])
        np.clip(prediction + calibration.high, low, high, out=result.upper_90[rows])


class _Chunk:
    """What the answers of some people add up to."""

    def __init__(self, adders: Sequence[Adder], columns: Sequence[np.ndarray], start: int) -> None:
        self.adders, self.columns, self.start = adders, columns, start

    def sums(self, keyed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
        """Weights, key totals and, unless everybody answered everything, the numbers of answers: (m,) each."""
        total = np.zeros(len(self.columns[0]), dtype=complex)
        work = np.empty_like(total)
        for adder, column in zip(self.adders, self.columns, strict=True):
            adder.add(column, total, work)
        weight, key = total.real, total.imag / keyed if keyed else np.full(len(total), np.nan)
        gaps = np.flatnonzero(np.isnan(total.imag))
        if not len(gaps):
            return weight, key, None
        parts = self._again(gaps)
        weight[gaps] = parts[:, 0]
        key[gaps] = np.divide(parts[:, 1], parts[:, 2], out=np.full(len(gaps), np.nan), where=parts[:, 2] > 0)
        complete = np.full(len(total), float(len(self.adders)))
        complete[gaps] = parts[:, 3]
        return weight, key, complete

    def _again(self, rows: np.ndarray) -> np.ndarray:
        """Sums (m, 4) of the people with something missing, with everything that the missing says."""
        parts = np.zeros((len(rows), 4))
        for adder, column in zip(self.adders, self.columns, strict=True):
            own = adder.whole(column[rows])
            odd = np.flatnonzero(np.isnan(own[:, 0]))
            if len(odd):
                row = self.start + int(rows[odd[0]])
                raise ScoringError(
                    f"Row {row + 1}, item {adder.item.id}: the item has no such answer. "
                    "Code the answers as `scoring.compiled.coding` says."
                )
            parts += own
        return parts


def _columns(items: Sequence[CompiledItem], codes: np.ndarray | Sequence[np.ndarray]) -> list[np.ndarray]:
    if isinstance(codes, np.ndarray):
        if codes.ndim != 3 or codes.shape[1:] != (len(items), 2) or any(item.format != BEST_WORST for item in items):
            raise ScoringError(
                f"One array of codes has shape (people, {len(items)}, 2) and goes with best_worst items only; "
                f"this one has shape {codes.shape}. Give one array for each item."
            )
        return [checked(item, codes[:, place], None) for place, item in enumerate(items)]
    if len(codes) != len(items) or not items:
        raise ScoringError(f"There are {len(items)} items, but codes for {len(codes)}. Give one array for each item.")
    first = checked(items[0], codes[0], None)
    return [first, *(checked(item, each, len(first)) for item, each in zip(items[1:], codes[1:], strict=True))]
