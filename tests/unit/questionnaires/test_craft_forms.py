"""Whether forms are alike."""

from __future__ import annotations

from dataclasses import replace

from questionnaires.craft.forms import content, differences, forms_table, items_table, reading
from questionnaires.definition import OptionKey, Questionnaire
from tests.unit.questionnaires.samples_folder import sample
from tests.unit.questionnaires.small_bank import small_bank, with_item, with_option


def without(bank: Questionnaire, item_id: str, language: str, stem: str) -> Questionnaire:
    return with_item(bank, item_id, stems=bank.item(item_id).stems | {language: stem})


def test_matched_forms() -> None:
    assert differences(small_bank()) == []
    assert differences(sample("minimal")) == []


def test_content_of_a_form() -> None:
    asked = content(small_bank(), "A")
    assert (asked.items, asked.facets["balance"], asked.touchpoints["site"], asked.roles) == (8, 1, 2, 8)
    assert (asked.best_key, asked.worst_key) == (4.5, 1.5)
    assert content(sample("open-text"), "A").best_key is None


def test_other_facets_touchpoints_and_keys_are_told() -> None:
    bank = small_bank()
    assert differences(with_item(bank, "i8", facet="balance"))[:2] == [
        "forms A and B: 1 and 2 items of balance",
        "forms A and B: 1 and 0 items of needs",
    ]
    moved = with_item(with_item(bank, "i9", touchpoint="support"), "i14", touchpoint="support")
    assert differences(moved) == [
        "forms A and B: 2 and 0 items at site",
        "forms A and B: 1 and 3 items at support",
    ]
    best = next(option for option in bank.item("i8").options if option.key.mean == 4.5)
    lower = with_option(bank, "i8", best.id, key=OptionKey(3.2))
    assert differences(lower) == ["forms A and B: the best options have the mean key 4.50 and 4.34"]


def test_one_touchpoint_more_or_less_is_within_the_tolerance() -> None:
    assert differences(with_item(small_bank(), "i9", touchpoint="support")) == []


def test_longer_and_harder_texts_are_told_in_their_language() -> None:
    bank = small_bank()
    for number in range(8, 16):
        bank = without(bank, f"i{number}", "en", bank.item(f"i{number}").stems["en"] + " Nobody understands anything.")
    found = differences(bank)
    assert all(each.startswith("forms A and B, en: ") for each in found)
    assert [each.split()[-1] for each in found[:2]] == ["stem", "item"]
    assert found[2].startswith("forms A and B, en: LIX ")


def test_reading_of_a_form() -> None:
    read = reading(small_bank(), "A", "en")
    assert read.stem_words == 13
    assert read.option_characters == 16
    assert reading(sample("withheld"), "A", sample("withheld").languages[0]) is None


def test_tables() -> None:
    rows = forms_table(small_bank())
    assert rows[0] == ["", "form A", "form B"]
    assert ["facet: balance", "1", "1"] in rows
    assert ["mean key of the best", "4.50", "4.50"] in rows
    assert len({len(row) for row in rows}) == 1
    assert [row[0] for row in rows[-4:]] == [
        "lt: stem, words",
        "lt: option, characters",
        "lt: item, characters",
        "lt: LIX",
    ]
    heading, *items = items_table(small_bank())
    assert heading[:6] == ["form", "item", "facet", "second facet", "touchpoint", "role"]
    assert len(items) == 16
    assert ["A", "i6", "balance", "constancy"] in [row[:4] for row in items]


def test_tables_of_what_has_no_texts() -> None:
    withheld = sample("withheld")
    assert forms_table(withheld)[-1][1] == "-"
    assert items_table(withheld)[1][-1] == "-"


def test_three_forms_are_each_compared_with_the_first() -> None:
    bank = small_bank()
    third = replace(bank.forms[1], id="C")
    odd = with_item(replace(bank, forms=(*bank.forms, third)), "i8", facet="candour")
    assert {each.split(":")[0] for each in differences(odd)} == {"forms A and B", "forms A and C"}
