"""The same situations answered in another way: every reaction rated, in place of a best and a worst one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from questionnaires.definition import Questionnaire, ResponseFormat, Scale
from questionnaires.exchange.document import document_of, yaml_text
from questionnaires.loading import load_text

Document = dict[str, Any]
CHOSEN = frozenset({ResponseFormat.BEST_WORST, ResponseFormat.PICK_ONE, ResponseFormat.RANK})
NAME_ENDING = "-rated"
EFFECTIVENESS = Scale(
    1,
    5,
    {
        "en": {1: "Very poor", 2: "Poor", 3: "Passable", 4: "Good", 5: "Excellent"},
        "ru": {1: "Очень плохо", 2: "Плохо", 3: "Приемлемо", 4: "Хорошо", 5: "Отлично"},
        "lt": {1: "Labai prastai", 2: "Prastai", 3: "Pakenčiamai", 4: "Gerai", 5: "Puikiai"},
    },
)
"""How good a reaction is: the same five steps as the key's own, from 1 (harmful) to 5 (excellent)."""
_INTRODUCTION = {
    "en": "Read each situation, then rate every action by itself. Several actions may get the same rating.",
    "ru": "Прочитайте ситуацию и оцените каждое действие отдельно. Одинаковые оценки возможны.",
    "lt": "Perskaitykite situaciją ir įvertinkite kiekvieną poelgį atskirai. Vertinimai gali sutapti.",
}
_DESCRIPTION = {
    "en": "Short situations from different jobs. In each one you rate every one of the actions.",
    "ru": "Короткие ситуации из разных профессий. В каждой нужно оценить все предложенные действия.",
    "lt": "Trumpos situacijos iš įvairių darbų. Kiekvienoje įvertinate visus siūlomus poelgius.",
}
_REVIEW = {
    "en": "The answer format was changed to rating every action; in this form nobody has reviewed it.",
    "ru": "Способ ответа изменён: оценивается каждое действие; в таком виде опросник никто не проверял.",
    "lt": "Atsakymo būdas pakeistas: vertinamas kiekvienas poelgis; tokio klausimyno niekas neperžiūrėjo.",
}


def as_rate_each(questionnaire: Questionnaire, scale: Scale = EFFECTIVENESS) -> Questionnaire:
    """Return the questionnaire with every choice among options turned into a rating of each option.

    Options, keys, facets, sections and forms stay; likert and open items stay as they are. The name gets the ending
    ``-rated``: the scoring identity differs, so that models of the original do not score it. What tells people to
    choose is replaced: the description and the introductions of sections. The review status says what was done.

    Parameters
    ----------
    questionnaire
        Any questionnaire that was loaded from text.
    scale
        The points, with labels in every language of the questionnaire unless its texts are withheld.

    Raises
    ------
    ValueError
        Where no item lets people choose among options, or the scale has no labels in one of the languages.
    QuestionnaireError
        Where the scale has faults: see `questionnaires.loading.load_text`.
    """
    chosen = [item for item in (*questionnaire.practice, *questionnaire.items) if item.format in CHOSEN]
    if not chosen:
        raise ValueError(f"{questionnaire.name}: no item lets people choose among options, so there is nothing to rate")
    missing = [each for each in questionnaire.languages if each not in scale.labels]
    if missing and not all(item.withheld for item in chosen):
        raise ValueError(f"the scale has no labels in {', '.join(missing)}; give a scale that has")
    document = document_of(questionnaire)
    changed = document | {
        "name": f"{questionnaire.name}{NAME_ENDING}",
        "review": _review(document.get("review", "")),
        "items": [_rated(item, scale, questionnaire.languages) for item in document["items"]],
    }
    for name in ("practice",) if "practice" in document else ():
        changed[name] = [_rated(item, scale, questionnaire.languages) for item in document[name]]
    return load_text(yaml_text(_told_to_rate(changed, questionnaire.languages)), changed["name"])


def _review(said: str | Mapping[str, str]) -> str | dict[str, str]:
    if isinstance(said, str):
        return f"{said} {_REVIEW['en']}".strip()
    return {language: f"{text} {_REVIEW.get(language, _REVIEW['en'])}" for language, text in said.items()}


def _rated(item: Document, scale: Scale, languages: tuple[str, ...]) -> Document:
    if item["format"] not in CHOSEN:
        return item
    points: Document = {"minimum": scale.minimum, "maximum": scale.maximum}
    if not item.get("withheld"):
        points["labels"] = {each: _by_point(scale.labels[each]) for each in languages}
        if scale.anchors:
            points["anchors"] = {each: _by_point(scale.anchors[each]) for each in languages if each in scale.anchors}
    return item | {"format": ResponseFormat.RATE_EACH.value, "scale": points}


def _by_point(texts: Mapping[int, str]) -> dict[str, str]:
    return {str(point): text for point, text in texts.items()}


def _told_to_rate(document: Document, languages: tuple[str, ...]) -> Document:
    """Replace what tells people to choose; where we have no words in a language, say nothing rather than wrong."""
    ours = set(languages) <= set(_INTRODUCTION)
    told = {name: value for name, value in document.items() if name != "description"}
    if ours:
        told["description"] = {each: _DESCRIPTION[each] for each in languages}
    if "sections" in document:
        told["sections"] = [_introduced(section, languages, ours) for section in document["sections"]]
    return told


def _introduced(section: Document, languages: tuple[str, ...], ours: bool) -> Document:
    kept = {name: value for name, value in section.items() if name != "introduction"}
    return kept | ({"introduction": {each: _INTRODUCTION[each] for each in languages}} if ours else {})
