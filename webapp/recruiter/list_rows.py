"""The people of one page of a list in words and figures, ready to be written out.

A page has fifty rows and each a dozen figures: what many rows share is said once, so that the page stays quick.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from flask import url_for
from flask_babel import format_percent, get_locale, ngettext
from flask_babel import gettext as _

from webapp.config import LANGUAGES
from webapp.languages import dates_locale, said_date, said_number
from webapp.recruiter.words import apart, flag_words, of_ten
from webapp.services.likely_share import likely_share
from webapp.services.shortlist.open_list import ListPage, Row
from webapp.services.shortlist.ties import Group

WIDTH, EDGE = 168, 6


@dataclass(frozen=True)
class Dot:
    """A probability on its line from none to ten of ten, with its interval, as it is drawn and as it is said."""

    of_ten: str
    likely: str
    said: str
    at: str
    low: str
    high: str


@dataclass(frozen=True)
class Shown:
    """One row."""

    code: str
    href: str
    label: str
    place: str
    dot: Dot | None
    points: str
    rating: str
    rating_range: str
    flags: tuple[str, ...]
    bands: str
    stage: str
    language: str
    day: str
    chosen_words: str


@dataclass(frozen=True)
class Block:
    """People who cannot be told apart, drawn as one; where nothing ties them, people one by one."""

    rows: tuple[Shown, ...]
    number: int | None = None
    name: str = ""
    words: str = ""
    goes_on: bool = False
    cut_above: bool = False
    split: bool = False


def at(share: float) -> str:
    return f"{max(0.0, min(share, 1.0)) * (WIDTH - 2 * EDGE) + EDGE:.0f}"


class Rows:
    """Rows of one page, in the reader's language."""

    def __init__(
        self,
        vacancy: Any,
        page: ListPage,
        stages: Mapping[int, str],
        bands: Mapping[Any, str] | None = None,
        cut: int | None = None,
        asked: Mapping[str, list[str]] | None = None,
    ) -> None:
        self.vacancy, self.page, self.stages, self.bands, self.cut = vacancy, page, stages, bands or {}, cut
        self.figures = vacancy.model_version.figures
        self.by_key = vacancy.model_version.kind == "key_only"
        # Asked for once, not for each figure.
        self.locale, self.days = str(get_locale()), dates_locale()
        self.dot = cache(self._dot)
        self.flag_words = cache(lambda flag: str(flag_words(flag)))
        self.address = url_for("recruiter.person", vacancy_id=vacancy.id, code="-")[:-1]
        # What the list was filtered by goes along, so that one can go on from one person to the next.
        self.along = f"?{urlencode(asked, doseq=True)}" if asked else ""
        self.choose = _("Choose %(name)s", name="\0")

    def number(self, value: float) -> str:
        return said_number(value, locale=self.locale)

    def one_digit(self, value: float) -> str:
        return said_number(round(value, 1), "0.0", self.locale)

    def blocks(self, *, by_result: bool) -> list[Block]:
        """As they stand on the page: tie groups together where the order is that of the results."""
        if not by_result:
            return [Block(tuple(self._shown(row) for row in self.page.rows))]
        blocks: list[Block] = []
        last = 0 if self.cut is None else self.page.last_above()
        for run in _runs(self.page.rows):
            blocks.append(self._block(run, last))
            last = self._span(run)[1]
        if blocks and self._is_below(last):
            blocks.append(Block((), cut_above=True))
        return blocks

    def _is_below(self, last: int) -> bool:
        """Whether the line lies below everybody who is shown, and people who are not shown are below it."""
        return self.page.after is None and self.cut is not None and last <= self.cut < self.page.all

    def _block(self, run: Sequence[Row], last_above: int) -> Block:
        first, last = self._span(run)
        cut, group = self.cut, self.page.groups.get(run[0].group or 0)
        below = cut is not None and last_above <= cut < first
        split = cut is not None and first <= cut < last
        if group is None:
            return Block(tuple(self._shown(row) for row in run), cut_above=below, split=split)
        # Inside a group there is no order: by code, which is drawn by lot.
        shown = tuple(self._shown(row) for row in sorted(run, key=lambda row: row.face.code))
        name = _("Group %(number)s", number=self.number(group.number))
        words, goes_on = self._group_words(group), group.size > len(run)
        return Block(shown, group.number, name, words, goes_on, cut_above=below, split=split)

    def _span(self, run: Sequence[Row]) -> tuple[int, int]:
        group = self.page.groups.get(run[0].group or 0)
        return (group.first, group.last) if group else (run[0].place, run[0].place + len(run) - 1)

    def _group_words(self, group: Group) -> str:
        if group.size == 1:
            return _("place %(place)s", place=self.number(group.first))
        return ngettext(
            "places %(first)s to %(last)s · this %(people)s person cannot be told apart, so there is no order",
            "places %(first)s to %(last)s · these %(people)s people cannot be told apart, so they stand in no order",
            group.size,
            first=self.number(group.first),
            last=self.number(group.last),
            people=self.number(group.size),
        )

    def _shown(self, row: Row) -> Shown:
        face, day = row.face, row.done_at
        return Shown(
            code=face.code,
            href=self.address + face.code + self.along,
            label=face.label,
            place=self._place(row),
            dot=None if row.p_top_third is None else self.dot(round(row.p_top_third, 2)),
            points=self.number(round(row.score * 100)) if self.by_key else "",
            rating="" if row.expected_rating is None else self.one_digit(row.expected_rating),
            rating_range=self._range(row),
            flags=tuple(self.flag_words(flag) for flag in row.flags),
            bands=self.bands.get(row.score_id, ""),
            stage=self.stages.get(row.stage, ""),
            language="" if face.hidden else LANGUAGES.get(row.language, ""),
            day=said_date(day, locale=self.days) if day and not face.hidden else "",
            chosen_words=self.choose.replace("\0", apart(face.label)),
        )

    def _place(self, row: Row) -> str:
        group = self.page.groups.get(row.group or 0)
        if group is None or group.size == 1:
            return self.number(row.place)
        return f"{self.number(group.first)}–{self.number(group.last)}"

    def _range(self, row: Row) -> str:
        if row.lower_90 is None or row.upper_90 is None:
            return ""
        return f"{self.one_digit(row.lower_90)}–{self.one_digit(row.upper_90)}"

    def _dot(self, share: float) -> Dot:
        likely = likely_share(self.figures, share)
        low, high = likely or (share, share)
        words = {"p": format_percent(share), "low": format_percent(low), "high": format_percent(high)}
        return Dot(
            of_ten=of_ten(share),
            likely="" if likely is None else _("likely %(low)s to %(high)s", low=of_ten(low), high=of_ten(high)),
            said=_("%(p)s, likely %(low)s to %(high)s", **words) if likely else words["p"],
            at=at(share),
            low=at(low),
            high=at(high),
        )


def _runs(rows: Sequence[Row]) -> list[list[Row]]:
    """People next to each other who are of the same group or, where there are none, have the same place."""
    return [list(run) for _tie, run in groupby(rows, key=lambda row: row.group or -row.place)]
