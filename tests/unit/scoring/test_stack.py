"""The key-anchored stack and what it is built from."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.linear_model import Ridge
from sklearn.utils.estimator_checks import parametrize_with_checks

from scoring.calibration import Sigmoid
from scoring.consensus import Span, consensus_weights
from scoring.encoding import AnswerEncoder
from scoring.folds import assign_folds, splits
from scoring.ridge import FoldedRidge, ridge_path
from scoring.stack import KeyAnchoredStack, composite_of
from tests.unit.instruments import company, instrument_of

# Inner folds are drawn by row, so that a person given twice is not the same as a person of weight two:
# the same holds for scikit-learn's own cross-validated estimators.
UNEQUAL = {
    "check_sample_weight_equivalence_on_dense_data": "inner folds are drawn by row",
    "check_sample_weight_equivalence_on_sparse_data": "inner folds are drawn by row",
}


@parametrize_with_checks([KeyAnchoredStack()], expected_failed_checks=lambda estimator: UNEQUAL)
def test_the_estimator_contract(estimator, check):
    check(estimator)


@pytest.fixture(scope="module")
def people():
    """A key in column 0, twenty options, and a criterion that both predict."""
    rng = np.random.default_rng(5)
    n = 300
    X = rng.normal(size=(n, 21))
    weights = np.r_[0.0, rng.normal(size=20)] * 0.1
    y = 3 + 0.3 * X[:, 0] + X @ weights + rng.normal(size=n)
    return X, y


def test_too_few_people_leave_the_key_alone(people):
    X, y = people
    model = KeyAnchoredStack(key_column=0).fit(X[:49], y[:49])
    assert model.key_alone_
    assert np.flatnonzero(model.coef_).tolist() == [0]
    assert not KeyAnchoredStack(key_column=0).fit(X[:50], y[:50]).key_alone_


def test_weights_are_never_negative(people):
    X, y = people
    model = KeyAnchoredStack(key_column=0).fit(X, -y)
    assert (model.weights_ >= 0).all()


def test_somebody_always_ranks(people):
    """Even where the key points the wrong way, people are not all tied."""
    X, _ = people
    model = KeyAnchoredStack(key_column=0, minimum=1000).fit(X, 3 - 2 * X[:, 0])
    assert model.weights_[0] > 0
    assert np.corrcoef(model.predict(X), X[:, 0])[0, 1] == pytest.approx(1.0)


def test_the_stack_is_linear(people):
    X, y = people
    model = KeyAnchoredStack(key_column=0).fit(X, y)
    assert model.predict(X) == pytest.approx(model.intercept_ + X @ model.coef_, abs=1e-12)


@pytest.mark.parametrize("order", ["C", "F"])
def test_a_prediction_does_not_depend_on_who_else_is_predicted(people, order):
    X, y = people
    model = KeyAnchoredStack(key_column=0).fit(X, y)
    together = model.predict(np.asarray(X, order=order))
    assert [model.predict(row[None])[0] for row in X] == together.tolist()
    assert all(model.predict(X[:n]).tolist() == together[:n].tolist() for n in range(1, 40))


def test_the_same_seed_gives_the_same_model_and_another_may_not(people):
    X, y = people
    one, two = (KeyAnchoredStack(key_column=0, random_state=4).fit(X, y) for _ in range(2))
    other = KeyAnchoredStack(key_column=0, random_state=5).fit(X, y)
    assert np.array_equal(one.coef_, two.coef_)
    assert one.predictive_ == two.predictive_
    assert not np.array_equal(one.out_of_fold_, other.out_of_fold_)


def test_fit_changes_no_parameter(people):
    X, y = people
    model = KeyAnchoredStack(key_column=0, binary=False)
    before = clone(model).get_params()
    assert model.fit(X, y).get_params() == before


def test_weights_count(people):
    """People of weight zero might as well not be there, for everything but the folds."""
    X, y = people
    spoiled = y.copy()
    spoiled[200:] = -50
    weights = np.r_[np.ones(200), np.zeros(100)]
    model = KeyAnchoredStack(key_column=0).fit(X, spoiled, sample_weight=weights)
    assert model.predict(X[:200]).mean() == pytest.approx(y[:200].mean(), abs=0.2)


def test_a_weight_of_two_is_to_stand_there_twice(people):
    """With the folds given by units, and everybody's copy in the same unit, the two are the same model."""
    X, y = people
    times = np.random.default_rng(6).integers(1, 4, len(y))
    units = np.array([f"unit {i // 10:02d}" for i in range(len(y))])
    weighted = KeyAnchoredStack(key_column=0).fit(X, y, sample_weight=times.astype(float), groups=units.tolist())
    rows = np.repeat(np.arange(len(y)), times)
    repeated = _WithFoldsOf(units, key_column=0).fit(X[rows], y[rows], groups=units[rows].tolist())
    assert repeated.penalty_ == weighted.penalty_
    assert repeated.coef_ == pytest.approx(weighted.coef_, rel=1e-6)
    assert repeated.intercept_ == pytest.approx(weighted.intercept_, rel=1e-9)


