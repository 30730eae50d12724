"""What people are told: there for every facet, band and language, strengths first, and no diagnosis."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from questionnaires import shelf
from questionnaires.definition import FACETS, LANGUAGES
from questionnaires.feedback.texts import TOO_LITTLE, Band, NoFeedback, band_of, feedback_for
from scoring.facets import ABOVE, AROUND, BELOW
from scoring.facets import TOO_LITTLE as NO_BAND

FEEDBACK = feedback_for("customer-orientation")
CODES = (ABOVE, AROUND, BELOW, NO_BAND)


def every_text() -> Iterator[tuple[str, dict[str, str]]]:
    """Where each text stands, and the text by language."""
    for code in CODES:
        yield f"overall {code}", {each: FEEDBACK.overall(code, each) for each in LANGUAGES}
        for facet in FACETS:
            yield f"{facet} {code}", {each: FEEDBACK.facet(facet, code, each) for each in LANGUAGES}
    yield "caution", {each: FEEDBACK.caution(each) for each in LANGUAGES}
    for facet in FACETS:
        for place, prompts in enumerate(zip(*(FEEDBACK.interview(facet, each) for each in LANGUAGES), strict=True)):
            yield f"{facet} question {place}", dict(zip(LANGUAGES, (p.question for p in prompts), strict=True))
            yield f"{facet} listen {place}", dict(zip(LANGUAGES, (p.listen_for for p in prompts), strict=True))


TEXTS = list(every_text())


def test_every_facet_band_and_language_has_its_own_text() -> None:
    for language in LANGUAGES:
        texts = {FEEDBACK.facet(facet, band, language) for facet in FACETS for band in Band}
        assert len(texts | {FEEDBACK.overall(band, language) for band in Band}) == (len(FACETS) + 1) * len(Band)


def test_every_facet_has_prompts_for_the_interview() -> None:
    assert {len(FEEDBACK.interview(facet, "lt")) for facet in FACETS} == {3}
    for where, texts in TEXTS:
        if " question " in where:
            assert all("?" in text or "." in text for text in texts.values())


def test_scores_are_told_in_the_words_of_the_bands() -> None:
    assert [band_of(code) for code in CODES] == [Band.STRENGTH, Band.SOLID, Band.TO_DEVELOP, None]
    assert NO_BAND == TOO_LITTLE
    assert FEEDBACK.facet("needs", ABOVE, "ru") == FEEDBACK.facet("needs", Band.STRENGTH, "ru")
    assert FEEDBACK.band_name(Band.TO_DEVELOP, "lt") == "Yra kur augti"


@pytest.mark.parametrize(("where", "texts"), TEXTS, ids=[where for where, _ in TEXTS])
def test_no_language_says_much_more_than_another(where: str, texts: dict[str, str]) -> None:
    lengths = [len(text) for text in texts.values()]
    assert max(lengths) / min(lengths) <= 1.5


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_on_a_facet_is_two_or_three_sentences(language: str) -> None:
    for facet in FACETS:
        for band in Band:
            sentences = re.findall(r"[.?!][”»“]?(?=\s|$)", FEEDBACK.facet(facet, band, language))
            assert 2 <= len(sentences) <= 3, (facet, band)


DIAGNOSES = {
    "en": r"\b(you are (a|an|not|too)|personality|character|you (always|never)|weak\w*|fail\w*|poor\w*|incapable)\b",
    "ru": r"\b(вы [а-я]+ый|личност\w+|характер\w*|вы (всегда|никогда)|слаб\w+|плох\w+|неспособ\w+|провал\w*)\b",
    "lt": r"\b(jūs esate|asmenyb\w+|charakter\w+|jūs (visada|niekada)|silpn\w+|blog\w+|nesugeb\w+|prast\w+)\b",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_speaks_of_answers_and_gives_no_diagnosis(language: str) -> None:
    for where, texts in TEXTS:
        if "question" not in where and "listen" not in where:
            assert not re.search(DIAGNOSES[language], texts[language], re.IGNORECASE), where


QUOTES = {"en": '"«»„', "ru": '"“”„', "lt": '"”«»'}


@pytest.mark.parametrize("language", LANGUAGES)
def test_quotation_marks_and_dashes_are_the_languages_own(language: str) -> None:
    foreign = set(QUOTES[language]) | {"en": {"—", "–"}, "ru": {"–"}, "lt": {"—"}}[language]
    assert [where for where, texts in TEXTS if foreign & set(texts[language])] == []


def test_strengths_come_first_and_what_cannot_be_told_last() -> None:
    profile = {"needs": BELOW, "candour": NO_BAND, "ownership": AROUND, "balance": ABOVE, "recovery": ABOVE}
    said = FEEDBACK.ordered(profile, "en")
    assert [(each.facet, each.band) for each in said] == [
        ("recovery", Band.STRENGTH),
        ("balance", Band.STRENGTH),
        ("ownership", Band.SOLID),
        ("needs", Band.TO_DEVELOP),
        ("candour", None),
    ]
    assert "rather than guess" in said[-1].text
    assert FEEDBACK.ordered(dict(reversed(profile.items())), "en") == said


def test_a_profile_without_facets_has_nothing_to_tell() -> None:
    assert FEEDBACK.ordered({}, "en") == ()


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda: feedback_for("no-such"), "no feedback for no-such; there is for customer-orientation"),
        (lambda: FEEDBACK.overall("great", "en"), "no band great; known are above"),
        (lambda: FEEDBACK.overall(ABOVE, "de"), "no texts in de; there are in en, ru, lt"),
        (lambda: FEEDBACK.facet("humour", ABOVE, "en"), "no texts for the facet humour; there are for needs"),
        (lambda: FEEDBACK.interview("humour", "en"), "no texts for the facet humour"),
        (lambda: FEEDBACK.ordered({"needs": "great"}, "en"), "no band great"),
    ],
)
def test_what_is_not_there_is_named_with_what_is(ask, said: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(NoFeedback, match=said):
        ask()


def test_a_file_is_named_after_its_questionnaire(tmp_path: Path) -> None:
    source = Path(shelf.__file__).parent / "feedback" / "customer-orientation.yaml"
    (tmp_path / "other.yaml").write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(NoFeedback, match="is for customer-orientation"):
        feedback_for("other", tmp_path)


def test_the_texts_say_who_wrote_them_and_who_reviewed_them() -> None:
    assert FEEDBACK.authorship
    assert "no panel" in FEEDBACK.review_status
    assert FEEDBACK.licence
    assert FEEDBACK.version in {change.version for change in FEEDBACK.history}
