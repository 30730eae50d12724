"""Best and worst turned into a rating of each option."""

from __future__ import annotations

import numpy as np
import pytest

from questionnaires.answers import AnswerSheet
from questionnaires.definition import ResponseFormat, Scale
from questionnaires.loading import QuestionnaireError, load_text
from questionnaires.shelf import get
from questionnaires.variants import EFFECTIVENESS, as_rate_each
from scoring.encoding import AnswerEncoder
from scoring.key import key_total
from tests.unit.questionnaires.samples_folder import sample, sample_text

BANK = get("customer-orientation")
RATED = as_rate_each(BANK)


def test_everything_but_the_format_stays() -> None:
    assert [item.id for item in RATED.items] == [item.id for item in BANK.items]
    for before, after in zip((*BANK.practice, *BANK.items), (*RATED.practice, *RATED.items), strict=True):
        assert after.format is ResponseFormat.RATE_EACH
        assert after.scale == EFFECTIVENESS
        assert (after.options, after.stems, after.titles) == (before.options, before.stems, before.titles)
        assert (after.facet, after.second_facet, after.key_set_by) == (
            before.facet,
            before.second_facet,
            before.key_set_by,
        )
    assert RATED.forms == BANK.forms
    assert RATED.languages == BANK.languages


def test_it_is_another_questionnaire_and_says_so() -> None:
    assert RATED.name == "customer-orientation-rated"
    assert RATED.scoring_identity != BANK.scoring_identity
    assert RATED.review_status.startswith(BANK.review_status)
    assert "in this form nobody has reviewed it" in RATED.review_status


def test_the_review_is_told_in_every_language_that_it_is_written_in() -> None:
    each = 'review: {en: "Nobody yet.", ru: "Пока никто.", lt: "Dar niekas."}'
    rated = as_rate_each(load_text(sample_text("best-worst").replace('review: "Nobody has reviewed the key."', each)))
    assert rated.statement("review", "ru").startswith("Пока никто. Способ ответа изменён")
    assert rated.statement("review", "lt").startswith("Dar niekas. Atsakymo būdas pakeistas")
    assert rated.review_status.startswith("Nobody yet. The answer format was changed")


def test_nobody_is_told_to_choose() -> None:
    for texts in [RATED.descriptions, *(section.introductions for section in RATED.sections)]:
        assert set(texts) in (set(), set(RATED.languages))
        assert not any(word in " ".join(texts.values()) for word in ("best", "лучш", "geriaus"))


def test_its_source_is_read_back_to_the_same() -> None:
    again = load_text(RATED.source)
    assert again.scoring_identity == RATED.scoring_identity
    assert again.texts_identity == RATED.texts_identity


def test_ratings_are_encoded_and_scored_by_the_key() -> None:
    items = RATED.items_of("A")
    means = {item.id: {option.id: round(option.key.mean) for option in item.options} for item in items}
    wise = {item: {"ratings": ratings} for item, ratings in means.items()}
    contrary = {item: {"ratings": {o: 6 - r for o, r in ratings.items()}} for item, ratings in means.items()}
    same = {item: {"ratings": dict.fromkeys(ratings, 3)} for item, ratings in means.items()}
    totals = [key_total(items, answers).value for answers in (wise, same, contrary)]
    assert totals[0] > 0.97
    assert totals[1] == pytest.approx(0.5)
    assert totals[2] < 0.03
    encoder = AnswerEncoder(RATED, "A")
    matrix = encoder.encode([AnswerSheet("p", answers) for answers in (wise, same, contrary)]).X
    assert matrix[:, encoder.key_column] == pytest.approx(totals)
    assert np.isfinite(matrix).all()


def test_what_is_not_chosen_stays_as_it_is() -> None:
    rated = as_rate_each(sample("rank"))
    assert [item.format for item in rated.items] == [ResponseFormat.RATE_EACH]
    with pytest.raises(ValueError, match="no item lets people choose"):
        as_rate_each(sample("likert"))


def test_a_scale_of_ones_own() -> None:
    source = sample("rank")
    scale = Scale(0, 2, {"en": {0: "No", 2: "Yes"}}, {"en": {0: "Never", 2: "Always"}})
    assert as_rate_each(source, scale).items[0].scale == scale
    with pytest.raises(ValueError, match="no labels in ru, lt"):
        as_rate_each(BANK, scale)
    with pytest.raises(QuestionnaireError, match="the minimum must be below the maximum"):
        as_rate_each(source, Scale(3, 3, {"en": {3: "No"}}))


def test_withheld_items_need_no_labels() -> None:
    text = (
        "{format: 1, name: w, version: 1.0.0, languages: [xx], title: {xx: W}, key_set_by: us, items: [{id: a, "
        "format: pick_one, withheld: true, options: [{id: a, key: {mean: 4}}, {id: b, key: {mean: 2}}]}]}"
    )
    (item,) = as_rate_each(load_text(text)).items
    assert item.scale == Scale(1, 5)