class _WithFoldsOf(KeyAnchoredStack):
    """Deals units into the folds that they have where everybody stands there once."""

    def __init__(self, units, key_column=None):
        super().__init__(key_column=key_column)
        self.units = units

    def inner_folds(self, n, groups):
        fold_of = dict(zip(self.units.tolist(), super().inner_folds(len(self.units), self.units.tolist()), strict=True))
        return np.array([fold_of[unit] for unit in groups])


def test_nobody_of_no_weight_enters_the_calibration(people):
    X, y = people
    spoiled, weights = y.copy(), np.ones(len(y))
    spoiled[::7], weights[::7] = 900.0, 0.0
    kept = KeyAnchoredStack(key_column=0, top_share=1 / 3).fit(X, spoiled, sample_weight=weights)
    assert kept.predictive_.spread < 2
    assert kept.predictive_.n == int(weights.sum())


def test_out_of_fold_predictions_are_not_fitted_ones(people):
    """With noise alone, in-sample predictions look good and out-of-fold ones must not."""
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(120, 100)), rng.normal(size=120)
    model = KeyAnchoredStack().fit(X, y)
    assert np.corrcoef(model.out_of_fold_, y)[0, 1] < 0.25
    assert model.predictive_.spread > 0.95 * y.std()


def test_folds_of_the_stack_keep_units_together():
    """With a unit's own level leaking through a unit marker, grouped folds see through it."""
    rng = np.random.default_rng(3)
    unit = np.repeat(np.arange(20), 10)
    X = np.eye(20)[unit] + 0.01 * rng.normal(size=(200, 20))
    y = rng.normal(size=20)[unit] + 0.3 * rng.normal(size=200)
    names = [f"unit {u}" for u in unit]
    alone = KeyAnchoredStack().fit(X, y)
    grouped = KeyAnchoredStack().fit(X, y, groups=names)
    assert np.corrcoef(alone.out_of_fold_, y)[0, 1] > 0.8
    assert np.corrcoef(grouped.out_of_fold_, y)[0, 1] < 0.3


def test_related_criteria_help_where_they_carry_the_signal():
    rng = np.random.default_rng(8)
    X = rng.normal(size=(400, 60))
    true = X @ rng.normal(size=60) * 0.12
    y = true + 2 * rng.normal(size=400)
    related = np.column_stack([true + 0.2 * rng.normal(size=400) for _ in range(3)])
    related[::7, 1] = np.nan
    new = rng.normal(size=(500, 60))
    truth = new @ np.linalg.lstsq(X, true, rcond=None)[0]
    alone = KeyAnchoredStack().fit(X, y)
    helped = KeyAnchoredStack().fit(X, y, auxiliary=related)
    assert helped.share_ == 0.5
    assert np.corrcoef(helped.predict(new), truth)[0, 1] > np.corrcoef(alone.predict(new), truth)[0, 1]


