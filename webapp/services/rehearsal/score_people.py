"""Score people with a model that does not serve their vacancy, without keeping anything."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from models.trained import TrainedModel
from scoring.rehearsing.texts import TextScorer
from webapp.services.rehearsal.read_people import Person, read_answer
from webapp.services.score_sitting import key_model


class Rehearser:
    """One model, made ready for many."""

    def __init__(self, model: TrainedModel) -> None:
        self.model = model
        self.scorers: dict[str, TextScorer | None] = {model.manifest.form: TextScorer(model.compiled, read_answer)}

    def scores(self, people: Sequence[Person]) -> list[float | None]:
        """Their scores in the order given; None for those whom this model gives none, as when it scores for good."""
        found: list[float | None] = [None] * len(people)
        alike: dict[tuple[str, tuple[str, ...]], list[int]] = defaultdict(list)
        for place, person in enumerate(people):
            alike[person.form, person.left_out].append(place)
        for (form, left_out), places in alike.items():
            scorer = self._scorer(form)
            if scorer is not None:
                scores = scorer.score([people[place].texts for place in places], set(left_out))
                for place, score in zip(places, scores, strict=True):
                    found[place] = score
        return found

    def _scorer(self, form: str) -> TextScorer | None:
        """A trained model knows its own form only; by the key alone every form has points."""
        if form not in self.scorers:
            by_key = self.model.manifest.kind == "key_only"
            key = key_model(self.model.questionnaire, form).compiled if by_key else None
            self.scorers[form] = TextScorer(key, read_answer) if key else None
        return self.scorers[form]
