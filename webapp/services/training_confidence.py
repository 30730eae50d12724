"""What a training run may take of ratings given in confidence, and what only this installation can repeat."""

from __future__ import annotations

import hashlib
import hmac
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence

from webapp.services.rounds.read_for_training import Collected

FEWEST_RATERS = 3
KEPT_OF_EIGHT = 7
FEWEST_KEPT = 2


def rated_by_enough(rows: Iterable[Collected]) -> list[Collected]:
    """Ratings of those whom three or more rated in that round on that competence."""
    groups: dict[tuple[uuid.UUID, uuid.UUID, str], list[Collected]] = defaultdict(list)
    for row in rows:
        groups[row.round_id, row.performer_id, row.competence].append(row)
    return [
        row for group in groups.values() if len({each.rater_key for each in group}) >= FEWEST_RATERS for row in group
    ]


def chosen_in_secret(rows: Sequence[Collected], secret_key: str) -> list[Collected]:
    """About seven of eight raters of each person, always the same ones, which nobody can tell without the secret.

    Whoever knows all ratings but one cannot try out which value of it gives a model's figures.
    """
    raters: dict[tuple[uuid.UUID, uuid.UUID], set[str]] = defaultdict(set)
    for row in rows:
        raters[row.round_id, row.performer_id].add(row.rater_key)
    kept = {about: _drawn(about, keys, secret_key) for about, keys in raters.items()}
    return [row for row in rows if row.rater_key in kept[row.round_id, row.performer_id]]


def _drawn(about: tuple[uuid.UUID, uuid.UUID], keys: Iterable[str], secret_key: str) -> set[str]:
    lots = sorted((keyed(secret_key, "choice", *map(str, about), key), key) for key in keys)
    number = sum(int(lot[:8], 16) % 8 < KEPT_OF_EIGHT for lot, _key in lots)
    return {key for _lot, key in lots[: max(number, FEWEST_KEPT)]}


def secret_seed(secret_key: str, organisation_id: uuid.UUID) -> int:
    """The seed of folds and resampling, the same for every run of a company: more runs tell no more."""
    return int(keyed(secret_key, "seed", str(organisation_id))[:7], 16)


def data_mark(secret_key: str, job_id: uuid.UUID, fingerprint: str) -> str:
    """The fingerprint of a run's data, which confirms nobody's guess of what the data are."""
    return keyed(secret_key, "data", str(job_id), fingerprint)


def keyed(secret_key: str, *parts: str) -> str:
    return hmac.new(secret_key.encode(), ":".join(("training", *parts)).encode(), hashlib.sha256).hexdigest()
