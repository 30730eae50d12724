"""One page of a vacancy's ranked list, read and put in words."""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import current_app, request, url_for
from flask_babel import format_decimal, get_locale, ngettext
from flask_babel import gettext as _

from webapp.config import LANGUAGES
from webapp.extensions import db
from webapp.languages import said_date
from webapp.recruiter.list_rows import Rows, at
from webapp.recruiter.reading import list_frame
from webapp.security import current_user, unveiled, veiled
from webapp.services.blind.face import is_blind
from webapp.services.cut_line.honest_cuts import Split, split_by
from webapp.services.cut_line.read_cut import cut_of
from webapp.services.decisions.stages import stage_names
from webapp.services.expect_hires import expect_hires
from webapp.services.saved_views.read_views import opening_view, query_of, views_of
from webapp.services.shortlist.asked import LONGEST_SEARCH, ORDERS, Ignored, ListQuery, allowed, parse
from webapp.services.shortlist.at_place import here_at
from webapp.services.shortlist.bands import bands_of, facets_that_tell
from webapp.services.shortlist.bring_up import bring_up, is_behind
from webapp.services.shortlist.by_day import open_by_day
from webapp.services.shortlist.cells import Cell
from webapp.services.shortlist.group_share import share_of_group
from webapp.services.shortlist.open_list import ListPage, open_list
from webapp.services.shortlist.read_page import Here
from webapp.services.shortlist.take_in import number_waiting

WAY, LONGEST_WAY = "list", 400


@dataclass(frozen=True)
class Cut:
    """The line that is drawn, and what is to be said of it."""

    people: int
    by: str
    on: str
    beyond: bool
    split: Split | None


@dataclass(frozen=True)
class Option:
    """A choice in a filter, with how many people of the whole list it holds."""

    value: str
    label: str
    number: int
    chosen: bool


@dataclass(frozen=True)
class View:
    """A saved view and where it leads."""

    id: uuid.UUID
    name: str
    is_default: bool
    everywhere: bool
    url: str
    shown: bool


@dataclass(frozen=True)
class Action:
    """Something to do with people who are chosen."""

    name: str
    label: str
    url: str


