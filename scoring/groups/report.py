"""All figures about groups in one report: plain values that can be kept, nothing that is applied.

A part appears where its data is there. Which attributes are looked at is the caller's choice and a legal
question; this module knows no attribute by name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from questionnaires.words import say
from scoring.errors import ScoringError
from scoring.groups.checks import Labels, decisions, grouping, matrix, numbers
from scoring.groups.dif import dif, items_that_differ
from scoring.groups.front import Differing, front, spread_of_points
from scoring.groups.impact import impact
from scoring.groups.languages import equivalence
from scoring.groups.local_law_144 import audit_scores, audit_selection
from scoring.groups.prediction import differential_prediction
from scoring.groups.responses import Responses

TOP_SHARE = 1 / 3


@dataclass(frozen=True)
class GroupData:
    """What a report is made of: n people, and whatever is known of them.

    Attributes
    ----------
    attributes : mapping of str to sequence of n
        Group labels by attribute; None where not known.
    references : mapping of str to str
        The group others are compared with, by attribute; otherwise the largest one.
    selected : array of shape (n,), optional
        Decisions, 0 or 1.
    scores : array of shape (n,), optional
        What people are ranked by; out of fold where the criterion trained it.
    criterion, weights : array of shape (n,), optional
    responses : Responses, optional
        For differential item functioning.
    language : sequence of n, optional
        The language each person answered in.
    answers : array of shape (n, p), optional
        Encoded answers, for the front.
    column_items : sequence of p, optional
        Which item of ``responses`` a column of ``answers`` belongs to; -1 for none.
    units : sequence of n, optional
    local_law : (str, str), optional
        The attributes that hold sex and race/ethnicity, where New York City's rule applies.
    """

    attributes: Mapping[str, Labels]
    references: Mapping[str, str] = field(default_factory=dict)
    selected: ArrayLike | None = None
    scores: ArrayLike | None = None
    criterion: ArrayLike | None = None
    weights: ArrayLike | None = None
    responses: Responses | None = None
    language: Labels | None = None
    answers: ArrayLike | None = None
    column_items: Sequence[int] | None = None
    units: Sequence[str | None] | None = None
    local_law: tuple[str, str] | None = None


def group_report(data: GroupData, top_share: float = TOP_SHARE, repeats: int = 3, seed: int = 0) -> dict[str, Any]:
    """Put all figures about groups together.

    Parameters
    ----------
    data : GroupData
    top_share : float
        Where there are scores and no decisions, who would be selected.
    repeats : int
        Of the front's cross-validation.
    seed : int

    Returns
    -------
    dict
        Plain values for JSON: ``n``, ``attributes`` (by name: ``impact``, ``prediction``, ``dif``,
        ``front``), ``local_law_144``, ``languages`` and ``notes`` (sentences). What could not be computed for
        lack of data is None, and a note says why where the data was there and did not suffice.

    Raises
    ------
    ScoringError
        Where nothing is given, arrays do not fit each other, values are missing, or an attribute has one
        group only.
    """
    n = _size(data)
    for labels in data.attributes.values():
        grouping(labels, n)
    notes: list[str] = [_nature()]
    attributes = {name: _attribute(data, name, _Plan(top_share, repeats, seed), notes) for name in data.attributes}
    return {
        "n": n,
        "attributes": attributes,
        "local_law_144": _local_law(data),
        "languages": _languages(data, n),
        "notes": notes,
    }


def _nature() -> str:
    return say("A report only: group membership is in no score, and nothing here changes one.")


def _size(data: GroupData) -> int:
    """How many people there are; everything given has to agree."""
    given = [data.selected, data.scores, data.criterion]
    n = next((len(numbers(each, None, "values")) for each in given if each is not None), 0)
    n = n or (len(data.responses.scores) if data.responses is not None else 0)
    if not n or not data.attributes:
        what = say("A report about groups needs groups, and decisions, scores, a criterion or answers of people.")
        raise ScoringError(what, say("Give at least one attribute and one of them."))
    _agree(data, n)
    return n


def _agree(data: GroupData, n: int) -> None:
    for values, name in ((data.scores, "scores"), (data.criterion, "criterion"), (data.weights, "weights")):
        if values is not None:
            numbers(values, n, name)
    if data.selected is not None:
        decisions(data.selected, n)
    if data.responses is not None:
        matrix(data.responses.scores, n, "item scores", gaps=True)
    if data.answers is not None:
        _refuse_columns(matrix(data.answers, n, "answers"), data)
    for name in (*(data.local_law or ()), *data.references):
        if name not in data.attributes:
            raise ScoringError(
                say("There is no attribute “%(name)s”.", name=name),
                say("Choose one of: %(names)s.", names=", ".join(data.attributes)),
            )


def _refuse_columns(answers: np.ndarray, data: GroupData) -> None:
    if data.column_items is not None and len(data.column_items) != answers.shape[1]:
        what = say(
            "There are %(columns)s columns of answers and items for %(items)s.",
            columns=answers.shape[1],
            items=len(data.column_items),
        )
        raise ScoringError(what, say("Name the item of every column, -1 for none."))


@dataclass(frozen=True)
class _Plan:
    top_share: float
    repeats: int
    seed: int


def _attribute(data: GroupData, name: str, plan: _Plan, notes: list[str]) -> dict[str, Any]:
    labels, reference = data.attributes[name], data.references.get(name)
    return {
        "impact": _impact(data, labels, reference, plan),
        "prediction": _prediction(data, labels, reference),
        "dif": _dif(data, labels, reference),
        "front": _front(data, labels, reference, plan, notes),
    }


def _impact(data: GroupData, labels: Labels, reference: str | None, plan: _Plan) -> dict[str, Any] | None:
    """Of the decisions; where there are none, of the top scores."""
    if data.selected is not None:
        return {"of": "decisions"} | impact(data.selected, labels, reference, seed=plan.seed).to_plain()
    if data.scores is None:
        return None
    chosen = top_scores(np.asarray(data.scores, dtype=float), plan.top_share)
    share = {"of": "top_scores", "top_share": plan.top_share}
    return share | impact(chosen, labels, reference, seed=plan.seed).to_plain()


def top_scores(scores: np.ndarray, share: float) -> np.ndarray:
    """Boolean (n,): who is among the highest scores; people who tie at the cut are all in."""
    places = max(1, round(share * len(scores)))
    return scores >= np.sort(scores)[::-1][places - 1]


def _prediction(data: GroupData, labels: Labels, reference: str | None) -> list[dict[str, Any]] | None:
    if data.scores is None or data.criterion is None:
        return None
    found = differential_prediction(data.scores, data.criterion, labels, reference, data.weights)
    return [each.to_plain() for each in found]


def _dif(data: GroupData, labels: Labels, reference: str | None) -> list[dict[str, Any]] | None:
    if data.responses is None:
        return None
    return [each.to_plain() for each in dif(data.responses, labels, reference)]


def _front(
    data: GroupData, labels: Labels, reference: str | None, plan: _Plan, notes: list[str]
) -> list[dict[str, Any]] | None:
    """The front, or nothing and a note why."""
    if data.answers is None or data.criterion is None:
        return None
    try:
        points = front(
            data.answers,
            data.criterion,
            labels,
            reference=reference,
            sample_weight=data.weights,
            units=data.units,
            differing=_columns_that_differ(data, labels, reference),
            top_share=plan.top_share,
            repeats=plan.repeats,
            seed=plan.seed,
        )
    except ScoringError as refused:
        notes.extend(refused.sentences)
        return None
    notes.extend(spread_of_points(points))
    return [point.to_plain() for point in points]


def _columns_that_differ(data: GroupData, labels: Labels, reference: str | None) -> Differing | None:
    """From training rows to the columns of items that differ there between groups."""
    responses, columns = data.responses, data.column_items
    if responses is None or columns is None:
        return None
    groups = np.array([label or "" for label in labels], dtype=object)
    owners = np.asarray(columns, dtype=int)

    def differing(rows: np.ndarray) -> np.ndarray:
        found = dif(responses.take(rows), groups[rows], reference)
        return np.isin(owners, sorted(set().union(*(items_that_differ(each, responses) for each in found))))

    return differing


def _local_law(data: GroupData) -> list[dict[str, Any]] | None:
    """Audits of decisions and of scores, whichever are there, in jurisdictions that ask for them."""
    if data.local_law is None:
        return None
    sex, race = (data.attributes[name] for name in data.local_law)
    audits = []
    if data.selected is not None:
        audits.append(audit_selection(data.selected, sex, race).to_plain())
    if data.scores is not None:
        audits.append(audit_scores(data.scores, sex, race).to_plain())
    return audits


def _languages(data: GroupData, n: int) -> list[dict[str, Any]] | None:
    if data.language is None or data.responses is None:
        return None
    if len(grouping(data.language, n, smallest=1).names) < 2:
        return []
    return [each.to_plain() for each in equivalence(data.responses, data.language)]
