"""What ordinary answering looks like: learned from staff once, kept beside the model, asked for every applicant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Any

import numpy as np

from questionnaires.words import say
from scoring.encoding import AnswerEncoder, Encoded
from scoring.errors import ScoringError
from scoring.folds import assign_folds, splits
from scoring.quality.indices import SIDES, Fitted, all_indices, check_traces, fit_all
from scoring.quality.limits import FALSE_ALARM_RATE, FEWEST_FOR_LIMITS, NO_LIMIT, Limit, limit_from
from scoring.quality.option_model import OptionModel
from scoring.quality.profiles import Profiles
from scoring.quality.traces import Trace
from scoring.quality.variables import variables_of

FORMAT = 1
N_FOLDS = 5
FLAGS_FOR_REVIEW = 2
MOST_STAFF = 4000
"""A reference from more people than this would be no better; a random part of them is taken."""

THREE_TIMES_AS_FAST = Limit(-log(3.0), None, "default")
"""Without staff times: at three times an ordinary reader's speed, 700 words a minute and more, nobody reads."""


@dataclass(frozen=True)
class QualityReference:
    """Limits and the models behind the indices.

    Attributes
    ----------
    columns : tuple of str
        Of the form's encoder; answers to another form are refused.
    people : int
        How many staff it rests on.
    rate : float
        False-alarm rate of each index.
    fitted : Fitted
    limits : dict of str to Limit
        By index, for each of `scoring.quality.indices.SIDES`.
    staff_review_share : float or None
        Share of these staff with two flags or more, each judged by models fitted without them; None without limits.
    """

    columns: tuple[str, ...]
    people: int
    rate: float
    fitted: Fitted
    limits: Mapping[str, Limit]
    staff_review_share: float | None = None

    def check(self, encoder: AnswerEncoder) -> None:
        """Refuse an encoder of another form."""
        if tuple(encoder.column_names) != self.columns:
            raise ScoringError(
                say("This reference belongs to another form or version. Train the model on this form to get its own.")
            )

    def to_plain(self) -> dict[str, Any]:
        """Return the reference as plain values for JSON."""
        return {
            "format": FORMAT,
            "columns": list(self.columns),
            "people": self.people,
            "rate": self.rate,
            "options": self.fitted.model.to_plain(),
            "profiles": self.fitted.profiles.to_plain(),
            "usual_seconds": dict(self.fitted.usual),
            "limits": {name: limit.to_plain() for name, limit in self.limits.items()},
            "staff_review_share": self.staff_review_share,
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any], encoder: AnswerEncoder) -> QualityReference:
        """Return what `to_plain` gave.

        Raises
        ------
        ScoringError
            Where it was kept by another version, is damaged, or belongs to another form.
        """
        if not isinstance(plain, Mapping) or plain.get("format") != FORMAT:
            raise ScoringError(say("This quality reference is of a kind not known here. Train the model again."))
        try:
            reference = cls._read(plain, encoder)
        except (KeyError, TypeError, ValueError) as error:
            raise ScoringError(say("This quality reference is damaged. Train the model again.")) from error
        reference.check(encoder)
        return reference

    @classmethod
    def _read(cls, plain: Mapping[str, Any], encoder: AnswerEncoder) -> QualityReference:
        fitted = Fitted(
            OptionModel.from_plain(variables_of(encoder), plain["options"]),
            Profiles.from_plain(plain["profiles"]),
            {str(item): float(seconds) for item, seconds in plain["usual_seconds"].items()},
        )
        limits = {name: Limit.from_plain(plain["limits"][name]) for name in SIDES}
        columns, people, rate = tuple(plain["columns"]), int(plain["people"]), float(plain["rate"])
        return cls(columns, people, rate, fitted, limits, plain["staff_review_share"])


