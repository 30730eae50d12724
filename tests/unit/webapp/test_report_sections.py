"""Reports on a model: what each part says, its tables and files, and what is said where there is nothing."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_babel import Babel, force_locale

from tests.factories.reports import figures, forecast, groups, point
from tests.page_rules import parse
from webapp.services.describe_figures import describe_figures
from webapp.services.reports import album as kept
from webapp.services.reports.album import Album
from webapp.services.reports.as_file import as_csv
from webapp.services.reports.curve import curve_section
from webapp.services.reports.forecast_words import forecast_sentences
from webapp.services.reports.parts import Column, Section, Table
from webapp.services.reports.reader import Reader
from webapp.services.reports.staff_groups import group_sections, group_tables
from webapp.services.reports.validation import validation_sections, validation_tables
from webapp.services.reports.verdict import verdict

READER = Reader("en", simulated=True)


@pytest.fixture(autouse=True)
def context() -> Iterator[None]:
    app = Flask(__name__)
    Babel(app)
    kept._remembered.cache_clear()
    with app.test_request_context():
        yield
    kept._remembered.cache_clear()


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "svg_of", lambda *_given: "<svg></svg>")


def sections(**changed: Any) -> dict[str, Section]:
    found = figures(groups=groups(), **changed)
    return {each.code: each for each in [*validation_sections(found, READER), *group_sections(found, READER)]}


def one_sentence(text: str) -> bool:
    """One full stop, at the end: abbreviations and numbers have none in these words."""
    return text.endswith(".") and not re.search(r"[.!?] [A-Z“]", text)


def test_every_part_says_in_one_sentence_what_it_means_and_in_one_what_not(undrawn: None) -> None:
    for each in sections().values():
        assert one_sentence(each.means), each.means
        assert one_sentence(each.not_means), each.not_means
    for figure in describe_figures(figures()):
        assert one_sentence(figure.means), figure.means
        assert one_sentence(figure.not_means), figure.not_means


def test_every_part_has_its_data_as_a_table_and_as_a_file(undrawn: None) -> None:
    found = sections()
    assert {code for code, each in found.items() if each.empty} == {"range", "challengers"}
    files = {**validation_tables(figures(), READER), **group_tables(figures(groups=groups()), READER)}
    for each in found.values():
        for table in each.tables:
            assert table.code in files
            rows = list(csv.reader(io.StringIO(as_csv(table).decode("utf-8-sig"))))
            assert len(rows) == 1 + len(table.rows)
            assert {len(row) for row in rows} == {len(rows[0])}
    assert {code for code, each in found.items() if each.chart} == {"reliability", "hiring", "learning_curve", "dif-lt"}


def test_what_a_model_lacks_is_said(undrawn: None) -> None:
    old = {"r": 0.3, "n": 60}
    for each in validation_sections(old, READER):
        assert each.empty is (each.code != "ratings")
        assert "ot computed for this model" in each.why_empty
    assert group_sections(old, READER) == []
    sealed = {each.code: each for each in validation_sections({**old, "in_confidence": True}, READER)}
    assert "in confidence" in sealed["calibrations"].why_empty


def test_files_hold_plain_numbers_and_no_formula() -> None:
    columns = [Column("Name", "name"), Column("Share", "share", "share"), Column("Likely", "share", "shares")]
    table = Table("t", "T", columns, [("=1+1", 0.25, (0.1, None)), (None, None, (None, None))])
    with force_locale("lt"):
        text = as_csv(table).decode("utf-8-sig")
    assert text == "name,share,share_low,share_high\r\n'=1+1,0.25,0.1,\r\n,,,\r\n"


def test_cells_are_written_as_the_reader_writes() -> None:
    with force_locale("lt"):
        assert Column("", "", "signed").said(-0.051) == "−0,05"
        assert Column("", "", "signed").said(0.051) == "+0,05"
        assert Column("", "", "signed").said(-0.001) == "0,00"
        assert Column("", "", "signed_range").said((-0.2, 0.1)) == "−0,20 – 0,10"
        assert Column("", "", "number").said(None) == Column("", "", "range").said((None, None)) == "–"
    assert Column("", "", "counts").said((1200, None)) == "1,200 and more"


@pytest.mark.parametrize(
    ("values", "says", "silent"),
    [
        (
            {"status": "already", "more_staff": 0, "more_staff_low": 0, "more_staff_high": 0},
            "nineteen of twenty",
            "more rated",
        ),
        (
            {"status": "probably", "more_staff": 0, "more_staff_low": 0, "more_staff_high": 40},
            "up to 40 more",
            "foreseen",
        ),
        ({"status": "about_equal", "more_staff": 30, "more_staff_low": 0}, "more than can be foreseen", "between"),
        (
            {"status": "more_needed", "more_staff": 90, "more_staff_low": 40, "more_staff_high": 200},
            "90 more rated people until the model beats the key. It is likely between 40 and 200.",
            "foreseen",
        ),
        ({"status": "not_within_reach"}, "cannot be told", "more rated people"),
        ({"status": "cannot_tell"}, "too few people", "twice"),
        ({"status": "no_key"}, "no key", "twice"),
    ],
)
def test_the_forecast_in_words(values: dict[str, Any], says: str, silent: str) -> None:
    told = " ".join(forecast_sentences(forecast(**values)))
    assert says in told
    assert silent not in told
    assert "None" not in told


def test_a_curve_without_key_and_a_curve_of_one_point(undrawn: None) -> None:
    bare = {"points": [point(30, 0.2, None), point(60, 0.3, None)], "forecast": forecast("no_key")}
    section = curve_section(figures(learning_curve=bare), READER)
    assert section.chart
    assert next(section.tables[0].said())[3][1] == "–"
    one = {"points": [point(48, 0.3)], "forecast": forecast("cannot_tell")}
    short = curve_section(figures(learning_curve=one), READER)
    assert short.chart is None
    assert short.tables


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({}, ["It predicts:", "probably orders people better", "no lack of calibration"]),
        ({"learning_curve": None}, ["not shown that it orders people better"]),
        ({"r_low": -0.02}, ["includes zero"]),
        ({"r_low": None}, ["cannot be told"]),
        ({"r_high": -0.05, "r_low": -0.3}, ["wrong way round"]),
        ({"r_minus_key_low": 0.01, "learning_curve": None}, ["better than the key alone; the difference is larger"]),
        ({"r_minus_key_high": -0.01}, ["worse than the key alone"]),
        ({"r_minus_key": None}, ["cannot be told"]),
        ({"slope_low": 1.1}, ["too bold or too timid"]),
        ({"brier_skill_low": -0.1}, ["not shown that its probabilities"]),
        ({"brier_skill_low": -0.2, "brier_skill_high": -0.1}, ["miss more than chance"]),
    ],
)
def test_the_verdict_never_says_more_than_its_intervals(changed: dict[str, Any], says: list[str]) -> None:
    told = verdict(figures(**changed))
    assert len(told) == 3
    assert all(any(words in sentence for sentence in told) for words in says)
    assert verdict({"r": None}) == []


def test_questions_that_differ_come_first_and_all_options_are_in_the_file(undrawn: None) -> None:
    shown = sections()["dif-lt"]
    assert [row[0] for row in shown.tables[0].rows] == ["parcel", "queue", "open"]
    assert [row[0] for row in shown.tables[1].rows] == ["parcel.best=a"]
    assert shown.lines == ["1 question differs, 1 are alike, and of 1 it cannot be told. Of all options 1 differs."]
    assert len(group_tables(figures(groups=groups()), READER)["dif-options-lt"].rows) == 2


@pytest.mark.parametrize("absent", ["in_confidence", "one_language", "too_few"])
def test_groups_say_why_nothing_is_said_of_scores(undrawn: None, absent: str) -> None:
    bare = groups(impact=None, prediction=None, absent=absent, dif=[], equivalence=[], single="en")
    found = {each.code: each for each in group_sections({"groups": bare}, READER)}
    reasons = {found[code].why_empty for code in ("prediction", "impact")}
    assert len(reasons) == 1
    assert reasons != {"Not computed for this model."}
    assert "one language" in found["equivalence"].why_empty


def test_charts_are_named_images_and_no_id_is_twice_on_a_page() -> None:
    twice = groups(dif=[{**groups()["dif"][0], "focal": focal} for focal in ("lt", "ru")])
    charts = [each.chart for each in group_sections({"groups": twice}, READER) if each.chart]
    charts.append(curve_section(figures(), READER).chart or "")
    tree, faults = parse(f"<!doctype html><html lang=en><title>t</title><body>{''.join(charts)}")
    assert faults == []
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids)) == 6
    assert all("simulated data" in chart and 'role="img"' in chart and "style=" not in chart for chart in charts)


def test_a_chart_is_drawn_once_and_one_changed_on_disk_is_drawn_anew(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    drawn: list[str] = []
    monkeypatch.setattr(kept, "svg_of", lambda *given: drawn.append(given[2]) or f"<svg>{len(drawn)}</svg>")
    words = {"language": "en"}

    def seen() -> str:
        kept._remembered.cache_clear()
        return str(Album(tmp_path, "secret").drawn(_draw, [1], words))

    assert seen() == seen() == "<svg>1</svg>"
    (file,) = tmp_path.glob("*.svg")
    file.write_text(file.read_text().replace("<svg>", "<svg><script/>"))
    assert seen() == "<svg>2</svg>"
    file.write_bytes(b"\xff\xfe")
    assert seen() == "<svg>3</svg>"
    assert str(Album(tmp_path, "another").drawn(_draw, [1], words)) == "<svg>4</svg>"


def _draw(data: Any, words: Any) -> tuple[Any, int]:
    return data, 0
