"""Whether the forms of a questionnaire are alike: in what they ask, how long they are and how hard to read.

Matching on these is what can be done before anybody has answered. Whether the forms are equally difficult is known only
from answers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean

from questionnaires.craft.figures import best_of, key_of, words, worst_of
from questionnaires.craft.reading import lix, read_at_once
from questionnaires.definition import Item, Questionnaire

TOUCHPOINTS_APART = 1
"""Items by which two forms may differ at one touchpoint."""
LENGTH_RATIO = (0.95, 1.05)
_READ = (
    ("stem, words", "stem_words"),
    ("option, characters", "option_characters"),
    ("item, characters", "characters"),
    ("LIX", "lix"),
)
LIX_APART = 2.0
KEY_APART = 0.15


@dataclass(frozen=True)
class FormReading:
    """How a form reads in one language: means over its items.

    ``stem_words``, ``option_characters`` (of a single option) and ``characters`` (of everything read at once) are
    lengths; ``lix`` is the reading ease.
    """

    form: str
    language: str
    stem_words: float
    option_characters: float
    characters: float
    lix: float


@dataclass(frozen=True)
class FormContent:
    """What a form asks: how many items of each facet, second facet and touchpoint, and its mean key."""

    form: str
    items: int
    facets: Counter[str]
    second_facets: Counter[str]
    touchpoints: Counter[str]
    roles: int
    best_key: float | None
    worst_key: float | None


def content(questionnaire: Questionnaire, form: str) -> FormContent:
    """Return what a form asks. Items without a facet, touchpoint or role are not counted under it."""
    items = questionnaire.items_of(form)
    keyed = [item for item in items if item.options and item.keyed]
    return FormContent(
        form=form,
        items=len(items),
        facets=Counter(item.facet for item in items if item.facet),
        second_facets=Counter(item.second_facet for item in items if item.second_facet),
        touchpoints=Counter(item.touchpoint for item in items if item.touchpoint),
        roles=len({item.role for item in items if item.role}),
        best_key=fmean(key_of(best_of(item)) for item in keyed) if keyed else None,
        worst_key=fmean(key_of(worst_of(item)) for item in keyed) if keyed else None,
    )


def reading(questionnaire: Questionnaire, form: str, language: str) -> FormReading | None:
    """Return how a form reads in one language; None where its texts are withheld."""
    items = [item for item in questionnaire.items_of(form) if read_at_once(item, language)]
    if not items:
        return None
    options = [option.texts[language] for item in items for option in item.options]
    texts = [read_at_once(item, language) for item in items]
    return FormReading(
        form=form,
        language=language,
        stem_words=fmean(words(item.stems[language]) for item in items),
        option_characters=fmean(map(len, options)) if options else 0.0,
        characters=fmean(map(len, texts)),
        lix=fmean(lix(text) for text in texts if words(text)),
    )


def differences(questionnaire: Questionnaire) -> list[str]:
    """Return in which ways the forms are not matched; [] where they are, or where there is one form only.

    Every form is compared with the first one. Facets must agree in number, touchpoints within
    `TOUCHPOINTS_APART` items, the mean length of stems, options and items within `LENGTH_RATIO`, the mean LIX within
    `LIX_APART` and the mean key of best and worst options within `KEY_APART`.
    """
    first, *others = (form.id for form in questionnaire.forms)
    return [each for other in others for each in _between(questionnaire, first, other)]


def _between(questionnaire: Questionnaire, first: str, other: str) -> Iterator[str]:
    yield from _in_content(content(questionnaire, first), content(questionnaire, other))
    for language in questionnaire.languages:
        one, two = reading(questionnaire, first, language), reading(questionnaire, other, language)
        if one and two:
            yield from _in_reading(one, two)


def _in_content(one: FormContent, two: FormContent) -> Iterator[str]:
    names = f"forms {one.form} and {two.form}"
    for facet in sorted(one.facets | two.facets):
        if one.facets[facet] != two.facets[facet]:
            yield f"{names}: {one.facets[facet]} and {two.facets[facet]} items of {facet}"
    for touchpoint in sorted(one.touchpoints | two.touchpoints):
        if abs(one.touchpoints[touchpoint] - two.touchpoints[touchpoint]) > TOUCHPOINTS_APART:
            yield f"{names}: {one.touchpoints[touchpoint]} and {two.touchpoints[touchpoint]} items at {touchpoint}"
    for end, a, b in (("best", one.best_key, two.best_key), ("worst", one.worst_key, two.worst_key)):
        if a is not None and b is not None and abs(a - b) > KEY_APART:
            yield f"{names}: the {end} options have the mean key {a:.2f} and {b:.2f}"


def _in_reading(one: FormReading, two: FormReading) -> Iterator[str]:
    where = f"forms {one.form} and {two.form}, {one.language}"
    lengths = (
        ("words in a stem", one.stem_words, two.stem_words),
        ("characters in an option", one.option_characters, two.option_characters),
        ("characters in an item", one.characters, two.characters),
    )
    for what, a, b in lengths:
        if a and not LENGTH_RATIO[0] <= b / a <= LENGTH_RATIO[1]:
            yield f"{where}: {a:.1f} and {b:.1f} {what}"
    if abs(one.lix - two.lix) > LIX_APART:
        yield f"{where}: LIX {one.lix:.1f} and {two.lix:.1f}"


def forms_table(questionnaire: Questionnaire) -> list[list[str]]:
    """Return the comparison as rows of cells: a heading, then a row for each thing that is compared."""
    forms = [form.id for form in questionnaire.forms]
    contents = [content(questionnaire, form) for form in forms]
    rows = [["", *(f"form {form}" for form in forms)], ["items", *(str(each.items) for each in contents)]]
    rows += _counted("facet", [each.facets for each in contents])
    rows += _counted("touchpoint", [each.touchpoints for each in contents])
    rows += _counted("second facet", [each.second_facets for each in contents])
    rows.append(["roles", *(str(each.roles) for each in contents)])
    rows.append(["mean key of the best", *(_number(each.best_key, 2) for each in contents)])
    rows.append(["mean key of the worst", *(_number(each.worst_key, 2) for each in contents)])
    return rows + [row for language in questionnaire.languages for row in _read(questionnaire, forms, language)]


def _counted(what: str, counts: Sequence[Counter[str]]) -> list[list[str]]:
    known = sorted({name for count in counts for name in count})
    return [[f"{what}: {name}", *(str(count[name]) for count in counts)] for name in known]


def _read(questionnaire: Questionnaire, forms: Sequence[str], language: str) -> list[list[str]]:
    seen = [reading(questionnaire, form, language) for form in forms]
    return [
        [f"{language}: {what}", *(_number(getattr(each, name) if each else None, 1) for each in seen)]
        for what, name in _READ
    ]


def _number(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


def items_table(questionnaire: Questionnaire) -> list[list[str]]:
    """Return every item of every form as rows of cells, a heading first: what it asks and how it reads."""
    languages = questionnaire.languages
    heading = ["form", "item", "facet", "second facet", "touchpoint", "role"]
    heading += [f"{language}: {what}" for language in languages for what in ("characters", "LIX")]
    return [heading] + [
        [form.id, item.id, *(each or "-" for each in (item.facet, item.second_facet, item.touchpoint, item.role))]
        + [cell for language in languages for cell in _item_reading(item, language)]
        for form in questionnaire.forms
        for item in sorted(questionnaire.items_of(form.id), key=lambda item: (item.facet or "", item.id))
    ]


def _item_reading(item: Item, language: str) -> tuple[str, str]:
    text = read_at_once(item, language)
    return (str(len(text)), f"{lix(text):.0f}") if words(text) else ("-", "-")
