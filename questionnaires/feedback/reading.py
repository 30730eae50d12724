"""From a YAML file to feedback texts, or to the list of everything that is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from questionnaires import faults
from questionnaires.definition import FACETS, Change
from questionnaires.feedback.definition import Band, FacetTexts, Feedback, PromptTexts, Texts
from questionnaires.loading import read_text
from questionnaires.rules import texts_agree
from questionnaires.shape import check_shape
from questionnaires.yaml_source import Source, read_source

SCHEMA_FILE = Path(__file__).with_name("schema.json")
_WITH_TEXTS = ("band_names", "too_little_information", "overall", "facets")


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(SCHEMA_FILE.read_text(encoding="utf-8")))


def read_feedback(path: str | Path, facets: Sequence[str] = FACETS) -> Feedback:
    """Read feedback texts from a file.

    Parameters
    ----------
    path
        A YAML file in UTF-8.
    facets
        What the questionnaire measures: each of them needs its texts, in the bands and languages.

    Raises
    ------
    QuestionnaireError
        With every fault of the file, each with its path and line.
    """
    return read_feedback_text(read_text(Path(path)), facets, str(path))


def read_feedback_text(text: str, facets: Sequence[str] = FACETS, name: str = "<text>") -> Feedback:
    """Read feedback texts from YAML text; ``name`` is what messages call it. See `read_feedback`."""
    source = read_source(text)
    if source.value is not None or not source.faults:
        _check(source, facets)
    if source.faults:
        raise faults.QuestionnaireError(name, source.faults)
    return _build(source.value)


def _check(source: Source, facets: Sequence[str]) -> None:
    check_shape(source, _validator())
    document = source.value if isinstance(source.value, dict) else {}
    languages = document.get("languages")
    maps = [found for name in _WITH_TEXTS for found in _text_maps(document.get(name), (name,))]
    for path, message in texts_agree(languages if isinstance(languages, list) else [], maps):
        source.fault(path, message)
    given = document.get("facets")
    for path, message in _facets_agree(given if isinstance(given, dict) else {}, facets):
        source.fault(path, message)


def _text_maps(value: Any, path: faults.Path) -> Iterator[tuple[faults.Path, dict[str, Any]]]:
    """Yield every group of fields that holds texts and nothing else: a text per language."""
    if isinstance(value, dict) and value and all(isinstance(each, str) for each in value.values()):
        yield path, value
    elif isinstance(value, dict | list):
        for name, child in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _text_maps(child, (*path, name))


def _facets_agree(given: dict[str, Any], wanted: Sequence[str]) -> Iterator[tuple[faults.Path, str]]:
    for facet in wanted:
        if facet not in given:
            yield ("facets",), f"there are no texts for the facet {facet}"
    for facet in given:
        if facet not in wanted:
            yield ("facets", facet), f"{facet} is not a facet of the questionnaire; it has {', '.join(wanted)}"


def _build(document: dict[str, Any]) -> Feedback:
    overall = document["overall"]
    return Feedback(
        name=document["name"],
        version=document["version"],
        languages=tuple(document["languages"]),
        band_names=_bands(document["band_names"]),
        too_little=document["too_little_information"],
        overall_bands=_bands(overall["bands"]),
        overall_too_little=overall["too_little_information"],
        cautions=overall["caution"],
        facets={facet: _facet(each) for facet, each in document["facets"].items()},
        authorship=document["authorship"],
        review_status=document["review"],
        licence=document["licence"],
        history=tuple(Change(**each) for each in document["history"]),
    )


def _bands(bands: dict[str, Texts]) -> dict[Band, Texts]:
    return {band: bands[band.value] for band in Band}


def _facet(facet: dict[str, Any]) -> FacetTexts:
    prompts = tuple(PromptTexts(each["question"], each["listen_for"]) for each in facet["interview"])
    return FacetTexts(_bands(facet["bands"]), prompts)
