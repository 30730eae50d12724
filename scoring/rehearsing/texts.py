"""Score many people whose answers come as text, each different text being read once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from math import isnan
from typing import Any

import numpy as np

from scoring.compiled.coding import code_answers
from scoring.compiled.leaving_out import without
from scoring.compiled.many import BatchScorer
from scoring.compiled.model import CompiledModel

Reading = Callable[[str], tuple[str, Mapping[str, Any]]]
"""From the text of one answer to the item's id and the answer."""


class TextScorer:
    """Scores people from the texts of their answers; equal to the estimator within 1e-9.

    Parameters
    ----------
    model
        As plain numbers.
    read
        What an answer's text says; asked once for each different text.
    """

    def __init__(self, model: CompiledModel, read: Reading) -> None:
        self.model = model
        self.read = read
        self.places = {item.id: place for place, item in enumerate(model.items)}
        self.known: dict[str, tuple[int, int]] = {}
        self.answers: list[list[Mapping[str, Any]]] = [[{}] for _ in model.items]
        self.scorers: dict[frozenset[str], tuple[BatchScorer, list[int]]] = {}

    def score(self, people: Sequence[Sequence[str]], left_out: Collection[str] = ()) -> list[float | None]:
        """Score people, in the order given; None for those who answered too little.

        Parameters
        ----------
        people
            Of each the texts of the answers that were given, in any order.
        left_out
            Items that do not count for them; see `scoring.compiled.leaving_out`.
        """
        if not people:
            return []
        scorer, places = self._scorer(frozenset(left_out & self.places.keys()))
        if not places:
            return [None] * len(people)
        choices = self._choices(people)
        codes = [table[choices[:, place]] for place, table in zip(places, self._tables(places), strict=True)]
        result = scorer.score(codes)
        return [None if isnan(each) else each for each in np.where(result.enough, result.score, np.nan).tolist()]

    def _scorer(self, left_out: frozenset[str]) -> tuple[BatchScorer, list[int]]:
        if left_out not in self.scorers:
            lean = without(self.model, left_out)
            self.scorers[left_out] = BatchScorer(lean), [self.places[item.id] for item in lean.items]
        return self.scorers[left_out]

    def _choices(self, people: Sequence[Sequence[str]]) -> np.ndarray:
        """Of each person and item, which of its known answers was given; 0 for none."""
        elsewhere, known, learn = len(self.model.items), self.known, self._learn
        rows = []
        for texts in people:
            row = [0] * (elsewhere + 1)
            for text in texts:
                place, number = known.get(text) or learn(text)
                row[place] = number
            rows.append(row)
        return np.array(rows, dtype=np.int32)

    def _learn(self, text: str) -> tuple[int, int]:
        item, answer = self.read(text)
        place = self.places.get(item)
        if place is None:
            # An item of another form: it goes into a column that nobody looks at.
            found = len(self.model.items), 0
        else:
            self.answers[place].append(answer)
            found = place, len(self.answers[place]) - 1
        self.known[text] = found
        return found

    def _tables(self, places: Sequence[int]) -> list[np.ndarray]:
        """Of each item the codes of all its known answers."""
        return [self._table(place) for place in places]

    def _table(self, place: int) -> np.ndarray:
        item = self.model.items[place]
        people = [{item.id: answer} for answer in self.answers[place]]
        return code_answers(replace(self.model, items=(item,)), people)[0]
