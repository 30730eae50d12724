"""What a form sends for a question: read by one handler for each kind of answer, and written back as fields."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _

from questionnaires.answer_formats import LONGEST_TEXT
from questionnaires.definition import Item, ResponseFormat
from webapp.services.show_item import NOT_OBSERVED

Sent = Mapping[str, str]
Answer = dict[str, Any]


@dataclass(frozen=True)
class Fault:
    """What to mend, and the control that it belongs to."""

    anchor: str
    message: str


@dataclass(frozen=True)
class Handler:
    """How one kind of answer is read from the form, what can be wrong with it, and the fields that send it again."""

    read: Callable[[Item, Sent], Answer]
    faults: Callable[[Item, Answer], list[Fault]]
    fields: Callable[[Answer], dict[str, str]]


def read_answer(item: Item, sent: Sent) -> tuple[Answer, list[Fault]]:
    """The answer in its canonical form, and what keeps it from being saved."""
    handler = HANDLERS[item.format]
    answer = handler.read(item, sent)
    return answer, handler.faults(item, answer)


def sent_as(item: Item, answer: Mapping[str, Any] | None) -> dict[str, str]:
    """The form's fields that send this answer."""
    return HANDLERS[item.format].fields(dict(answer or {}))


def is_field(name: str) -> bool:
    """Whether a form's field is part of an answer that may be carried in an address."""
    return name in ("best", "worst", "choice", "value") or name.startswith(("rank-", "rating-"))


def same_pair() -> str:
    """The sentence for the impossible pair."""
    return _("The same action cannot be both the best and the worst. Choose two different ones.")


# --- best and worst


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


def _as_they_are(answer: Answer) -> dict[str, str]:
    return {name: str(value) for name, value in answer.items()}


# --- one of several


def _read_pick_one(item: Item, sent: Sent) -> Answer:
    return {"choice": sent["choice"]} if sent.get("choice") in item.option_ids else {}


def _pick_one_faults(item: Item, answer: Answer) -> list[Fault]:
    return [] if answer else [Fault(f"choice-{item.option_ids[0]}", _choose_one())]


def _read_likert(item: Item, sent: Sent) -> Answer:
    chosen = sent.get("value", "")
    if item.not_observed and chosen == NOT_OBSERVED:
        return {NOT_OBSERVED: True}
    points = _points(item)
    return {"value": points[chosen]} if chosen in points else {}


def _likert_faults(item: Item, answer: Answer) -> list[Fault]:
    if answer or item.scale is None:
        return []
    return [Fault(f"value-{item.scale.minimum}", _choose_one())]


def _likert_fields(answer: Answer) -> dict[str, str]:
    return {"value": NOT_OBSERVED} if NOT_OBSERVED in answer else _as_they_are(answer)


def _choose_one() -> str:
    return _("Choose one answer, or skip this question for now.")


def _points(item: Item) -> dict[str, int]:
    return {str(point): point for point in item.scale.points} if item.scale else {}


# --- a number for each option


def _read_numbers(item: Item, sent: Sent, prefix: str, known: Mapping[str, int]) -> dict[str, int]:
    given = {option: sent.get(f"{prefix}-{option}", "") for option in item.option_ids}
    return {option: known[number] for option, number in given.items() if number in known}


def _read_ranks(item: Item, sent: Sent) -> Answer:
    places = {str(place): place for place in range(1, len(item.options) + 1)}
    ranks = _read_numbers(item, sent, "rank", places)
    return {"ranks": ranks} if ranks else {}


def _rank_faults(item: Item, answer: Answer) -> list[Fault]:
    ranks = answer.get("ranks", {})
    if not ranks:
        return [Fault(f"rank-{item.option_ids[0]}", _("Give each one a place, or skip this question for now."))]
    return [*_places_given_twice(ranks), *_without_a_place(item, ranks)]


def _places_given_twice(ranks: Mapping[str, int]) -> list[Fault]:
    often = sorted(place for place, times in Counter(ranks.values()).items() if times > 1)
    last = {place: option for option, place in ranks.items()}
    return [Fault(f"rank-{last[place]}", _given_twice(place)) for place in often]


def _given_twice(place: int) -> str:
    return _("Place %(place)s is given more than once. Give each one a place of its own.", place=place)


def _without_a_place(item: Item, ranks: Mapping[str, int]) -> list[Fault]:
    missing = [option for option in item.option_ids if option not in ranks]
    if not missing:
        return []
    message = ngettext("One has no place yet.", "%(num)s have no place yet.", len(missing))
    return [Fault(f"rank-{missing[0]}", message)]


def _read_ratings(item: Item, sent: Sent) -> Answer:
    ratings = _read_numbers(item, sent, "rating", _points(item))
    return {"ratings": ratings} if ratings else {}


def _rating_faults(item: Item, answer: Answer) -> list[Fault]:
    missing = [option for option in item.option_ids if option not in answer.get("ratings", {})]
    if not missing or item.scale is None:
        return []
    anchor = f"rating-{missing[0]}-{item.scale.minimum}"
    if not answer:
        return [Fault(anchor, _("Rate each one, or skip this question for now."))]
    return [Fault(anchor, ngettext("One has no rating yet.", "%(num)s have no rating yet.", len(missing)))]


def _numbered(field: str, prefix: str) -> Callable[[Answer], dict[str, str]]:
    return lambda answer: {f"{prefix}-{option}": str(number) for option, number in answer.get(field, {}).items()}


# --- own words


def _read_text(item: Item, sent: Sent) -> Answer:
    text = sent.get("text", "").replace("\r\n", "\n").replace("\r", "\n")  # a form sends each line's end as two signs
    return {"text": text} if text.strip() else {}


def _text_faults(item: Item, answer: Answer) -> list[Fault]:
    if not answer:
        return [Fault("text", _("Write your answer, or skip this question for now."))]
    over = len(answer["text"]) - LONGEST_TEXT
    return [Fault("text", _too_long(over))] if over > 0 else []


def _too_long(over: int) -> str:
    return ngettext(
        "Your text is %(over)s character too long. At most %(most)s fit.",
        "Your text is %(over)s characters too long. At most %(most)s fit.",
        over,
        over=format_decimal(over),
        most=format_decimal(LONGEST_TEXT),
    )


HANDLERS = {
    ResponseFormat.BEST_WORST: Handler(_read_best_worst, _best_worst_faults, _as_they_are),
    ResponseFormat.PICK_ONE: Handler(_read_pick_one, _pick_one_faults, _as_they_are),
    ResponseFormat.LIKERT: Handler(_read_likert, _likert_faults, _likert_fields),
    ResponseFormat.RANK: Handler(_read_ranks, _rank_faults, _numbered("ranks", "rank")),
    ResponseFormat.RATE_EACH: Handler(_read_ratings, _rating_faults, _numbered("ratings", "rating")),
    ResponseFormat.OPEN_TEXT: Handler(_read_text, _text_faults, _as_they_are),
}
