"""Score some thousands of people at once: each row is the one that `score_sitting` would write, to the last bit."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from models.many import ManyScorer
from models.trained import Score as Result
from models.trained import TrainedModel
from webapp.services.items.left_out import left_out_of, set_aside_now
from webapp.services.rescoring.given_answers import Understood, read_answers
from webapp.services.rescoring.whom import Span, Target, read_people
from webapp.services.score_sitting import FIGURES, REUSED, as_of_other_form, key_model
from webapp.services.serving_model import serving_model

Aside = Mapping[uuid.UUID, Mapping[str, frozenset[str]]]
"""By questionnaire and language, what was set aside."""
Alike = tuple[str, tuple[str, ...]]
"""A form, and the questions that do not count: whoever has the same is scored together."""


@dataclass(frozen=True)
class Scored:
    """What was made of some people, and of which questions set aside."""

    rows: Mapping[uuid.UUID, dict[str, Any]]
    aside: Aside


def score_span(session: Session, target: Target, span: Span, limit: int | None = None) -> Scored:
    """Score whom nobody has scored in this span; nothing is written."""
    people = read_people(session, target, span, limit)
    aside = set_aside_for(session, target, {person.questionnaire_id for person in people})
    answers = read_answers(session, target.organisation_id, [person.id for person in people])
    model = serving_model(session, target.organisation_id, target.version_id)
    rows: dict[uuid.UUID, dict[str, Any]] = {}
    for (form, left_out), group in _alike(session, target, people, aside).items():
        rows |= _rows(model, form, left_out, group, answers)
    return Scored(rows, aside)


def set_aside_for(session: Session, target: Target, questionnaires: Sequence[uuid.UUID] | set[uuid.UUID]) -> Aside:
    return {each: set_aside_now(session, target.organisation_id, each) for each in questionnaires}


def _alike(session: Session, target: Target, people: Sequence[Row[Any]], aside: Aside) -> dict[Alike, list[Row[Any]]]:
    found: dict[Alike, list[Row[Any]]] = defaultdict(list)
    known: dict[Any, tuple[str, ...]] = {}
    for person in people:
        case = (person.questionnaire_id, person.form, person.language, tuple(person.not_asked))
        if case not in known:
            known[case] = tuple(left_out_of(session, person, aside[person.questionnaire_id]))
        found[person.form, known[case]].append(person)
    return found


def _rows(
    model: TrainedModel,
    form: str,
    left_out: Sequence[str],
    people: Sequence[Row[Any]],
    answers: Mapping[uuid.UUID, str],
) -> dict[uuid.UUID, dict[str, Any]]:
    own = form == model.manifest.form
    scorer = ManyScorer((model if own else key_model(model.questionnaire, form)).without(left_out))
    understood = Understood(scorer.code)
    read = [understood.read(answers.get(person.id, "")) for person in people]
    results = scorer.score([str(person.id) for person in people], [codes for codes, _seal in read])
    if not own:
        results = as_of_other_form(model, results)
    alike = {
        "left_out": list(left_out),
        "scoring_identity": model.questionnaire.scoring_identity,
        "texts_identity": model.questionnaire.texts_identity,
    }
    return {
        person.id: {**_figures(result, person.reused), "answers_hash": seal, **alike}
        for person, result, (_codes, seal) in zip(people, results, read, strict=True)
    }


def _figures(result: Result, reused: bool) -> dict[str, Any]:
    figures: dict[str, Any] = {name: getattr(result, name) for name in FIGURES}
    figures["flags"] = [*result.flags, REUSED] if reused else list(result.flags)
    return figures
