"""From the items and tests of another system to the document of a questionnaire."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from questionnaires.definition import Purpose, ResponseFormat
from questionnaires.exchange.document import Document
from questionnaires.exchange.faults import ExchangeFault
from questionnaires.exchange.forms_reading import ReadForm, ReadSection
from questionnaires.exchange.item_reading import ReadItem
from questionnaires.exchange.vocabulary import BEST, point_identifier, to_ours
from questionnaires.rules import PERSON_COLUMNS

UNKNOWN_KEYER = "not said: read from a QTI package"


@dataclass
class Assembly:
    """A document in the making, with what was found on the way."""

    document: Document = field(default_factory=dict)
    faults: list[ExchangeFault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def fault(self, item: ReadItem, message: str, remedy: str) -> None:
        self.faults.append(ExchangeFault(item.file, item.line, message, remedy))


def assemble(groups: Sequence[Sequence[ReadItem]], forms: Sequence[ReadForm], name: str) -> Assembly:
    """Return the document that foreign items and tests amount to.

    Parameters
    ----------
    groups
        The items, the languages of one item together.
    forms
        The tests of the package, in any languages.
    name
        What the questionnaire is to be called.
    """
    made = Assembly()
    variants = [_by_language(group, made) for group in groups]
    languages = list(dict.fromkeys(each for variant in variants for each in variant))
    for variant in variants:
        _check_variants(variant, languages, made)
    if made.faults:
        return made
    taken: set[str] = set()
    ids = {item.file: to_ours(_bare(first), taken, PERSON_COLUMNS) for first, item in _with_first(variants)}
    _write(made, variants, forms, ids, languages, name)
    return made


def _with_first(variants: list[dict[str, ReadItem]]) -> list[tuple[ReadItem, ReadItem]]:
    return [(item, item) for variant in variants for item in list(variant.values())[:1]]


def _by_language(group: Sequence[ReadItem], made: Assembly) -> dict[str, ReadItem]:
    found: dict[str, ReadItem] = {}
    for item in group:
        code = item.language.split("-")[0].lower()
        if code in found:
            made.fault(item, f"The item is in the package twice in {code}.", "Take one of them out.")
        else:
            found[code] = item
        if item.language != code:
            made.notes.append(f"the language {item.language} becomes {code}.")
    return found


def _check_variants(variant: dict[str, ReadItem], languages: list[str], made: Assembly) -> None:
    if not variant:
        return
    first = next(iter(variant.values()))
    missing = [each for each in languages if each not in variant]
    if missing:
        message = f"The item {first.identifier} is in {', '.join(variant)} and not in {', '.join(missing)}."
        made.fault(first, message, "Add the language to it, as a variant in the manifest, or import its items apart.")
    for item in list(variant.values())[1:]:
        if _skeleton(item) != _skeleton(first):
            message = f"It differs from {first.file} in what is asked, in its choices or in its points."
            made.fault(item, message, "Give every language the same choices.")


def _skeleton(item: ReadItem) -> tuple[Any, ...]:
    names = sorted(identifier for identifier, _text in item.asked.options)
    unseen = bool(item.asked.not_observed)
    return item.format, names, [point for point, _ in item.asked.points], unseen, len(item.indicators)


def _bare(item: ReadItem) -> str:
    """Return an item's identifier; one of ours without its language and its leading underscore."""
    return _own(item, item.identifier.removesuffix(f".{item.language}")) if item.ours else item.identifier


def _own(item: ReadItem, identifier: str) -> str:
    return identifier.removeprefix("_") if item.ours else identifier


