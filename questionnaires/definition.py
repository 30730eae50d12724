"""What a questionnaire is: frozen values that everything else reads.

A definition is data. It never changes once published; a corrected text or a new
key is a new version. What decides a *score* (items, options, formats, scales,
the key) is hashed apart from what a person *reads* (the texts).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

FACETS = ("needs", "candour", "ownership", "recovery", "composure", "internal", "balance", "constancy")
LANGUAGES = ("en", "ru", "lt")
STATEMENTS = ("authorship", "review", "licence")
"""What a questionnaire says of itself: one text, or a text per language."""


class ResponseFormat(StrEnum):
    """How an item is answered."""

    BEST_WORST = "best_worst"
    PICK_ONE = "pick_one"
    RATE_EACH = "rate_each"
    RANK = "rank"
    LIKERT = "likert"
    OPEN_TEXT = "open_text"


class Purpose(StrEnum):
    """What a questionnaire is for. Only those for selection are given to applicants and trained on."""

    SELECTION = "selection"
    RATINGS = "ratings"
    SURVEY = "survey"
    REACTION = "reaction"


@dataclass(frozen=True)
class Scale:
    """An inclusive integer answer scale, with optional labels and anchors per language and point.

    A label is a word or two beside the point; an anchor says in a sentence what is seen at this point.
    """

    minimum: int
    maximum: int
    labels: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    anchors: Mapping[str, Mapping[int, str]] = field(default_factory=dict)

    @property
    def points(self) -> range:
        return range(self.minimum, self.maximum + 1)


@dataclass(frozen=True)
class OptionKey:
    """An option's effectiveness from 1 (harmful) to 5 (excellent).

    ``spread`` is the standard deviation between panel members, None without a panel.
    """

    mean: float
    spread: float | None = None
    reason: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Option:
    """One reaction. ``texts`` maps language to text and is empty where texts are withheld."""

    id: str
    texts: Mapping[str, str] = field(default_factory=dict)
    key: OptionKey | None = None


@dataclass(frozen=True)
class Indicator:
    """Behaviour that can be observed and shows a competence."""

    id: str
    texts: Mapping[str, str]


@dataclass(frozen=True)
class Item:
    """One situation, one statement or one competence, with its options.

    ``titles``, ``scenes`` and ``stems`` map language to text. ``direction`` is +1 or -1 and
    signs a likert item (0: collected, not keyed). ``key_set_by`` names who set the key, None without a key.
    ``not_observed`` is the label of the answer "could not observe" by language, empty where it is not offered.
    """

    id: str
    facet: str | None
    format: ResponseFormat
    titles: Mapping[str, str] = field(default_factory=dict)
    scenes: Mapping[str, str] = field(default_factory=dict)
    stems: Mapping[str, str] = field(default_factory=dict)
    options: tuple[Option, ...] = ()
    scale: Scale | None = None
    direction: int = 0
    instruction: str = "knowledge"
    touchpoint: str | None = None
    role: str | None = None
    second_facet: str | None = None
    generous_option: str | None = None
    key_set_by: str | None = None
    withheld: bool = False
    indicators: tuple[Indicator, ...] = ()
    not_observed: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def option_ids(self) -> tuple[str, ...]:
        return tuple(option.id for option in self.options)

    def option(self, option_id: str) -> Option:
        """Return the option with this id; KeyError where there is none."""
        for option in self.options:
            if option.id == option_id:
                return option
        raise KeyError(option_id)

    @property
    def keyed(self) -> bool:
        """Whether the key can score this item."""
        if self.format is ResponseFormat.OPEN_TEXT:
            return False
        if self.format is ResponseFormat.LIKERT:
            return self.direction != 0
        return bool(self.options) and all(option.key is not None for option in self.options)


@dataclass(frozen=True)
class Section:
    """A run of items that belong together on the candidate's way through."""

    id: str
    item_ids: tuple[str, ...]
    titles: Mapping[str, str] = field(default_factory=dict)
    introductions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Form:
    """A set of sections that is given as one sitting."""

    id: str
    section_ids: tuple[str, ...]


@dataclass(frozen=True)
class Change:
    """One line of the change history."""

    version: str
    date: str
    note: str


@dataclass(frozen=True)
class Questionnaire:
    """A published version of a questionnaire.

    ``authorship``, ``review_status`` and ``licence`` are each the one text of the file, or, where the file has a text
    per language, that of its first language; ``statements`` then holds all of them. `statement` gives the right one.
    """

    name: str
    version: str
    languages: tuple[str, ...]
    titles: Mapping[str, str]
    items: tuple[Item, ...]
    sections: tuple[Section, ...]
    forms: tuple[Form, ...]
    practice: tuple[Item, ...] = ()
    facet_names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    descriptions: Mapping[str, str] = field(default_factory=dict)
    time_allowance_minutes: int | None = None
    authorship: str = ""
    review_status: str = ""
    licence: str = ""
    history: tuple[Change, ...] = ()
    purpose: Purpose = Purpose.SELECTION
    statements: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    source: str = ""
    """The YAML text from which this version was read: what is stored and replayed."""

    @cached_property
    def _items_by_id(self) -> dict[str, Item]:
        return {item.id: item for item in self.items}

    def item(self, item_id: str) -> Item:
        """Return the scored item with this id; KeyError where there is none."""
        return self._items_by_id[item_id]

    def statement(self, name: str, language: str) -> str:
        """Return what is said in a language of the authorship, the review or the licence, "" where nothing is.

        Parameters
        ----------
        name
            One of `STATEMENTS`.
        language
            One of ``languages``. A statement that is written once is the same in all of them.

        Raises
        ------
        KeyError
            Where there is no such statement, or the questionnaire is not written in the language.
        """
        if name in self.statements:
            return self.statements[name][language]
        return {"authorship": self.authorship, "review": self.review_status, "licence": self.licence}[name]

    def has_item(self, item_id: str) -> bool:
        return item_id in self._items_by_id

    def form(self, form_id: str) -> Form:
        """Return the form with this id; KeyError where there is none."""
        for form in self.forms:
            if form.id == form_id:
                return form
        raise KeyError(form_id)

    def section(self, section_id: str) -> Section:
        """Return the section with this id; KeyError where there is none."""
        for section in self.sections:
            if section.id == section_id:
                return section
        raise KeyError(section_id)

    def items_of(self, form_id: str) -> tuple[Item, ...]:
        """Return the items of a form in the order in which they are asked."""
        return tuple(self._walk(self.form(form_id)))

    def _walk(self, form: Form) -> Iterator[Item]:
        for section_id in form.section_ids:
            for item_id in self.section(section_id).item_ids:
                yield self.item(item_id)

    @cached_property
    def scoring_identity(self) -> str:
        """SHA-256 over everything that decides a score: see ``identity.scoring_identity``."""
        from questionnaires.identity import scoring_identity

        return scoring_identity(self)

    @cached_property
    def texts_identity(self) -> str:
        """SHA-256 over everything that a person reads: see ``identity.texts_identity``."""
        from questionnaires.identity import texts_identity

        return texts_identity(self)
