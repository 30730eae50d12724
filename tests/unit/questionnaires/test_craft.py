"""Advice on how a questionnaire is written."""

from dataclasses import replace

import pytest

from questionnaires.craft.advice import Finding, check
from questionnaires.craft.figures import best_of, figures, key_of, positions, words, worst_of
from questionnaires.definition import Form, Item, Option, OptionKey, Questionnaire, ResponseFormat, Scale, Section
from tests.unit.questionnaires.samples_folder import sample

PLAIN = ("I ask her which one", "I show her the rest", "I call a colleague.", "I offer her others.")


def an_item(number: int, texts: tuple[str, ...] = PLAIN, stem: str = "", **changes: object) -> Item:
    """An item whose best option moves on from item to item, with all options about as long."""
    keys = (4.5, 3.0, 2.5, 1.5)
    placed = [(number + place) % len(texts) for place in range(len(texts))]
    options = tuple(
        Option(name, {"en": texts[place]}, OptionKey(keys[place])) for name, place in zip("abcd", placed, strict=False)
    )
    item = Item(
        id=f"i{number}",
        facet=("needs", "candour")[number % 2],
        format=ResponseFormat.BEST_WORST,
        stems={"en": stem or f"A customer asks for number {number}."},
        options=options,
    )
    return replace(item, **changes)


def a_questionnaire(*items: Item, languages: tuple[str, ...] = ("en",)) -> Questionnaire:
    section = Section("all", tuple(item.id for item in items))
    return Questionnaire("q", "1.0.0", languages, {"en": "Q"}, items, (section,), (Form("A", ("all",)),))


def eight(texts: tuple[str, ...] = PLAIN, **changes: object) -> Questionnaire:
    return a_questionnaire(*(an_item(number, texts, **changes) for number in range(8)))


def advice(questionnaire: Questionnaire) -> list[str]:
    return [f"{found.where}: {found.message}" for found in check(questionnaire) if found.severity == "advice"]


def test_a_plain_questionnaire_gets_no_advice_and_a_note_on_its_key() -> None:
    assert check(eight()) == [
        Finding("note", "the key", "no panel has judged the options, and every report will say so")
    ]


def test_a_panel_takes_the_note_away_and_shows_where_it_disagrees() -> None:
    assert check(sample("panel-key")) == []
    agreed = sample("panel-key").item("p1")
    torn = replace(agreed.options[1], key=OptionKey(3.0, 1.4))
    changed = a_questionnaire(replace(agreed, options=(agreed.options[0], torn, agreed.options[2])))
    assert advice(changed) == ["p1, option b: the panel disagrees (spread 1.4); drop or rewrite it"]


def test_long_stems_and_options() -> None:
    long_option = an_item(0, ("one " * 17, *PLAIN[1:]))
    found = advice(a_questionnaire(long_option, an_item(1, stem="word " * 46), an_item(2, stem="word " * 45)))
    assert found == ["i0, option a, en: has 17 words; 16 are enough", "i1, stem, en: has 46 words; 45 are enough"]


@pytest.mark.parametrize(
    ("text", "count"),
    [("It's a well-known fact", 4), ("Сколько это стоит?", 3), ("Ką darote – čia?", 3), ("", 0), ("№ 5, 6", 2)],
)
def test_words(text: str, count: int) -> None:
    assert words(text) == count


def test_the_best_option_must_not_be_the_longest() -> None:
    found = advice(eight(("I ask her which one it is that she would like", *PLAIN[1:])))
    assert "all items, en: the best option is the longest in 100% of items" in found
    assert any("better options are longer (r = +0." in each for each in found)


def test_nor_the_shortest() -> None:
    found = advice(eight(("I ask", *PLAIN[1:])))
    assert "all items, en: the best option is the shortest in 100% of items" in found
    assert any("better options are shorter (r = -0." in each for each in found)


def test_nor_the_one_with_an_and() -> None:
    found = advice(eight(("I ask and then show", *PLAIN[1:])))
    assert found == ["all items, en: 100% of the best options hold an “and”, 0% of the others"]


@pytest.mark.parametrize(
    ("language", "excuse"),
    [("en", "I wait since it is"), ("ru", "Жду, ведь ещё рано"), ("lt", "Palaukiu, nes anksti")],
)
def test_nor_the_one_without_an_excuse(language: str, excuse: str) -> None:
    excused = tuple({language: text} for text in ("x" * 20, excuse, excuse, "z" * 20))
    items = []
    for number in range(8):
        item = an_item(number)
        texts = [excused[(number + place) % 4] for place in range(4)]
        options = tuple(replace(option, texts=each) for option, each in zip(item.options, texts, strict=True))
        items.append(replace(item, options=options, stems={language: f"Nr. {number}"}))
    said = f"all items, {language}: 0% of the best options give a reason for themselves, 67% of the others"
    assert f"{said}; an excuse gives a bad reaction away" in advice(a_questionnaire(*items, languages=(language,)))


def test_few_items_are_not_judged_by_shares() -> None:
    assert advice(a_questionnaire(*(an_item(n, ("I ask and ask her once again", *PLAIN[1:])) for n in range(3)))) == []


