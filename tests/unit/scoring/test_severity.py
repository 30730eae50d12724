"""The severity model against an independent dense likelihood, against lme4, and on data it must refuse."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import kendalltau

from scoring.errors import ScoringError
from scoring.ratings import Rating
from scoring.severity.design import build_design
from scoring.severity.fitting import SeverityFit, composite, fit_one, fit_severity, rater_severity
from scoring.severity.large import minimise_large
from scoring.severity.reml import evaluate, minimise
from scoring.severity.results import Components
from scoring.severity.shifting import shift_response
from scoring.simulation.company import simulate

SHARED = Path(os.environ.get("MAKINGS_SHARED", Path(__file__).parents[4] / "shared"))


def crossed(
    ratees: int, raters: int, each: int, seed: int, variances: tuple[float, float, float] = (0.5, 0.2, 0.3)
) -> list[Rating]:
    """Ratings of everybody by ``each`` raters drawn at random."""
    rng = np.random.default_rng(seed)
    true, severity = np.sqrt(variances[0]) * rng.normal(size=ratees), np.sqrt(variances[1]) * rng.normal(size=raters)
    return [
        Rating(f"p{i}", f"r{j}", 3 + true[i] + severity[j] + np.sqrt(variances[2]) * rng.normal())
        for i in range(ratees)
        for j in rng.choice(raters, each, replace=False)
    ]


def coded(ratings: list[Rating]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ratings as codes of ratees, codes of raters, and values."""
    ratees = list(dict.fromkeys(r.ratee for r in ratings))
    raters = list(dict.fromkeys(r.rater for r in ratings))
    codes = [(ratees.index(r.ratee), raters.index(r.rater)) for r in ratings]
    return *np.array(codes).T, np.array([r.rating for r in ratings])


