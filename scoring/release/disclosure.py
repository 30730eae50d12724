"""Which figures about ratings in confidence may be shown, so that no single rating can be worked out from them.

The door is `decide`; `scoring.release.rules` has its words. A cell is a group of people on one topic or on all. The
caller rounds what is released and shows nothing else: no count, no difference, no other grouping.

Why it holds
------------
Let an adversary know the exact sum of every released cell, who rated whom on what, and all ratings of one rater.

*What can be worked out.* A cell's sum adds ratings with equal weights, so a linear combination of released sums
gives the same weight to all ratings of one person on one topic: ``x[row] + y[column]``, where row is the smallest
released all-topics cell that holds the rating, column the smallest released one-topic cell, and outside of both the
weight is 0. Let rows, columns and the outside be the vertices of a graph, and classes its edges: the ratings in the
same row and column. With potentials ``x``, ``-y``, and 0 outside, an edge's weight is the difference of its ends.

*Telling classes.* A class tells if fewer than three raters are behind it, if all its ratings are alike, if all of
them, or all but those of one rater, stand at an end of the scale, or if its raters are not the same as, or three
and more away from, those of a released figure about the same people. Suppose that taking out the telling edges
leaves the graph's connected parts as they are. Then a combination that is 0 on all other edges has equal potentials
within each part, and is 0 on the telling ones too: whatever can be worked out has in it a class that does not tell,
and with it at least three raters. (Conversely, a cut of telling edges is a combination of them alone.) `decide`
releases a cell only where this holds afterwards, so that it holds at the end. This is the secondary suppression; what
is left of a unit without its released people is treated like a cell.

*No rating is pinned.* Take a rating that is not the known rater's, in a class that does not tell. Without the
known rater at least two raters are in it, not all of their ratings at the top and not all at the bottom. So another
rating can go up when this one goes down, or the other way round, and every sum stays. In a class that tells,
the rating can move by one point; the ends of the class are connected by classes that do not tell, and along this way
the sums are put right by turns, since in each of them some rating that is not the known rater's can go up, and some
can go down. Either way another value of the rating fits everything that is known.

*Sets of raters.* Where somebody could not observe one topic, two figures about a person differ by that rater. Who
rates a person alike on all topics could be guessed from the difference. So figures about the same people, or about
some of them and about all, are released together only if their sets of raters are the same or differ by three and
more. Figures about different people have no rating in common and are not compared.

*What is not covered.* Two raters who put their ratings together; what is known from elsewhere. That a figure is
withheld is itself seen: WITHHELD has several causes, one of which is that all ratings are alike.

Which cells are released is a greedy choice: in the order given, each if it can be. No further cell can then be
added, but the number need not be the greatest. So in companies of up to 500 people two other orders are tried: the
smallest groups first, and the whole and then the smallest groups. The one that releases most is taken, where a figure
counts as the cube root of the number of people whom it is about (a unit of 27 like three people), and one person on
all topics as three.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from scoring.release.board import Board
from scoring.release.index import Ratings
from scoring.release.rules import FEW, RELEASED, WITHHELD, Cell, Contribution, Decision, Group, Rules, weight

FEW_PEOPLE = 500
"""Up to so many people other orders are tried: in large companies the whole and the units cost few people's figures."""


def decide(cells: Sequence[Cell], memberships: Iterable[Contribution], rules: Rules) -> Mapping[Cell, Decision]:
    """Decide which figures are shown and which are withheld.

    Parameters
    ----------
    cells
        The figures that one would like to show, the most important first: `Cell(group, topic)`, where the group is
        the way from the whole down (``()``, ``("sales",)``, ``("sales", "p17")``) and the topic None for all together.
    memberships
        Every rating that enters any figure: `Contribution(rater, group, topic, value)` with its deepest group.
    rules
        The ends of the scale, and what is asked of a figure.

    Returns
    -------
    Mapping
        For each cell `RELEASED`, or why not: `FEW` (fewer than three raters) or `WITHHELD` (single ratings could be
        worked out). In the order of the cells.

    Examples
    --------
    >>> answers = [Contribution(who, ("all",), "q", value) for who, value in (("a", 1), ("b", 3), ("c", 4))]
    >>> decide([Cell(("all",)), Cell(("all",), "q")], answers, Rules(1, 5))[Cell(("all",), "q")].released
    True
    """
    known = list(memberships)
    people = _people(known)
    ratings = Ratings(known, rules)
    orders = [cells]
    if people[()] <= FEW_PEOPLE:
        orders += [sorted(cells, key=_whole_and_smallest_first), sorted(cells, key=_smallest_first)]
    tried = [_decide_in_order(order, Board(ratings, rules)) for order in orders]
    chosen = max(tried, key=lambda decisions: _worth(decisions, people))
    return {cell: chosen[cell] for cell in cells}


def _smallest_first(cell: Cell) -> tuple[int, bool]:
    return -len(cell.group), cell.topic is not None


def _whole_and_smallest_first(cell: Cell) -> tuple[bool, int, bool]:
    return bool(cell.group), *_smallest_first(cell)


def _people(known: Iterable[Contribution]) -> Counter[Group]:
    """Count the people who were rated in each group."""
    rated = {each.group for each in known}
    return Counter(group[:depth] for group in rated for depth in range(len(group) + 1))


def _worth(decisions: Mapping[Cell, Decision], people: Mapping[Group, int]) -> float:
    return sum(weight(cell, people[cell.group]) for cell, decision in decisions.items() if decision.released)


def _decide_in_order(cells: Iterable[Cell], board: Board) -> dict[Cell, Decision]:
    return {cell: _decide_one(cell, board) for cell in cells}


def _decide_one(cell: Cell, board: Board) -> Decision:
    tally = board.ratings.tally(cell)
    if tally.empty or len(tally.raters) < board.rules.fewest:
        return FEW
    if tally.tells(board.rules) or not board.sets.apart(cell, tally.raters.keys()):
        return WITHHELD
    return RELEASED if board.release(cell, tally.raters) else WITHHELD
