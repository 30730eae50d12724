"""The site's addresses, who may open them, and how they are asked one after the other."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from tests.factories.whole_house import House
from tests.site import CSRF
from webapp.records.base import Base

# The script of the sitting is told that its browser does not hold the sitting (any more).
SCRIPTS = {"candidate.saving.save": 403, "candidate.saving.state": 403, "candidate.saving.heartbeat": 403}
# What a form must hold so that the view comes as far as to look for the row of its address.
FORMS = {
    "recruiter.send_invitations": {"people": '[[1, "A", "a@example.org", "en"]]'},
    "hr.hire": {"hired_on": "2026-01-05"},
    "hr.matrix_person": {"way": "raters"},
}


def rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def ruled(app: Flask, rule: Rule) -> str:
    found: str = app.view_functions[rule.endpoint].access_rule  # type: ignore[attr-defined]
    return found


def keep_token(client: FlaskClient, address: str) -> None:
    """Pages of errors have no form: keep the token of a page that has one."""
    client.get(address)
    found = CSRF.search(client.last_page)  # type: ignore[attr-defined]
    assert found
    client.token = found.group(1)  # type: ignore[attr-defined]


def asked(client: FlaskClient, house: House, rule: Rule, leads_to: str = "") -> Iterator[tuple[str, int]]:
    """Ask in every way that the rule allows."""
    for method in sorted((rule.methods or set()) & {"GET", "POST"}):
        address = house.address(rule)
        form = FORMS.get(rule.endpoint, {})
        reply = client.get(address) if method == "GET" else client.send(address, form)  # type: ignore[attr-defined]
        assert not leads_to or reply.location.startswith(leads_to), address
        yield f"{method} {address}", reply.status_code


def rows(session: Session) -> dict[str, int]:
    session.rollback()
    return {
        name: session.scalar(select(func.count()).select_from(table)) or 0
        for name, table in Base.metadata.tables.items()
    }
