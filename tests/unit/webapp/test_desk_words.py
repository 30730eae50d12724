"""Small things the desk is made of: safe cells, whole people of ten, expected hires, addresses, tie borders."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.ranking import group_of, tie_cuts
from webapp.account.views import own_path
from webapp.records.vacancy import fold
from webapp.recruiter.words import of_ten
from webapp.services.expect_hires import expect_hires, likely_range
from webapp.services.shortlist.read_page import Here
from webapp.services.shortlist.ties import extended
from webapp.services.spreadsheet_safety import safe_cell

FIGURES = {
    "base_rate": 1 / 3,
    "hire_or_retrain": [
        {"selection_ratio": 0.1, "expected_share": 0.6, "low": 0.5, "high": 0.7},
        {"selection_ratio": 0.5, "expected_share": 0.4, "low": 0.35, "high": 0.45},
    ],
}


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "  =1",
        "'=1",
        '"=1"',
        "“=1",
        "＝1",
        "﹢1",
        "−1",
        "\u200b=1",
        "\ufeff@x",
        *(f"{sign}=1" for sign in "\u034f\u115f\u1160\u3164\uffa0\ufe0f\u17b4\u180b\u2065\u2800\U000e0100\u0301"),
        *(f"{sign}=1" for sign in (";", ",", "~", "\\", "; ", ",\u3164;")),
        "%1",
        "|x",
    ],
)
def test_a_formula_becomes_a_text(text: str) -> None:
    assert safe_cell(text).startswith("'")


@pytest.mark.parametrize("text", ["", "Ona", "O'Neil", "'t Hooft", "Žukė-Kazlauskė", "ona@example.org", "a=b", "5 - 3"])
def test_an_ordinary_text_stays_as_it_is(text: str) -> None:
    assert safe_cell(text) == text


@given(st.text())
def test_no_cell_begins_like_a_formula_or_breaks_the_line(text: str) -> None:
    cell = safe_cell(text)
    assert not cell or cell[0] not in "=+-@\t\r\n＝＋－＠"
    assert "\n" not in cell
    assert "\r" not in cell


@pytest.mark.parametrize(
    ("share", "shown"),
    [(0.0, "<1"), (0.04, "<1"), (0.05, "1"), (0.24, "2"), (0.25, "3"), (0.94, "9"), (0.95, ">9"), (1.0, ">9")],
)
def test_a_probability_is_whole_people_and_never_certain(share: float, shown: str) -> None:
    assert of_ten(share) == shown


def test_expected_hires_are_read_between_the_ratios_that_were_checked() -> None:
    hires = expect_hires(FIGURES, 30, 100)
    assert hires
    assert hires.share == pytest.approx(0.5)
    assert (hires.expected, hires.by_chance) == (15, 10)
    assert hires.low < hires.expected < hires.high


@pytest.mark.parametrize(("target", "ranked", "share"), [(1, 1000, 0.6), (75, 100, 0.4 - (0.4 - 1 / 3) / 2)])
def test_beyond_the_checked_ratios_nothing_is_promised(target: int, ranked: int, share: float) -> None:
    hires = expect_hires(FIGURES, target, ranked)
    assert hires
    assert hires.share == pytest.approx(share)


@pytest.mark.parametrize(("target", "ranked"), [(5, 5), (6, 5), (0, 5), (1, 0)])
def test_where_nobody_is_left_out_a_list_can_do_nothing(target: int, ranked: int) -> None:
    assert expect_hires(FIGURES, target, ranked) is None
    assert expect_hires({}, 1, 10) is None


@given(st.integers(1, 500), st.floats(0, 1), st.floats(0, 0.3))
def test_the_likely_range_holds_the_expected_number(n: int, share: float, reach: float) -> None:
    low, high = likely_range(n, share, max(0.0, share - reach), min(1.0, share + reach))
    assert 0 <= low <= high <= n
    assert low <= round(n * share) <= high


@pytest.mark.parametrize("address", ["/", "/vacancies?x=1", "/a/b#c"])
def test_a_path_of_this_site_is_taken(address: str) -> None:
    assert own_path(address) == address


@pytest.mark.parametrize("address", ["", "vacancies", "//x", "/\\x", "http://x/", "/x\ny", "\\\\x", "javascript:x"])
def test_any_other_address_is_not(address: str) -> None:
    assert own_path(address) == ""


@given(st.integers(0, 10**6), st.integers(0, 10**9), st.booleans(), st.floats(allow_nan=False), st.uuids())
def test_an_address_of_a_page_comes_back_as_it_went(
    number: int, seq: int, forwards: bool, score: float, key: uuid.UUID
) -> None:
    here = Here(number, seq, 1_800_000_000_123_456, forwards, score, key)
    assert Here.read(str(here)) == here
    assert here.as_of.microsecond == 123_456


@given(st.text())
def test_a_damaged_address_is_none(text: str) -> None:
    assert Here.read(text) is None


@pytest.mark.parametrize(("name", "folded"), [("Žukė", "zuke"), ("ЁЖИК", "ежик"), ("Straße", "strasse"), ("", "")])
def test_names_are_searched_without_their_marks(name: str, folded: str) -> None:
    assert fold(name) == folded


@given(
    st.lists(st.integers(0, 400), min_size=1, max_size=30),
    st.lists(st.integers(0, 400), max_size=30),
    st.integers(5, 60),
)
def test_arrivals_part_nobody_and_no_group_grows_too_wide(first: list[int], later: list[int], width: int) -> None:
    sed = width / 100
    standing, arriving = [n / 100 for n in first], sorted((n / 100 for n in later), reverse=True)
    before = tie_cuts(standing, sed)
    after = extended(before, arriving, sed)
    for one in standing:
        for other in standing:
            together = group_of(one, before) == group_of(other, before)
            assert together == (group_of(one, after) == group_of(other, after))
    members: dict[int, list[float]] = {}
    for score in (*standing, *arriving):
        members.setdefault(group_of(score, after), []).append(score)
    assert max(max(each) - min(each) for each in members.values()) <= sed + 1e-8
    assert max(members) <= len(after)
