"""What stands at the top of every page of the desk, in one place for all rooms."""

from __future__ import annotations

from typing import Any

from flask import current_app, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from webapp.security import current_user, is_signed_in
from webapp.services.demo_mailbox import has_demo_mailbox

Entry = tuple[str, str, bool]


PLACES = (
    ("recruiter", "recruiter.vacancies", _l("Vacancies")),
    ("hr", "hr.home", _l("Overview")),
    ("hr", "hr.staff", _l("Staff")),
    ("hr", "hr.matrix", _l("Ratings")),
    ("hr", "hr.voice", _l("Voice")),
    ("hr", "hr.requests", _l("Requests")),
    ("hr", "hr.retakes", _l("Integrity")),
    ("hr", "hr.blind_rules", _l("Hiring")),
    ("hr", "hr.imports", _l("Imports")),
    ("hr", "hr.models", _l("Models")),
    ("adjustments", "hr.adjustments", _l("Adjustments")),
)
"""The role, the endpoint and the name of every place that the navigation can name."""

PARTS = {
    "hr.staff": (
        ("hr.staff", _l("People")),
        ("hr.units", _l("Units")),
        ("hr.hired", _l("Hired applicants")),
        ("hr.staff_sittings", _l("Questionnaire")),
    ),
    "hr.voice": (
        ("hr.voice", _l("Staff notes")),
        ("hr.voice_settings", _l("The box and its links")),
        ("hr.monitors", _l("Loyalty monitor")),
        ("hr.compare_monitors", _l("Loyalty and service")),
    ),
    "hr.retakes": (
        ("hr.retakes", _l("Retakes")),
        ("hr.confirmations", _l("Confirmations")),
        ("hr.exposure", _l("Questions seen")),
        ("hr.reminders", _l("Reminders")),
    ),
    "hr.blind_rules": (
        ("hr.oversight", _l("Oversight")),
        ("hr.stages", _l("Stages")),
        ("hr.message_templates", _l("Messages")),
        ("hr.blind_rules", _l("Hidden names")),
    ),
    "hr.models": (
        ("hr.models", _l("Models")),
        ("hr.items", _l("Questions")),
        ("hr.watch", _l("Watch")),
        ("hr.groups", _l("Groups")),
        ("hr.audit", _l("Audit pack")),
        ("hr.model_rules", _l("Approval and stop")),
        ("hr.panels", _l("Expert panels")),
    ),
    "hr.matrix": (
        ("hr.matrix", _l("Who serves whom")),
        ("hr.matrix_rules", _l("Rules")),
        ("hr.matrix_load", _l("Size and load")),
        ("hr.rounds", _l("Rating rounds")),
        ("hr.competences", _l("Competences")),
        ("hr.results", _l("Results")),
    ),
}
"""What stands under a place, as a second line: endpoint and name, the place itself first."""


def navigation() -> list[Entry]:
    """The places of this person's roles: name, endpoint, whether this page is there."""
    known = current_app.view_functions
    roles = current_user().roles
    mine = [(str(name), endpoint) for role, endpoint, name in PLACES if role in roles and endpoint in known]
    if has_demo_mailbox(current_app.config["SETTINGS"], current_user()):
        mine.append((_("Demo mailbox"), "account.demo_mailbox"))
    below = {endpoint: [part for part, _words in parts_of(endpoint)] for _name, endpoint in mine}
    here = nearest([part for parts in below.values() for part in parts])
    return [(name, endpoint, here in below[endpoint]) for name, endpoint in mine]


def parts_of(endpoint: str) -> list[tuple[str, LazyString | str]]:
    """The parts of a place that this site has; a place without any is its own."""
    known = current_app.view_functions
    return [part for part in PARTS.get(endpoint, ()) if part[0] in known] or [(endpoint, "")]


def second_line(places: list[Entry]) -> list[Entry]:
    """The parts of that of these places where this page is; nothing where there is one only."""
    found = next((parts_of(endpoint) for _name, endpoint, here in places if here), [])
    here = nearest([endpoint for endpoint, _name in found])
    return [(str(name), endpoint, endpoint == here) for endpoint, name in found] if len(found) > 1 else []


def nearest(endpoints: list[str]) -> str | None:
    """The place whose address is the longest beginning of this page's; else the first of this page's room."""
    above = {each: len(address) for each in endpoints if within(request.path, address := url_for(each))}
    if above:
        return max(above, key=lambda each: above[each])
    return next((each for each in endpoints if each.split(".")[0] == request.blueprint), None)


def within(path: str, place: str) -> bool:
    return path == place or path.startswith(place.rstrip("/") + "/")


def home_endpoint() -> str:
    """Where somebody with these roles works."""
    rooms = [endpoint for _name, endpoint, _here in navigation() if not endpoint.startswith("account.")]
    return rooms[0] if rooms else "account.home"


def desk_context() -> dict[str, Any]:
    """What the layouts ask for. Values that a view gives itself win over these."""
    values: dict[str, Any] = {"language_action": url_for("account.language")}
    if is_signed_in():
        user, mine = current_user(), navigation()
        values |= {"navigation": mine, "second_line": second_line(mine), "user": user, "simulated": user.simulated}
    return values
