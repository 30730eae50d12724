"""Where a finished run leads: the words of the link and its address."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from flask import url_for
from flask_babel import gettext as _

Result = Mapping[str, Any]


class Link(NamedTuple):
    """A button that leads to what a run made."""

    words: str
    address: str


def to_model(result: Result) -> Link | None:
    if "model_version_id" not in result:
        return None
    words = _("Read the figures of model %(number)s", number=result["number"])
    return Link(words, url_for("hr.model", model_id=result["model_version_id"]))


def to_rehearsal(result: Result) -> Link | None:
    if "model_version_id" not in result:
        return None
    return Link(_("Read the rehearsal"), url_for("hr.rehearsal", model_id=result["model_version_id"]))


def to_watch(_result: Result) -> Link:
    return Link(_("See what was found"), url_for("hr.watch"))


def to_items(result: Result) -> Link | None:
    return Link(_("Read the questions"), url_for("hr.items"))


def to_item(result: Result) -> Link | None:
    if "item_id" not in result:
        return None
    where = {name: result[name] for name in ("questionnaire_id", "form", "item_id")}
    return Link(_("Back to the question"), url_for("hr.item", **where))


def to_groups(result: Result) -> Link | None:
    if "report_id" not in result:
        return None
    return Link(_("Read the report"), url_for("hr.group_report", report_id=result["report_id"]))


def to_pack(result: Result) -> Link | None:
    if "pack_id" not in result:
        return None
    return Link(_("Take the pack along"), url_for("hr.audit"))


LINKS: Mapping[str, Callable[[Result], Link | None]] = {
    "groups": to_groups,
    "audit": to_pack,
    "train": to_model,
    "repeat": to_model,
    "recalibrate": to_model,
    "watch": to_watch,
    "rehearse": to_rehearsal,
    "items": to_items,
    "items_rescore": to_item,
}
"""By kind of job; what a kind made is in the job's result."""


def link_of(kind: str, result: Result) -> Link | None:
    return LINKS[kind](result) if kind in LINKS else None
