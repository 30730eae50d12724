"""What the desk of questions says of answers: counts that can be counted by hand, and classes of differences."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from questionnaires.answers import AnswerSheet
from scoring.encoding import AnswerEncoder
from scoring.item_desk.comparing import compare_items
from scoring.item_desk.describing import describe_items
from scoring.item_desk.desk import EVERYBODY, desk_figures
from tests.unit.instruments import company, every_format, instrument_of
from tests.unit.scoring.test_compiled import crowd


def people(number: int = 240) -> list[AnswerSheet]:
    """Half of them in each of two languages, by turns."""
    sheets = company("typical", 300).staff_sheets()[:number]
    return [replace(sheet, language=("en", "lt")[place % 2]) for place, sheet in enumerate(sheets)]


def figures(sheets: list[AnswerSheet], groups: dict[str, Any] | None = None) -> dict[str, Any]:
    return desk_figures(instrument_of("typical", 300), "A", {"staff": sheets}, groups)


def test_choices_and_rest_scores_are_those_of_the_answers() -> None:
    sheets = people(80)
    found = figures(sheets)
    encoder = AnswerEncoder(instrument_of("typical", 300), "A")
    item = encoder.items[0]
    scores = encoder.encode(sheets).key_scores
    described = found[item.id]["populations"]["staff"]
    assert described[EVERYBODY]["n"] == 80
    assert described["lt"]["n"] == 40
    for option in described[EVERYBODY]["options"]:
        rows = [row for row, sheet in enumerate(sheets) if sheet.answers[item.id]["best"] == option["id"]]
        assert option["best"] == len(rows)
        if rows:
            assert option["rest_best"] == round(float(np.mean(scores[rows, 1:].mean(axis=1))), 4)
    assert described[EVERYBODY]["mean"] == round(float(scores[:, 0].mean()), 4)


def test_every_format_is_described_and_what_is_missing_is_missing() -> None:
    questionnaire = every_format()
    encoder = AnswerEncoder(questionnaire, "A")
    sheets = [*crowd(questionnaire, 40), AnswerSheet("nobody", {})]
    found = describe_items(encoder, encoder.encode(sheets), np.arange(41))
    assert {each["answered"] for each in found.values()} == {40}
    assert found["agree"]["options"] == []
    assert all(option["given"] == 40 for option in found["order"]["options"])


def test_a_question_that_one_language_reads_otherwise_is_found_and_no_other_in_full() -> None:
    """In one language the best and the worst of one question change places for most people."""
    sheets = people()
    item = instrument_of("typical", 300).items_of("A")[2].id

    def turned(sheet: AnswerSheet) -> AnswerSheet:
        answer = sheet.answers[item]
        return replace(sheet, answers={**sheet.answers, item: {"best": answer["worst"], "worst": answer["best"]}})

    changed = [turned(sheet) if sheet.language == "lt" and place % 4 else sheet for place, sheet in enumerate(sheets)]
    found = {name: each["comparisons"]["staff"]["language"][0] for name, each in figures(changed).items()}
    assert (found[item]["letter"], found[item]["finding"]) == ("C", "differs")
    assert found[item]["options"]
    assert sum(each["finding"] == "differs" for each in found.values()) <= 2


def test_of_small_groups_nothing_can_be_told() -> None:
    sheets = people(100)
    sexes = ["female" if place < 20 else "male" if place < 90 else None for place in range(100)]
    found = figures(sheets, {"staff": {"sex": sexes}})
    (told,) = next(iter(found.values()))["comparisons"]["staff"]["sex"]
    assert (told["focal"], told["n_focal"], told["reference"]) == ("female", 20, "male")
    assert (told["letter"], told["finding"]) == ("", "cannot_tell")


def test_nobody_and_one_group_are_no_comparison() -> None:
    encoder = AnswerEncoder(instrument_of("typical", 300), "A")
    assert compare_items(encoder, encoder.encode([]), []) == []
    sheets = people(60)
    assert compare_items(encoder, encoder.encode(sheets), ["en"] * 60) == []
    assert figures([])[encoder.items[0].id]["populations"]["staff"][EVERYBODY]["n"] == 0
