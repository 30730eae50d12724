"""What the addresses of results say: a round, a competence, a unit, an order."""

from __future__ import annotations

import uuid

from flask import request

from webapp.services.results.list_people import ORDERS, PeopleQuery
from webapp.services.results.read_results import RoundResults

LAST_PAGE = 1_000


def read_id(name: str) -> uuid.UUID | None:
    """An id of the address, or none where it is no id."""
    try:
        return uuid.UUID(request.args.get(name, ""))
    except ValueError:
        return None


def read_topic(results: RoundResults) -> str:
    """A competence of this round, else all together."""
    topic = request.args.get("topic", "")
    return topic if topic in {each.code for each in results.competences} else ""


def read_query(results: RoundResults) -> PeopleQuery:
    order = request.args.get("order", "name")
    return PeopleQuery(
        topic=read_topic(results),
        unit=read_id("unit"),
        search=request.args.get("search", "")[:100],
        order=order if order in ORDERS else "name",
        page=min(max(1, request.args.get("page", 1, type=int)), LAST_PAGE),
    )