def test_places_of_best_and_worst() -> None:
    same_place = a_questionnaire(*(replace(an_item(4), id=f"i{n}", stems={"en": f"Stem {n}."}) for n in range(6)))
    assert [each for each in advice(same_place) if "place" in each] == [
        "the order in the file: the best option stands at place 1 in 6 of 6 items; spread it",
        "the order in the file: the worst option stands at place 4 in 6 of 6 items; spread it",
    ]
    assert positions(eight(), best_of) == {1: 2, 2: 2, 3: 2, 4: 2}
    assert positions(eight(), worst_of) == {1: 2, 2: 2, 3: 2, 4: 2}


def test_items_of_a_facet_in_a_row() -> None:
    mixed = [an_item(number) for number in range(6)]
    sorted_by_facet = sorted(mixed, key=lambda item: str(item.facet))
    assert advice(a_questionnaire(*mixed)) == []
    assert advice(a_questionnaire(*sorted_by_facet)) == [
        "form A: all items of a facet stand together; mix them, so that the purpose shows less"
    ]


def test_repeated_stems() -> None:
    twice = a_questionnaire(an_item(0, stem="Who is next?"), an_item(1, stem="who  is next?"))
    assert advice(twice) == ["i1, stem, en: is the same as that of i0"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "All of the above"),
        ("en", "I do none of these"),
        ("ru", "Всё перечисленное"),
        ("ru", "Ничего из вышеперечисленного"),
        ("lt", "Visi aukščiau išvardyti"),
        ("lt", "Nė vienas iš išvardytų"),
    ],
)
def test_options_that_name_the_others_together(language: str, text: str) -> None:
    item = an_item(0)
    last = Option("z", {language: text}, OptionKey(2.0))
    changed = a_questionnaire(replace(item, options=(*item.options, last)), languages=(language,))
    assert f"i0, option z, {language}: names the other options together; each option should stand alone" in advice(
        changed
    )


@pytest.mark.parametrize(
    ("language", "text", "adverb"),
    [
        ("en", "I politely ask", "politely"),
        ("ru", "Вежливо спрашиваю", "Вежливо"),
        ("lt", "Nuoširdžiai klausiu", "Nuoširdžiai"),
    ],
)
def test_virtue_in_an_adverb(language: str, text: str, adverb: str) -> None:
    item = an_item(0)
    changed = replace(item, options=(Option("z", {language: text}, OptionKey(3.5)), *item.options))
    said = f"i0, option z, {language}: shows the virtue in an adverb ({adverb}); show it in the act"
    assert said in advice(a_questionnaire(changed, languages=(language,)))


@pytest.mark.parametrize(
    ("language", "wrong", "right"), [("ru", "Он: “да”", "Он: «да»"), ("lt", 'Jis: "taip"', "Jis: „taip“")]
)
def test_quotation_marks_of_another_language(language: str, wrong: str, right: str) -> None:
    questionnaire = a_questionnaire(replace(an_item(0), stems={language: wrong}), languages=(language,))
    assert any("foreign quotation marks" in each for each in advice(questionnaire))
    questionnaire = a_questionnaire(replace(an_item(0), stems={language: right}), languages=(language,))
    assert advice(questionnaire) == []


def test_translations_much_longer_than_the_original() -> None:
    item = an_item(0, stem="A short scene, and then a question.")
    options = tuple(replace(each, texts=each.texts | {"lt": "x" * 15}) for each in item.options)
    longer = replace(item, options=options, stems=item.stems | {"lt": "y" * 200})
    (found,) = advice(a_questionnaire(longer, languages=("en", "lt")))
    assert found.startswith("i0, lt: is 2.")
    assert "times as long as in en; 0.7 to 1.5 is usual" in found


def test_a_best_option_that_is_hardly_the_best() -> None:
    item = an_item(0)
    close = replace(item, options=(replace(item.options[0], key=OptionKey(3.2)), *item.options[1:]))
    assert advice(a_questionnaire(close)) == ["i0: the best option is only 0.20 above the next"]


def test_giving_everything_should_not_be_the_best() -> None:
    assert advice(a_questionnaire(an_item(0, generous_option="a"))) == [
        "i0: the most generous option is the best; the test rewards giving all"
    ]
    assert advice(a_questionnaire(an_item(0, generous_option="b"))) == []


def test_scales_whose_ends_have_no_labels() -> None:
    assert advice(sample("likert")) == ["l2: the ends of the scale have no labels in en"]
    withheld = Item("w", None, ResponseFormat.LIKERT, scale=Scale(1, 5), withheld=True)
    assert advice(a_questionnaire(withheld)) == []


def test_figures_of_a_questionnaire_without_a_key() -> None:
    seen = figures(sample("withheld"), "en")
    assert (seen.items, seen.length_with_key, seen.best_is_longest) == (0, None, None)
    assert (seen.longest_stem, seen.longest_option) == (0, 0)


def test_length_is_compared_within_items() -> None:
    """A long item with high keys beside a short one with low keys says nothing about length."""
    even = ("x" * 10, "y" * 10, "z" * 10, "w" * 10)
    questionnaire = a_questionnaire(an_item(0, even), an_item(1, tuple(text * 3 for text in even)))
    assert figures(questionnaire, "en").length_with_key is None


def test_an_option_without_a_key_is_no_best() -> None:
    with pytest.raises(ValueError, match="option a has no key"):
        key_of(Option("a"))
