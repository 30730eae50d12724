"""What somebody asks of a list, as it stands in the page's address: whom to show, and in which order.

The list's page, saved views and exports read and write it here alone, so that they always mean the same. A value
that makes no sense is left out and named, never guessed at.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from webapp.config import LANGUAGES
from webapp.records import Vacancy
from webapp.services.blind.face import is_blind
from webapp.services.shortlist.cells import MOST_STAGES, Wanted
from webapp.services.shortlist.read_page import Asked

BY_RESULT, NEWEST, OLDEST = ORDERS = ("result", "newest", "oldest")
"""By result, the default; by the day on which the answers were sent, from either end."""

PARTS = ("stage", "answered_in", "flagged", "since", "until", "search", "order")
"""Not `language`: in any address of the site that asks for the page itself in a language."""
TELLING = ("answered_in", "since", "until", "order")
"""What would tell of hidden people who they are."""

LONGEST_SEARCH = 100
FLAGGED = {"yes": True, "no": False}


class Args(Protocol):
    """Arguments of an address, each perhaps several times."""

    def getlist(self, name: str, /) -> list[str]: ...


@dataclass(frozen=True)
class Ignored:
    """A part of the address that was left out of the question."""

    part: str
    value: str


@dataclass(frozen=True)
class ListQuery:
    """Whom to show, and in which order; days are whole days in UTC, both included."""

    stages: tuple[int, ...] = ()
    languages: tuple[str, ...] = ()
    flagged: bool | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    search: str = ""
    order: str = BY_RESULT
    ignored: tuple[Ignored, ...] = field(default=(), compare=False)

    @property
    def wanted(self) -> Wanted:
        """What the kept counts can answer."""
        return Wanted(frozenset(self.stages), frozenset(self.languages), self.flagged)

    @property
    def asked(self) -> Asked:
        """What has to be looked for besides."""
        until = None if self.until is None else _midnight(self.until + dt.timedelta(days=1))
        return Asked(self.search, None if self.since is None else _midnight(self.since), until)

    @property
    def is_filtered(self) -> bool:
        """Whether anybody may be left out."""
        return bool(self.stages or self.languages or self.search or self.since or self.until) or (
            self.flagged is not None
        )

    @property
    def by_result(self) -> bool:
        return self.order == BY_RESULT

    def to_args(self) -> dict[str, list[str]]:
        """The same as arguments of an address; what is as ever is left out. `parse` reads it back."""
        args = {
            "stage": [str(each) for each in self.stages],
            "answered_in": list(self.languages),
            "flagged": [] if self.flagged is None else ["yes" if self.flagged else "no"],
            "since": [self.since.isoformat()] if self.since else [],
            "until": [self.until.isoformat()] if self.until else [],
            "search": [self.search] if self.search else [],
            "order": [] if self.by_result else [self.order],
        }
        return {part: values for part, values in args.items() if values}

    def without(self, part: str, value: str = "") -> ListQuery:
        """The same with one filter taken away; of stages and languages only this one."""
        if part == "stage":
            return replace(self, stages=tuple(each for each in self.stages if str(each) != value))
        if part == "answered_in":
            return replace(self, languages=tuple(each for each in self.languages if each != value))
        changes: dict[str, Any] = {part: getattr(ListQuery(), part)}
        return replace(self, **changes)


def parse(args: Args, stages: Collection[int] | None = None) -> ListQuery:
    """Read what an address asks; `stages` are those that the company knows, any number where it is not said."""
    reading = _Reading(args)
    languages = reading.several("answered_in", _one_of(LANGUAGES))
    query = ListQuery(
        stages=tuple(sorted(reading.several("stage", _number_in(stages)))),
        languages=tuple(each for each in LANGUAGES if each in languages),
        flagged=reading.one("flagged", FLAGGED.get),
        since=reading.one("since", _day),
        until=reading.one("until", _day),
        search=reading.search(),
        order=reading.one("order", _one_of(ORDERS)) or BY_RESULT,
    )
    if query.since and query.until and query.until < query.since:
        reading.ignored.append(Ignored("until", query.until.isoformat()))
        query = replace(query, until=None)
    return replace(query, ignored=tuple(reading.ignored))


def allowed(query: ListQuery, vacancy: Vacancy) -> ListQuery:
    """What may be asked of this vacancy: where names are hidden no language, no day and no order of time.

    Whoever invited people knows who answers in which language, and may know who was the last to answer.
    """
    if not is_blind(vacancy):
        return query
    asked = query.to_args()
    hidden = tuple(Ignored(part, value) for part in TELLING for value in asked.get(part, ()))
    return replace(query, languages=(), since=None, until=None, order=BY_RESULT, ignored=query.ignored + hidden)


class Kept(Mapping[str, list[str]]):
    """Arguments as a saved view keeps them, readable as those of an address are."""

    def __init__(self, kept: Mapping[str, Any]) -> None:
        self._kept = {name: [str(each) for each in values] for name, values in kept.items() if isinstance(values, list)}

    def __getitem__(self, name: str) -> list[str]:
        return self._kept[name]

    def __iter__(self) -> Any:
        return iter(self._kept)

    def __len__(self) -> int:
        return len(self._kept)

    def getlist(self, name: str) -> list[str]:
        return self._kept.get(name, [])


class _Reading:
    """Arguments being read, and what of them made no sense."""

    def __init__(self, args: Args) -> None:
        self.args = args
        self.ignored: list[Ignored] = []

    def several(self, part: str, read: Any) -> set[Any]:
        """Each value that makes sense; an empty one is a form's way of asking nothing."""
        return {found for value in self._given(part) if (found := self._understood(part, value, read)) is not None}

    def one(self, part: str, read: Any) -> Any:
        """The last value: a form sends each of these once."""
        given = self._given(part)
        return self._understood(part, given[-1], read) if given else None

    def search(self) -> str:
        given = self._given("search")
        if not given:
            return ""
        if len(given[-1]) > LONGEST_SEARCH:
            self.ignored.append(Ignored("search", given[-1][LONGEST_SEARCH:]))
        return given[-1][:LONGEST_SEARCH].strip()

    def _given(self, part: str) -> list[str]:
        return [value.strip() for value in self.args.getlist(part) if value.strip()]

    def _understood(self, part: str, value: str, read: Any) -> Any:
        found = read(value)
        if found is None:
            self.ignored.append(Ignored(part, value[:LONGEST_SEARCH]))
        return found


def _number_in(known: Collection[int] | None) -> Any:
    def read(value: str) -> int | None:
        number = int(value) if value.isascii() and value.isdecimal() and len(value) <= 4 else -1
        return number if 0 <= number < MOST_STAGES and (known is None or number in known) else None

    return read


def _one_of(known: Iterable[str]) -> Any:
    return lambda value: value if value in known else None


def _day(value: str) -> dt.date | None:
    """A day as browsers write it; the last day that there is has no day after it."""
    try:
        day = dt.date.fromisoformat(value)
    except ValueError:
        return None
    return day if day.isoformat() == value and day < dt.date.max else None


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), dt.UTC)
