"""The manifest: what a trained model is, what it was trained on, and how well it did."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from models.errors import ModelError

FORMAT = 2
"""What is written: format 2 adds the compiled numbers and, where given, a reference to format 1."""

READABLE = (1, 2)
KINDS = ("key_only", "trained")


@dataclass(frozen=True)
class Manifest:
    """Plain facts about a model.

    Attributes
    ----------
    kind
        ``key_only`` (the key scores, no local evidence) or ``trained``.
    questionnaire, version, scoring_identity, texts_identity
        What was asked. A model scores answers to this scoring identity only.
    form
        The form that was answered.
    criterion
        The competence that is predicted; None for the mean of all.
    scale
        Lowest and highest rating; None where no ratings were given.
    binary
        Whether the criterion is 0 or 1; ``p_top_third`` is then the probability of a 1.
    data_fingerprint
        SHA-256 of the answers and ratings learned from; None without any.
    libraries
        Versions of the libraries that trained it.
    seed
        Of folds and resampling.
    created
        UTC, ISO 8601.
    figures
        Cross-validated figures.
    sed
        Standard error of a difference of two scores, in score units; None where not known.
    """

    kind: str
    questionnaire: str
    version: str
    scoring_identity: str
    texts_identity: str
    form: str
    created: str
    criterion: str | None = None
    scale: tuple[float, float] | None = None
    binary: bool = False
    data_fingerprint: str | None = None
    libraries: Mapping[str, str] = field(default_factory=dict)
    seed: int = 0
    figures: Mapping[str, Any] = field(default_factory=dict)
    sed: float | None = None

    def to_plain(self) -> dict[str, Any]:
        """JSON-able values, the scale as a list."""
        plain = asdict(self)
        plain["scale"] = list(self.scale) if self.scale else None
        return plain

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any], where: str) -> Manifest:
        """Read what `to_plain` wrote.

        Raises
        ------
        ModelError
            Where fields are missing, unknown or of an unknown kind.
        """
        names = {each.name for each in fields(cls)}
        if set(plain) != names or plain["kind"] not in KINDS:
            odd = ", ".join(sorted(set(plain) ^ names)) or "kind"
            raise ModelError(f"The manifest does not hold what it should ({odd}).", where, _REBUILD)
        scale = plain["scale"]
        return cls(**{**plain, "scale": tuple(scale) if scale else None})


_REBUILD = "Train the model again, or restore the folder from a copy."


def canonical(value: object) -> bytes:
    """The one way in which a JSON value is written when it is hashed or kept."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, indent=1, allow_nan=False).encode()


def digest(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()
