"""From encoded answers to what differential item functioning needs: item scores, and options chosen or not."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from questionnaires.definition import ResponseFormat
from scoring.encoding import MISSING, AnswerEncoder, Block, Encoded
from scoring.groups.responses import Responses

_CHOICES = (ResponseFormat.BEST_WORST.value, ResponseFormat.PICK_ONE.value)


def responses_of(encoder: AnswerEncoder, encoded: Encoded) -> Responses:
    """Item scores by the key (NaN without one), and every choice that an item of choices offers.

    Parameters
    ----------
    encoder : AnswerEncoder
    encoded : Encoded
        Of n people, by this encoder.

    Returns
    -------
    Responses
        Options are named as the encoder names its columns, ``<item>.best=<option>``, ``<item>.worst=<option>`` or
        ``<item>.=<option>``; NaN where the person left that choice out.
    """
    columns = [each for position, block in enumerate(encoder.blocks) for each in _choices(encoder, position, block)]
    choices = np.full((len(encoded.X), len(columns)), np.nan)
    for place, (column, missing, _item) in enumerate(columns):
        given = encoded.X[:, missing] == 0.0
        choices[given, place] = encoded.X[given, column]
    return Responses.of(
        encoded.key_scores,
        [item.id for item in encoder.items],
        choices,
        [encoder.column_names[column] for column, _missing, _item in columns],
        [item for _column, _missing, item in columns],
    )


def _choices(encoder: AnswerEncoder, position: int, block: Block) -> Iterator[tuple[int, int, int]]:
    """Yield the column of every option, the column that says "not given" of its choice, and the item's position."""
    if block.kind not in _CHOICES:
        return
    start = block.start
    for column in range(block.start, block.stop):
        if encoder.column_names[column].endswith(MISSING):
            yield from ((option, column, position) for option in range(start, column))
            start = column + 1