def build_reference(
    encoder: AnswerEncoder,
    encoded: Encoded,
    traces: Sequence[Trace] | None = None,
    *,
    groups: Sequence[str | None] | None = None,
    rate: float = FALSE_ALARM_RATE,
    seed: int = 0,
) -> QualityReference:
    """Learn what ordinary answering looks like from training staff.

    Each limit comes from staff whose indices were computed by models fitted without them (five folds); the models
    that are kept are fitted on everybody. Ratings play no part.

    Parameters
    ----------
    encoder, encoded
        Of the n training staff. Fewer than 30 set no limits of their own: then only what is known without staff
        (runs by chance, reading time) flags anybody.
    traces : sequence of n Trace, optional
    groups : sequence of n, optional
        Units, which share a fold.
    rate : float
        False-alarm rate of each index.

    Raises
    ------
    ScoringError
        Where ``encoded`` is not of this encoder, traces and people differ in number, or ``rate`` is not in 0..0.5.
    """
    if not 0.0 < rate < 0.5:
        raise ScoringError(
            say("A false-alarm rate lies between 0 and 0.5, but this one is %(rate)s.", rate=f"{rate:g}")
        )
    staff_traces = check_traces(traces, len(encoded.X))
    rng = np.random.default_rng(seed)
    rows = _some_of(len(encoded.X), rng)
    encoded, staff_traces = _rows(encoded, rows), [staff_traces[row] for row in rows]
    fitted = fit_all(encoder, encoded, staff_traces)
    columns = tuple(encoder.column_names)
    if len(rows) < FEWEST_FOR_LIMITS:
        return QualityReference(columns, len(rows), rate, fitted, _no_limits())
    folds = assign_folds(len(rows), N_FOLDS, rng, None if groups is None else [groups[row] for row in rows])
    values = _cross_fitted(encoder, encoded, staff_traces, folds)
    limits = _limits(values, rate)
    return QualityReference(columns, len(rows), rate, fitted, limits, _review_share(values, limits))


def _review_share(values: Mapping[str, np.ndarray], limits: Mapping[str, Limit]) -> float:
    """Share of staff with two flags or more of those that limits from staff give."""
    flags = sum(np.array([limits[name].crossed(value) for value in column]) for name, column in values.items())
    return float(np.mean(np.asarray(flags) >= FLAGS_FOR_REVIEW))


def _some_of(n: int, rng: np.random.Generator) -> np.ndarray:
    return np.arange(n) if n <= MOST_STAFF else np.sort(rng.choice(n, MOST_STAFF, replace=False))


def _rows(encoded: Encoded, rows: np.ndarray) -> Encoded:
    return Encoded(encoded.X[rows], encoded.key_scores[rows], encoded.answered[rows])


def _no_limits() -> dict[str, Limit]:
    return {**dict.fromkeys(SIDES, NO_LIMIT), "speed": THREE_TIMES_AS_FAST}


def _cross_fitted(
    encoder: AnswerEncoder, encoded: Encoded, traces: Sequence[Trace], folds: np.ndarray
) -> dict[str, np.ndarray]:
    """Every index of every member of staff, from models that did not see them."""
    out = {name: np.full(len(folds), np.nan) for name in SIDES}
    for train, held_out in splits(folds):
        fitted = fit_all(encoder, _rows(encoded, train), [traces[row] for row in train])
        held_traces = [traces[row] for row in held_out]
        for name, values in all_indices(encoder, _rows(encoded, held_out), held_traces, fitted).items():
            out[name][held_out] = values
    return out


def _limits(values: Mapping[str, np.ndarray], rate: float) -> dict[str, Limit]:
    limits = {name: limit_from(values[name], side, rate) for name, side in SIDES.items()}
    if limits["speed"].basis == "none":
        limits["speed"] = THREE_TIMES_AS_FAST
    if not _consistent(values["even_odd"]):
        limits["even_odd"] = NO_LIMIT
    return limits


def _consistent(values: np.ndarray) -> bool:
    """Whether staff answer their facets steadily at all (one-sided 5 %); if not, unsteadiness says nothing."""
    known = values[np.isfinite(values)]
    if len(known) < FEWEST_FOR_LIMITS:
        return False
    return bool(known.mean() > 1.645 * known.std() / np.sqrt(len(known)))
