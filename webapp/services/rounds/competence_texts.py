"""A competence as it is asked: texts by language and a scale, written down so that nothing changes it later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from questionnaires import shelf
from questionnaires.definition import Item, Scale
from webapp.config import LANGUAGES

LIBRARY = "internal-service"
OWN = "own-"
Texts = Mapping[str, str]


@dataclass(frozen=True)
class CompetenceText:
    """What a rater reads. Points of the scale are text, as JSON keeps them."""

    code: str
    names: Texts
    descriptions: Texts
    indicators: Mapping[str, Sequence[str]] = field(default_factory=dict)
    minimum: int = 1
    maximum: int = 5
    labels: Mapping[str, Texts] = field(default_factory=dict)
    anchors: Mapping[str, Texts] = field(default_factory=dict)
    not_observed: Texts = field(default_factory=dict)
    facet: str | None = None

    @property
    def points(self) -> range:
        return range(self.minimum, self.maximum + 1)

    @property
    def scale(self) -> tuple[int, int]:
        return self.minimum, self.maximum

    @property
    def languages(self) -> list[str]:
        return [language for language in LANGUAGES if self.names.get(language) and self.descriptions.get(language)]

    def name_in(self, language: str) -> str:
        """The name in this language, else in the first that it has: for HR's lists, never for a rater."""
        return self.names.get(language) or next((self.names[each] for each in self.languages), self.code)

    def plain(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> CompetenceText:
        return cls(**plain)


def library_competences() -> list[CompetenceText]:
    """The eight facets with their indicators and anchors, from the newest version of the shelf."""
    return [_of_item(item) for item in shelf.get(LIBRARY).items]


def _of_item(item: Item) -> CompetenceText:
    scale = item.scale or Scale(1, 5)
    return CompetenceText(
        code=item.id,
        facet=item.facet,
        names=dict(item.titles),
        descriptions=dict(item.stems),
        indicators={code: [each.texts[code] for each in item.indicators] for code in item.titles},
        minimum=scale.minimum,
        maximum=scale.maximum,
        labels=_by_text(scale.labels),
        anchors=_by_text(scale.anchors),
        not_observed=dict(item.not_observed),
    )


def _by_text(points: Mapping[str, Mapping[int, str]]) -> dict[str, dict[str, str]]:
    return {language: {str(point): text for point, text in each.items()} for language, each in points.items()}


def shared_languages(competences: Sequence[CompetenceText]) -> list[str]:
    """The languages in which each of these is written."""
    return [code for code in LANGUAGES if competences and all(code in each.languages for each in competences)]
