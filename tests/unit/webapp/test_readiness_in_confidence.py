"""Numbers by unit and job family: no number, and no difference of two, tells of one person."""

from __future__ import annotations

import uuid
from itertools import product

from models.confidence import in_fives
from webapp.services.readiness.by_group import Counter, GroupRow, pooled, rows_by
from webapp.services.readiness.people import Answered, Rated
from webapp.services.readiness.telling import SMALLEST, Teller, moved

PEOPLE = [uuid.UUID(int=number) for number in range(1, 61)]
SECRET = "a secret of this installation"
Shown = tuple[int, int]


def shown_where(size: int, counts: int, tell: bool) -> set[Shown]:
    """All that may be shown of a group and of the same group with one more person, who counts or does not."""
    lots = range(5) if tell else (0,)
    return {
        (moved(number, first, size), moved(number + counts, second, size + 1))
        for number, first, second in product(range(size + 1), lots, lots)
    }


def test_two_groups_that_differ_by_one_person_prove_nothing_of_that_person() -> None:
    for size in range(SMALLEST, 31):
        assert shown_where(size, 0, tell=True) == shown_where(size, 1, tell=True)


def test_whole_fives_alone_would_prove_it() -> None:
    """The attack is real: rounding down tells who tips a number over its edge."""
    assert (5, 10) in shown_where(12, 1, tell=False) - shown_where(12, 0, tell=False)


def test_the_lot_hangs_on_who_belongs_and_on_the_secret() -> None:
    group = PEOPLE[:12]
    lots = [Teller("rated", True, SECRET).lot(group[:number]) for number in range(1, 13)]
    assert Teller("rated", True, SECRET).lot(list(reversed(group))) == lots[-1]
    assert len(set(lots)) > 1, "another person, another lot"
    assert len({Teller("rated", True, f"{SECRET} {number}").lot(group) for number in range(40)}) == 5
    assert Teller("rated", False, SECRET).told(group[:7], group) == 7


def a_company(*, in_confidence: bool) -> tuple[dict[uuid.UUID, str], dict[uuid.UUID, str], Counter]:
    """Units of 12, 12, 12, 12, 8 and 4; a job family that is the first unit and one more person."""
    sizes = {"A": 12, "B": 12, "C": 12, "D": 12, "E": 8, "F": 4}
    names = [name for name, size in sizes.items() for _ in range(size)]
    units = dict(zip(PEOPLE, names, strict=True))
    families = {who: "front" if place <= 12 else "back" for place, who in enumerate(PEOPLE)}
    rated = Rated({who: 3 if place % 3 else 2 for place, who in enumerate(PEOPLE) if place % 4}, in_confidence)
    return units, families, Counter(Answered(set(PEOPLE[5:]), False), rated, SECRET)


def numbers(row: GroupRow) -> set[int]:
    return {row.rated, row.reliable, row.both}


def test_no_number_of_a_small_group_and_only_fives() -> None:
    units, families, counter = a_company(in_confidence=True)
    rows = rows_by(units, counter)
    assert [(row.name, row.staff, row.together) for row in rows][-1] == ("", 12, 2)
    assert sum(row.staff for row in rows) == 60
    for row in [*rows, *rows_by(families, counter)]:
        assert row.staff >= SMALLEST
        assert {number % 5 for number in numbers(row)} == {0}
        assert row.reliable <= row.rated <= in_fives(row.staff)
        assert row.both <= min(row.rated, row.answered)


def test_what_hr_imported_is_told_exactly() -> None:
    units, _families, counter = a_company(in_confidence=False)
    rows = rows_by(units, counter)
    assert [row.staff for row in rows] == [12, 12, 12, 12, 8, 4]
    assert [row.rated for row in rows] == [9, 9, 9, 9, 6, 3]
    assert rows[0].both == 6
    assert sum(row.reliable for row in rows) == len(counter.rated.reliably)


def test_small_groups_take_the_next_larger_one_along() -> None:
    assert pooled({"a": PEOPLE[:4], "b": PEOPLE[:20], "c": PEOPLE[:15]}) == (["b"], ["a", "c"])
    assert pooled({"a": PEOPLE[:10]}) == (["a"], [])
    lone = dict.fromkeys(PEOPLE[:6], "only")
    assert rows_by(lone, Counter(Answered(set(), True), Rated({}, True), SECRET)) == []