class Desk:
    """The list of one vacancy as one recruiter asked for it."""

    def __init__(self, vacancy_id: uuid.UUID) -> None:
        self.frame = list_frame(vacancy_id)
        self.vacancy = self.frame["vacancy"]
        self.me = current_user()
        self.stages = stage_names(db.session, self.me.organisation_id, str(get_locale()))
        self.query = allowed(parse(request.args, self.stages), self.vacancy)
        self.views = views_of(db.session, self.me.organisation_id, self.me.id, vacancy_id)
        self.waiting: int = self.frame["unplaced"]

    @property
    def opens_elsewhere(self) -> str | None:
        """A bare address opens with the default view."""
        view = None if request.args else opening_view(self.views)
        return self.address(query_of(view)) if view else None

    def address(self, query: ListQuery, **more: str) -> str:
        """The list as `query` asks; said in words even where it asks nothing, so that no default view steps in."""
        args: dict[str, Any] = query.to_args() or ({"order": ["result"]} if opening_view(self.views) else {})
        return url_for("recruiter.vacancy", vacancy_id=self.vacancy.id, **(args | more))

    def context(self) -> dict[str, Any]:
        """What the template needs."""
        self._bring_up()
        page = self._read()
        cut = self._cut(page)
        rows = self._rows(page, cut)
        model = self.vacancy.model_version
        return self.frame | {
            "page": page,
            "query": self.query,
            "blocks": rows.blocks(by_result=self.query.by_result),
            "cut": cut,
            "options": self._options(page),
            "views": self._views(),
            "actions": self._actions(),
            "hires": expect_hires(model.figures, self.vacancy.target, page.all),
            "top_share": share_of_group(db.session, self.vacancy, page, 1),
            "chance_at": at(model.figures.get("base_rate") or 1 / 3),
            "tells_facets": bool(facets_that_tell(model.figures)),
            "blind": is_blind(self.vacancy),
            "damaged": bool(request.args.get("from")) and self._here() is None,
            "stage": "ranked",
            **self._addresses(page),
            **self._words(page, cut),
        }

    def _addresses(self, page: ListPage) -> dict[str, Any]:
        args: dict[str, Any] = self.query.to_args()
        export = url_for("recruiter.exports", vacancy_id=self.vacancy.id, **args)
        return {
            "ways": self._ways(page),
            "newest": self.address(self.query),
            "everybody": self.address(ListQuery()),
            "by_result": self.address(self.query.without("order")),
            "chips": self._chips(),
            "exports": [(_("Export"), export)],
            "asked": urlencode(args, doseq=True),
        }

    def _words(self, page: ListPage, cut: Cut | None) -> dict[str, Any]:
        """What is said once, and what many rows share."""
        people = format_decimal(cut.people) if cut else ""
        return {
            "ignored": list(
                dict.fromkeys(_not_understood(each, is_blind(self.vacancy)) for each in self.query.ignored)
            ),
            "found_words": self._found(page),
            "places_words": self._places(page),
            "goes_on": _("not all of them are on this page"),
            "choose_all": _("Choose all on this page"),
            "choosing_words": {"chosen": _("Chosen: {n}"), "elsewhere": _("on other pages: {n}")},
            "cut_words": _("Your cut after %(people)s people", people=people),
            "split_words": _("Your cut at %(people)s splits this group.", people=people),
        }

    def _found(self, page: ListPage) -> str:
        everybody = format_decimal(page.all)
        if not self.query.is_filtered:
            return ngettext("%(people)s person", "%(people)s people", page.all, people=everybody)
        if page.found is None:
            return _("found among %(all)s", all=everybody)
        return _("%(found)s of %(all)s", found=format_decimal(page.found), all=everybody)

    def _places(self, page: ListPage) -> str:
        if self.query.is_filtered or not self.query.by_result:
            return self._found(page)
        first, last = format_decimal(page.first_place), format_decimal(page.last_place)
        return _("Places %(first)s to %(last)s of %(all)s", first=first, last=last, all=format_decimal(page.all))

    def _views(self) -> list[View]:
        return [
            View(each.id, each.name, each.is_default, each.vacancy_id is None, self.address(asks), asks == self.query)
            for each in self.views
            for asks in [allowed(query_of(each), self.vacancy)]
        ]

    def _actions(self) -> list[Action]:
        """What can be done with people who are chosen, as far as the pages for it are there."""
        known = current_app.view_functions
        labels = {"decide": _("Decide on the chosen"), "compare": _("Compare"), "message": _("Message")}
        endpoints = {"compare": "compare_chosen"}
        return [
            Action(name, label, url_for(f"recruiter.{endpoints.get(name, name)}", vacancy_id=self.vacancy.id))
            for name, label in labels.items()
            if f"recruiter.{name}" in known
        ]

    def _bring_up(self) -> None:
        """Who waits gets a place before the page is read."""
        if is_behind(db.session, self.vacancy, waiting=self.waiting):
            with db.transaction() as writing:
                bring_up(writing, self.me.organisation_id, self.vacancy.id)
                self.waiting = number_waiting(writing, self.vacancy)

    def _read(self) -> ListPage:
        query, here, waiting = self.query, self._here(), self.waiting
        if not query.by_result:
            return open_by_day(db.session, self.vacancy, query, here=here, waiting=waiting)
        if here is None and (place := request.args.get("place", type=int)):
            here = here_at(db.session, self.vacancy, place)
        asked: dict[str, Any] = {"wanted": query.wanted, "asked": query.asked, "waiting": waiting}
        page = open_list(db.session, self.vacancy, here=here, **asked)
        if not page.rows and page.found and here and "place" in request.args:
            # Whoever is let through stands above that place: the last of them.
            end = Here.end(here.model_number, here.seq, here.at)
            return open_list(db.session, self.vacancy, here=end, **asked)
        return page

    def _here(self) -> Here | None:
        """Where the address stands. It is veiled, since a moment of somebody's answers may be in it."""
        return Here.read(unveiled(secret(), WAY, request.args.get("from", "")[:LONGEST_WAY]) or "")

    def _cut(self, page: ListPage) -> Cut | None:
        line = cut_of(db.session, self.vacancy)
        if line is None:
            return None
        split = split_by(db.session, self.vacancy, line.people, page.seq)
        return Cut(line.people, line.setter.name, said_date(line.set_at), line.people >= page.all, split)

    def _rows(self, page: ListPage, cut: Cut | None) -> Rows:
        bands = bands_of(db.session, self.vacancy, page.rows, str(get_locale()))
        return Rows(self.vacancy, page, self.stages, bands, cut.people if cut else None, self.query.to_args())

    def _ways(self, page: ListPage) -> dict[str, str | None]:
        ways = {name: getattr(page, name) for name in ("first", "before", "after", "last")}
        return {
            name: self.address(self.query, **{"from": veiled(secret(), WAY, str(way))}) if way else None
            for name, way in ways.items()
        }

    def _chips(self) -> list[tuple[str, str]]:
        """What is filtered, each with the address of the same list without it."""
        return [(words, self.address(self.query.without(part, value))) for part, value, words in self._said()]

    def _said(self) -> list[tuple[str, str, str]]:
        query = self.query
        said = [("stage", str(each), self.stages.get(each, "")) for each in query.stages]
        said += [
            ("answered_in", each, _("answered in %(language)s", language=LANGUAGES[each])) for each in query.languages
        ]
        if query.flagged is not None:
            said.append(("flagged", "", _("with flags") if query.flagged else _("without flags")))
        if query.since:
            said.append(("since", "", _("done since %(day)s", day=said_date(query.since))))
        if query.until:
            said.append(("until", "", _("done until %(day)s", day=said_date(query.until))))
        if query.search:
            said.append(("search", "", _("begins with “%(search)s”", search=query.search)))
        return said

    def _options(self, page: ListPage) -> dict[str, list[Option]]:
        numbers = page.places.by_cell if page.places else {}
        by_stage, by_language, by_flag = Counter[int](), Counter[str](), Counter[bool]()
        for number, people in numbers.items():
            cell = Cell.of(number)
            by_stage[cell.stage] += people
            by_language[cell.language] += people
            by_flag[cell.flagged] += people
        query = self.query
        return {
            "stages": [Option(str(n), name, by_stage[n], n in query.stages) for n, name in self.stages.items()],
            "languages": [
                Option(code, name, by_language[code], code in query.languages) for code, name in LANGUAGES.items()
            ],
            "flagged": [
                Option("", _("All"), sum(by_flag.values()), query.flagged is None),
                Option("yes", _("With flags"), by_flag[True], query.flagged is True),
                Option("no", _("Without flags"), by_flag[False], query.flagged is False),
            ],
        }


def secret() -> str:
    key: str = current_app.config["SECRET_KEY"]
    return key


def _not_understood(ignored: Ignored, blind: bool) -> str:
    """Why a part of the address was left out."""
    if blind and ignored.part in ("since", "until"):
        return _("Names are hidden here, so nobody is picked out by day. That filter was left out.")
    if ignored.part == "search":
        return _("A search takes %(most)s letters; the rest was left out.", most=LONGEST_SEARCH)
    if ignored.part == "answered_in" and ignored.value in LANGUAGES:
        return _("Names are hidden here, so nobody is picked out by language. That filter was left out.")
    if ignored.part == "order" and ignored.value in ORDERS:
        return _("Names are hidden here, so nobody is put in the order of time. You see them by result.")
    if ignored.part == "until":
        return _("“%(value)s” is no day, or lies before the first one. It was left out.", value=ignored.value)
    return _("“%(value)s” means nothing here, so it was left out.", value=ignored.value)
