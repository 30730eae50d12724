"""A question as it is shown: in one language, its options in this sitting's own order. Pure but for the words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from questionnaires.answer_formats import LONGEST_TEXT
from questionnaires.definition import Item, ResponseFormat, Scale
from questionnaires.ordering import shown_order

NOT_OBSERVED = "not_observed"
"""What the form sends for "could not observe"."""


@dataclass(frozen=True)
class Choice:
    """One thing that can be chosen. `id` is what is sent; it is the same in every language."""

    id: str
    text: str
    anchor: str = ""
    """At a point of a scale: in a sentence, what is seen there."""

    @property
    def labelled(self) -> bool:
        """Whether a point of a scale has words of its own."""
        return self.text != self.id


@dataclass(frozen=True)
class Screen:
    """One question on its screen. `choices` are the options, or the points of a scale without options."""

    item: Item
    title: str
    paragraphs: tuple[str, ...]
    legend: str
    best_label: str
    worst_label: str
    choices: tuple[Choice, ...]
    points: tuple[Choice, ...] = ()
    indicators: tuple[str, ...] = ()
    not_observed: str = ""
    longest: int = LONGEST_TEXT

    @property
    def format(self) -> str:
        return self.item.format.value

    @property
    def order(self) -> list[str]:
        """The options as shown; a scale has none."""
        return [choice.id for choice in self.choices] if self.item.options else []

    @property
    def anchored(self) -> bool:
        """Whether the points of a scale say in sentences what is seen there."""
        return any(choice.anchor for choice in self.choices)

    @property
    def ends(self) -> tuple[Choice, ...]:
        """The points of the scale that have words: said once in words beside the numbers."""
        return tuple(point for point in self.points if point.labelled)


def screen_of(item: Item, language: str, seed: int) -> Screen:
    """The question in this language, as this sitting shows it every time."""
    texts = (item.scenes.get(language, ""), item.stems.get(language, ""))
    points = _points(item.scale, language) if item.scale else ()
    return Screen(
        item=item,
        title=item.titles.get(language, ""),
        paragraphs=tuple(text.strip() for text in texts if text.strip()),
        legend=_legend(item),
        best_label=_("Most likely") if item.instruction == "behaviour" else _("Best"),
        worst_label=_("Least likely") if item.instruction == "behaviour" else _("Worst"),
        choices=_options(item, language, seed) if item.options else points,
        points=points,
        indicators=tuple(each.texts[language] for each in item.indicators),
        not_observed=item.not_observed.get(language, ""),
    )


def order_of(item: Item, seed: int) -> list[str]:
    """The order of the options alone, as the screen has it in every language."""
    return list(shown_order(item, seed)) if item.options else []


def _options(item: Item, language: str, seed: int) -> tuple[Choice, ...]:
    return tuple(Choice(key, item.option(key).texts[language]) for key in shown_order(item, seed))


def _points(scale: Scale, language: str) -> tuple[Choice, ...]:
    labels, anchors = scale.labels.get(language, {}), scale.anchors.get(language, {})
    return tuple(Choice(str(point), labels.get(point, str(point)), anchors.get(point, "")) for point in scale.points)


# --- what is asked, in a sentence; what somebody would do is asked in other words than what is right


def _legend(item: Item) -> str:
    return (_asked_of_behaviour if item.instruction == "behaviour" else _asked_of_knowledge)(item)


def _asked_of_behaviour(item: Item) -> str:
    match item.format:
        case ResponseFormat.BEST_WORST:
            return _("What would you most likely do, and what least likely?")
        case ResponseFormat.PICK_ONE:
            return _("What would you do?")
        case ResponseFormat.RANK:
            return _("Put these in order: place 1 is what you would most likely do.")
        case ResponseFormat.RATE_EACH:
            return _("How likely is it that you would do each of these?")
        case _:
            return _asked_in_one_way(item)


def _asked_of_knowledge(item: Item) -> str:
    match item.format:
        case ResponseFormat.BEST_WORST:
            return _("Which action is the best, and which is the worst?")
        case ResponseFormat.PICK_ONE:
            return _("Which answer is the best?")
        case ResponseFormat.RANK:
            return _("Put these in order: place 1 is the best.")
        case ResponseFormat.RATE_EACH:
            return _("How good is each of these?")
        case _:
            return _asked_in_one_way(item)


def _asked_in_one_way(item: Item) -> str:
    if item.format is ResponseFormat.OPEN_TEXT:
        return _("Your answer in your own words")
    if item.scale is not None and item.scale.anchors:
        return _("Which description comes closest?")
    return _("How true is this for you?")


# --- an answer in words

Words = list[tuple[str, str]]


def described(screen: Screen, value: Mapping[str, Any] | None) -> Words:
    """An answer in words: (what it says, the text that was chosen); the first part may be empty."""
    return _TELLERS[screen.item.format](screen, value) if value else []


def _tell_best_worst(screen: Screen, value: Mapping[str, Any]) -> Words:
    texts = _texts(screen.choices)
    labels = (("best", screen.best_label), ("worst", screen.worst_label))
    return [(label, texts[value[name]]) for name, label in labels if value.get(name) in texts]


def _tell_one(screen: Screen, value: Mapping[str, Any]) -> Words:
    if NOT_OBSERVED in value:
        return [("", screen.not_observed)]
    texts = _texts(screen.choices)
    chosen = str(value.get("choice", value.get("value", "")))
    return [("", texts[chosen])] if chosen in texts else []


def _tell_ranks(screen: Screen, value: Mapping[str, Any]) -> Words:
    texts = _texts(screen.choices)
    ranks = sorted(value.get("ranks", {}).items(), key=lambda pair: pair[1])
    return [(str(place), texts[option]) for option, place in ranks if option in texts]


def _tell_ratings(screen: Screen, value: Mapping[str, Any]) -> Words:
    ratings, points = value.get("ratings", {}), {point.id: point for point in screen.points}
    rated = [(choice.text, points.get(str(ratings.get(choice.id)))) for choice in screen.choices]
    return [(_point_in_words(point), text) for text, point in rated if point is not None]


def _point_in_words(point: Choice) -> str:
    return f"{point.id} ({point.text})" if point.labelled else point.id


def _tell_text(screen: Screen, value: Mapping[str, Any]) -> Words:
    return [("", str(value["text"]))] if value.get("text") else []


def _texts(choices: tuple[Choice, ...]) -> dict[str, str]:
    return {choice.id: choice.text for choice in choices}


_TELLERS: dict[ResponseFormat, Callable[[Screen, Mapping[str, Any]], Words]] = {
    ResponseFormat.BEST_WORST: _tell_best_worst,
    ResponseFormat.PICK_ONE: _tell_one,
    ResponseFormat.LIKERT: _tell_one,
    ResponseFormat.RANK: _tell_ranks,
    ResponseFormat.RATE_EACH: _tell_ratings,
    ResponseFormat.OPEN_TEXT: _tell_text,
}
