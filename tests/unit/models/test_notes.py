"""Notes say in words what the figures say."""

from __future__ import annotations

import pytest

from models.notes import notes_on
from tests.unit.instruments import every_format

FIGURES = {
    "n": 60,
    "n_units": 20,
    "r": 0.2,
    "r_low": 0.1,
    "log_loss": 0.5,
    "log_loss_base": 0.6,
    "slope": 1.0,
    "criterion_reliability": 0.8,
    "key_r": 0.1,
    "resampled": "units",
    "rating_notes": [],
}


def told(**changed):
    return " ".join(notes_on(every_format(), {**FIGURES, **changed}, 0, 50))


def forecast(status, *more):
    names = ("more_staff", "more_staff_low", "more_staff_high")
    return {"forecast": {"status": status, **dict(zip(names, more or (None,) * 3, strict=True))}}


@pytest.mark.parametrize(
    ("status", "more", "said"),
    [
        ("already", (0, 0, 0), "better than the key alone does, nineteen times"),
        ("probably", (0, 0, 40), "do not settle it (90 % interval of how many more it takes: 0 to 40)"),
        ("about_equal", (10, 0, None), "more staff may tell (90 % interval of how many more it takes: from 0 to more"),
        ("more_needed", (120, 40, 300), "With about 120 more rated staff"),
        ("not_within_reach", (), "not within reach of these data"),
        ("no_key", (), "no key for the model to be compared with"),
        ("cannot_tell", (), "too few people to tell"),
    ],
)
def test_the_forecast_is_said_in_one_sentence(status, more, said):
    assert said in told(learning_curve=forecast(status, *more))


def test_a_canary_that_sings_is_said_first_of_all_warnings():
    bird = {"r": 0.31, "standard_error": 0.02, "passed": False}
    assert "r is 0.310, though it should be 0" in told(canary=bird)
    assert "leak" not in told(canary={**bird, "passed": True})


def test_few_units_make_intervals_too_narrow():
    assert "rest on 6 units only" in told(n_units=6)
    assert "With 3 units only" in told(n_units=3, resampled="people")
    assert "too narrow" not in told()


def test_options_are_named_but_not_all_of_them():
    options = [{"id": letter, "review": letter == "b"} for letter in "abc"]
    statistics = {"never_chosen": [f"q{i}=a" for i in range(11)], "items": [{"id": "q1", "options": options}]}
    said = told(item_statistics=statistics)
    assert "11 options were never chosen" in said
    assert "q7=a and 3 more" in said
    assert "People who chose q1.b are rated better" in said


def test_equal_probabilities_and_untried_folds_are_said():
    assert "about the same probability" in told(slope=None)
    assert "2 folds could not be tried" in told(folds_left_out=2)
