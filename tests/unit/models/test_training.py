"""Training: what goes in, what is refused, and that the same data give the same model."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from models.errors import ModelError
from models.notes import notes_on
from models.training import fit, key_only, prepare, train, validate
from questionnaires.answers import AnswerSheet
from questionnaires.loading import load_text
from scoring.ranking import rank_people
from scoring.ratings import Rating
from tests.unit.instruments import (
    HOPELESS,
    PERFECT,
    company,
    every_format,
    instrument_of,
    without_key,
)

STAFF = 60


@pytest.fixture(scope="module")
def simulation():
    return company("strong", STAFF)


@pytest.fixture(scope="module")
def questionnaire():
    return instrument_of("strong", STAFF)


@pytest.fixture(scope="module")
def prepared(simulation, questionnaire):
    return prepare(questionnaire, simulation.staff_sheets(), simulation.rating_list())


@pytest.fixture(scope="module")
def figures(prepared):
    return validate(prepared)


@pytest.fixture(scope="module")
def model(prepared, figures):
    return fit(prepared, figures)


def test_the_stages_together_are_train(simulation, questionnaire, model):
    stages = []
    whole = train(
        questionnaire,
        simulation.staff_sheets(),
        simulation.rating_list(),
        progress=lambda stage, fraction: stages.append((stage, fraction)),
    )
    sheets = simulation.applicant_sheets()
    assert whole.score(sheets) == model.score(sheets)
    assert whole.manifest.figures == model.manifest.figures
    assert whole.manifest.data_fingerprint == model.manifest.data_fingerprint
    assert stages[0] == ("prepare", 0.0)
    assert stages[-1] == ("fit", 1.0)
    assert [fraction for stage, fraction in stages if stage == "validate"][-1] == 1.0


def test_the_order_of_the_data_changes_nothing(simulation, questionnaire, model):
    again = prepare(questionnaire, simulation.staff_sheets()[::-1], simulation.rating_list()[::-1])
    other = fit(again, {})
    sheets = simulation.applicant_sheets()[:20]
    assert other.manifest.data_fingerprint == model.manifest.data_fingerprint
    assert other.score(sheets) == model.score(sheets)


def test_other_data_have_another_fingerprint(simulation, questionnaire, prepared):
    fewer = prepare(questionnaire, simulation.staff_sheets(), simulation.rating_list()[1:])
    assert fewer.fingerprint != prepared.fingerprint


def test_the_figures_hold_every_key_that_pages_use(figures):
    wanted = {
        *("n", "n_units", "r", "r_low", "r_high", "r_corrected", "auc", "brier", "brier_base"),
        *("log_loss", "log_loss_base", "slope", "intercept", "coverage_90", "calibration_error"),
        *("criterion_reliability", "key_r", "base_rate", "reliability_diagram", "expectancy"),
        *("hire_or_retrain", "notes", "key_reviewed"),
    }
    assert wanted <= set(figures)
    assert figures["key_reviewed"] is False
    assert set(figures["reliability_diagram"][0]) == {"predicted", "observed", "n", "low", "high"}
    assert set(figures["expectancy"][0]) == {"band", "predicted", "observed", "n"}
    assert {"selection_ratio", "expected_share", "low", "high"} <= set(figures["hire_or_retrain"][0])
    assert json.loads(json.dumps(figures, allow_nan=False)) == figures


def test_the_model_ranks_new_people_by_their_trait(simulation, model):
    scores = [each.score for each in model.score(simulation.applicant_sheets())]
    traits = simulation.applicants.trait.tolist()
    from scipy.stats import spearmanr

    assert spearmanr(scores, traits).statistic > 0.5


def test_outputs_are_ordered_and_within_the_scale(simulation, questionnaire):
    ratings = [r._replace(rating=float(min(5, max(1, round(r.rating))))) for r in simulation.rating_list()]
    model = fit(prepare(questionnaire, simulation.staff_sheets(), ratings, scale=(1, 5)), {})
    for each in model.score(simulation.applicant_sheets()):
        assert 0 < each.p_top_third < 1
        assert 1 <= each.lower_90 <= each.expected_rating <= each.upper_90 <= 5


def test_probability_rises_with_the_score(simulation, model):
    ordered = sorted(model.score(simulation.applicant_sheets()), key=lambda each: each.score)
    chances = [each.p_top_third for each in ordered]
    assert chances == sorted(chances)


def test_shuffled_columns_times_and_positions_never_change_a_score(simulation, model):
    sheet = simulation.applicant_sheets()[0]
    noisy = {
        item: {**answer, "seconds": 900.0, "positions": ["d", "c", "b", "a"]}
        for item, answer in reversed(sheet.answers.items())
    }
    assert model.score([AnswerSheet(sheet.person, noisy)]) == model.score([sheet])


def test_scoring_one_or_many_is_the_same(simulation, model):
    sheets = simulation.applicant_sheets()[:10]
    alone = [model.score([sheet])[0] for sheet in sheets]
    assert alone == model.score(sheets)


def test_the_language_and_the_unit_of_a_person_do_not_matter(simulation, model):
    sheet = simulation.applicant_sheets()[0]
    dressed = AnswerSheet(sheet.person, sheet.answers, unit="U01", language="lt")
    assert model.score([dressed]) == model.score([sheet])


def test_an_unknown_job_family_is_flagged_as_pooled(simulation, model):
    sheet = simulation.applicant_sheets()[0]
    (score,) = model.score([AnswerSheet(sheet.person, sheet.answers, job_family="till")])
    assert score.flags == ("pooled_family",)


def test_too_few_answers_give_no_score(simulation, model):
    sheet = simulation.applicant_sheets()[0]
    few = dict(list(sheet.answers.items())[:9])
    (score,) = model.score([AnswerSheet("x", few)])
    assert (score.score, score.p_top_third, score.expected_rating) == (None, None, None)
    assert score.flags == ("incomplete",)
    assert model.score([AnswerSheet("x", few)], incomplete=True)[0].score is not None


def test_ten_of_twelve_answers_are_enough(simulation, model):
    sheet = simulation.applicant_sheets()[0]
    most = dict(list(sheet.answers.items())[:10])
    assert model.score([AnswerSheet("x", most)])[0].flags == ()


def test_another_questionnaire_is_refused(simulation, model):
    with pytest.raises(ModelError, match="trained for") as error:
        model.score(simulation.applicant_sheets(), every_format())
    assert "every-format" in error.value.where


def test_nobody_to_score_is_no_error(model):
    assert model.score([]) == []


def test_the_model_forgets_the_people(model):
    assert not hasattr(model.estimator, "out_of_fold_")


def test_notes_say_what_is_not_known_about_the_ratings(simulation, questionnaire):
    unnamed = [rating._replace(rater=None) for rating in simulation.rating_list()]
    figures = validate(prepare(questionnaire, simulation.staff_sheets(), unnamed))
    assert figures["criterion_reliability"] is None
    assert figures["r_corrected"] is None
    assert any("Raters are not known" in note for note in figures["notes"])


def test_below_fifty_the_key_scores_and_says_so(simulation, questionnaire):
    some = {f"S{number:04d}" for number in range(1, 41)}
    sheets = [replace(sheet, unit=None) for sheet in simulation.staff_sheets() if sheet.person in some]
    model = train(questionnaire, sheets, [r for r in simulation.rating_list() if r.ratee in some])
    assert model.manifest.kind == "key_only"
    assert any("no local evidence" in note for note in model.manifest.figures["notes"])
    assert not any("folds" in note for note in model.manifest.figures["notes"])
    (score, *_) = model.score(simulation.applicant_sheets())
    assert score.score == score.key_total
    assert score.p_top_third is None
    assert score.lower_90 is None


def test_the_key_alone_ranks_and_ties():
    model = key_only(every_format())
    sheets = [AnswerSheet("bad", HOPELESS), AnswerSheet("good", PERFECT)]
    scores = [each.score for each in model.score(sheets)]
    assert scores == pytest.approx([0, 1])
    assert 0.05 < model.manifest.sed < 0.6
    assert [place.rank for place in rank_people(scores, model.manifest.sed)] == [2, 1]


def test_without_a_key_and_without_people_nothing_scores(simulation):
    with pytest.raises(ModelError, match="No item of this questionnaire has a key"):
        key_only(without_key())


def test_without_a_key_enough_people_build_one_by_consensus(simulation, questionnaire):
    blind = load_text(_keyless(questionnaire.source))
    model = train(blind, simulation.staff_sheets(), simulation.rating_list())
    assert model.manifest.kind == "trained"
    assert model.manifest.figures["key_r"] is not None
    assert any("by consensus" in note for note in model.manifest.figures["notes"])
    assert model.manifest.figures["key_reviewed"] is None
    assert model.score(simulation.applicant_sheets())[0].key_total is None


def test_where_nothing_can_be_agreed_on_no_consensus_is_claimed(simulation, questionnaire):
    figures = {"n": 60, "n_units": 0, "r": 0.2, "r_low": 0.1, "log_loss": 0.5, "log_loss_base": 0.6}
    blind = load_text(_keyless(questionnaire.source))
    told = [notes_on(blind, {**figures, "criterion_reliability": 0.8, "key_r": key_r}, 0, 50) for key_r in (None, 0.1)]
    assert ["by consensus" in " ".join(notes) for notes in told] == [False, True]


def _keyless(text: str) -> str:
    import re

    text = re.sub(r", key: \{mean: [0-9.]+\}", "", text)
    return re.sub(r"key_set_by: .*\n", "", text)


def test_a_binary_criterion_gives_its_probability(simulation, questionnaire):
    strong = company("strong", STAFF).staff.performance
    ratings = [
        Rating(person, None, float(value > 0.3))
        for person, value in zip(company("strong", STAFF).staff.ids, strong, strict=True)
    ]
    model = train(questionnaire, simulation.staff_sheets(), ratings, binary=True)
    assert model.manifest.binary
    assert model.manifest.scale == (0, 1)
    assert model.manifest.figures["coverage_90"] is None
    (score, *_) = model.score(simulation.applicant_sheets())
    assert score.expected_rating == score.p_top_third
    assert score.lower_90 is None


def test_one_criterion_of_several(simulation, questionnaire):
    ratings = [
        r._replace(competence=name, rating=r.rating * sign)
        for r in simulation.rating_list()
        for name, sign in (("service", 1), ("speed", -1))
    ]
    one = fit(prepare(questionnaire, simulation.staff_sheets(), ratings, criterion="service"), {})
    assert one.manifest.criterion == "service"
    with pytest.raises(ModelError, match="service, speed"):
        prepare(questionnaire, simulation.staff_sheets(), ratings, criterion="charm")


def test_people_who_answered_too_little_are_left_out_and_counted(simulation, questionnaire):
    sheets = simulation.staff_sheets()
    sheets[0] = AnswerSheet(sheets[0].person, {})
    prepared = prepare(questionnaire, sheets, simulation.rating_list())
    assert (prepared.n, prepared.left_out) == (STAFF - 1, 1)


def refused(match, *arguments, **options):
    with pytest.raises(ModelError, match=match) as error:
        prepare(*arguments, **options)
    assert error.value.remedy
    return error.value


def test_bad_input_is_refused_with_a_remedy(simulation, questionnaire):
    sheets, ratings = simulation.staff_sheets(), simulation.rating_list()
    strangers = [r._replace(ratee=f"other {r.ratee}") for r in ratings]
    error = refused("None of the 60 people", questionnaire, sheets, strangers)
    assert "S0001" in error.remedy
    assert "other S0001" in error.remedy
    refused("no ratings", questionnaire, sheets, [])
    refused("outside the scale", questionnaire, sheets, ratings, scale=(2.9, 3.1))
    refused("All ratings are 3", questionnaire, sheets, [r._replace(rating=3.0) for r in ratings])
    refused("0 and 1 was announced", questionnaire, sheets, ratings, binary=True)
    refused("no form", questionnaire, sheets, ratings, form_id="Z")


def test_a_person_with_two_sheets_is_refused(simulation, questionnaire):
    sheets = simulation.staff_sheets()
    error = refused("answers twice", questionnaire, [*sheets, sheets[4]], simulation.rating_list())
    assert sheets[4].person in error.what


def test_one_rater_alone_still_carries_a_model(simulation, questionnaire):
    """Nobody's severity can be told from one rater's; the ratings are then taken as they are."""
    ratings = {rating.ratee: rating._replace(rater="only") for rating in simulation.rating_list()}
    model = train(questionnaire, simulation.staff_sheets(), list(ratings.values()))
    assert model.manifest.figures["criterion_reliability"] is None
    assert model.manifest.kind == "trained"


@pytest.mark.parametrize("people", [1, 3])
def test_very_few_people_are_scored_by_the_key(simulation, questionnaire, people):
    some = [sheet.person for sheet in simulation.staff_sheets()[:people]]
    ratings = [rating for rating in simulation.rating_list() if rating.ratee in some]
    assert train(questionnaire, simulation.staff_sheets(), ratings).manifest.kind == "key_only"


def test_all_answers_missing_leaves_the_key(simulation, questionnaire):
    sheets = [AnswerSheet(sheet.person, {}) for sheet in simulation.staff_sheets()]
    model = train(questionnaire, sheets, simulation.rating_list())
    assert model.manifest.kind == "key_only"
    assert any("less than 80 %" in note for note in model.manifest.figures["notes"])


def test_ratings_that_meet_nobody_elses_are_explained(simulation, questionnaire):
    """Each person has two raters of their own, who rate nobody else."""
    people = [sheet.person for sheet in simulation.staff_sheets()]
    performance = company("strong", STAFF).staff.performance
    ratings = [
        Rating(person, f"{person}-{k}", float(value + k * 0.1 * (-1) ** number))
        for number, (person, value) in enumerate(zip(people, performance, strict=True))
        for k in (1, 2)
    ]
    model = train(questionnaire, simulation.staff_sheets(), ratings)
    assert model.manifest.kind == "trained"


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_numbers_that_are_none_are_refused(simulation, questionnaire, value):
    ratings = simulation.rating_list()
    ratings[3] = ratings[3]._replace(rating=value)
    refused("no finite number", questionnaire, simulation.staff_sheets(), ratings)


def test_the_card_says_what_matters(model):
    card = model.card()
    assert card.startswith("# Model for simulated-strong-1")
    assert model.manifest.data_fingerprint in card
    assert "calibration slope" in card
    assert "Calibrated on staff" in card
    assert "no local evidence" in key_only(every_format()).card()