def test_a_binary_criterion_gets_a_probability_of_one(people):
    X, y = people
    labels = (y > np.quantile(y, 0.7)).astype(float)
    model = KeyAnchoredStack(key_column=0, binary=True).fit(X, labels)
    assert isinstance(model.predictive_, Sigmoid)
    assert model.predict_proba(X)[:, 1].mean() == pytest.approx(0.3, abs=0.02)
    with pytest.raises(ValueError, match="not an interval"):
        model.predict_interval(X)


def test_without_an_event_there_is_no_probability(people):
    X, y = people
    assert not hasattr(KeyAnchoredStack().fit(X, y), "predict_proba")
    some = KeyAnchoredStack(top_share=0.2).fit(X, y).predict_proba(X)[:, 1]
    assert some.mean() == pytest.approx(0.2, abs=0.02)


def test_job_families_have_their_own_top_third(people):
    X, y = people
    families = ["till"] * 150 + ["floor"] * 120 + ["office"] * 30
    y = y + np.r_[np.full(150, 2.0), np.zeros(150)]
    model = KeyAnchoredStack(key_column=0, top_share=1 / 3).fit(X, y, families=families)
    assert set(model.thresholds_) == {"till", "floor"}
    asked = ["till", "office", None]
    p = model.predict_proba(X[:3], asked)[:, 1]
    general = model.predict_proba(X[:3])[:, 1]
    assert p[0] != general[0]
    assert p[1:] == pytest.approx(general[1:])


def test_ridge_agrees_with_scikit_learn():
    rng = np.random.default_rng(1)
    for n, p in ((80, 10), (20, 50)):
        X, y, w = rng.normal(size=(n, p)), rng.normal(size=n), rng.uniform(0.5, 2, n)
        mean = np.average(X, axis=0, weights=w)
        scale = np.sqrt(np.average((X - mean) ** 2, axis=0, weights=w))
        ours = ridge_path(X, y[:, None], w, np.array([0.3]))
        theirs = Ridge(alpha=0.3 * w.sum()).fit((X - mean) / scale, y, sample_weight=w)
        assert ours.predict(X)[0, 0] == pytest.approx(theirs.predict((X - mean) / scale))


@pytest.mark.parametrize("people", [300, 30])
def test_folds_left_out_by_subtraction_are_folds_left_out(people):
    """Also where a column varies for nobody but one of those left out."""
    rng = np.random.default_rng(0)
    X = (rng.random((people, 40)) < 0.2).astype(float)
    X[:, 5], X[:, 6] = 0, 7
    X[3, 5] = 1
    Y, weights, folds = rng.normal(size=(people, 2)), rng.uniform(0.5, 2, people), np.arange(people) % 10
    ridge = FoldedRidge(X, Y, weights, folds)
    middle = np.average(X, axis=0, weights=weights)
    spread = np.sqrt(np.average((X - middle) ** 2, axis=0, weights=weights))
    scale = np.where(spread > 1e-9, spread, np.inf)
    for left_out, penalties in (([3], np.array([0.1])), ([3, 8], np.logspace(-2, 1, 4))):
        rest = ~np.isin(folds, left_out)
        ours = ridge.path(left_out, penalties)
        directly = ridge_path(X[rest], Y[rest], weights[rest], penalties, scale)
        assert ours.coefficients == pytest.approx(directly.coefficients, abs=1e-12)
        assert ours.intercepts == pytest.approx(directly.intercepts, abs=1e-12)
        assert ours.coefficients[:, :, 5] == pytest.approx(0, abs=1e-12)


def test_held_out_slopes_do_not_move_with_the_mean_of_the_others():
    """Of pure noise, plain predictions from the other folds correlate negatively with what they predict."""
    rng = np.random.default_rng(4)
    found = []
    for _ in range(200):
        X, y = rng.normal(size=(20, 3)), rng.normal(size=20)
        said = FoldedRidge(X, y[:, None], np.ones(20), np.arange(20) % 4).held_out_slopes(30.0, 0)[0]
        found.append(np.corrcoef(said, y)[0, 1])
    assert abs(np.mean(found)) < 0.2


