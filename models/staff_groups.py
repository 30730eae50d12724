"""The training staff by the language they answered in: plain values that are kept with a model.

What is said of answers rests on everybody who answered enough, rated or not; what is said of scores and ratings, on
those whom the model was tested on. Nothing here changes a model.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from models.confidence import IN_CONFIDENCE
from models.preparing import Prepared
from questionnaires.answers import AnswerSheet
from questionnaires.words import Sentence, packed
from scoring.errors import ScoringError
from scoring.groups.checks import plain
from scoring.groups.coding import responses_of
from scoring.groups.dif import Comparison, dif
from scoring.groups.impact import impact
from scoring.groups.languages import judged
from scoring.groups.prediction import differential_prediction
from scoring.groups.report import TOP_SHARE, top_scores
from scoring.groups.responses import Responses
from scoring.validation.cross_validation import HeldOut

ONE_LANGUAGE, TOO_FEW = "one_language", "too_few"
"""Why nothing is said of scores and ratings."""


class HeldOutScores(NamedTuple):
    """What validation said of each of the prepared people while it had not seen them; NaN where nothing."""

    scores: np.ndarray
    criterion: np.ndarray

    @classmethod
    def of(cls, results: Sequence[HeldOut]) -> HeldOutScores:
        """Take the mean over the repeats of the folds."""
        return cls(*(_mean([getattr(each, name) for each in results]) for name in ("prediction", "criterion")))

    def to_plain(self) -> dict[str, list[float | None]]:
        """JSON-able values."""
        return {name: plain(values) for name, values in self._asdict().items()}

    @classmethod
    def from_plain(cls, kept: Mapping[str, Sequence[float | None]]) -> HeldOutScores:
        """Read what `to_plain` wrote."""
        return cls(*(np.array(kept[name], dtype=float) for name in cls._fields))


def _mean(values: Sequence[np.ndarray]) -> np.ndarray:
    table = np.vstack(values)
    known = np.isfinite(table)
    count = known.sum(axis=0)
    total = np.where(known, table, 0.0).sum(axis=0)
    return np.divide(total, count, out=np.full(table.shape[1], np.nan), where=count > 0)


def staff_groups(prepared: Prepared, sheets: Sequence[AnswerSheet], tested: HeldOutScores | None) -> dict[str, Any]:
    """Compare languages of answering among the staff.

    Parameters
    ----------
    prepared : Prepared
    sheets : sequence of AnswerSheet
        Everybody who answered this form.
    tested : HeldOutScores, optional
        Of the prepared people; None where ratings were given in confidence, so that nothing is said of them.

    Returns
    -------
    dict
        ``n``, people who answered enough; ``languages``, a list of ``language`` and ``n``, the most frequent first
        (``language`` None: not known); ``single``, the language where there is one only, else None; ``dif``, one
        `Comparison` for each language beside the most frequent one; ``equivalence``, one `Equivalence` for each.

        Of scores held out in validation: ``n_tested``; ``impact``, of the top third by score; ``prediction``, one
        `Prediction` for each language; all None where ``absent`` says why: ``in_confidence``, ``one_language`` or
        ``too_few``.
    """
    encoder = prepared.data.encoder
    # Encoded anew, in the order given: which of them are rated must not show, not even in the last digit of a sum.
    encoded = encoder.encode(sheets)
    rows = np.flatnonzero(encoded.enough)
    labels = [sheets[row].language for row in rows.tolist()]
    responses = responses_of(encoder, encoded).take(rows)
    return {**_languages(labels), **_of_answers(responses, labels), **_of_scores(prepared, sheets, tested)}


def _languages(labels: Sequence[str | None]) -> dict[str, Any]:
    counts = Counter(label or None for label in labels)
    known = [label for label in counts if label]
    return {
        "n": len(labels),
        "languages": [{"language": label, "n": n} for label, n in counts.most_common()],
        "single": known[0] if len(known) == 1 else None,
    }


def _of_answers(responses: Responses, labels: Sequence[str | None]) -> dict[str, Any]:
    found: tuple[Comparison, ...] = ()
    if _several(labels):
        found = dif(responses, labels)
    return {
        "dif": _kept([each.to_plain() for each in found]),
        "equivalence": _kept([each.to_plain() for each in judged(found, responses)]),
    }


def _of_scores(prepared: Prepared, sheets: Sequence[AnswerSheet], tested: HeldOutScores | None) -> dict[str, Any]:
    nothing = {"n_tested": None, "impact": None, "prediction": None}
    if tested is None:
        return {**nothing, "absent": IN_CONFIDENCE}
    spoken = {sheet.person: sheet.language for sheet in sheets}
    rows = np.flatnonzero(np.isfinite(tested.scores) & np.isfinite(tested.criterion))
    labels = [spoken.get(prepared.data.people[row]) for row in rows.tolist()]
    if not _several(labels):
        return {**nothing, "absent": ONE_LANGUAGE}
    try:
        return {"n_tested": len(rows), **_compared(tested, rows, labels, prepared.data.seed), "absent": None}
    except ScoringError:
        return {**nothing, "absent": TOO_FEW}


def _compared(tested: HeldOutScores, rows: np.ndarray, labels: Sequence[str | None], seed: int) -> dict[str, Any]:
    scores, criterion = tested.scores[rows], tested.criterion[rows]
    chosen = impact(top_scores(scores, TOP_SHARE), labels, seed=seed)
    lines = differential_prediction(scores, criterion, labels)
    return {"impact": _kept(chosen.to_plain()), "prediction": _kept([each.to_plain() for each in lines])}


def _several(labels: Sequence[str | None]) -> bool:
    return len({label for label in labels if label}) > 1


def _kept(value: Any) -> Any:
    """Pack sentences, so that a page can say them in its reader's language."""
    if isinstance(value, Sentence):
        return packed(value)
    if isinstance(value, dict):
        return {name: _kept(each) for name, each in value.items()}
    return [_kept(each) for each in value] if isinstance(value, list | tuple) else value
