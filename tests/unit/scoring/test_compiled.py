"""Compiled scoring says what the estimator says, for every format and whatever was left out."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from questionnaires.answers import AnswerSheet
from questionnaires.definition import Item, Questionnaire, ResponseFormat
from scoring.calibration import GaussianPredictive, Sigmoid
from scoring.compiled.building import compile_key, compile_linear, mean_contributions
from scoring.compiled.calibration import Gaussian, Logistic
from scoring.compiled.coding import code_answers
from scoring.compiled.explaining import ANY_ANSWER, TRAINING_MEAN, contributions
from scoring.compiled.many import BatchScorer
from scoring.compiled.model import CompiledModel
from scoring.compiled.plain import from_plain, to_plain
from scoring.encoding import AnswerEncoder
from scoring.errors import ScoringError
from scoring.stack import KeyAnchoredStack
from tests.unit.instruments import HOPELESS, PERFECT, every_format, instrument_of, without_key

SCALE = (1.0, 7.0)
CLOSE = 1e-9
FAMILIES = {"till": 4.1, "desk": 3.2}


def by_name(build: Callable[..., Any]) -> Callable[..., Any]:
    """Build once for each questionnaire, which has no hash itself."""
    kept: dict[tuple[Any, ...], Any] = {}

    def get(questionnaire: Questionnaire, *rest: Any) -> Any:
        key = (questionnaire.scoring_identity, *rest)
        if key not in kept:
            kept[key] = build(questionnaire, *rest)
        return kept[key]

    return get


@by_name
def estimator_for(questionnaire: Questionnaire, binary: bool) -> KeyAnchoredStack:
    """An estimator with arbitrary numbers: nothing depends on how they were fitted."""
    rng = np.random.default_rng(0)
    n = AnswerEncoder(questionnaire).n_columns
    estimator = KeyAnchoredStack(binary=binary, top_share=None if binary else 1 / 3)
    estimator.coef_, estimator.intercept_, estimator.n_features_in_ = rng.normal(size=n), 3.5, n
    gaussian = GaussianPredictive(spread=1.3, threshold=3.9, low=-2.1, high=2.2, n=400)
    estimator.predictive_ = Sigmoid(-1.0, 0.4) if binary else gaussian
    estimator.thresholds_ = {} if binary else FAMILIES
    return estimator


@by_name
def compiled_for(questionnaire: Questionnaire, binary: bool, means: bool = False) -> CompiledModel:
    estimator = estimator_for(questionnaire, binary)
    encoder = AnswerEncoder(questionnaire)
    people = encoder.encode(crowd(questionnaire, 40))
    return compile_linear(
        encoder,
        estimator.coef_,
        estimator.intercept_,
        Logistic(-1.0, 0.4) if binary else Gaussian(1.3, 3.9, -2.1, 2.2, FAMILIES),
        scale=SCALE,
        scoring_identity=questionnaire.scoring_identity,
        form="A",
        means=mean_contributions(encoder, people, estimator.coef_) if means else None,
    )


def crowd(questionnaire: Questionnaire, n: int, seed: int = 3, thin: float = 0.0) -> list[AnswerSheet]:
    """People who answer at random and leave out a share of the items."""
    rng = np.random.default_rng(seed)
    items = AnswerEncoder(questionnaire).items
    return [
        AnswerSheet(f"p{k}", {item.id: _any_answer(item, rng) for item in items if rng.random() >= thin})
        for k in range(n)
    ]


def _any_answer(item: Item, rng: np.random.Generator) -> dict[str, object]:
    shuffled = [item.option_ids[place] for place in rng.permutation(len(item.options))]
    if item.format is ResponseFormat.BEST_WORST:
        return {"best": shuffled[0], "worst": shuffled[1]}
    if item.format is ResponseFormat.PICK_ONE:
        return {"choice": shuffled[0]}
    if item.format is ResponseFormat.RANK:
        return {"ranks": {option: place for place, option in enumerate(shuffled, start=1)}}
    points = list(item.scale.points)
    if item.format is ResponseFormat.LIKERT:
        return {"value": int(rng.choice(points))}
    return {"ratings": {option: int(rng.choice(points)) for option in item.option_ids}}


def answers_to(item: Item) -> st.SearchStrategy[dict[str, object]]:
    """Every canonical answer, half answers and none among them."""
    options = list(item.option_ids)
    if item.format is ResponseFormat.BEST_WORST:
        return st.fixed_dictionaries({}, optional={"best": st.sampled_from(options), "worst": st.sampled_from(options)})
    if item.format is ResponseFormat.PICK_ONE:
        return st.fixed_dictionaries({}, optional={"choice": st.sampled_from(options)})
    if item.format is ResponseFormat.RANK:
        whole = st.permutations(options).map(lambda order: {option: n for n, option in enumerate(order, start=1)})
        return st.builds(_thinned, whole, st.sets(st.sampled_from(options), max_size=2)).map(lambda r: {"ranks": r})
    points = st.sampled_from(list(item.scale.points))
    if item.format is ResponseFormat.LIKERT:
        return st.fixed_dictionaries({}, optional={"value": points})
    return st.dictionaries(st.sampled_from(options), points).map(lambda ratings: {"ratings": ratings})


def _thinned(whole: dict[str, int], dropped: set[str]) -> dict[str, int]:
    return {option: rank for option, rank in whole.items() if option not in dropped}


def sheets_of(questionnaire: Questionnaire) -> st.SearchStrategy[AnswerSheet]:
    items = AnswerEncoder(questionnaire).items
    answers = st.fixed_dictionaries({}, optional={item.id: answers_to(item) for item in items})
    family = st.sampled_from([None, "", "till", "desk", "garden"])
    return st.builds(AnswerSheet, person=st.just("p"), answers=answers, job_family=family)


def said_by_estimator(questionnaire: Questionnaire, binary: bool, sheets: list[AnswerSheet]) -> dict[str, np.ndarray]:
    encoded, estimator = AnswerEncoder(questionnaire).encode(sheets), estimator_for(questionnaire, binary)
    prediction = estimator.predict(encoded.X)
    said = {
        "score": prediction,
        "p_top_third": estimator.probability_of(prediction, [sheet.job_family for sheet in sheets]),
        "key_total": encoded.key_totals,
    }
    if not binary:
        ends = estimator.predict_interval(encoded.X)
        clipped = [np.clip(each, *SCALE) for each in (prediction, ends[:, 0], ends[:, 1])]
        said |= dict(zip(("expected_rating", "lower_90", "upper_90"), clipped, strict=True))
    return said


INSTRUMENTS = {"every format": every_format, "no key": without_key, "best and worst": instrument_of}


@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize("instrument", INSTRUMENTS)
@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_one_person_is_scored_as_by_the_estimator(instrument, binary, data):
    questionnaire = INSTRUMENTS[instrument]()
    sheet = data.draw(sheets_of(questionnaire))
    model = compiled_for(questionnaire, binary)
    ours = model.score(sheet.answers, sheet.job_family, incomplete=True)
    for field, value in said_by_estimator(questionnaire, binary, [sheet]).items():
        own = getattr(ours, field)
        assert (math.isnan(value[0]) and own is None) or own == pytest.approx(value[0], rel=0, abs=CLOSE), field
    enough = bool(AnswerEncoder(questionnaire).encode([sheet]).enough[0])
    assert ("incomplete" in ours.flags) is not enough
    assert (model.score(sheet.answers).score is not None) is enough
    if binary:
        assert ours.expected_rating == ours.p_top_third
        assert ours.lower_90 is ours.upper_90 is None


@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize("instrument", INSTRUMENTS)
@settings(deadline=None, max_examples=25)
@given(data=st.data())
def test_many_people_are_scored_as_one_by_one(instrument, binary, data):
    questionnaire = INSTRUMENTS[instrument]()
    sheets = data.draw(st.lists(sheets_of(questionnaire), min_size=1, max_size=8))
    model = compiled_for(questionnaire, binary)
    codes = code_answers(model, [sheet.answers for sheet in sheets])
    for incomplete in (False, True):
        many = BatchScorer(model).score(codes, [sheet.job_family for sheet in sheets], incomplete=incomplete)
        for row, sheet in enumerate(sheets):
            one = model.score(sheet.answers, sheet.job_family, incomplete=incomplete)
            assert bool(many.enough[row]) is ("incomplete" not in one.flags)
            for field in ("score", "p_top_third", "expected_rating", "lower_90", "upper_90", "key_total"):
                own, value = getattr(one, field), getattr(many, field)[row]
                assert (own is None and math.isnan(value)) or value == pytest.approx(own, rel=0, abs=CLOSE), field


def test_a_population_goes_over_several_chunks_and_in_either_shape():
    questionnaire = instrument_of()
    sheets = crowd(questionnaire, 300, thin=0.1)
    model = compiled_for(questionnaire, False)
    columns = code_answers(model, [sheet.answers for sheet in sheets])
    block = np.tile(np.stack(columns, axis=1), (60, 1, 1))
    assert block.shape == (18_000, 12, 2)
    assert block.dtype == np.uint8
    whole = BatchScorer(model).score(block)
    small = BatchScorer(model).score(columns)
    wide = BatchScorer(model).score([column.astype(np.int64) for column in columns])
    said = said_by_estimator(questionnaire, False, sheets)
    for field, value in said.items():
        known = np.where(small.enough | (field == "key_total"), value, np.nan)
        np.testing.assert_allclose(getattr(small, field), known, rtol=0, atol=CLOSE)
        np.testing.assert_allclose(getattr(whole, field), np.tile(known, 60), rtol=0, atol=CLOSE)
        np.testing.assert_array_equal(getattr(small, field), getattr(wide, field))
    assert 0 < small.enough.sum() < 300


@pytest.mark.parametrize("instrument", ["every format", "best and worst"])
def test_the_key_alone_compiles_too(instrument):
    questionnaire = INSTRUMENTS[instrument]()
    encoder = AnswerEncoder(questionnaire)
    model = compile_key(encoder, scoring_identity=questionnaire.scoring_identity, form="A")
    sheets = crowd(questionnaire, 60, thin=0.2)
    encoded = encoder.encode(sheets)
    many = BatchScorer(model).score(code_answers(model, [sheet.answers for sheet in sheets]), incomplete=True)
    np.testing.assert_allclose(many.score, encoded.key_totals, rtol=0, atol=CLOSE)
    assert np.isnan(many.p_top_third).all()
    for sheet, total in zip(sheets, encoded.key_totals, strict=True):
        score = model.score(sheet.answers, incomplete=True)
        assert score.p_top_third is score.expected_rating is None
        assert score.score == pytest.approx(total, rel=0, abs=CLOSE)


def test_odd_answers_count_as_the_encoder_takes_them():
    """Options that are none, and extras beside an answer, come from elsewhere and must not part the two ways."""
    questionnaire = every_format()
    odd = {
        "bw": {"best": "zzz", "worst": "a", "position": 2},
        "one": {"choice": "zzz", "seconds": 3},
        "rate": {"ratings": {"a": 7.5, "b": None, "c": 2.25}},
        "order": {"ranks": {}},
        "agree": {"value": 2.5},
    }
    sheet = AnswerSheet("p", odd)
    ours = compiled_for(questionnaire, False).score(odd, incomplete=True)
    for field, value in said_by_estimator(questionnaire, False, [sheet]).items():
        assert getattr(ours, field) == pytest.approx(value[0], rel=0, abs=CLOSE)


def test_a_key_that_tells_no_options_apart_scores_nothing():
    questionnaire = every_format()
    encoder = AnswerEncoder(questionnaire)
    flat = questionnaire.item("one")
    same = type(flat.options[0].key)(3.0)
    flat = type(flat)(
        id="one", facet=None, format=flat.format, options=tuple(type(o)(o.id, key=same) for o in flat.options)
    )
    encoder.items = tuple(flat if item.id == "one" else item for item in encoder.items)
    model = compile_key(encoder, scoring_identity="x", form="A")
    sheets = [AnswerSheet("p", PERFECT), AnswerSheet("q", {"one": {"choice": "a"}})]
    encoded = encoder.encode(sheets)
    assert model.score(PERFECT).key_total == pytest.approx(encoded.key_totals[0])
    assert model.score(sheets[1].answers).key_total is None
    many = BatchScorer(model).score(code_answers(model, [sheet.answers for sheet in sheets]))
    np.testing.assert_allclose(many.key_total, encoded.key_totals, rtol=0, atol=CLOSE)


# --- explanations


@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize("instrument", INSTRUMENTS)
@settings(deadline=None, max_examples=30)
@given(data=st.data())
def test_contributions_sum_to_what_the_prediction_differs_by(instrument, binary, data):
    questionnaire = INSTRUMENTS[instrument]()
    sheet = data.draw(sheets_of(questionnaire))
    for means in (False, True):
        model = compiled_for(questionnaire, binary, means)
        split = contributions(model, sheet.answers)
        prediction = said_by_estimator(questionnaire, binary, [sheet])["score"][0]
        assert split.prediction == pytest.approx(prediction, rel=0, abs=CLOSE)
        assert sum(split.items.values()) == pytest.approx(split.prediction - split.reference, rel=0, abs=CLOSE)
        assert sum(split.facets.values()) == pytest.approx(split.prediction - split.reference, rel=0, abs=CLOSE)
        assert split.reference_kind == (TRAINING_MEAN if means else ANY_ANSWER)
        assert set(split.items) == {item.id for item in model.items}


@pytest.mark.parametrize("instrument", INSTRUMENTS)
def test_the_reference_is_the_mean_of_the_people_it_was_taken_from(instrument):
    questionnaire = INSTRUMENTS[instrument]()
    people = crowd(questionnaire, 40)
    model = compiled_for(questionnaire, False, True)
    split = [contributions(model, sheet.answers) for sheet in people]
    predictions = said_by_estimator(questionnaire, False, people)["score"]
    assert split[0].reference == pytest.approx(predictions.mean(), rel=0, abs=CLOSE)
    for item in model.items:
        assert np.mean([each.items[item.id] for each in split]) == pytest.approx(0, abs=CLOSE)


def test_people_who_left_out_everything_keyed_are_part_of_the_mean():
    questionnaire = every_format()
    encoder, estimator = AnswerEncoder(questionnaire), estimator_for(questionnaire, False)
    people = [AnswerSheet("p", PERFECT), AnswerSheet("nobody", {})]
    means = mean_contributions(encoder, encoder.encode(people), estimator.coef_)
    predictions = said_by_estimator(questionnaire, False, people)["score"]
    assert estimator.intercept_ + sum(means.values()) == pytest.approx(predictions.mean(), rel=0, abs=CLOSE)


def test_without_a_mean_the_reference_is_an_answer_at_random():
    questionnaire = every_format()
    model = compiled_for(questionnaire, False)
    people = crowd(questionnaire, 4000)
    predictions = said_by_estimator(questionnaire, False, people)["score"]
    spread = predictions.std() / math.sqrt(len(people))
    # Ratings of the crowd are independent, those of the reference evenly spaced: their strengths differ a little.
    assert contributions(model, PERFECT).reference == pytest.approx(predictions.mean(), abs=5 * spread)


def test_facets_are_summed_by_the_questionnaire():
    questionnaire = instrument_of()
    model = compiled_for(questionnaire, False)
    split = contributions(model, crowd(questionnaire, 1)[0].answers)
    assert set(split.facets) == {item.facet for item in questionnaire.items}
    first = next(iter(split.facets))
    own = [split.items[item.id] for item in questionnaire.items if item.facet == first]
    assert split.facets[first] == pytest.approx(sum(own))


# --- as plain values


@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize("instrument", INSTRUMENTS)
def test_plain_values_lose_nothing(instrument, binary):
    model = compiled_for(INSTRUMENTS[instrument](), binary, True)
    text = json.dumps(to_plain(model), allow_nan=False)
    assert from_plain(json.loads(text)) == model
    assert json.dumps(to_plain(from_plain(json.loads(text))), allow_nan=False) == text


def test_a_key_alone_survives_plain_values():
    model = compile_key(AnswerEncoder(every_format()), scoring_identity="x", form="A")
    assert from_plain(json.loads(json.dumps(to_plain(model)))) == model


def spoilt(change):
    plain = json.loads(json.dumps(to_plain(compiled_for(every_format(), False, True))))
    change(plain)
    return plain


@pytest.mark.parametrize(
    "change",
    [
        lambda plain: plain.update(version=2),
        lambda plain: plain.pop("version"),
        lambda plain: plain.pop("intercept"),
        lambda plain: plain.update(intercept="3"),
        lambda plain: plain.update(intercept=float("nan")),
        lambda plain: plain.update(intercept=True),
        lambda plain: plain.update(items=None),
        lambda plain: plain.update(scale=[1]),
        lambda plain: plain.update(scale=[1, 2, 3]),
        lambda plain: plain["items"].append(plain["items"][0]),
        lambda plain: plain["items"][0]["weights"].pop(),
        lambda plain: plain["items"][0]["key"].pop(),
        lambda plain: plain["items"][0].update(format="open_text"),
        lambda plain: plain["items"][4].update(scale=None),
        lambda plain: plain["items"][4].update(scale=[5, 1]),
        lambda plain: plain["calibration"].update(kind="oracle"),
        lambda plain: plain["calibration"].update(spread=0),
        lambda plain: plain["calibration"].pop("families"),
        lambda plain: plain["means"].pop("bw"),
    ],
)
def test_spoilt_plain_values_are_refused(change):
    with pytest.raises(ScoringError, match=r"Restore the model|train it again"):
        from_plain(spoilt(change))


@pytest.mark.parametrize("plain", [None, [], {}, 3, "model"])
def test_what_is_no_model_is_refused(plain):
    with pytest.raises(ScoringError, match="version None"):
        from_plain(plain)


def test_loading_and_scoring_need_no_learning_library():
    plain = json.dumps(to_plain(compiled_for(every_format(), False)))
    program = (
        "import json, sys\n"
        "from scoring.compiled.plain import from_plain\n"
        "plain, answers = json.load(sys.stdin)\n"
        "print(repr(from_plain(plain).score(answers).score))\n"
        "assert not {'sklearn', 'skops', 'scipy', 'pandas', 'numpy'} & set(sys.modules), sorted(sys.modules)\n"
    )
    given_in = json.dumps([json.loads(plain), PERFECT])
    done = subprocess.run([sys.executable, "-c", program], input=given_in, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) == compiled_for(every_format(), False).score(PERFECT).score


# --- what is refused


@pytest.mark.parametrize("n", [0, 3])
def test_coefficients_of_other_columns_are_refused(n):
    with pytest.raises(ScoringError, match="coefficients are needed"):
        compile_linear(
            AnswerEncoder(every_format()), np.zeros(n), 0.0, Logistic(0, 1), scale=None, scoring_identity="", form="A"
        )


def best_worst_codes(n=3):
    model = compiled_for(instrument_of(), False)
    return model, code_answers(model, [sheet.answers for sheet in crowd(instrument_of(), n)])


@pytest.mark.parametrize("code", [5, 200, 255])
def test_an_impossible_code_is_refused(code):
    model, codes = best_worst_codes()
    codes[4][1, 0] = code
    with pytest.raises(ScoringError, match=r"Row 2, item .*no such answer"):
        BatchScorer(model).score(codes)


def test_an_impossible_rank_is_refused():
    model = compiled_for(every_format(), False)
    codes = code_answers(model, [PERFECT, HOPELESS])
    codes[3][1, 2] = 4
    with pytest.raises(ScoringError, match="Row 2, item order"):
        BatchScorer(model).score(codes)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda codes: codes[:-1], "12 items, but codes for 11"),
        (lambda codes: [*codes[:-1], codes[-1][:2]], "are needed"),
        (lambda codes: [*codes[:-1], codes[-1][:, :1]], "are needed"),
        (lambda codes: [codes[0].astype(float), *codes[1:]], "whole numbers"),
        (lambda codes: [codes[0].astype(int) - 9, *codes[1:]], "whole numbers"),
        (lambda codes: [codes[0].astype(int) + 256, *codes[1:]], "higher than the item has options"),
        (lambda codes: np.stack(codes[:-1], axis=1), "has shape"),
        (lambda codes: np.stack(codes, axis=1)[..., 0], "has shape"),
    ],
)
def test_codes_of_the_wrong_shape_or_kind_are_refused(change, words):
    model, codes = best_worst_codes()
    with pytest.raises(ScoringError, match=words):
        BatchScorer(model).score(change(codes))


def test_one_array_goes_with_choices_of_best_and_worst_only():
    with pytest.raises(ScoringError, match="best_worst items only"):
        BatchScorer(compiled_for(every_format(), False)).score(np.zeros((3, 5, 2), dtype=np.uint8))


def test_families_are_as_many_as_people():
    model, codes = best_worst_codes()
    with pytest.raises(ScoringError, match="3 people, but 1 job families"):
        BatchScorer(model).score(codes, ["till"])


@pytest.mark.parametrize(
    "answers", [{"agree": {"value": 9}}, {"agree": {"value": 1.5}}, {"order": {"ranks": {"a": 0}}}]
)
def test_answers_off_their_scale_cannot_be_coded(answers):
    with pytest.raises(ScoringError, match=r"Row 2, item .* not on the scale"):
        code_answers(compiled_for(every_format(), False), [PERFECT, answers])


def test_nobody_is_scored_without_fuss():
    model = compiled_for(every_format(), False)
    assert len(BatchScorer(model).score(code_answers(model, [])).score) == 0
