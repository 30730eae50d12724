"""What is said about figures: each with what it means and does not, and warnings where they are due."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask_babel import Babel, force_locale

from tests.page_rules import parse
from webapp.services.describe_figures import between, cautions, describe_figures, hiring_sentence, number, share
from webapp.services.draw_chart import ROLES, draw_hiring, draw_reliability
from webapp.services.model_charts import hiring_chart, reliability_chart
from webapp.services.training_failure import SENTENCES, explain

SVG = "{http://www.w3.org/2000/svg}"
FIGURES: dict[str, Any] = {
    "n": 140,
    "n_units": 12,
    "r": 0.31,
    "r_low": 0.12,
    "r_high": 0.44,
    "r_corrected": 0.34,
    "key_r": 0.25,
    "auc": 0.66,
    "brier": 0.2134,
    "brier_base": 0.2222,
    "log_loss": 0.618,
    "log_loss_base": 0.6365,
    "slope": 0.97,
    "intercept": -0.02,
    "coverage_90": 0.91,
    "calibration_error": 0.021,
    "criterion_reliability": 0.86,
    "base_rate": 1 / 3,
    "reliability_diagram": [{"predicted": 0.2, "observed": 0.25, "n": 70, "low": 0.1, "high": 0.4}],
    "hire_or_retrain": [
        {"selection_ratio": 0.1, "expected_share": 0.6, "low": 0.4, "high": 0.7},
        {"selection_ratio": 0.3, "expected_share": 0.5, "low": 0.35, "high": 0.6},
    ],
}


@pytest.fixture(autouse=True)
def context() -> Any:
    app = Flask(__name__)
    Babel(app)
    with app.test_request_context():
        yield


def test_every_figure_says_what_it_means_and_what_not() -> None:
    told = describe_figures(FIGURES)
    assert len({figure.name for figure in told}) == len(told) == 14
    assert all(figure.value and figure.means.endswith(".") and figure.not_means.endswith(".") for figure in told)
    values = {figure.name: figure.value for figure in told}
    assert values["Agreement with the ratings"] == "0.31, likely 0.12 to 0.44"
    assert values["Brier score"] == "0.213, against 0.222 by chance"
    assert values["Telling two people apart"] == "66%"


def test_calibration_shows_its_intervals_and_what_is_right_on_average() -> None:
    points = [{"predicted": 0.2, "observed": 0.1, "n": 30}, {"predicted": 0.6, "observed": 0.9, "n": 10}]
    found = {"slope_low": 0.83, "slope_high": 2.38, "intercept_low": -0.11, "intercept_high": 1.08}
    told = {each.name: each for each in describe_figures({**FIGURES, **found, "reliability_diagram": points})}
    assert told["Calibration slope"].value == "0.97, likely 0.83 to 2.38"
    assert told["Calibration intercept"].value == "-0.02, likely -0.11 to 1.08"
    assert told["Calibration intercept"].means.startswith("Read it together with the slope")
    assert told["Promised and observed on average"].value == "30% promised, 30% observed", "by people, not by group"
    blank = {each.name: each.value for each in describe_figures({**FIGURES, "reliability_diagram": None})}
    assert blank["Promised and observed on average"] == "not known"


def test_what_is_not_known_is_said_so() -> None:
    told = describe_figures({**FIGURES, "criterion_reliability": None, "r_corrected": None})
    assert [figure.value for figure in told[-3:]] == ["not known"] * 3
    assert between(0.3, None, 0.4) == "0.30"
    assert (number(None), share(None)) == ("not known", "not known")


def test_numbers_follow_the_language() -> None:
    with force_locale("lt"):
        assert number(0.314) == "0,31"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"r_low": -0.01}, "includes zero"),
        ({"log_loss": 0.64}, "no more than chance"),
        ({"key_r": 0.31}, "the key alone agreed"),
        ({"n_units": 0}, "No units are known"),
        ({"criterion_reliability": None}, "severity could not be taken out"),
        ({"r": None}, "at least 50 staff"),
        ({"key_reviewed": False}, "Nobody but its authors"),
    ],
)
def test_cautions(change: dict[str, Any], says: str) -> None:
    assert any(says in line for line in cautions({**FIGURES, **change}, 50))
    assert not any(says in line for line in cautions(FIGURES, 50))


def test_languages_that_no_staff_answered_in_are_named() -> None:
    groups = {"languages": [{"language": "en", "n": 140}, {"language": "lt", "n": 29}]}
    (told,) = (line for line in cautions({**FIGURES, "groups": groups}, 50, ("en", "lt", "ru")) if "learned:" in line)
    assert told.startswith("Languages that it has not learned: Lithuanian, Russian.")
    assert cautions({**FIGURES, "groups": groups}, 50, ("en",)) == cautions(FIGURES, 50)


def test_the_mission_in_one_sentence() -> None:
    told = hiring_sentence(FIGURES)
    assert told is not None
    assert (told["expected"], told["low"], told["high"], told["base"], told["yes"]) == ("10", "7", "12", "7", 10)
    assert hiring_sentence({"hire_or_retrain": [], "base_rate": None}) is None


def test_charts_are_images_with_names_and_without_fixed_colours() -> None:
    for chart in (reliability_chart(FIGURES, True), hiring_chart(FIGURES, True)):
        assert chart is not None
        tree, faults = parse(f"<!doctype html><html lang=en><title>t</title><body>{chart}")
        assert faults == []
        (svg,) = tree.findall(f".//{SVG}svg")
        assert svg.get("role") == "img"
        names = [element.get("id") for element in svg.iter() if element.get("id")]
        assert svg.get("aria-labelledby") == " ".join(str(name) for name in names)
        assert "simulated data" in (svg.find(f"{SVG}title").text or "")  # type: ignore[union-attr]
        assert "style=" not in chart
        assert not any(colour in chart for colour in ROLES)
        assert "var(--bar)" in chart


def test_chart_words_are_escaped_and_drawn() -> None:
    words = {
        "title": "<b>Title</b>",
        "description": "d",
        "predicted": "Prognozė",
        "observed": "Наблюдение",
        "ideal": "i",
        "language": "lt",
    }
    chart = draw_reliability(FIGURES["reliability_diagram"], words)
    assert "<b>" not in chart
    assert "Prognozė" in chart
    assert "Наблюдение" in chart
    again = {"title": "t", "description": "d", "ratio": "r", "share": "s", "random": "chance", "language": "en"}
    assert "chance" in draw_hiring(FIGURES["hire_or_retrain"], 1 / 3, again)


def test_no_data_no_chart() -> None:
    empty: dict[str, Any] = {"reliability_diagram": [], "hire_or_retrain": []}
    assert reliability_chart(empty, False) is None
    assert hiring_chart(empty, False) is None


@pytest.mark.parametrize("reason", [*SENTENCES, "too_few", "never heard of"])
def test_every_reason_has_a_sentence(reason: str) -> None:
    assert explain(reason, {"both": 3, "needed": 50}).endswith(".")
