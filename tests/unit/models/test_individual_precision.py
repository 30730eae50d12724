"""What a kept model says of one person beyond the score: how sure the expected rating is, and bands on facets."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from models.errors import ModelError
from models.registry import pack, unpack
from models.trained import FACETS, TrainedModel
from models.training import fit, key_only, prepare
from questionnaires.answers import AnswerSheet
from scoring.comparison import rating_errors
from scoring.facets import ABOVE, AROUND, BELOW, TOO_LITTLE
from tests.unit.instruments import company, instrument_of
from tests.unit.models.test_replay import kept
from tests.unit.models.test_replay import sheets as kept_sheets
from tests.unit.models.test_trained import people, trained_on_a


@cache
def model(staff: int = 150) -> TrainedModel:
    simulation = company("strong", staff)
    return fit(prepare(instrument_of("strong", staff), simulation.staff_sheets(), simulation.rating_list()), {})


def applicants() -> list[AnswerSheet]:
    return company("strong", 150).applicant_sheets()[:30]


def with_rules(**changed: object) -> TrainedModel:
    """The model with other rules for every facet."""
    assert model().reference is not None
    rules = [{**rule, **changed} for rule in model().reference[FACETS]]
    return replace(model(), reference={**model().reference, FACETS: rules})


def test_rating_errors_are_those_of_the_estimator_also_after_keeping():
    errors = model().rating_errors(applicants())
    X = model().encoder.encode(applicants()).X
    assert errors == pytest.approx(rating_errors(model().estimator, X))
    assert all(0 < error < 1 for error in errors)
    assert unpack(pack(model())).rating_errors(applicants()) == errors


def test_the_error_of_an_expected_rating_is_not_the_width_of_its_interval():
    """The interval is of one observed rating, and far wider than the expected rating is unsure."""
    for error, score in zip(model().rating_errors(applicants()), model().score(applicants()), strict=True):
        assert error < (score.upper_90 - score.lower_90) / 6


def test_who_has_no_score_has_no_error_and_no_bands():
    sheet = applicants()[0]
    half = AnswerSheet(sheet.person, dict(list(sheet.answers.items())[:5]))
    assert model().rating_errors([half, sheet])[0] is None
    assert model().rating_errors([half, sheet])[1] is not None
    assert model().facet_bands([half, sheet])[0] is None
    assert model().rating_errors([]) == model().facet_bands([]) == []


@pytest.mark.parametrize("name", ["best_worst", "format_2"])
def test_artefacts_of_earlier_releases_know_neither(name):
    people = kept_sheets(name)
    assert kept(name).rating_errors(people) == [None] * len(people)
    assert kept(name).facet_bands(people) == [None] * len(people)


def test_the_key_alone_has_too_little_information_for_any_band():
    blind = key_only(instrument_of("strong", 150))
    (bands,) = blind.facet_bands(applicants()[:1])
    assert {band.code for band in bands} == {TOO_LITTLE}
    assert {band.facet for band in bands} == {item.facet for item in blind.questionnaire.items}
    assert blind.rating_errors(applicants()[:1]) == [None]


def test_where_the_rule_does_not_allow_it_there_is_no_band():
    for bands in with_rules(wins=False).facet_bands(applicants()):
        assert {(band.code, band.value) for band in bands} == {(TOO_LITTLE, None)}


def test_where_the_rule_allows_it_bands_follow_the_facet_score():
    sure = with_rules(wins=True, reliability=0.9, mean=0.5, spread=0.05)
    found = [band for bands in sure.facet_bands(applicants()) for band in bands]
    assert {band.code for band in found} >= {BELOW, ABOVE}
    for band in found:
        assert band.code in {BELOW, AROUND, ABOVE}
        assert band.low < band.value < band.high
        assert (band.code == ABOVE) == (band.low > 0.5)
    assert unpack(pack(sure)).facet_bands(applicants()) == sure.facet_bands(applicants())


def test_the_rules_of_the_report_are_those_that_are_kept():
    rules = [{"facet": "one", "wins": False}]
    simulation = company("strong", 150)
    prepared = prepare(instrument_of("strong", 150), simulation.staff_sheets(), simulation.rating_list())
    assert fit(prepared, {"facet_bands": rules}).reference[FACETS] == rules


def test_a_criterion_of_nought_and_one_has_no_error_on_a_scale():
    assert set(kept("binary_without_key").rating_errors(kept_sheets("binary_without_key"))) == {None}


def test_sheets_of_another_form_are_refused():
    for asked in (trained_on_a().rating_errors, trained_on_a().facet_bands):
        with pytest.raises(ModelError, match="another form"):
            asked(people("B"))