def test_the_penalty_does_not_flee_from_the_mean_of_the_others():
    """Units differ in level: the mean of the others runs against each fold's own, no reason to penalise less."""
    rng, penalties = np.random.default_rng(17), []
    names = [f"unit {unit}" for unit in np.repeat(np.arange(20), 10)]
    for _ in range(10):
        X = rng.normal(size=(200, 40))
        y = X[:, :20].sum(axis=1) * 0.1 + np.repeat(rng.normal(size=20), 10) + rng.normal(size=200)
        penalties.append(KeyAnchoredStack().fit(X, y, groups=names).penalty_)
    assert np.median(penalties) > 0.1


def test_a_constant_column_gets_no_weight():
    rng = np.random.default_rng(2)
    X = np.c_[rng.normal(size=50), np.full(50, 7.0)]
    path = ridge_path(X, rng.normal(size=(50, 1)), np.ones(50), np.array([0.1]))
    assert path.coefficients[0, 0, 1] == 0


def test_consensus_is_what_most_people_say():
    X = np.zeros((4, 8))
    X[:, 0] = [1, 1, 1, 0]
    X[:, 1] = [0, 0, 0, 1]
    X[:, 6] = 1  # worst: the third option, said by all; columns 3 and 7 are "not given"
    weights = consensus_weights(X, [Span("best_worst", 0, 3)], np.ones(4))
    assert weights[0] > weights[1] > weights[2]
    assert weights[4:7] == pytest.approx(-weights[:3])
    assert X @ weights == pytest.approx(X @ weights)
    assert (X @ weights)[0] == pytest.approx((X @ weights).max())


def test_what_is_common_is_no_key_beside_judgements():
    X = np.zeros((4, 8))
    X[:, 0], X[:, 3], X[:, 6] = 1, 1, [1, 1, 1, 0]
    choice, judged = Span("pick_one", 6, 1), Span("best_worst", 0, 2)
    assert not consensus_weights(X, [judged, choice], np.ones(4))[6:].any()
    two = np.eye(2)[[0, 0, 0, 1]]
    assert consensus_weights(two, [Span("pick_one", 0, 2)], np.ones(4)) == pytest.approx([1, 0])


def test_consensus_comes_close_to_a_good_key():
    simulation, questionnaire = company("strong", 400), instrument_of("strong", 400)
    encoder = AnswerEncoder(questionnaire)
    encoded = encoder.encode(simulation.staff_sheets())
    spans = [Span(block.kind, block.start, block.width) for block in encoder.blocks]
    totals = encoded.X @ consensus_weights(encoded.X, spans, np.ones(400))
    assert np.corrcoef(totals, encoded.key_totals)[0, 1] > 0.5
    assert totals.min() >= -1e-9 or totals.max() <= 1 + 1e-9


def test_composite_ignores_what_is_missing():
    values = np.array([[1.0, 10.0], [2.0, np.nan], [3.0, 30.0]])
    composite = composite_of(values)
    assert composite.mean() == pytest.approx(0)
    assert composite[0] < composite[1] < composite[2]


@pytest.mark.parametrize("groups", [None, ["a"] * 40 + ["b"] * 35 + [None] * 25, ["same"] * 100])
def test_folds_hold_everybody_out_once(groups):
    folds = assign_folds(100, 5, np.random.default_rng(0), groups)
    held_out = np.concatenate([new for _, new in splits(folds)])
    assert sorted(held_out.tolist()) == list(range(100))
    for train, new in splits(folds):
        assert len(train)
        if groups and groups[-1] is None:
            assert not {groups[i] for i in train} & {groups[i] for i in new} - {None}


def test_folds_are_about_equal():
    folds = assign_folds(103, 5, np.random.default_rng(0), [f"u{i // 4}" for i in range(103)])
    assert np.ptp(np.bincount(folds)) <= 4
