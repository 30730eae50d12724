"""A trained model and its compiled numbers say the same; what cannot be compiled says so."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache
from statistics import median

import pytest

from models.compiling import MEANS, calibration_of, compile_model
from models.registry import pack, unpack
from models.trained import Score, TrainedModel
from models.training import fit, key_only, prepare
from questionnaires.answers import AnswerSheet
from scoring.compiled.calibration import Gaussian, Logistic
from scoring.errors import ScoringError
from tests.unit.instruments import company, every_format, instrument_of

FIELDS = ("score", "p_top_third", "expected_rating", "lower_90", "upper_90", "key_total")


@cache
def trained(binary: bool = False) -> TrainedModel:
    simulation = company("typical", 120)
    families = [None, "till", "till", "till"]
    staff = [replace(sheet, job_family=families[k % 4]) for k, sheet in enumerate(simulation.staff_sheets())]
    ratings = simulation.rating_list()
    if binary:
        middle = median(rating.rating for rating in ratings)
        ratings = [rating._replace(rating=float(rating.rating > middle)) for rating in ratings]
    return fit(prepare(instrument_of("typical", 120), staff, ratings, binary=binary), {})


def applicants() -> list[AnswerSheet]:
    """Whole sheets, sheets with gaps, an empty one, of several families."""
    rng = random.Random(3)
    sheets = company("typical", 120).applicant_sheets()[:60]
    thinned = [
        replace(sheet, answers={k: v for k, v in sheet.answers.items() if rng.random() > 0.15}) for sheet in sheets
    ]
    mixed = [*sheets[:30], *thinned[30:], AnswerSheet("nobody", {})]
    return [replace(sheet, job_family=[None, "till", "garden"][k % 3]) for k, sheet in enumerate(mixed)]


def assert_same(model: TrainedModel, incomplete: bool) -> None:
    for sheet, said in zip(applicants(), model.score(applicants(), incomplete=incomplete), strict=True):
        ours = model.compiled.score(sheet.answers, sheet.job_family, incomplete=incomplete)
        assert Score(sheet.person, *(getattr(said, field) for field in FIELDS), flags=ours.flags) == said
        for field in FIELDS:
            value = getattr(said, field)
            own = getattr(ours, field)
            assert (own is None) is (value is None), field
            assert own is None or own == pytest.approx(value, rel=0, abs=1e-9), field


@pytest.mark.parametrize("incomplete", [False, True])
@pytest.mark.parametrize("binary", [False, True])
def test_a_trained_model_compiles_to_itself(binary, incomplete):
    assert_same(trained(binary), incomplete)
    assert isinstance(trained(binary).compiled.calibration, Logistic if binary else Gaussian)


@pytest.mark.parametrize("incomplete", [False, True])
def test_a_key_only_model_compiles_to_itself(incomplete):
    assert_same(key_only(instrument_of("typical", 120)), incomplete)


def test_a_family_of_its_own_is_compiled():
    assert set(trained().compiled.calibration.families) == {"till"}


def test_what_was_kept_compiles_alike():
    assert unpack(pack(trained())).compiled == trained().compiled


def test_without_a_reference_there_are_no_means():
    model = trained()
    compiled = compile_model(model.manifest, model.encoder, model.estimator, None)
    assert compiled.means is None
    assert model.compiled.means == model.reference[MEANS]
    assert key_only(every_format()).compiled.means is None


def test_another_calibration_cannot_be_compiled():
    class Isotonic:
        """Some other kind."""

    model = trained()
    estimator = type(model.estimator)()
    estimator.predictive_ = Isotonic()
    with pytest.raises(ScoringError, match="Isotonic cannot be written as plain numbers"):
        calibration_of(estimator)
