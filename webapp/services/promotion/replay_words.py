"""What a replay found, in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

TITLES: Mapping[str, Any] = {
    "same": _l("It replays to the last bit"),
    "last_digits": _l("It replays, but for its last digits"),
    "differs": _l("It does not replay"),
    "answers_changed": _l("The answers are others by now"),
    "artefact_changed": _l("The model’s stored file was changed"),
    "artefact_replaced": _l("The model’s stored file was replaced"),
    "other_questions": _l("The model is about other questions"),
    "other_texts": _l("The model is about other wording"),
}
MEANINGS: Mapping[str, Any] = {
    "same": _l("The stored answers and the stored model give exactly the stored result."),
    "last_digits": _l(
        "The difference is smaller than a billionth: the libraries that compute are of other versions by now. Nobody’s "
        "place depends on it."
    ),
    "differs": _l(
        "Answers and model are those that were sealed with the score, and yet something else comes out. Somebody has "
        "changed the stored result. Compare with a copy of the database, and tell your administrator."
    ),
    "answers_changed": _l(
        "What is stored as answers is not what was scored, and what was acknowledged when they were given is not there "
        "either. Compare with a copy of the database, and tell your administrator."
    ),
    "artefact_changed": _l(
        "Its bytes are not those whose seal was kept with them, so nothing is computed with it. Restore the database "
        "from a copy; until then this model scores nobody."
    ),
    "artefact_replaced": _l(
        "Its bytes fit the seal beside them, but the event log has another seal from the day on which the model was "
        "kept. Somebody has replaced both. Restore the database from a copy."
    ),
    "other_questions": _l("The score was made for other items, options or key than this model has."),
    "other_texts": _l("The score was made with another wording than this model knows."),
}
NOTES: Mapping[str, Any] = {
    "answers_later": _l(
        "An answer was changed after it was scored. The score replays from the answers that were acknowledged before."
    ),
    "set_aside": _l(
        "Other questions count by now than counted in this score, as some were set aside or brought back since. The "
        "score replays with those that counted."
    ),
}
