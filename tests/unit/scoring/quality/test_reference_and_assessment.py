"""References learned from staff, and what they say of ordinary, careless and assisted applicants."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from questionnaires.answers import AnswerSheet
from scoring.encoding import AnswerEncoder, Encoded
from scoring.errors import ScoringError
from scoring.quality.assessment import SENTENCES, assess, assess_one
from scoring.quality.indices import LONGEST_RUN, SIDES
from scoring.quality.reference import QualityReference, build_reference
from scoring.quality.traces import Trace
from tests.unit.instruments import every_format
from tests.unit.scoring.quality.companies import company, reference, review_share, share, traces


def ordinary():
    found = company()
    return assess(found.encoder, found.applicants, reference(), traces(found.encoder, 600, seed=2))


def test_ordinary_applicants_are_flagged_at_about_the_stated_rate():
    assessed = ordinary()
    for name in (*SIDES, LONGEST_RUN):
        assert share(assessed, name) <= 0.03, name
    assert review_share(assessed) <= 0.02


def test_random_answers_are_found():
    careless = company(careless=1.0, staff=20, applicants=200)
    assessed = assess(careless.encoder, careless.applicants, reference())
    assert share(assessed, "person_fit") > 0.8
    assert review_share(assessed) > 0.25


def test_answers_as_the_key_would_give_them_are_found():
    assisted = company(assisted=1.0, staff=20, applicants=100)
    assessed = assess(assisted.encoder, assisted.applicants, reference())
    assert share(assessed, "key_agreement") > 0.9
    assert review_share(assessed) > 0.9


def test_the_same_place_on_the_screen_is_found():
    found = company()
    still = Trace({item.id: (0, 3) for item in found.encoder.items})
    quality = assess_one(found.encoder, first(found.applicants), reference(), still)
    assert LONGEST_RUN in quality.flags
    run = next(figure for figure in quality.indices if figure.name == LONGEST_RUN)
    assert (run.value, run.limit.basis) == (24.0, "chance")


def first(encoded: Encoded) -> Encoded:
    return Encoded(encoded.X[:1], encoded.key_scores[:1], encoded.answered[:1])


def test_haste_is_found_unless_there_is_an_adjustment():
    found = company()
    hasty = traces(found.encoder, 600, seed=4, haste=6.0)
    assert share(assess(found.encoder, found.applicants, reference(), hasty), "speed") > 0.9
    adjusted = assess(found.encoder, found.applicants, reference(), hasty, adjusted=True)
    assert share(adjusted, "speed") == share(adjusted, "even_pace") == 0.0
    assert next(f for f in adjusted[0].indices if f.name == "speed").off


def test_an_adjustment_switches_off_nothing_but_speed():
    found = company(careless=1.0, staff=20, applicants=200)
    plain = assess(found.encoder, found.applicants, reference())
    adjusted = assess(found.encoder, found.applicants, reference(), adjusted=[True] * 200)
    assert [each.flags for each in plain] == [each.flags for each in adjusted]


def test_a_clockwork_rhythm_is_found():
    found = company()
    even = traces(found.encoder, 600, seed=6, rhythm=0.03)
    assert share(assess(found.encoder, found.applicants, reference(), even), "even_pace") > 0.9


def test_one_flag_is_no_review_and_two_are():
    quality = ordinary()[0]
    calm = [replace(figure, flagged=False) for figure in quality.indices]
    for number, review in ((0, False), (1, False), (2, True)):
        figures = [replace(f, flagged=place < number) for place, f in enumerate(calm)]
        assert replace(quality, indices=tuple(figures)).review is review


def test_a_reference_returns_from_json_and_says_the_same():
    found = company()
    kept = QualityReference.from_plain(json.loads(json.dumps(reference().to_plain())), found.encoder)
    known = traces(found.encoder, 600, seed=2)
    again = assess(found.encoder, found.applicants, kept, known)
    assert [each.to_plain() for each in again] == [each.to_plain() for each in ordinary()]


def test_an_assessment_is_plain_json_with_a_sentence_for_each_flag():
    careless = company(careless=1.0, staff=20, applicants=200)
    quality = next(q for q in assess(careless.encoder, careless.applicants, reference()) if q.review)
    plain = json.loads(json.dumps(quality.to_plain(), allow_nan=False))
    assert plain["review"] is True
    said = [figure["sentence"]["template"] for figure in plain["indices"] if figure["flagged"]]
    assert said == [SENTENCES[name] for name in quality.flags] == list(quality.sentences)


def test_the_same_staff_give_the_same_reference():
    found = company()
    one, two = (build_reference(found.encoder, found.staff, seed=3).to_plain() for _ in range(2))
    assert one == two


def test_a_person_is_judged_alike_alone_and_among_others():
    found = company()
    known = traces(found.encoder, 600, seed=2)
    alone = assess_one(found.encoder, first(found.applicants), reference(), known[0])
    among = ordinary()[0]
    assert alone.flags == among.flags
    for a, b in zip(alone.indices, among.indices, strict=True):
        assert a.value == pytest.approx(b.value, abs=1e-9)


def test_few_staff_set_no_limits_but_chance_and_reading_time_do():
    found = company()
    few = Encoded(found.staff.X[:12], found.staff.key_scores[:12], found.staff.answered[:12])
    small = build_reference(found.encoder, few)
    assert {name: limit.basis for name, limit in small.limits.items() if limit.basis != "none"} == {"speed": "default"}
    still = Trace({item.id: (1, 2) for item in found.encoder.items})
    assert assess_one(found.encoder, first(found.applicants), small, still).flags == (LONGEST_RUN,)


def test_no_staff_at_all():
    found = company()
    nobody = Encoded(found.staff.X[:0], found.staff.key_scores[:0], found.staff.answered[:0])
    assessed = assess(found.encoder, found.applicants, build_reference(found.encoder, nobody))
    assert {flag for each in assessed for flag in each.flags} == set()


def test_somebody_who_answered_nothing_has_no_figures_and_no_flags():
    found = company()
    quality = assess_one(found.encoder, found.encoder.encode([AnswerSheet("p", {})]), reference())
    assert quality.flags == ()
    assert {figure.value for figure in quality.indices} == {None}


def test_every_format_is_assessed():
    encoder = AnswerEncoder(every_format())
    rng = np.random.default_rng(1)
    sheets = [AnswerSheet(f"p{i}", random_answers(rng)) for i in range(60)]
    encoded = encoder.encode(sheets)
    assessed = assess(encoder, encoded, build_reference(encoder, encoded))
    assert np.mean([bool(each.flags) for each in assessed]) < 0.2
    figures = {figure.name: figure.value for figure in assessed[0].indices}
    assert figures["person_fit"] is not None
    assert figures["key_agreement"] is not None


def random_answers(rng):
    best, worst = rng.permutation(list("abc"))[:2]
    return {
        "bw": {"best": best, "worst": worst},
        "one": {"choice": str(rng.choice(["a", "b"]))},
        "rate": {"ratings": {each: int(rng.integers(10)) for each in "abc"}},
        "order": {"ranks": dict(zip("abc", (rng.permutation(3) + 1).tolist(), strict=True))},
        "agree": {"value": int(rng.integers(1, 6))},
    }


def test_an_instrument_without_a_key_has_no_agreement_but_a_fit():
    text = company_without_key()
    encoder = AnswerEncoder(text)
    rng = np.random.default_rng(4)
    picks = np.where(rng.random((120, 10)) < 0.8, "a", "b")
    encoded = encoder.encode([AnswerSheet(f"p{i}", answers_of(row)) for i, row in enumerate(picks)])
    odd = encoder.encode([AnswerSheet("odd", answers_of(["b"] * 10))])
    built = build_reference(encoder, encoded)
    quality = assess_one(encoder, odd, built)
    assert built.limits["key_agreement"].basis == "none"
    assert {"person_fit", "distance"} & set(quality.flags)


def answers_of(picks):
    return {f"q{i}": {"choice": str(pick)} for i, pick in enumerate(picks)}


def company_without_key():
    from questionnaires.loading import load_text

    items = "\n".join(
        f"  - {{id: q{i}, format: pick_one, withheld: true, options: [{{id: a}}, {{id: b}}, {{id: c}}]}}"
        for i in range(10)
    )
    return load_text(
        f"format: 1\nname: no-key\nversion: 1.0.0\nlanguages: [en]\ntitle: {{en: No key}}\nitems:\n{items}\n"
    )


def test_a_reference_of_another_form_is_refused():
    found = company()
    other = AnswerEncoder(every_format())
    with pytest.raises(ScoringError, match="another form or version"):
        assess(other, other.encode([]), reference())
    with pytest.raises(ScoringError, match=r"damaged|another form"):
        QualityReference.from_plain(reference().to_plain(), other)
    assert found.encoder.n_columns == len(reference().columns)


@pytest.mark.parametrize("spoil", ["format", "options", "limits", "people"])
def test_a_damaged_reference_is_refused(spoil):
    plain = reference().to_plain()
    plain[spoil] = None
    with pytest.raises(ScoringError, match="Train the model again"):
        QualityReference.from_plain(plain, company().encoder)


def test_traces_and_people_must_be_as_many():
    found = company()
    with pytest.raises(ScoringError, match="2 records of positions and times for 300 people"):
        build_reference(found.encoder, found.staff, [Trace(), Trace()])


@pytest.mark.parametrize("rate", [0.0, 0.5, float("nan")])
def test_a_rate_that_is_none_is_refused(rate):
    found = company()
    with pytest.raises(ScoringError, match=r"between 0 and 0\.5"):
        build_reference(found.encoder, found.staff, rate=rate)


def test_a_reference_says_how_many_staff_would_be_reviewed():
    assert 0.0 <= reference().staff_review_share < 0.03
    spoiled = company(careless=0.06)
    assert build_reference(spoiled.encoder, spoiled.staff).staff_review_share > reference().staff_review_share
