"""A file of feedback texts is whole, or everything that is wrong with it is named."""

from pathlib import Path

import pytest

from questionnaires.feedback.reading import read_feedback, read_feedback_text
from questionnaires.feedback.texts import Band
from questionnaires.loading import QuestionnaireError

BANDS = "{strength: {en: Good, lt: Gerai}, solid: {en: Fine, lt: Neblogai}, to_develop: {en: Try, lt: Bandykite}}"
TEXT = f"""format: 1
name: small
version: 1.0.0
languages: [en, lt]
authorship: us
review: nobody yet
licence: ours
history: [{{version: 1.0.0, date: 2026-11-22, note: First.}}]
band_names: {BANDS}
too_little_information: {{en: Too little, lt: Per mažai}}
overall:
  bands: {BANDS}
  too_little_information: {{en: Too few, lt: Per mažai atsakymų}}
  caution: {{en: One day, lt: Viena diena}}
facets:
  patience:
    bands: {BANDS}
    interview:
      - question: {{en: "When?", lt: "Kada?"}}
        listen_for: {{en: A day, lt: Diena}}
"""
FACETS = ("patience",)


def faults_of(text: str, facets: tuple[str, ...] = FACETS) -> list[tuple[int, str, str]]:
    with pytest.raises(QuestionnaireError) as caught:
        read_feedback_text(text, facets)
    return [(fault.line, fault.path, fault.message) for fault in caught.value.faults]


def test_a_small_file() -> None:
    loaded = read_feedback_text(TEXT, FACETS)
    assert (loaded.name, loaded.version, loaded.languages) == ("small", "1.0.0", ("en", "lt"))
    assert loaded.facets["patience"].bands[Band.SOLID] == {"en": "Fine", "lt": "Neblogai"}
    assert loaded.facets["patience"].interview[0].listen_for == {"en": "A day", "lt": "Diena"}
    assert loaded.history[0].note == "First."


@pytest.mark.parametrize(
    ("old", "new", "line", "path", "said"),
    [
        ("  caution: {en: One day, lt", "  caution: {lt", 14, "overall.caution.en", "no text in en"),
        ("One day, lt", "One day, de: Tag, lt", 14, "overall.caution.de", "de is not among the languages"),
        ("{en: One day", "{en: ''", 14, "overall.caution.en", "is empty"),
        ("  caution: {en: One day, lt: Viena diena}\n", "", 11, "overall", "caution is missing"),
        ("lt: Diena}", "lt: 5}", 20, "facets.patience.interview[0].listen_for.lt", '"5" in quotes'),
        ('"Kada?"}\n        listen_for', '"Kada?"}\n        listen', 20, "facets.patience.interview[0].listen", "for?"),
        ("languages: [en, lt]", "languages: [en, lt, ru]", 10, "too_little_information.ru", "no text in ru"),
        ("  patience:", "  humour:", 15, "facets", "no texts for the facet patience"),
        ("  patience:", "  humour:", 16, "facets.humour", "not a facet of the questionnaire; it has patience"),
        ("version: 1.0.0\nlang", "version: new\nlang", 3, "version", "a version such as 1.0.0"),
        ("licence: ours\n", "", 1, "", "licence is missing"),
    ],
)
def test_each_fault_has_its_path_and_line(old: str, new: str, line: int, path: str, said: str) -> None:
    assert old in TEXT
    found = faults_of(TEXT.replace(old, new, 1))
    assert [fault for fault in found if fault[:2] == (line, path) and said in fault[2]], found


@pytest.mark.parametrize("band", ["strength", "solid", "to_develop"])
def test_every_band_of_every_facet_is_needed(band: str) -> None:
    head, facets = TEXT.split("facets:")
    found = faults_of(head + "facets:" + facets.replace(f"{band}:", "other:"))
    assert any(path == "facets.patience.bands" and f"{band} is missing" in said for _, path, said in found)


def test_everything_is_named_at_once() -> None:
    wrong = TEXT.replace("Diena", "").replace("version: 1.0.0\nlang", "version: new\nlang").replace("patience", "calm")
    assert {path for _, path, _ in faults_of(wrong)} >= {"version", "facets", "facets.calm"}


@pytest.mark.parametrize("text", ["", "- a list\n", "a: b: c\n", "5\n", "facets: {patience: 3}\noverall: []\n"])
def test_what_is_no_feedback_at_all(text: str) -> None:
    assert faults_of(text)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(QuestionnaireError, match="cannot be read"):
        read_feedback(tmp_path / "missing.yaml")
