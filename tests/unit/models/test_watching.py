"""A look at a model: odd pools of people, limits, and how many tests are allowed for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.watching import Seen, look_at
from questionnaires.answers import AnswerSheet
from scoring.watching.limits import ALARM, AREA, SPREADS, STEADY, WATCH, worst
from scoring.watching.trials import Trial, findings
from tests.factories.submitted import answers_by_key, trained_model
from tests.factories.training import simulated

KEYED = AnswerSheet("key", answers_by_key(best=True), language="en")


def seen(sheets: list[AnswerSheet], lately: bool = False) -> list[Seen]:
    return [
        Seen(sheet, "2026-W47" if lately else "2026-W30", lately, order_seed=place)
        for place, sheet in enumerate(sheets)
    ]


def test_with_nobody_there_nothing_is_told() -> None:
    found = look_at(trained_model(), [], [], (0, 0))
    assert (found["state"], found["tested"], found["findings"]) == ("too_few", 0, [])
    assert (found["domain"], found["score"], found["trend"], found["weeks"], found["languages"]) == (
        None,
        None,
        None,
        [],
        [],
    )


def test_staff_who_are_all_alike_are_no_yardstick_and_the_rest_is_told() -> None:
    staff = [KEYED] * 40
    found = look_at(trained_model(), staff, seen(list(simulated().staff_sheets())), (0, 0))
    assert found["score"] is None
    assert len(found["refused"]) == 1
    assert found["domain"]["auc"] > 0.9
    assert found["items"][0]["level"] == "alarm"


def test_fewer_than_thirty_staff_are_persons_and_fewer_than_thirty_applicants_no_alarm() -> None:
    sheets = list(simulated().staff_sheets())
    few = look_at(trained_model(), sheets[:29], seen(sheets), (0, 0))
    assert (few["domain"], few["items"], few["score"]) == (None, [], None)
    assert all(row["staff"] is None for row in few["languages"])
    pool = look_at(trained_model(), sheets, seen([KEYED] * 25), (12, 9))
    assert {each["level"] for each in pool["findings"]} == {WATCH}
    assert {"answers", "assisted"} <= {each["name"] for each in pool["findings"]}


def test_a_language_that_hardly_any_staff_answered_in_is_told() -> None:
    sheets = list(simulated().staff_sheets())
    staff = [replace(sheet, language="lt" if place < 29 else "en") for place, sheet in enumerate(sheets[:60])]
    asked = [replace(sheet, language="lt" if place < 12 else "en") for place, sheet in enumerate(sheets[:40])]
    found = look_at(trained_model(), staff, seen(asked), (0, 0))
    told = next(each for each in found["findings"] if each["name"] == "unlearned")
    assert told == {"name": "unlearned", "level": WATCH, "numbers": [{"language": "lt", "share": 0.3}]}
    assert found["state"] == WATCH
    assert {row["language"]: (row["before"], row["lately"]) for row in found["languages"]}["lt"] == (0.3, None)
    for few in (staff[:29], [replace(sheet, language="lt") for sheet in staff]):
        names = {each["name"] for each in look_at(trained_model(), few, seen(asked[:12]), (0, 0))["findings"]}
        assert "unlearned" not in names


def test_what_stands_of_staff_is_coarse() -> None:
    sheets = list(simulated().staff_sheets())
    found = look_at(trained_model(), sheets, seen(sheets[:20]) + seen(sheets[20:40], lately=True), (0, 0))
    assert all(round(found["score"][name] * 20, 6).is_integer() for name in ("d", "low", "high"))
    assert all(round(row["psi"], 2) == row["psi"] for row in found["items"])
    assert "staff" not in found["domain"]


def test_a_question_that_somebody_was_not_asked_is_compared_for_nobody() -> None:
    model, sheets = trained_model(), list(simulated().staff_sheets())
    gone = model.encoder.items[0].id
    asked = [replace(sheet, answers={k: v for k, v in sheet.answers.items() if k != gone}) for sheet in sheets[:40]]
    plain = look_at(model, sheets, seen(asked), (0, 0))
    assert plain["items"][0]["item"] == gone
    found = look_at(model, sheets, seen(asked), (0, 0), left_out={asked[0].person: frozenset({gone})})
    assert found["left_out"] == [gone]
    assert next(row["psi"] for row in found["items"] if row["item"] == gone) == 0.0
    assert found["missing"]["lately"] is None


def test_a_level_needs_size_and_an_alarm_its_near_end() -> None:
    assert [SPREADS.level(d, low) for d, low in ((0.19, 0.1), (0.2, 0.1), (0.9, 0.49), (0.6, 0.5))] == [
        STEADY,
        WATCH,
        WATCH,
        ALARM,
    ]
    assert AREA.level(0.59) == STEADY
    assert worst([]) == STEADY
    assert worst([WATCH, ALARM, STEADY]) == ALARM


@pytest.mark.parametrize(("p", "told"), [(0.004, True), (0.006, False)])
def test_p_values_are_judged_by_how_many_tests_there_are(p: float, told: bool) -> None:
    tests = [Trial("score", p, WATCH), *(Trial("flags", 0.9, ALARM) for _ in range(9))]
    assert bool(findings(tests, alarms=True)) is told