def _write(
    made: Assembly,
    variants: list[dict[str, ReadItem]],
    forms: Sequence[ReadForm],
    ids: dict[str, str],
    languages: list[str],
    name: str,
) -> None:
    path_ids = {item.file: ids[next(iter(variant.values())).file] for variant in variants for item in variant.values()}
    practice = {
        path_ids[path] for form in forms for s in form.sections if s.practice for path in s.paths if path in path_ids
    }
    entries = {ids[next(iter(variant.values())).file]: _entry(variant, ids, made) for variant in variants}
    titles = _titles(forms, languages, name)
    made.document = {
        "format": 1,
        "name": to_ours(PurePath(name).name, set()),
        "version": "1.0.0",
        "languages": languages,
        "title": titles,
        "authorship": f"Imported from QTI 3.0 ({name}); the package does not say who wrote it.",
        "review": "Imported from QTI 3.0; nothing is known of a review.",
        "practice": [entry for item_id, entry in entries.items() if item_id in practice],
        "items": [entry for item_id, entry in entries.items() if item_id not in practice],
    }
    if not made.document["practice"]:
        del made.document["practice"]
    if any("not_observed" in entry for entry in made.document["items"]):
        made.document["purpose"] = Purpose.RATINGS.value
    _write_forms(made, forms, path_ids, practice, languages)


def _titles(forms: Sequence[ReadForm], languages: list[str], name: str) -> dict[str, str]:
    said = {(form.language or languages[0]).split("-")[0].lower(): form.title for form in reversed(forms) if form.title}
    fallback = next(iter(said.values()), name)
    return {language: said.get(language, fallback) for language in languages}


def _entry(variant: dict[str, ReadItem], ids: dict[str, str], made: Assembly) -> Document:
    first = next(iter(variant.values()))
    entry: Document = {"id": ids[first.file], "format": first.format.value}
    for name in ("title", "scene", "stem"):
        texts = {language: getattr(item, name) for language, item in variant.items()}
        if all(texts.values()) and not (name == "title" and first.ours and _bare(first) in texts.values()):
            entry[name] = texts
        elif any(texts.values()) and name != "title":
            made.fault(first, f"Its {name} is missing in a language.", "Write it in every language.")
    if first.asked.options:
        entry["options"] = _options(variant, first, made)
    if first.asked.points:
        entry["scale"] = _scale(variant, first)
    if first.format is ResponseFormat.LIKERT:
        entry["direction"] = _direction(first)
        if entry["direction"]:
            entry["key_set_by"] = UNKNOWN_KEYER
        _add_observing(entry, variant, made)
    _note_key(entry, first, made)
    return entry


def _options(variant: dict[str, ReadItem], first: ReadItem, made: Assembly) -> list[Document]:
    taken: set[str] = set()
    texts = {language: dict(item.asked.options) for language, item in variant.items()}
    options = []
    for identifier, _text in first.asked.options:
        option_id = to_ours(_own(first, identifier), taken)
        options.append({"id": option_id, "text": {language: each[identifier] for language, each in texts.items()}})
    key = _key(first)
    for option, (identifier, _text) in zip(options, first.asked.options, strict=True):
        if key:
            option["key"] = {"mean": key[identifier]}
    return options


def _key(item: ReadItem) -> dict[str, float]:
    """Return the effectiveness of each option, where one of our own items says it; else nothing."""
    suffix = {ResponseFormat.BEST_WORST: f" {BEST}", ResponseFormat.PICK_ONE: ""}.get(item.format)
    if not item.ours or suffix is None:
        return {}
    names = [identifier for identifier, _text in item.asked.options]
    found = {name: item.mapping[name + suffix] for name in names if name + suffix in item.mapping}
    return found if len(found) == len(names) and all(1 <= value <= 5 for value in found.values()) else {}


def _direction(item: ReadItem) -> int:
    """Return the sign by which one of our own likert items maps its points, 0 where it maps none."""
    pairs = [(point, item.mapping.get(point_identifier(point))) for point, _text in item.asked.points]
    for sign in (1, -1):
        if item.ours and all(value == sign * point for point, value in pairs):
            return sign
    return 0


def _note_key(entry: Document, item: ReadItem, made: Assembly) -> None:
    keyed = entry.get("direction") or any("key" in option for option in entry.get("options", ()))
    if keyed and "direction" not in entry:
        entry["key_set_by"] = UNKNOWN_KEYER
    if not keyed and item.scored:
        message = "its scoring is not taken over: a key here says how good each option is, from 1 to 5."
        made.notes.append(f"{item.file}:{item.line}: {message}")


