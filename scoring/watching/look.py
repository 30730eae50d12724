"""One look: every figure, what was found, and the state in a word."""

from __future__ import annotations

from typing import Any

from scoring.encoding import AnswerEncoder
from scoring.watching.against_staff import against_staff
from scoring.watching.lately import assisted, flagged, languages, left_out, trend, unlearned, weeks_of
from scoring.watching.limits import ENOUGH, FEWEST, worst
from scoring.watching.pool import Confirmed, Pool, Staff
from scoring.watching.trials import findings

TOO_FEW = "too_few"


def look(
    encoder: AnswerEncoder, staff: Staff, pool: Pool, confirmed: Confirmed, seed: int = 0, *, learned: bool = True
) -> dict[str, Any]:
    """Compare applicants with staff and with the applicants before them.

    Parameters
    ----------
    encoder : AnswerEncoder
        Of the model's form.
    staff : Staff
    pool : Pool
    confirmed : Confirmed
    seed : int
        Of the classifier's folds and shuffles.
    learned : bool
        Whether the model learned from staff at all; a model by the key alone did not.

    Returns
    -------
    dict
        Figures, JSON-able; ``findings`` (see `trials.findings` and `lately.unlearned`), ``tested`` (how many
        comparisons were made), ``state``: ``steady``, ``watch``, ``alarm``, or ``too_few`` below 10 applicants.
    """
    parts = [
        against_staff(encoder, staff, pool, seed),
        trend(encoder, pool),
        flagged(pool),
        left_out(pool),
        languages(pool, staff.languages),
        assisted(confirmed),
    ]
    tests = [test for _figures, made in parts for test in made]
    found = findings(tests, alarms=len(pool.answers) >= ENOUGH)
    found += unlearned(pool, staff.languages) if learned else []
    figures = {name: value for told, _made in parts for name, value in told.items()}
    few = len(pool.answers) < FEWEST and not found
    state = TOO_FEW if few else worst([each["level"] for each in found])
    counts = {"compared": len(pool.answers), "lately": int(pool.lately.sum())}
    return {**figures, **counts, "weeks": weeks_of(pool), "findings": found, "tested": len(tests), "state": state}
