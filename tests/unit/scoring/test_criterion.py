"""Targets from ratings: on the rating scale, unshrunken, with weights, and from nothing but what is handed in."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.criterion import criterion_for, select, top_third, top_thirds
from scoring.errors import ScoringError
from scoring.ratings import Rating
from scoring.simulation.company import simulate


def rated(seed: int, staff: int = 100, **how: float) -> tuple[list[Rating], np.ndarray]:
    simulation = simulate("typical", staff, 0, seed)
    return simulation.rating_list(), simulation.staff.performance


def test_is_on_the_rating_scale_and_unshrunken():
    ratings, performance = rated(1, 400)
    criterion = criterion_for(ratings)
    slope = np.polyfit(performance, criterion.value, 1)[0]
    assert criterion.value.mean() == pytest.approx(3, abs=0.2)
    assert slope == pytest.approx(np.sqrt(0.52), abs=0.06)
    assert criterion.severity_known
    assert criterion.persons == tuple(dict.fromkeys(r.ratee for r in ratings))


def test_overall_reliability_is_the_share_of_true_variance():
    found, true = [], []
    for seed in range(12):
        ratings, performance = rated(seed, 200)
        criterion = criterion_for(ratings)
        found.append(criterion.overall_reliability)
        true.append(np.corrcoef(criterion.value, performance)[0, 1] ** 2)
    assert np.mean(found) == pytest.approx(np.mean(true), abs=0.02)


def test_follows_performance_better_than_mean_ratings():
    ratings, performance = rated(3, 400)
    blind = criterion_for([r._replace(rater=None) for r in ratings])
    aware = criterion_for(ratings)
    assert np.corrcoef(aware.value, performance)[0, 1] > np.corrcoef(blind.value, performance)[0, 1]


def test_without_raters_it_is_the_mean_and_reliability_is_not_known():
    criterion = criterion_for([Rating("a", None, 2.0), Rating("a", None, 4.0), Rating("b", None, 5.0)])
    assert criterion.persons == ("a", "b")
    assert criterion.value.tolist() == [3.0, 5.0]
    assert criterion.weight.tolist() == [1.0, 1.0]
    assert criterion.reliability is None
    assert criterion.overall_reliability is None
    assert not criterion.severity_known
    assert criterion.notes


def test_people_with_more_raters_weigh_more():
    ratings, _ = rated(4)
    criterion = criterion_for(ratings)
    counts = np.array([sum(r.ratee == person for r in ratings) for person in criterion.persons])
    assert criterion.weight.mean() == pytest.approx(1)
    assert criterion.weight[counts >= 6].min() > criterion.weight[counts == 3].max()


def test_picks_a_competence_or_averages_them():
    ratings = [Rating("a", None, 2.0, "x"), Rating("a", None, 4.0, "y"), Rating("b", None, 4.0, "x")]
    ratings += [Rating("b", None, 5.0, "y")]
    assert criterion_for(ratings, competence="x").value.tolist() == [2.0, 4.0]
    assert criterion_for(ratings).value.tolist() == [3.0, 4.5]
    with pytest.raises(ScoringError, match=r"“z”\. There are: x, y"):
        criterion_for(ratings, competence="z")


def test_selecting_from_nothing_is_nothing():
    assert select([], "x") == []


def test_binary_stays_zero_and_one():
    criterion = criterion_for([Rating("a", None, 0.0), Rating("b", None, 1.0)], binary=True)
    assert criterion.value.tolist() == [0.0, 1.0]
    assert criterion.binary
    with pytest.raises(ScoringError, match="0 or 1, but there is 3"):
        criterion_for([Rating("a", None, 0.0), Rating("b", None, 3.0)], binary=True)


def test_held_out_targets_know_nothing_of_the_training_ratings():
    ratings, _ = rated(5)
    held = {f"S{i:04d}" for i in range(1, 31)}
    subset = [r for r in ratings if r.ratee in held]
    changed = [r._replace(rating=r.rating + 1) if r.ratee not in held else r for r in ratings]
    same = [r for r in changed if r.ratee in held]
    assert criterion_for(subset).value.tolist() == criterion_for(same).value.tolist()


def test_given_variances_serve_where_ratings_are_too_few():
    ratings, _ = rated(6)
    few = [r for r in ratings if r.ratee in {"S0001", "S0002", "S0003"}]
    components = criterion_for(ratings).components
    assert criterion_for(few).reliability is None
    borrowed = criterion_for(few, given=components)
    assert borrowed.reliability is not None
    assert 0.5 < borrowed.reliability.min() < borrowed.reliability.max() < 1


def two_parts(shift: float) -> list[Rating]:
    first, _ = rated(7, 40)
    second, _ = rated(8, 30)
    return first + [Rating(f"x{r.ratee}", f"x{r.rater}", r.rating + shift) for r in second]


def test_separate_parts_are_centred_within():
    near, far = criterion_for(two_parts(0)), criterion_for(two_parts(1.5))
    part = np.array([person.startswith("x") for person in far.persons])
    for criterion in (near, far):
        centres = [np.average(criterion.value[side], weights=criterion.weight[side]) for side in (part, ~part)]
        assert centres[0] == pytest.approx(centres[1], abs=0.01)
    assert any("2 parts" in note for note in far.notes)


def test_who_stands_alone_weighs_nothing():
    ratings, _ = rated(9)
    criterion = criterion_for([*ratings, Rating("lone", "l1", 5.0), Rating("lone", "l2", 5.0)])
    assert criterion.weight[criterion.position()["lone"]] == 0
    assert np.isfinite(criterion.value).all()


def test_raters_of_their_own_for_everybody_are_not_centred_away():
    rng = np.random.default_rng(1)
    level = rng.normal(size=50)
    criterion = criterion_for(
        [Rating(f"p{i}", f"r{i}.{j}", level[i] + rng.normal()) for i in range(50) for j in range(3)]
    )
    assert criterion.weight == pytest.approx(np.ones(50))
    assert np.corrcoef(criterion.value, level)[0, 1] > 0.75


def test_one_supervisor_each_is_freed_of_their_severity():
    rng = np.random.default_rng(2)
    level, harsh = rng.normal(size=120), 2 * rng.normal(size=12)
    criterion = criterion_for([Rating(f"p{i}", f"r{i % 12}", 3 + level[i] + harsh[i % 12]) for i in range(120)])
    assert np.corrcoef(criterion.value, level)[0, 1] > 0.9
    assert criterion.reliability is None
    assert criterion.severity_known
    assert "a single rating" in criterion.notes[0]


def test_one_rater_gives_plain_means():
    criterion = criterion_for([Rating(f"p{i}", "boss", float(i)) for i in range(5)])
    assert criterion.value.tolist() == [0, 1, 2, 3, 4]
    assert "plain means" in criterion.notes[0]


def test_no_differences_between_people_leave_means_of_unknown_reliability():
    rng = np.random.default_rng(3)
    values = rng.normal(size=(20, 4))
    values -= values.mean(axis=1, keepdims=True)
    criterion = criterion_for([Rating(f"p{i}", f"r{j}", values[i, j]) for i in range(20) for j in range(4)])
    assert criterion.reliability is None
    assert "no differences between people" in criterion.notes[0]


@pytest.mark.parametrize("values", [[4.0] * 6, [1.0, float("nan")], []])
def test_refuses_ratings_that_tell_nothing(values):
    with pytest.raises(ScoringError):
        criterion_for([Rating(f"p{i}", None, value) for i, value in enumerate(values)])


@given(st.lists(st.integers(1, 5), min_size=1, max_size=60))
def test_the_top_third_is_exactly_a_third(values):
    cut, membership = top_third(values)
    array = np.array(values)
    assert membership.mean() == pytest.approx(1 / 3)
    assert (membership[array > cut] == 1).all()
    assert (membership[array < cut] == 0).all()


def test_the_cut_lies_between_values_where_the_third_ends_there():
    assert top_third([1.0, 2.0, 4.0])[0] == 3.0
    assert top_third([1.0, 2.0, 3.0, 4.0])[0] == 3.0
    assert top_third([1.0, 2.0, 3.0, 4.0])[1] == pytest.approx([0, 0, 1 / 3, 1])
    with pytest.raises(ScoringError, match="nobody"):
        top_third([])


def test_families_have_their_own_cut_from_fifty_people_on():
    values = np.arange(120.0)
    families = ["sales"] * 60 + ["desk"] * 20 + [None] * 40
    thirds = top_thirds(values, families)
    assert set(thirds.cuts) == {"sales"}
    assert thirds.membership[:60].mean() == pytest.approx(1 / 3)
    assert thirds.pooled == 79.5
    assert thirds.membership[60:80].tolist() == [0.0] * 20
    assert "desk" in thirds.notes[0]
    assert top_thirds(values, ["sales"] * 120).notes == ()


def test_a_binary_criterion_has_the_reliability_with_which_raters_agree():
    """Six people by two raters: MSB .4, MSW 1/6, and the reliability of two ratings is 1 - MSW / MSB (by hand)."""
    given = {"a": (1, 1), "b": (1, 1), "c": (0, 0), "d": (0, 0), "e": (1, 0), "f": (0, 1)}
    ratings = [Rating(name, f"r{i}", float(v)) for name, pair in given.items() for i, v in enumerate(pair)]
    criterion = criterion_for(ratings, binary=True)
    assert criterion.overall_reliability == pytest.approx(1 - (1 / 6) / 0.4)
    assert criterion.reliability == pytest.approx(np.full(6, 1 - (1 / 6) / 0.4))
    assert criterion.value.tolist() == [1, 1, 0, 0, 0.5, 0.5]


@pytest.mark.parametrize(
    "ratings",
    [
        [Rating("a", "x", 1.0), Rating("b", "x", 0.0), Rating("c", "y", 1.0)],
        [Rating("a", None, 1.0), Rating("a", None, 1.0), Rating("b", None, 0.0)],
        [Rating("a", "x", 1.0), Rating("a", "y", 0.0), Rating("b", "x", 1.0), Rating("b", "y", 0.0)],
    ],
)
def test_where_agreement_cannot_be_seen_reliability_is_not_known(ratings):
    criterion = criterion_for(ratings, binary=True)
    assert criterion.overall_reliability is None
    assert criterion.reliability is None


def test_the_reliability_of_a_binary_criterion_is_what_it_claims():
    """Over 4,000 people with two or three raters, it is the squared correlation with the true chance."""
    rng = np.random.default_rng(12)
    chance = rng.uniform(0, 1, 4000)
    ratings = [
        Rating(f"p{i}", f"r{rater}", float(rng.random() < chance[i]))
        for i in range(4000)
        for rater in rng.choice(50, int(rng.integers(2, 4)), replace=False)
    ]
    criterion = criterion_for(ratings, binary=True)
    assert criterion.overall_reliability == pytest.approx(np.corrcoef(criterion.value, chance)[0, 1] ** 2, abs=0.03)
