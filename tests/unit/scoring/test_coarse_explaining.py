"""What a recruiter reads of how answers moved results: no way to the key from pages, and no more than the result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from scoring.compiled.explaining import contributions
from scoring.compiled.model import CompiledModel
from scoring.explaining.coarse import NAMED, coarse_groups
from tests.attacks.key_recovery import Answers, Attacker, Recovered, recovered
from tests.attacks.knowing_answers import Words, recover
from tests.unit.scoring.test_publication_attack import SEED, SITTINGS, WORDS, form_a, in_three_words

ATTACKS = 4


def answers_at_random(number: int) -> Answers:
    model, groups = form_a()
    attacker = Attacker(model.items, groups, number, adaptive=False)
    return attacker._answers(attacker._at_random())


def renamed(model: CompiledModel, people: Sequence[Answers], seed: int) -> tuple[CompiledModel, list[Answers]]:
    """Every situation's options under other names, in the key and in all answers alike."""
    rng = np.random.default_rng(seed)
    names = {item.id: dict(zip(item.options, rng.permutation(list(item.options)), strict=True)) for item in model.items}
    items = tuple(replace(item, options=tuple(names[item.id][each] for each in item.options)) for item in model.items)
    changed = [
        {item: {part: str(names[item][option]) for part, option in answer.items()} for item, answer in answers.items()}
        for answers in people
    ]
    return replace(model, items=items), changed


@pytest.mark.parametrize("closed", [False, True])
def test_fifty_pages_of_one_vacancy_say_nothing_of_which_option_is_keyed(closed: bool) -> None:
    """Any other key would give the same fifty pages to people who answered accordingly: nothing tells them apart."""
    model, groups = form_a()
    fifty = [answers_at_random(number) for number in range(50)]
    pages = [coarse_groups(model, answers, groups, closed=closed) for answers in fifty]
    other, others = renamed(model, fifty, 7)
    assert [item.options for item in other.items] != [item.options for item in model.items]
    assert [coarse_groups(other, answers, groups, closed=closed) for answers in others] == pages
    assert len({level.level for page in pages for level in page}) > 2 - closed


def points(answers: Answers) -> float:
    """The result as a recruiter's page gives it: whole points of a hundred."""
    return round(100 * contributions(form_a()[0], answers).prediction)


def words_while_open(answers: Answers) -> list[float]:
    model, groups = form_a()
    return [WORDS[each.level] for each in coarse_groups(model, answers, groups, closed=False)]


def three_words_everywhere(answers: Answers) -> Sequence[float]:
    return in_three_words(*form_a(), answers)


def known(words: Words | None, number: int = ATTACKS) -> Recovered:
    """Some people, each of whom sat fifty times and knows what they answered."""
    model, groups = form_a()
    found = [
        recover(Attacker(model.items, groups, SEED + attempt, adaptive=False), points, words, SITTINGS)
        for attempt in range(number)
    ]
    return recovered(found, model.items)


def test_who_knows_the_answers_learns_no_more_from_the_words_than_from_the_result() -> None:
    """The result itself gives part of the key away to them; a word for every group would give nearly all of it."""
    alone, besides, everywhere = known(None), known(words_while_open), known(three_words_everywhere, 1)
    assert alone.share > 0.5
    assert besides.share < alone.share + 0.05, (alone, besides)
    assert everywhere.share > alone.share + 0.15, (alone, everywhere)


def test_a_group_is_named_from_two_fifths_of_its_reach_on_and_in_five_words_after_the_close() -> None:
    model, groups = form_a()
    best = {item.id: _extreme(item, best=True) for item in model.items}
    while_open = coarse_groups(model, best, groups, closed=False)
    after = coarse_groups(model, best, groups, closed=True)
    assert NAMED == 0.4
    assert {each.level for each in while_open} <= {"helped", "neither"}
    assert {each.level for each in after} == {"helped_much"}
    assert [each.answered for each in after] == [each.items for each in after] == [3] * 8
    assert sum(each.share for each in after) == pytest.approx(1.0)
    nothing = coarse_groups(model, {}, groups, closed=False)
    assert [each.answered for each in nothing] == [0] * 8


def _extreme(item: object, *, best: bool) -> dict[str, str]:
    ranked = sorted(zip(item.key, item.options, strict=True), reverse=best)  # type: ignore[attr-defined]
    return {"best": ranked[0][1], "worst": ranked[-1][1]}
