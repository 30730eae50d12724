"""What a panel is asked, and the version of a questionnaire that holds its key."""

import dataclasses

import pytest

from questionnaires import shelf
from questionnaires.definition import Questionnaire, ResponseFormat
from questionnaires.loading import load_text
from questionnaires.panel_key import NoKeyLeft, NothingToRate, PanelKey, items_to_rate, keyed_by_panel, left_out_items
from tests.factories.panels import SMALL, WITHOUT_KEY
from tests.unit.questionnaires.samples_folder import SAMPLES

BILL = {"a": (4.612, 0.518), "b": (2.2, 0.4), "d": (1.31, 0.5)}
QUEUE = {"a": (2.4, 0.5), "b": (4.5, 0.53), "c": (3.2, 0.45)}


def key(**options: dict[str, tuple[float, float]]) -> PanelKey:
    return PanelKey(8, "2026-11-22", frozenset(options), options, "One option was dropped.")


@pytest.fixture
def small() -> Questionnaire:
    return load_text(SMALL)


def test_every_option_is_rated_by_its_effectiveness() -> None:
    whole = shelf.get("customer-orientation")
    asked = items_to_rate(whole)
    assert len(asked) == 48
    assert {item.format for item in asked} == {ResponseFormat.RATE_EACH}
    for item in asked:
        assert item.option_ids == whole.item(item.id).option_ids
        assert item.scale is not None
        assert (item.scale.minimum, item.scale.maximum, item.instruction) == (1, 5, "knowledge")


def test_what_has_no_options_is_not_rated(small: Questionnaire) -> None:
    assert [item.id for item in items_to_rate(small)] == ["bill", "queue"]
    assert [item.id for item in items_to_rate(load_text(WITHOUT_KEY))] == ["parcel"]


def test_ratings_of_another_scale_are_asked_on_ours() -> None:
    asked = items_to_rate(load_text((SAMPLES / "rate-each.yaml").read_text(encoding="utf-8")))
    assert {(item.scale.minimum, item.scale.maximum) for item in asked if item.scale} == {(1, 5)}


@pytest.mark.parametrize("name", ["likert", "open-text", "withheld"])
def test_nothing_to_rate(name: str) -> None:
    with pytest.raises(NothingToRate):
        items_to_rate(load_text((SAMPLES / f"{name}.yaml").read_text(encoding="utf-8")))


def test_a_language_without_words_cannot_be_rated(small: Questionnaire) -> None:
    with pytest.raises(NothingToRate):
        items_to_rate(dataclasses.replace(small, languages=("de",)))


def test_the_new_key(small: Questionnaire) -> None:
    made = keyed_by_panel(small, "1.0.20261122", key(bill=BILL, queue=QUEUE))
    bill = made.item("bill")
    assert (made.name, made.version) == ("three-scenes", "1.0.20261122")
    assert bill.key_set_by == "panel of 8 experts, 2026-11-22"
    assert bill.option_ids == ("a", "b", "d")
    assert [(each.key.mean, each.key.spread) for each in bill.options if each.key] == [
        (4.61, 0.52),
        (2.2, 0.4),
        (1.31, 0.5),
    ]
    a, b = bill.option("a"), bill.option("b")
    assert a.key is not None
    assert b.key is not None
    assert a.key.reason == {"en": "It was agreed."}
    assert b.key.reason == {}, "what justified the old mean does not justify one that moved by a point"
    assert bill.generous_option == "a"
    assert "8" in made.review_status
    assert set(made.statements["review"]) == {"en", "lt"}
    assert made.history[-1].date == "2026-11-22"
    assert "One option was dropped." in made.history[-1].note
    assert made.item("calm").direction == 1, "what nobody rated stays"
    assert made.scoring_identity != small.scoring_identity
    assert made.item("queue").options[0].texts == small.item("queue").options[0].texts


def test_dropped_options_take_along_what_names_them(small: Questionnaire) -> None:
    made = keyed_by_panel(
        small, "1.0.1", key(bill={each: BILL[each] for each in "bd"} | {"c": (3.0, 0.2)}, queue=QUEUE)
    )
    assert made.item("bill").generous_option is None


def test_a_situation_that_keeps_too_few_options_goes(small: Questionnaire) -> None:
    few = key(bill={"a": BILL["a"], "b": BILL["b"]}, queue={"a": QUEUE["a"], "b": QUEUE["b"]})
    assert left_out_items(small, few) == ("bill",), "two are enough where one is picked, and not for a best and a worst"
    made = keyed_by_panel(small, "1.0.1", few)
    assert [item.id for item in made.items] == ["queue", "calm"]
    assert "Left out, with too few options: bill." in made.history[-1].note
    with pytest.raises(NoKeyLeft):
        keyed_by_panel(small, "1.0.1", key(bill={"a": BILL["a"]}, queue={}))


def test_two_options_from_the_beginning_are_no_loss() -> None:
    two = load_text(
        SMALL.replace(
            '      - {id: c, text: {en: "I ask the manager.", lt: "Klausiu vadovo."}, key: {mean: 2.5}}\n', ""
        ).replace(
            '      - {id: d, text: {en: "I say it is the price.", lt: "Sakau, kad tokia kaina."}, key: {mean: 1.5}}\n',
            "",
        )
    )
    assert left_out_items(two, key(bill={"a": BILL["a"], "b": BILL["b"]}, queue=QUEUE)) == ()


def test_sections_and_forms_lose_what_is_gone() -> None:
    whole = shelf.get("customer-orientation")
    kept = {
        item.id: {option.id: (option.key.mean, 0.5) for option in item.options if option.key} for item in whole.items
    }
    first = whole.forms[0]
    emptied = whole.section(first.section_ids[0]).item_ids
    for name in emptied:
        kept[name] = {}
    made = keyed_by_panel(whole, "2.0.1", key(**kept))
    assert not set(emptied) & {item.id for item in made.items}
    assert first.section_ids[0] not in {section.id for section in made.sections}
    assert all(form.section_ids for form in made.forms)


def test_a_first_key_and_practice_that_keeps_its_own() -> None:
    first = keyed_by_panel(load_text(WITHOUT_KEY), "0.3.1", key(parcel=QUEUE))
    assert first.item("parcel").keyed
    whole = shelf.get("customer-orientation")
    kept = {item.id: dict.fromkeys(item.option_ids, (3.0, 0.5)) for item in whole.items}
    made = keyed_by_panel(whole, "2.0.1", key(**kept))
    for item in made.practice:
        assert item.key_set_by in (None, "authors")
    assert {item.key_set_by for item in made.items} == {"panel of 8 experts, 2026-11-22"}
