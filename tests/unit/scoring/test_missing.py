"""Missing answers: leaving one out neither helps nor harms."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models.training import prepare
from questionnaires.answers import AnswerSheet
from scoring.encoding import AnswerEncoder
from scoring.missing import Imputation
from scoring.stack import KeyAnchoredStack
from scoring.validation.learning_data import fit_rows
from tests.unit.instruments import HOPELESS, PERFECT, company, every_format, instrument_of, without_key

CHOICE = [("pick_one", 0, 2)]
GIVEN = np.array([[1.0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]])


def test_a_missing_choice_is_the_mean_choice():
    imputation = Imputation.learn(GIVEN, CHOICE, np.ones(4))
    assert imputation.fill(GIVEN)[3] == pytest.approx([2 / 3, 1 / 3, 0])
    assert imputation.fill(GIVEN)[:3].tolist() == GIVEN[:3].tolist()
    assert imputation.unfold(np.array([0.6, -0.3, 9.0])) == pytest.approx([0.6, -0.3, 0.4 - 0.1])


def test_weights_count_in_the_mean_choice():
    imputation = Imputation.learn(GIVEN, CHOICE, np.array([1.0, 1, 6, 1]))
    assert imputation.fill(GIVEN)[3] == pytest.approx([0.25, 0.75, 0])


def test_filled_and_unfolded_say_the_same():
    rng = np.random.default_rng(0)
    questionnaire = every_format()
    encoder = AnswerEncoder(questionnaire)
    sheets = [AnswerSheet(str(i), PERFECT if i % 2 else HOPELESS) for i in range(20)]
    sheets += [AnswerSheet("none", {}), AnswerSheet("some", {"bw": {"best": "a"}, "rate": {"ratings": {"a": 3}}})]
    X = encoder.encode(sheets).X
    imputation = Imputation.learn(X, [(b.kind, b.start, b.width) for b in encoder.blocks], np.ones(len(X)))
    coefficients = rng.normal(size=X.shape[1])
    unfolded = imputation.unfold(coefficients)
    assert X @ unfolded == pytest.approx(imputation.fill(X) @ coefficients)
    assert len(imputation.flags) == sum(name.endswith("?") for name in encoder.column_names)
    assert all(encoder.column_names[flag].endswith("?") for flag in imputation.flags)


def test_a_part_nobody_answered_adds_nothing():
    imputation = Imputation.learn(np.array([[0.0, 0, 1]] * 3), CHOICE, np.ones(3))
    assert not imputation.means.any()


def test_gaps_in_a_profile_stand_for_what_is_usually_missing():
    """Half of those with gaps left out the first option only: its mean counts, that of the others by half."""
    X = np.array([[1.0, -1, 0.5, 0], [1, -1, 0.5, 0], [0, -0.2, 0.2, 1], [0, 0, 0, 1]])
    imputation = Imputation.learn(X, [("rank", 0, 3)], np.ones(4))
    assert imputation.means[0] == pytest.approx([1.0, -0.5, 0.25, 0.0])


def dropped(sheets: list[AnswerSheet], share: float, rng: np.random.Generator) -> list[AnswerSheet]:
    """Take answers away at random."""
    return [
        replace(sheet, answers={item: a for item, a in sheet.answers.items() if rng.random() > share})
        for sheet in sheets
    ]


@pytest.mark.parametrize("trained_on", ["complete answers", "answers with gaps"])
def test_leaving_answers_out_at_random_moves_nobody_on_average(trained_on):
    """Ten companies, 200 applicants each; a tenth of the answers dropped, the mean rating stays within noise."""
    rng = np.random.default_rng(9)
    shifts = []
    for seed in range(61, 71):
        simulation, questionnaire = company("strong", 120, seed), instrument_of("strong", 120, seed)
        staff = simulation.staff_sheets()
        if trained_on != "complete answers":
            staff = dropped(staff, 0.1, rng)
        data = prepare(questionnaire, staff, simulation.rating_list()).data
        model, _ = fit_rows(data, np.arange(len(data.people)))
        whole = data.encoder.encode(simulation.applicant_sheets()).X
        gaps = data.encoder.encode(dropped(simulation.applicant_sheets(), 0.1, rng)).X
        shifts.append(model.predict(gaps).mean() - model.predict(whole).mean())
    noise = np.std(shifts, ddof=1) / np.sqrt(len(shifts))
    assert abs(np.mean(shifts)) < 3 * noise
    assert noise < 0.005


def test_columns_taken_as_they_are_lower_who_left_something_out():
    """What the treatment is for: zeros in the options' columns are read as worse answers."""
    X = np.zeros((400, 3))
    good = np.random.default_rng(1).random(400) < 0.8
    X[good, 0] = 1
    y = 3 + 1.0 * good + 0.5 * np.random.default_rng(2).normal(size=400)
    X[~good, 1] = 1
    nobody = np.array([[0.0, 0.0, 1.0]])
    treated = KeyAnchoredStack(layout=CHOICE).fit(X, y)
    as_they_are = KeyAnchoredStack().fit(X, y)
    assert treated.predict(nobody) == pytest.approx([y.mean()], abs=0.03)
    assert as_they_are.predict(nobody)[0] < y.mean() - 0.1


def test_a_consensus_key_takes_no_answer_for_a_mean_one():
    questionnaire = without_key()
    encoder = AnswerEncoder(questionnaire)
    sheets = [AnswerSheet(str(i), PERFECT if i % 3 else HOPELESS) for i in range(60)]
    X = encoder.encode([*sheets, AnswerSheet("nobody", {})]).X
    layout = [(b.kind, b.start, b.width) for b in encoder.blocks]
    y = np.random.default_rng(3).normal(size=60)
    model = KeyAnchoredStack(spans=encoder.spans, layout=layout).fit(X[:60], y)
    totals = X @ model.key_weights_
    assert totals[60] == pytest.approx(totals[:60].mean())


def test_an_option_that_one_person_chose_does_no_harm_where_others_left_the_item_out():
    """Without that person, the column holds nothing but what stands in for missing answers."""
    rng = np.random.default_rng(5)
    X = np.zeros((400, 8))
    X[:, 0] = rng.normal(size=400)
    X[np.arange(400), 4 + rng.integers(0, 2, 400)] = 1
    X[7, 4:] = [0, 0, 1, 0]
    X[20:40, 4:] = [0, 0, 0, 1]
    y = 3 + 0.5 * X[:, 0] + 0.5 * rng.normal(size=400)
    model = KeyAnchoredStack(layout=[("pick_one", 4, 3)]).fit(X, y)
    assert np.corrcoef(model.out_of_fold_, y)[0, 1] > 0.6
    assert np.abs(model.out_of_fold_ - 3).max() < 3
