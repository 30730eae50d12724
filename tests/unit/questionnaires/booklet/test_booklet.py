"""Booklets on paper: what is in them, that they are tagged, and that texts stay texts."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from questionnaires import shelf
from questionnaires.booklet import printing
from questionnaires.booklet.contents import BookletRefused, booklet, key_booklet, letter
from questionnaires.booklet.printing import pages, print_booklet, print_key
from questionnaires.booklet.words import WORDS
from questionnaires.definition import LANGUAGES, STATEMENTS, Questionnaire
from questionnaires.variants import as_rate_each
from tests.unit.questionnaires.samples_folder import NAMES, sample
from tests.unit.questionnaires.small_bank import small_bank, with_item

BANK = shelf.get("customer-orientation")
SPECIAL = '#panic("run") *bold* _it_ $x$ <label> @ref `raw` \\ // comment [box] = heading ~ #{1+1}'


def streams(pdf: bytes) -> bytes:
    """Return the whole file with its packed parts unpacked."""
    parts = []
    for match in re.finditer(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        try:
            parts.append(zlib.decompressobj().decompress(match.group(1)))
        except zlib.error:
            parts.append(match.group(1))
    return pdf + b"\n".join(parts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_booklet_in_each_language(language: str) -> None:
    pdf = print_booklet(BANK, "A", language)
    assert pdf.startswith(b"%PDF-")
    inside = streams(pdf)
    assert b"pdfuaid:part" in inside
    assert b"/Marked true" in inside
    assert f"/Lang({language}".encode() in inside.replace(b" ", b"")
    assert b"/StructTreeRoot" in inside


def test_only_our_own_font_is_in_it() -> None:
    names = set(re.findall(rb"/FontName\s*/([\w+-]+)", streams(print_booklet(BANK, "A", "ru"))))
    assert names
    assert all(re.fullmatch(rb"[A-Z]{6}\+GolosText-(Regular|Bold)", name) for name in names)


def test_the_same_questionnaire_gives_the_same_bytes() -> None:
    assert print_booklet(BANK, "A", "lt") == print_booklet(BANK, "A", "lt")
    assert print_key(BANK, "A", "lt") == print_key(BANK, "A", "lt")
    assert print_booklet(BANK, "A", "lt") != print_booklet(BANK, "A", "en")


@pytest.mark.parametrize("name", [name for name in NAMES if not any(i.withheld for i in sample(name).items)])
def test_every_format_can_be_printed(name: str) -> None:
    questionnaire = sample(name)
    for form in questionnaire.forms:
        for language in questionnaire.languages:
            assert print_booklet(questionnaire, form.id, language)


@pytest.mark.parametrize("name", ["internal-service", "loyalty-monitor", "test-reaction"])
def test_other_instruments_can_be_printed(name: str) -> None:
    questionnaire = shelf.get(name)
    for language in LANGUAGES:
        assert print_booklet(questionnaire, "A", language)
    assert print_booklet(as_rate_each(BANK), "A", "lt")


def test_what_the_booklet_says() -> None:
    plain = booklet(BANK, "A", "lt")
    items = [item for section in plain["sections"] for item in section["items"]]
    assert [item["number"] for item in items] == list(range(1, len(BANK.items_of("A")) + 1))
    assert [item["stem"] for item in items] == [item.stems["lt"] for item in BANK.items_of("A")]
    assert plain["title"] == BANK.titles["lt"]
    assert plain["version"] == BANK.version
    assert [plain[name] for name in STATEMENTS] == [BANK.statement(name, "lt") for name in STATEMENTS]
    assert plain["how"] == [WORDS["lt"]["how_best_worst"], WORDS["lt"]["how_correct"]]
    assert len(plain["practice"]) == len(BANK.practice)


@pytest.mark.parametrize("front", [booklet, key_booklet])
def test_the_cover_speaks_the_language_of_the_booklet(front: Callable[[Questionnaire, str, str], dict]) -> None:
    service = shelf.get("internal-service")
    said = {language: [front(service, "A", language)[name] for name in STATEMENTS] for language in LANGUAGES}
    assert said["ru"][2] == "Входит в состав Makings и распространяется по той же лицензии."
    assert all(len({said[language][place] for language in LANGUAGES}) == 3 for place in range(3))
    assert front(service, "A", "ru")["said_in"] == dict.fromkeys(STATEMENTS, "ru")
    once = shelf.get("customer-orientation", "1.0.0")
    plain = front(once, "A", "ru")
    assert plain["licence"] == once.licence
    assert plain["said_in"] == dict.fromkeys(STATEMENTS, "en")


def test_what_is_handed_out_holds_no_key() -> None:
    """Nothing that a person could read the key from: no means, reasons, facets or generous options."""
    text = repr(booklet(BANK, "A", "en"))
    reasons = [option.key.reason["en"] for item in BANK.items for option in item.options]
    assert not [reason for reason in reasons if reason in text]
    assert set(booklet(BANK, "A", "en")["sections"][0]["items"][0]) == {
        "number",
        "format",
        "title",
        "scene",
        "stem",
        "indicators",
        "options",
        "points",
        "not_observed",
    }
    assert set(booklet(BANK, "A", "en")["sections"][0]["items"][0]["options"][0]) == {"letter", "text"}


def test_what_the_key_says() -> None:
    plain = key_booklet(BANK, "A", "en")
    item = BANK.items_of("A")[0]
    means = [option.key.mean for option in item.options]
    row = plain["sheet"][0]
    assert (row["number"], row["keys"]) == (1, [f"{mean:.1f}" for mean in means])
    assert row["range"] == f"{max(means) - min(means):.1f}"
    options = plain["reasons"][0]["options"]
    assert [o["letter"] for o in options] == list("abcd")
    assert [o["rank"] for o in options].count("best") == [o["rank"] for o in options].count("worst") == 1
    assert options[means.index(max(means))]["rank"] == "best"
    assert plain["set_by"] == "The key was set by: the authors."


def test_numbers_and_names_are_written_as_the_language_does() -> None:
    plain = key_booklet(BANK, "A", "lt")
    assert plain["sheet"][0]["keys"] == [
        each.replace(".", ",") for each in key_booklet(BANK, "A", "en")["sheet"][0]["keys"]
    ]
    assert plain["set_by"] == "Raktą sudarė: autoriai."
    own = with_item(small_bank(), "i0", key_set_by="our own panel")
    assert key_booklet(own, "A", "en")["set_by"] == "The key was set by: our own panel, the tests."


def test_a_key_that_no_hand_can_mark() -> None:
    plain = key_booklet(as_rate_each(BANK), "A", "en")
    assert plain["sheet"] == []
    assert plain["by_program"]
    survey = key_booklet(shelf.get("loyalty-monitor"), "A", "en")
    assert {each["note"] for each in survey["reasons"]} == {WORDS["en"]["agree_up"], WORDS["en"]["agree_down"]}
    assert print_key(shelf.get("loyalty-monitor"), "A", "en")


def test_markup_in_a_text_is_shown_and_not_run() -> None:
    """Were it read as markup, `#panic` would end the printing and the rest would change the page."""
    bank = with_item(small_bank(), "i0", stems={"en": SPECIAL, "lt": "Tekstas."}, titles={"en": SPECIAL, "lt": "x"})
    bank = replace(bank, titles={"en": SPECIAL, "lt": "x"}, authorship=SPECIAL, descriptions={"en": SPECIAL, "lt": "x"})
    assert print_booklet(bank, "A", "en")
    assert print_key(bank, "A", "en")
    template = printing._TEMPLATE.read_text(encoding="utf-8")
    assert "eval(" not in template
    assert "import" not in template
    assert template.count("sys.inputs") == 2  # once in its comment, once to read the values


def test_a_letter_that_the_font_lacks_is_told() -> None:
    bank = with_item(small_bank(), "i0", stems={"en": "What is 漢?", "lt": "Kas?"})
    with pytest.raises(BookletRefused, match="could not be displayed with font"):
        print_booklet(bank, "A", "en")


@pytest.mark.parametrize(
    ("questionnaire", "form", "language", "message"),
    [
        (BANK, "Z", "en", "has no form Z; it has A"),
        (BANK, "A", "pl", "is not written in pl, but in en, ru, lt"),
        (sample("withheld"), "A", sample("withheld").languages[0], "are withheld, so there is nothing to print"),
    ],
)
def test_what_cannot_be_printed(questionnaire: Questionnaire, form: str, language: str, message: str) -> None:
    with pytest.raises(BookletRefused, match=message):
        print_booklet(questionnaire, form, language)


def test_languages_that_booklets_do_not_speak() -> None:
    polish = replace(sample("minimal"), languages=("pl",))
    with pytest.raises(BookletRefused, match="no words of their own in pl"):
        booklet(polish, "A", "pl")


def test_no_key_no_key_booklet() -> None:
    with pytest.raises(BookletRefused, match="has no key"):
        print_key(sample("open-text"), "A", "en")


def test_words_are_there_in_every_language() -> None:
    assert set(WORDS) == set(LANGUAGES)
    assert all(set(WORDS[language]) == set(WORDS["en"]) for language in LANGUAGES)
    for name, text in WORDS["en"].items():
        gaps = re.findall(r"%\(\w+\)s", text)
        assert all(re.findall(r"%\(\w+\)s", WORDS[language][name]) == gaps for language in LANGUAGES)


def test_no_item_is_split_over_a_page() -> None:
    """Every item is a block that the typesetter may not break, and none is longer than a page."""
    template = printing._TEMPLATE.read_text(encoding="utf-8")
    assert "#let asked(item, level) = block(breakable: false" in template
    assert len(pages(BANK, booklet(BANK, "A", "en"), 20)) >= 4


def test_letters() -> None:
    assert [letter(place) for place in (0, 3, 25, 26, 49)] == ["a", "d", "z", "aa", "ax"]


def test_fonts_come_with_their_licence() -> None:
    folder = Path(printing.__file__).parent / "fonts"
    assert {path.name for path in folder.iterdir()} == {
        "GolosText-Regular.ttf",
        "GolosText-Bold.ttf",
        "OFL.txt",
        "README.md",
    }
    assert "SIL OPEN FONT LICENSE" in (folder / "OFL.txt").read_text()