def _scale(variant: dict[str, ReadItem], first: ReadItem) -> Document:
    """Return the scale; a point that is called by its number has no label."""
    points = [point for point, _text in first.asked.points]
    labels: dict[str, dict[str, str]] = {}
    anchors: dict[str, dict[str, str]] = {}
    for language, item in variant.items():
        for point, text in item.asked.points:
            label, _, anchor = text.partition("\n")
            if label != str(point):
                labels.setdefault(language, {})[str(point)] = label
            if anchor:
                anchors.setdefault(language, {})[str(point)] = anchor
    found = {"labels": labels, "anchors": anchors}
    return {"minimum": min(points), "maximum": max(points)} | {name: kept for name, kept in found.items() if kept}


def _add_observing(entry: Document, variant: dict[str, ReadItem], made: Assembly) -> None:
    first = next(iter(variant.values()))
    if first.asked.not_observed:
        entry["not_observed"] = {language: item.asked.not_observed for language, item in variant.items()}
    if first.indicators:
        entry["indicators"] = [
            {"id": str(place + 1), "text": {language: item.indicators[place] for language, item in variant.items()}}
            for place in range(len(first.indicators))
        ]


def _write_forms(
    made: Assembly, forms: Sequence[ReadForm], ids: dict[str, str], practice: set[str], languages: list[str]
) -> None:
    """Add sections and forms; tests that ask the same in other languages are one form."""
    items = [entry["id"] for entry in made.document["items"]]
    sections: dict[tuple[str, ...], Document] = {}
    shapes: dict[tuple[tuple[str, ...], ...], str] = {}
    names: set[str] = set()
    form_names: set[str] = set()
    for form in forms:
        runs = [(section, _asked(section, ids, practice)) for section in form.sections]
        runs = [(section, run) for section, run in runs if run]
        for section, run in runs:
            entry = sections.setdefault(
                run, {"id": to_ours(section.identifier.removeprefix("_"), names), "items": list(run)}
            )
            _add_section_texts(entry, section, form, languages)
        shape = tuple(run for _section, run in runs)
        if shape and shape not in shapes:
            shapes[shape] = to_ours(_form_name(form), form_names)
    placed = {item for run in sections for item in run}
    rest = tuple(item for item in items if item not in placed)
    if not sections:
        return
    if rest:
        sections[rest] = {"id": to_ours("rest", names), "items": list(rest)}
        shapes[(rest,)] = to_ours("rest", form_names)
        made.notes.append(f"{', '.join(rest)}: in no test of the package; they are put into a form of their own.")
    _keep_whole_texts(sections, languages)
    made.document["sections"] = list(sections.values())
    made.document["forms"] = [
        {"id": name, "sections": [sections[run]["id"] for run in shape]} for shape, name in shapes.items()
    ]


def _asked(section: ReadSection, ids: dict[str, str], practice: set[str]) -> tuple[str, ...]:
    found = (ids[path] for path in section.paths if path in ids)
    return tuple(item for item in found if item not in practice)


def _form_name(form: ReadForm) -> str:
    return form.identifier.removeprefix("test.").removesuffix(f".{form.language}")


def _add_section_texts(entry: Document, section: ReadSection, form: ReadForm, languages: list[str]) -> None:
    language = (form.language or languages[0]).split("-")[0].lower()
    for name, text in (("title", section.title), ("introduction", section.introduction)):
        if text and text != entry["id"]:
            entry.setdefault(name, {}).setdefault(language, text)


def _keep_whole_texts(sections: dict[tuple[str, ...], Document], languages: list[str]) -> None:
    """A section's text is kept where every language has it."""
    for entry in sections.values():
        for name in ("title", "introduction"):
            if name in entry and set(entry[name]) != set(languages):
                del entry[name]
