"""What counts, what is dropped and why, and how a panel lies to the key that there is."""

import statistics

import pytest

from scoring.panel import FEW, SPREAD, against_key, counts, panel_figures

PLACES = [("x", "a"), ("x", "b"), ("x", "c"), ("y", "a"), ("y", "b")]


def expert(*values: int | None) -> dict[tuple[str, str], float]:
    return {place: value for place, value in zip(PLACES, values, strict=True) if value is not None}


def test_means_spreads_and_agreement() -> None:
    given = [expert(5, 3, 1, 4, 2), expert(4, 3, 1, 5, 2), expert(5, 2, 1, 4, 1), expert(5, 3, 2, 4, 2)]
    given.append(expert(4, 3, 1, 5, 1))
    found = panel_figures(given, PLACES)
    assert (found.experts, found.left_out, found.enough) == (5, 0, True)
    first = found.options[0]
    assert (first.ratings, first.mean) == (5, pytest.approx(4.6))
    assert first.spread == pytest.approx(statistics.stdev([5, 4, 5, 5, 4]))
    assert not [each for each in found.options if each.dropped]
    assert found.kept() == found.options
    assert found.overall is not None
    assert found.overall.average > 0.9
    assert (found.overall.targets, found.overall.raters) == (5, 5)
    of_item = found.items["x"]
    assert of_item is not None
    assert of_item.targets == 3


def test_a_wide_option_is_dropped_by_the_limit_that_was_set() -> None:
    given = [expert(5, 1 + 2 * (number % 3), 1, 4, 2) for number in range(6)]
    spread = statistics.stdev([1, 3, 5, 1, 3, 5])
    assert [each.dropped for each in panel_figures(given, PLACES).options] == ["", SPREAD, "", "", ""]
    lenient = panel_figures(given, PLACES, widest_spread=spread)
    assert not [each for each in lenient.options if each.dropped], "the limit itself is not above the limit"


def test_who_left_options_out() -> None:
    whole = [expert(5, 3, 1, 4, 2) for _ in range(4)]
    found = panel_figures([*whole, expert(4, 3, None, 4, 1), expert(1, None, None, 1, 1), {}], PLACES)
    assert (found.experts, found.left_out) == (5, 1), "four fifths count, three fifths do not, nobody is nobody"
    third = found.options[2]
    assert (third.ratings, third.dropped, third.mean, third.spread) == (4, FEW, None, None), "four tell too much"
    assert found.options[0].mean == pytest.approx(4.8), "whoever does not count takes no part in a mean"
    assert found.overall is not None
    assert (found.overall.targets, found.overall.raters) == (5, 4)
    assert counts(expert(1, 1, 1, 1, None), PLACES)
    assert not counts({}, [])


def test_too_few_experts_or_none() -> None:
    assert not panel_figures([expert(5, 3, 1, 4, 2)] * 4, PLACES).enough
    none = panel_figures([], PLACES)
    assert (none.experts, none.overall, none.options[0].mean, none.options[0].dropped) == (0, None, None, FEW)


def test_beside_the_present_key() -> None:
    key = {("x", "a"): 4.0, ("x", "b"): 3.0, ("x", "c"): 1.0, ("y", "a"): 2.0, ("y", "b"): 2.0}
    panel = {("x", "a"): 3.0, ("x", "b"): 4.5, ("x", "c"): 1.0, ("y", "a"): 5.0, ("y", "z"): 1.0}
    found = against_key(panel, key)
    assert found is not None
    assert (found.options, found.largest_difference) == (4, pytest.approx(3.0))
    assert found.mean_difference == pytest.approx((-1 + 1.5 + 0 + 3) / 4)
    assert found.other_best == ("x",), "an option that shares the best place in the key is no other one"
    assert found.other_worst == ()
    assert found.correlation is not None
    assert against_key(panel, {}) is None
    few = against_key({("x", "a"): 1.0}, key)
    assert few is not None
    assert few.correlation is None