class Dense:
    """The same likelihood by inverting the covariance of all ratings, with nothing clever in it."""

    def __init__(self, ratings: list[Rating]) -> None:
        self.y = np.array([r.rating for r in ratings])
        self.ratees = list(dict.fromkeys(r.ratee for r in ratings))
        self.Z = [
            np.array([[r.ratee == name for name in self.ratees] for r in ratings], dtype=float),
            np.array([[r.rater == n for n in dict.fromkeys(q.rater for q in ratings)] for r in ratings], dtype=float),
        ]

    def projection(self, variances: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
        V = variances[0] * self.Z[0] @ self.Z[0].T + variances[1] * self.Z[1] @ self.Z[1].T
        V += variances[2] * np.eye(len(self.y))
        inverse = np.linalg.inv(V)
        ones = inverse.sum(axis=0)
        return V, inverse - np.outer(ones, ones) / ones.sum(), float(ones @ self.y / ones.sum())

    def criterion(self, variances: np.ndarray) -> float:
        V, P, _ = self.projection(variances)
        information = np.linalg.inv(V).sum()
        constant = (len(self.y) - 1) * np.log(2 * np.pi)
        return float(np.linalg.slogdet(V)[1] + np.log(information) + self.y @ P @ self.y + constant)

    def optimum(self) -> np.ndarray:
        options = {"xatol": 1e-9, "fatol": 1e-11, "maxiter": 4000, "maxfev": 4000}
        start = np.log([0.3, 0.3, 0.3])
        found = minimize(lambda x: self.criterion(np.exp(x)), start, method="Nelder-Mead", options=options)
        return np.exp(found.x)

    def effects(self, variances: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        _, P, _ = self.projection(variances)
        Z = self.Z[0]
        return variances[0] * Z.T @ P @ self.y, variances[0] * np.diag(Z.T @ P @ Z)


def variances_of(fit: SeverityFit) -> np.ndarray:
    return np.array([fit.components.ratee, fit.components.rater, fit.components.residual])


@pytest.mark.parametrize(("ratees", "raters", "each"), [(12, 6, 3), (6, 15, 5), (30, 30, 3), (9, 4, 4)])
def test_agrees_with_the_dense_likelihood(ratees, raters, each):
    ratings = crossed(ratees, raters, each, seed=ratees)
    dense, fit = Dense(ratings), fit_one(ratings)
    best = dense.optimum()
    effect, reliability = dense.effects(variances_of(fit))
    assert variances_of(fit) == pytest.approx(best, rel=2e-4)
    assert fit.components.reml_criterion <= dense.criterion(best) + 1e-7
    assert fit.components.reml_criterion == pytest.approx(dense.criterion(variances_of(fit)), abs=1e-8)
    assert fit.components.mean == pytest.approx(dense.projection(variances_of(fit))[2], abs=1e-9)
    assert fit.ratees == tuple(dense.ratees)
    assert fit.effect == pytest.approx(effect, abs=1e-9)
    assert fit.reliability == pytest.approx(reliability, abs=1e-9)


@pytest.mark.parametrize("turned", [False, True])
def test_gradient_is_the_slope_of_the_criterion(turned):
    ratings = crossed(8, 5, 3, seed=5)
    ratee, rater, rating = coded(ratings)
    design = build_design(rater, ratee, rating) if turned else build_design(ratee, rater, rating)
    at, step = np.array([1.3, 0.4]), 1e-5
    for side in (0, 1):
        move = step * np.eye(2)[side]
        slope = (evaluate(design, at + move).criterion - evaluate(design, at - move).criterion) / (2 * step)
        assert evaluate(design, at).gradient[side] == pytest.approx(slope, rel=1e-6)


@pytest.mark.parametrize("start", [(0, 0), (1e-6, 1e4), (1e5, 1e5), (100, 0.001), (0, 7)])
def test_reaches_the_same_optimum_from_anywhere(start):
    ratings = crossed(40, 20, 4, seed=1)
    design = build_design(*coded(ratings))
    near = minimise(design, np.array([1.0, 0.5]))
    assert minimise(design, np.array(start, dtype=float)).ratios == pytest.approx(near.ratios, rel=1e-4)


def test_variances_may_be_exactly_zero():
    ratings = crossed(30, 12, 3, seed=2, variances=(0.5, 0.0, 0.5))
    zero = [fit_one(crossed(30, 12, 3, seed, (0.5, 0.0, 0.5))).components.rater == 0 for seed in range(8)]
    assert any(zero)
    assert fit_one(ratings).components.ratee > 0.1


def test_nothing_between_people_leaves_no_effects_and_says_so():
    fits = [fit_one(crossed(25, 10, 4, seed, (0.0, 0.3, 0.5))) for seed in range(8)]
    fit = next(fit for fit in fits if fit.components.ratee == 0)
    assert not fit.effect.any()
    assert not fit.weight.any()
    assert np.isnan(fit.deregressed).all()
    assert fit.rows()[0].deregressed is None
    assert any("no differences between people" in note for note in fit.notes)


def test_effects_follow_the_truth_better_than_means():
    rng = np.random.default_rng(0)
    true, harsh = rng.normal(size=200), 1.2 * rng.normal(size=60)
    ratings = [
        Rating(str(i), f"r{j}", 3 + true[i] + harsh[j] + 0.5 * rng.normal())
        for i in range(200)
        for j in rng.choice(60, 3, replace=False)
    ]
    fit = fit_one(ratings)
    means = np.array([np.mean([r.rating for r in ratings if r.ratee == name]) for name in fit.ratees])
    assert np.corrcoef(fit.deregressed, true)[0, 1] > np.corrcoef(means, true)[0, 1] + 0.05


def test_shifting_one_rater_moves_people_only_as_far_as_shrinkage_leaves():
    ratings = crossed(60, 15, 4, seed=4)
    variances = fit_one(ratings).components
    shifted = [r._replace(rating=r.rating + 1.0) if r.rater == "r3" else r for r in ratings]
    before, after = fit_one(ratings, given=variances), fit_one(shifted, given=variances)
    of_rater = before.rater_ids.index("r3")
    absorbed = after.severity[of_rater] - before.severity[of_rater]
    moved = np.abs(after.effect - before.effect)
    assert 0.5 < absorbed < 1
    assert moved.max() < 1 - absorbed
    assert before.components.method == "given"


@pytest.mark.parametrize("ratees", [6, 40])
def test_the_response_to_a_shift_is_that_of_the_dense_likelihood(ratees):
    ratings = crossed(ratees, 12, 3, seed=20)
    components = fit_one(ratings).components
    dense = Dense(ratings)
    _, P, _ = dense.projection(np.array([components.ratee, components.rater, components.residual]))
    response = shift_response(ratings, "r3", components)
    marked = np.array([rating.rater == "r3" for rating in ratings], dtype=float)
    assert response.ratees == tuple(dense.ratees)
    assert response.effects == pytest.approx(components.ratee * dense.Z[0].T @ P @ marked, abs=1e-10)
    assert response.severity == pytest.approx(components.rater * dense.Z[1].T @ P @ marked, abs=1e-10)
    assert response.unabsorbed == pytest.approx(1 - components.rater * marked @ P @ marked, abs=1e-10)


def test_the_large_way_gives_the_same_response(monkeypatch):
    ratings = crossed(300, 120, 3, seed=15)
    components = fit_one(ratings).components
    exact = shift_response(ratings, "r3", components)
    monkeypatch.setattr("scoring.severity.shifting.LARGEST_EXACT", 50)
    assert shift_response(ratings, "r3", components).effects == pytest.approx(exact.effects, abs=1e-7)


def test_nobody_moves_beyond_what_is_not_absorbed_in_any_design():
    rng = np.random.default_rng(0)
    for _ in range(150):
        ratees, raters = rng.integers(2, 9, 2)
        pairs = rng.integers(0, [ratees, raters], (rng.integers(2, ratees * raters + 1), 2))
        ratings = [Rating(f"p{i}", f"r{j}", float(rng.normal())) for i, j in pairs]
        components = Components(0.0, *np.exp(rng.normal(0, 2.5, 3)), reml_criterion=None, method="given", seconds=0.0)
        response = shift_response(ratings, str(ratings[0].rater), components)
        assert np.abs(response.effects).max() <= response.unabsorbed + 1e-9


def test_a_shift_by_nobody_is_refused():
    ratings = crossed(20, 10, 3, seed=6)
    with pytest.raises(ScoringError, match="“ghost” gave none"):
        shift_response(ratings, "ghost", fit_one(ratings).components)


def busiest_rater(ratings: list[Rating]) -> str:
    return max(sorted({str(r.rater) for r in ratings}), key=lambda rater: sum(r.rater == rater for r in ratings))


@pytest.mark.parametrize("world", ["typical", "severe", "two_units"])
@pytest.mark.parametrize("people", [60, 200])
def test_a_shifted_rater_moves_people_as_the_model_predicts_and_no_further_than_shrinkage_leaves(world, people):
    for seed in range(5):
        ratings = simulate(world, people, 0, seed).rating_list()
        rater = busiest_rater(ratings)
        before = fit_one(ratings)
        shifted = [r._replace(rating=r.rating + 1.0) if r.rater == rater else r for r in ratings]
        moved = fit_one(shifted, given=before.components).effect - before.effect
        response = shift_response(ratings, rater, before.components)
        assert moved == pytest.approx(response.effects, abs=1e-9)
        assert 0.001 < np.abs(moved).max() <= response.unabsorbed < 0.6


@pytest.mark.parametrize("shift", [-1.0, 1.0])
def test_shifting_one_rater_leaves_the_ranking_as_it_was(shift):
    taus = []
    for seed in range(8):
        ratings = simulate("typical", 200, 0, seed).rating_list()
        rater = busiest_rater(ratings)
        shifted = [r._replace(rating=r.rating + shift) if r.rater == rater else r for r in ratings]
        before, after = fit_one(ratings), fit_one(shifted)
        taus.append(kendalltau(before.effect, after.effect).statistic)
        taus.append(kendalltau(before.deregressed, after.deregressed).statistic)
    assert min(taus) >= 0.98


def test_columns_follow_their_formulas():
    fit = fit_one(crossed(20, 10, 3, seed=6))
    row = fit.rows()[4]
    assert row.ratee == fit.ratees[4]
    assert row.deregressed == pytest.approx(row.effect / row.reliability)
    assert row.weight == pytest.approx(1 / (0.8 + (1 - row.reliability) / row.reliability))
    assert fit.standard_score.mean() == pytest.approx(0, abs=1e-12)
    assert fit.standard_score.std() == pytest.approx(1)
    assert row.raters == 3


def test_separate_parts_are_numbered_and_standardised_within():
    large = crossed(20, 8, 3, seed=7)
    small = [Rating(f"x{r.ratee}", f"x{r.rater}", r.rating + 2) for r in crossed(9, 5, 3, seed=8)]
    alone = [Rating("lone", "loner", 3.0)]
    fit = fit_one(small + large + alone)
    part = dict(zip(fit.ratees, fit.component, strict=True))
    score = dict(zip(fit.ratees, fit.standard_score, strict=True))
    assert (part["p0"], part["xp0"], part["lone"]) == (1, 2, 3)
    assert np.mean([score[name] for name in fit.ratees if name.startswith("xp")]) == pytest.approx(0, abs=1e-12)
    assert np.isnan(score["lone"])
    assert any("3 parts" in note for note in fit.notes)


def test_people_are_flagged_who_have_too_few_raters_or_nobody_to_compare_with():
    ratings = [*crossed(20, 8, 3, seed=7), Rating("thin", "r1", 3.0), Rating("lone", "loner", 3.0)]
    flags = {row.ratee: row.flags for row in fit_one(ratings).rows()}
    assert flags["thin"] == ("few_raters",)
    assert flags["lone"] == ("few_raters", "alone")
    assert {found for ratee, found in flags.items() if ratee.startswith("p")} == {()}


def test_raters_who_all_rate_once_are_part_of_the_error():
    rng = np.random.default_rng(9)
    ratings = [
        Rating(f"p{i}", f"r{i}-{j}", level + rng.normal())
        for i, level in enumerate(rng.normal(size=40))
        for j in (0, 1)
    ]
    fit = fit_one(ratings)
    y = np.array([r.rating for r in ratings]).reshape(40, 2)
    within = y.var(axis=1, ddof=1).mean()
    assert fit.components.method == "reml-without-raters"
    assert fit.components.rater == 0
    assert fit.components.residual == pytest.approx(within, rel=1e-4)
    assert fit.components.ratee == pytest.approx(y.mean(axis=1).var(ddof=1) - within / 2, rel=1e-4)


def test_each_competence_and_their_composite():
    service, teamwork = crossed(20, 8, 3, seed=10), crossed(20, 8, 3, seed=11)
    both = [r._replace(competence="service") for r in service] + [r._replace(competence="team") for r in teamwork]
    result = fit_severity(both)
    assert list(result.competences) == ["service", "team"]
    assert result.competences["team"].components.reml_criterion == fit_one(teamwork).components.reml_criterion
    assert result.overall.components.reml_criterion == fit_one(composite(both)).components.reml_criterion
    assert [row.competence for row in result.effects] == ["service"] * 20 + ["team"] * 20 + [None] * 20


def test_a_skipped_competence_moves_nobodys_composite():
    ratings = [Rating("a", "r", 5.0, "easy"), Rating("a", "r", 2.0, "hard"), Rating("b", "r", 5.0, "easy")]
    assert composite(ratings) == [Rating("a", "r", 3.5), Rating("b", "r", 3.5)]


def test_a_large_crossing_takes_monte_carlo_and_says_so():
    ratings = crossed(400, 200, 4, seed=12)
    exact, rough = fit_one(ratings), fit_one(ratings, largest_exact=50)
    assert rough.components.method == "monte-carlo-reml"
    assert rough.components.reml_criterion is None
    assert variances_of(rough) == pytest.approx(variances_of(exact), rel=0.02)
    assert rough.components.mean == pytest.approx(exact.components.mean, abs=1e-3)
    assert rough.effect == pytest.approx(exact.effect, abs=0.01)
    assert rough.reliability == pytest.approx(exact.reliability, abs=0.02)
    assert any("own error is" in note for note in rough.notes)
    assert rough.components.monte_carlo_error is not None
    assert all(0 < error < 0.05 for error in rough.components.monte_carlo_error)
    assert exact.components.monte_carlo_error is None


def test_the_large_way_solves_the_same_equations():
    ratings = crossed(300, 120, 3, seed=15)
    exact = fit_one(ratings)
    same = fit_one(ratings, given=exact.components, largest_exact=50)
    assert same.effect == pytest.approx(exact.effect, abs=1e-6)
    assert same.severity == pytest.approx(exact.severity, abs=1e-6)
    assert same.components.residual == pytest.approx(exact.components.residual, rel=1e-9)


def test_the_stated_monte_carlo_error_is_the_real_one():
    ratings = crossed(300, 120, 3, seed=15)
    design = build_design(*coded(ratings))
    best = minimise(design, np.array([1.0, 1.0])).ratios
    gaps = []
    for seed in range(30):
        rng = np.random.default_rng(seed)
        turned = [ratings[i] for i in rng.permutation(len(ratings))]  # other codes meet other random signs
        fit = minimise_large(build_design(*coded(turned)), best)
        gaps.append((fit.summary.ratios / best - 1) / fit.relative_error)
    assert 0.6 < np.std(gaps) < 1.6


@pytest.mark.parametrize("start", [(1e-7, 1e-7), (50, 0.01), (0.01, 50)])
def test_the_large_way_arrives_from_anywhere(start):
    design = build_design(*coded(crossed(300, 120, 3, seed=15)))
    near = minimise_large(design, np.array([1.0, 0.5]))
    far = minimise_large(design, np.array(start, dtype=float))
    assert far.summary.ratios == pytest.approx(near.summary.ratios, rel=1e-3)


def test_the_large_way_finds_zero():
    fits = [minimise_large(build_design(*coded(crossed(30, 12, 3, s, (0.5, 0.0, 0.5)))), np.ones(2)) for s in range(8)]
    assert any(fit.summary.ratios.min() == 0 for fit in fits)


def test_rater_severity_alone():
    rng = np.random.default_rng(13)
    ratings = [Rating(f"p{i}", f"r{i % 6}", (i % 6) + 0.2 * rng.normal()) for i in range(120)]
    found = rater_severity(ratings)
    assert [round(found[f"r{j}"] - found["r0"]) for j in range(6)] == [0, 1, 2, 3, 4, 5]
    assert set(rater_severity([Rating("a", "r", 1.0), Rating("b", "r", 2.0)]).values()) == {0.0}
    assert set(rater_severity([Rating("a", "r", 1.0), Rating("b", "s", 2.0)]).values()) == {0.0}


def full(ratees: int, raters: int, values: list[float]) -> list[Rating]:
    pairs = [(i, j) for i in range(ratees) for j in range(raters)]
    return [Rating(f"p{i}", f"r{j}", value) for (i, j), value in zip(pairs, values, strict=True)]


@pytest.mark.parametrize(
    ("ratings", "words"),
    [
        ([], "no ratings"),
        (full(5, 2, [4.0] * 10), "All 10 ratings are 4"),
        (full(5, 2, [1.0, float("nan")] * 5), "5 of the ratings are not finite"),
        (full(5, 2, [1.0, float("inf")] * 5), "5 of the ratings are not finite"),
        (full(5, 1, [1.0, 2, 3, 4, 5]), "one rater"),
        (full(1, 5, [1.0, 2, 3, 4, 5]), "Only one person is rated"),
        (full(3, 1, [1.0, 2, 3]), "Only 3 people are rated"),
        ([Rating(f"p{i}", f"r{i % 2}", float(i)) for i in range(6)], "a single rating"),
        ([Rating(f"p{i % 4}", f"r{i % 4}", float(i), None, str(i)) for i in range(8)], "one rater who rates nobody"),
        ([Rating(f"p{i}", None, float(i)) for i in range(6)], "who gave each rating"),
        (full(6, 3, [float(i // 3) for i in range(18)]), "agree perfectly"),
        (full(6, 3, [float(i // 3 + i % 3) for i in range(18)]), "agree perfectly"),
        (full(5, 2, [1.0, 1e300] * 5), "A rating of 1e.300 cannot be meant"),
    ],
)
def test_refuses_in_words_what_cannot_be_fitted(ratings, words):
    with pytest.raises(ScoringError, match=words):
        fit_severity(ratings)


def test_a_refusal_names_its_competence():
    good = [r._replace(competence="service") for r in crossed(10, 5, 3, seed=1)]
    bad = [r._replace(competence="team", rating=2.0) for r in good]
    with pytest.raises(ScoringError, match="“team”: All 30 ratings are 2"):
        fit_severity(good + bad)


LME4 = {
    "sirt2": (0.3889758074, 0.0454336873, 0.1065548606, 821.893075609, None),
    "insteval": (0.273734860, 0.106214503, 1.387179707, 237783.880388, 3.254158),
}


@pytest.mark.skipif(not (SHARED / "data/severity").is_dir(), reason="the public rating data is not beside the project")
@pytest.mark.parametrize("name", LME4)
def test_agrees_with_lme4(name):
    folder = SHARED / "data/severity"
    with (folder / f"{name}.csv").open(newline="") as file:
        ratings = [Rating(r["ratee"], r["rater"], float(r["rating"])) for r in csv.DictReader(file)]
    with (folder / f"{name}_lme4_effects.csv").open(newline="") as file:
        theirs = {r["ratee"]: float(r["effect"]) for r in csv.DictReader(file)}
    fit = fit_one(ratings)
    *variances, criterion, mean = LME4[name]
    # On sirt2 lme4 stopped 1.3e-5 short of the optimum in the raters' variance: our criterion is lower.
    assert variances_of(fit) == pytest.approx(variances, rel=1e-5 if name == "insteval" else 2e-5)
    assert fit.components.reml_criterion == pytest.approx(criterion, abs=1e-4)
    assert fit.components.reml_criterion < criterion + 1e-6
    assert fit.effect == pytest.approx([theirs[ratee] for ratee in fit.ratees], abs=0.002)
    if mean is not None:
        assert fit.components.mean == pytest.approx(mean, abs=1e-6)
