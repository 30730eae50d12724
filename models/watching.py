"""A look at a model at work: from answers to the arrays that `scoring.watching` compares."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from models.quality import assess_quality
from models.trained import TrainedModel
from questionnaires.answers import AnswerSheet
from scoring.quality.group_check import REVIEW, hit
from scoring.quality.traces import NO_TRACE, Trace, trace_of
from scoring.watching.look import look
from scoring.watching.pool import Confirmed, Pool, Staff

LeftOut = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Seen:
    """One applicant: answers, the week in which they were sent, and what a sitting leaves beside them.

    ``order_seed`` is that of the options' order, ``seconds`` the time on each screen: both for quality alone.
    ``adjusted`` marks who had an adjustment, for whom nothing that rests on time is flagged.
    """

    sheet: AnswerSheet
    week: str
    lately: bool
    skipped: int = 0
    order_seed: int | None = None
    seconds: dict[str, float] = field(default_factory=dict)
    adjusted: bool = False


def look_at(
    model: TrainedModel,
    staff: Sequence[AnswerSheet],
    applicants: Sequence[Seen],
    confirmations: tuple[int, int],
    seed: int = 0,
    left_out: LeftOut | None = None,
) -> dict[str, Any]:
    """Look at a model: see `scoring.watching.look.look`.

    Parameters
    ----------
    model
        Which scores both; of staff it flatters the spread somewhat, since it has seen some of them.
    staff
        Everybody on the staff who answered this form, rated or not.
    applicants
        Those of the time that is looked back on, or a random part of them.
    confirmations
        How many supervised confirmations there were, and how many of them dropped.
    left_out
        By person, the questions that do not count for them. Such a question is compared for nobody.
    """
    gone = left_out or {}
    with threadpool_limits(limits=1):
        there = Staff(*_answers_and_scores(model, staff, gone), [sheet.language or "" for sheet in staff])
        pool, learned = pool_of(model, applicants, gone), model.estimator is not None
        found = look(model.encoder, there, pool, Confirmed(*confirmations), seed, learned=learned)
    return {**found, "left_out": sorted(_nowhere(gone))}


def _nowhere(left_out: LeftOut) -> set[str]:
    return set().union(*left_out.values())


def _answers_and_scores(
    model: TrainedModel, sheets: Sequence[AnswerSheet], left_out: LeftOut
) -> tuple[np.ndarray, np.ndarray]:
    """Encoded answers, with nothing in the columns of questions left out for somebody; and everybody's score."""
    X, gone = model.encoder.encode(sheets).X, _nowhere(left_out)
    for block in model.encoder.blocks:
        if block.item in gone:
            X[:, block.columns] = 0.0
    return X, _scores(model, sheets, left_out)


def _scores(model: TrainedModel, sheets: Sequence[AnswerSheet], left_out: LeftOut) -> np.ndarray:
    scores = np.full(len(sheets), np.nan)
    alike: dict[frozenset[str], list[int]] = defaultdict(list)
    for row, sheet in enumerate(sheets):
        alike[left_out.get(sheet.person, frozenset())].append(row)
    for items, rows in alike.items():
        found = model.without(items).score([sheets[row] for row in rows])
        scores[rows] = [np.nan if each.score is None else each.score for each in found]
    return scores


def pool_of(model: TrainedModel, applicants: Sequence[Seen], left_out: LeftOut) -> Pool:
    """Return the applicants as arrays."""
    sheets = [each.sheet for each in applicants]
    answers, scores = _answers_and_scores(model, sheets, left_out)
    items = max(1, len(model.encoder.items))
    return Pool(
        answers=answers,
        scores=scores,
        lately=np.array([each.lately for each in applicants], dtype=bool),
        weeks=[each.week for each in applicants],
        skipped=np.array([each.skipped / items for each in applicants], dtype=float),
        languages=[sheet.language or "" for sheet in sheets],
        flags=_flags(model, applicants),
    )


def _flags(model: TrainedModel, applicants: Sequence[Seen]) -> dict[str, np.ndarray]:
    """Who has which flag, "review" first; nothing where the model knows no staff."""
    traces = [trace_of_seen(model, each) for each in applicants]
    adjusted = [each.adjusted for each in applicants]
    found = assess_quality(model, [each.sheet for each in applicants], traces, adjusted)
    if not found:
        return {}
    kinds = (REVIEW, *(figure.name for figure in found[0].indices))
    return {kind: np.array([hit(quality, kind) for quality in found], dtype=bool) for kind in kinds}


def trace_of_seen(model: TrainedModel, one: Seen) -> Trace:
    """Where the chosen options stood and how long screens took, as far as it is known."""
    if one.order_seed is None and not one.seconds:
        return NO_TRACE
    return trace_of(model.encoder.items, one.sheet, order_seed=one.order_seed, seconds=one.seconds)
