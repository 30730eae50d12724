"""The rating form, the loyalty monitor and the reaction to the test, in three languages."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

import pytest

from questionnaires import shelf
from questionnaires.craft.advice import check
from questionnaires.definition import FACETS, LANGUAGES, STATEMENTS, Item, Purpose, Questionnaire, ResponseFormat

SERVICE = shelf.get("internal-service", "1.0.0")
LOYALTY = shelf.get("loyalty-monitor", "1.0.0")
REACTION = shelf.get("test-reaction", "1.0.0")
ALL = (SERVICE, LOYALTY, REACTION)
NAMES = [each.name for each in ALL]


def of_item(item: Item) -> Iterator[dict[str, str]]:
    yield from (dict(item.stems), dict(item.titles), dict(item.not_observed))
    yield from (dict(indicator.texts) for indicator in item.indicators)
    for texts in (item.scale.labels, item.scale.anchors):
        for point in texts.get("en", {}):
            yield {language: texts[language][point] for language in LANGUAGES}


def texts_of(questionnaire: Questionnaire) -> list[dict[str, str]]:
    found = [dict(questionnaire.titles), dict(questionnaire.descriptions)]
    found += [dict(each) for each in questionnaire.facet_names.values()]
    found += [dict(each) for each in questionnaire.statements.values()]
    for section in questionnaire.sections:
        found += [dict(section.titles), dict(section.introductions)]
    found += [texts for item in questionnaire.items for texts in of_item(item)]
    return [texts for texts in found if texts]


def test_what_each_is_for() -> None:
    assert [each.purpose for each in ALL] == [Purpose.RATINGS, Purpose.SURVEY, Purpose.REACTION]
    assert not {each.name for each in ALL} & {name for name, _ in shelf.for_selection()}


@pytest.mark.parametrize("questionnaire", ALL, ids=NAMES)
def test_an_entry_says_who_wrote_it_and_what_nobody_has_done_yet(questionnaire: Questionnaire) -> None:
    assert questionnaire.authorship
    assert "no panel has reviewed them" in questionnaire.review_status
    assert questionnaire.licence
    for name in STATEMENTS:
        assert len({questionnaire.statement(name, language) for language in LANGUAGES}) == len(LANGUAGES)
    assert [change.version for change in questionnaire.history] == ["1.0.0"]


@pytest.mark.parametrize("questionnaire", ALL, ids=NAMES)
def test_the_craft_has_no_advice(questionnaire: Questionnaire) -> None:
    assert [finding for finding in check(questionnaire) if finding.severity == "advice"] == []


@pytest.mark.parametrize("questionnaire", ALL, ids=NAMES)
def test_every_text_is_there_in_three_languages_and_said_only_once(questionnaire: Questionnaire) -> None:
    assert questionnaire.languages == LANGUAGES
    assert all(set(texts) == set(LANGUAGES) for texts in texts_of(questionnaire))
    for language in LANGUAGES:
        stems = [item.stems[language] for item in questionnaire.items]
        assert len(set(stems)) == len(stems)


@pytest.mark.parametrize("questionnaire", ALL, ids=NAMES)
def test_an_item_is_about_as_long_in_every_language(questionnaire: Questionnaire) -> None:
    for item in questionnaire.items:
        lengths = [sum(len(texts[language]) for texts in of_item(item) if texts) for language in LANGUAGES]
        assert max(lengths) / min(lengths) <= 1.5, item.id


GENDERED = {
    "ru": r"\w\((а|ла|ая|ся|на)\)|\b(сам|сама|уверен|уверена|доволен|довольна|согласен|согласна|рад|рада)\b",
    "lt": r"\w\s?\((-?ė|-?a|-?usi|-?i)\)|\b(pats|pati|tikras|tikra|patenkintas|patenkinta)\b",
    "en": r"\b(he|she|his|her|him|s/he)\b",
}
INFORMAL = {"ru": r"\b(ты|тебя|тебе|твой|твоя)\b", "lt": r"\b(tu|tau|tave|tavo)\b", "en": r"\bthou\b"}
FOREIGN = {"en": '"«»„', "ru": '"“”„–', "lt": '"”«»—'}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("questionnaire", ALL, ids=NAMES)
def test_texts_suit_everybody_and_the_language(questionnaire: Questionnaire, language: str) -> None:
    for texts in texts_of(questionnaire):
        text = texts[language]
        assert not re.search(GENDERED[language], text, re.IGNORECASE), text
        assert not re.search(INFORMAL[language], text, re.IGNORECASE), text
        assert not set(FOREIGN[language]) & set(text), text


def test_the_competences_are_the_eight_facets() -> None:
    assert [item.facet for item in SERVICE.items_of("A")] == list(FACETS)
    assert set(SERVICE.facet_names) == set(FACETS)
    for item in SERVICE.items:
        assert item.titles == SERVICE.facet_names[item.facet]
        assert len(item.indicators) == 3
        assert item.not_observed
        assert item.keyed


def test_every_competence_is_anchored_in_its_own_words() -> None:
    for language in LANGUAGES:
        anchors = [text for item in SERVICE.items for text in item.scale.anchors[language].values()]
        assert len(set(anchors)) == len(anchors) == 3 * len(FACETS)
    for item in SERVICE.items:
        assert [list(item.scale.anchors[each]) for each in LANGUAGES] == [[1, 3, 5]] * 3
        assert [sorted(item.scale.labels[each]) for each in LANGUAGES] == [[1, 2, 3, 4, 5]] * 3


def test_a_rater_reads_one_scale_throughout() -> None:
    for questionnaire in ALL:
        assert len({str(item.scale.labels) for item in questionnaire.items}) == 1
        assert {item.format for item in questionnaire.items} == {ResponseFormat.LIKERT}


def test_the_monitor_has_four_levels_of_five_statements_some_turned_round() -> None:
    assert Counter(item.facet for item in LOYALTY.items) == dict.fromkeys(("work", "team", "manager", "company"), 5)
    reversed_ = Counter(item.facet for item in LOYALTY.items if item.direction == -1)
    assert all(1 <= reversed_[level] <= 2 for level in LOYALTY.facet_names)
    assert {item.direction for item in LOYALTY.items} == {1, -1}


def test_the_monitor_asks_its_levels_mixed() -> None:
    asked = [item.facet for item in LOYALTY.items_of("A")]
    assert all(first != second for first, second in pairwise(asked))


@pytest.mark.parametrize("questionnaire", [LOYALTY, REACTION], ids=["loyalty-monitor", "test-reaction"])
def test_a_statement_is_short_and_says_one_thing(questionnaire: Questionnaire) -> None:
    two_things = {"en": r"\b(and|or)\b", "ru": r"\b(и|или|а также)\b", "lt": r"\b(ir|arba|bei)\b"}
    for item in questionnaire.items:
        for language in LANGUAGES:
            assert len(item.stems[language].split()) <= 12
            assert not re.search(two_things[language], item.stems[language], re.IGNORECASE), item.id


def test_the_reaction_asks_five_things() -> None:
    assert [item.id for item in REACTION.items_of("A")] == ["relevance", "fairness", "clarity", "ease", "respect"]
    assert all(item.facet is None for item in REACTION.items)


def test_no_promise_is_made_that_is_the_sites_to_make() -> None:
    promises = r"anonym|confidential|анонимн|конфиденциальн|anonim|konfidencial"
    for questionnaire in ALL:
        for texts in texts_of(questionnaire):
            assert not any(re.search(promises, text, re.IGNORECASE) for text in texts.values())
