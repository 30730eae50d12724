"""Score very many people with a trained model: the same scores to the last bit, many times as quickly.

What is kept as a person's score comes from the estimator (see decision 18). Most of its time goes into writing answers
as numbers; here each different answer is written once.
"""

from __future__ import annotations

from collections.abc import Sequence

from models.trained import Score, TrainedModel
from questionnaires.answers import AnswerSheet
from scoring.encoding_many import ManyEncoder
from scoring.key import Answer


class ManyScorer:
    """Scores people who answered one form, by the numbers of their answers; make one for some thousands of people.

    Parameters
    ----------
    model
        Also one without some of its items; see `TrainedModel.without`.
    """

    def __init__(self, model: TrainedModel) -> None:
        self.model = model
        self._encoder = ManyEncoder(model.encoder, model.left_out)

    def code(self, item_id: str, answer: Answer) -> int:
        """Return the number under which this answer is known from now on; ask once for each different answer."""
        return self._encoder.code(item_id, answer)

    def score(self, names: Sequence[str], people: Sequence[Sequence[int]]) -> list[Score]:
        """Score people in the order given.

        Parameters
        ----------
        names
            What each person is called in messages.
        people
            For each the numbers of the answers given, in any order.

        Raises
        ------
        ModelError
            Where somebody answered another form.
        """
        if not people:
            return []
        encoded = self.model.share_left(self._encoder.encode(people))
        sheets = [
            AnswerSheet(name, {} if enough else self._encoder.answers_of(codes))
            for name, codes, enough in zip(names, people, encoded.enough.tolist(), strict=True)
        ]
        return self.model.score_encoded(sheets, encoded)
