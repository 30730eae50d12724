"""What the candidate sends, read from the definition: one handler for each kind of answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField
from wtforms.validators import InputRequired

from questionnaires.definition import Item, ResponseFormat

Sent = Mapping[str, str]
Answer = dict[str, Any]


class ConsentForm(FlaskForm):
    """Agreement to the notice; never ticked beforehand."""

    agree = BooleanField(
        _l("I have read this and agree to take part."),
        validators=[InputRequired(_l("Tick the box if you agree. Without it the questionnaire cannot begin."))],
    )


@dataclass(frozen=True)
class Fault:
    """What to mend, and the control that it belongs to."""

    anchor: str
    message: str


@dataclass(frozen=True)
class Handler:
    """How one kind of answer is read from the form, and what can be wrong with it."""

    read: Callable[[Item, Sent], Answer]
    faults: Callable[[Item, Answer], list[Fault]]


def _read_best_worst(item: Item, sent: Sent) -> Answer:
    return {name: sent[name] for name in ("best", "worst") if sent.get(name) in item.option_ids}


def _best_worst_faults(item: Item, answer: Answer) -> list[Fault]:
    first = item.option_ids[0]
    if "best" not in answer and "worst" not in answer:
        return [Fault(f"best-{first}", _("Choose one best and one worst, or skip this question for now."))]
    if "best" not in answer:
        return [Fault(f"best-{first}", _("Choose the best one too, or skip this question for now."))]
    if "worst" not in answer:
        return [Fault(f"worst-{first}", _("Choose the worst one too, or skip this question for now."))]
    if answer["best"] == answer["worst"]:
        return [Fault(f"worst-{answer['worst']}", same_pair())]
    return []


def same_pair() -> str:
    """The sentence for the impossible pair."""
    return _("The same action cannot be both the best and the worst. Choose two different ones.")


def _read_pick_one(item: Item, sent: Sent) -> Answer:
    return {"choice": sent["choice"]} if sent.get("choice") in item.option_ids else {}


def _pick_one_faults(item: Item, answer: Answer) -> list[Fault]:
    if answer:
        return []
    return [Fault(f"choice-{item.option_ids[0]}", _("Choose one answer, or skip this question for now."))]


def _read_likert(item: Item, sent: Sent) -> Answer:
    points = {str(point): point for point in item.scale.points} if item.scale else {}
    return {"value": points[sent["value"]]} if sent.get("value") in points else {}


def _likert_faults(item: Item, answer: Answer) -> list[Fault]:
    if answer or item.scale is None:
        return []
    return [Fault(f"value-{item.scale.minimum}", _("Choose one answer, or skip this question for now."))]


HANDLERS = {
    ResponseFormat.BEST_WORST: Handler(_read_best_worst, _best_worst_faults),
    ResponseFormat.PICK_ONE: Handler(_read_pick_one, _pick_one_faults),
    ResponseFormat.LIKERT: Handler(_read_likert, _likert_faults),
}


def read_answer(item: Item, sent: Sent) -> tuple[Answer, list[Fault]]:
    """The answer in its canonical form, and what keeps it from being saved."""
    handler = HANDLERS[item.format]
    answer = handler.read(item, sent)
    return answer, handler.faults(item, answer)


def read_revision(sent: Sent) -> int:
    """The revision that the page showed; what is no number matches nothing."""
    try:
        return int(sent.get("revision", ""))
    except ValueError:
        return -1
