"""A bank that meets the library's standard: two forms of eight situations, one of each facet, in two languages."""

from __future__ import annotations

from dataclasses import replace

from questionnaires.craft.standard import TOUCHPOINTS
from questionnaires.definition import (
    FACETS,
    Change,
    Form,
    Item,
    Option,
    OptionKey,
    Questionnaire,
    ResponseFormat,
    Section,
)

KEYS = (4.5, 3.1, 2.4, 1.5)
SCENES = ["door", "lamp", "bill", "road", "desk", "card", "boat", "shop"]
SCENES += ["tent", "wall", "pipe", "sofa", "coin", "fork", "milk", "soap"]
OPTIONS = {
    "en": ("I ask her first.", "I wait for them.", "I do it all now.", "I say it is off."),
    "lt": ("Paklausiu jos.", "Palaukiu visų.", "Viską padarau.", "Sakau – tinka."),
}
STEMS = {
    "en": "A neighbour brings a broken {scene} to you. Several others are waiting outside.",
    "lt": "Kaimynas atneša sulūžusį daiktą ({scene}). Nekantrauja laukiantys lankytojai.",
}


def an_item(number: int) -> Item:
    placed = [KEYS[(number + place) % 4] for place in range(4)]
    options = tuple(
        Option(
            letter,
            {language: texts[place] for language, texts in OPTIONS.items()},
            OptionKey(placed[place], None, {"en": "So it is.", "lt": "Taip yra."}),
        )
        for place, letter in enumerate("abcd")
    )
    facet = FACETS[number % 8]
    return Item(
        id=f"i{number}",
        facet=facet,
        format=ResponseFormat.BEST_WORST,
        titles={"en": f"The {SCENES[number]}", "lt": f"Tas {SCENES[number]}"},
        stems={language: stem.format(scene=SCENES[number]) for language, stem in STEMS.items()},
        options=options,
        touchpoint=TOUCHPOINTS[number % 8 % 5],
        role=f"role-{number}",
        second_facet=FACETS[(number + 1) % 8],
        generous_option="abcd"[(5 - number) % 4] if facet == "balance" else None,
        key_set_by="the tests",
    )


def small_bank() -> Questionnaire:
    items = tuple(an_item(number) for number in range(16))
    sections = (
        Section("A-1", tuple(item.id for item in items[:8])),
        Section("B-1", tuple(item.id for item in items[8:])),
    )
    return Questionnaire(
        name="small",
        version="1.0.0",
        languages=("en", "lt"),
        titles={"en": "Small", "lt": "Mažas"},
        items=items,
        sections=sections,
        forms=(Form("A", ("A-1",)), Form("B", ("B-1",))),
        descriptions={"en": "Eight situations.", "lt": "Aštuonios situacijos."},
        authorship="The tests.",
        review_status="Nobody.",
        licence="Ours.",
        history=(Change("1.0.0", "2026-11-22", "First."),),
    )


def with_item(bank: Questionnaire, item_id: str, **changes: object) -> Questionnaire:
    """Return the bank with one item changed."""
    items = tuple(replace(item, **changes) if item.id == item_id else item for item in bank.items)
    return replace(bank, items=items)


def with_option(bank: Questionnaire, item_id: str, option_id: str, **changes: object) -> Questionnaire:
    """Return the bank with one option changed."""
    options = tuple(
        replace(option, **changes) if option.id == option_id else option for option in bank.item(item_id).options
    )
    return with_item(bank, item_id, options=options)
