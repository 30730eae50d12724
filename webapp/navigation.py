"""What stands at the top of every page of the desk, in one place for all rooms."""

from __future__ import annotations

from typing import Any

from flask import current_app, request, url_for
from flask_babel import gettext as _

from webapp.security import current_user, is_signed_in
from webapp.services.demo_mailbox import has_demo_mailbox

Entry = tuple[str, str, bool]


def places() -> list[tuple[str, str, str]]:
    """The role, the endpoint and the name of every place that the navigation can name."""
    return [
        ("recruiter", "recruiter.vacancies", _("Vacancies")),
        ("hr", "hr.home", _("Overview")),
        ("hr", "hr.staff", _("Staff")),
        ("hr", "hr.matrix", _("Ratings")),
        ("hr", "hr.voice", _("Voice")),
        ("hr", "hr.requests", _("Requests")),
        ("hr", "hr.retakes", _("Integrity")),
        ("hr", "hr.blind_rules", _("Hiring")),
        ("hr", "hr.imports", _("Imports")),
        ("hr", "hr.models", _("Models")),
        ("adjustments", "hr.adjustments", _("Adjustments")),
    ]


def parts() -> dict[str, list[tuple[str, str]]]:
    """What stands under a place, as a second line: endpoint and name, the place itself first."""
    return {
        "hr.staff": [
            ("hr.staff", _("People")),
            ("hr.units", _("Units")),
            ("hr.hired", _("Hired applicants")),
            ("hr.staff_sittings", _("Questionnaire")),
        ],
        "hr.voice": [
            ("hr.voice", _("Staff notes")),
            ("hr.voice_settings", _("The box and its links")),
            ("hr.monitors", _("Loyalty monitor")),
            ("hr.compare_monitors", _("Loyalty and service")),
        ],
        "hr.retakes": [
            ("hr.retakes", _("Retakes")),
            ("hr.confirmations", _("Confirmations")),
            ("hr.exposure", _("Questions seen")),
            ("hr.reminders", _("Reminders")),
        ],
        "hr.blind_rules": [
            ("hr.oversight", _("Oversight")),
            ("hr.stages", _("Stages")),
            ("hr.message_templates", _("Messages")),
            ("hr.blind_rules", _("Hidden names")),
        ],
        "hr.models": [
            ("hr.models", _("Models")),
            ("hr.items", _("Questions")),
            ("hr.watch", _("Watch")),
            ("hr.groups", _("Groups")),
            ("hr.audit", _("Audit pack")),
            ("hr.model_rules", _("Approval and stop")),
            ("hr.panels", _("Expert panels")),
        ],
        "hr.matrix": [
            ("hr.matrix", _("Who serves whom")),
            ("hr.matrix_rules", _("Rules")),
            ("hr.matrix_load", _("Size and load")),
            ("hr.rounds", _("Rating rounds")),
            ("hr.competences", _("Competences")),
            ("hr.results", _("Results")),
        ],
    }


def navigation() -> list[Entry]:
    """The places of this person's roles: name, endpoint, whether this page is there."""
    known = current_app.view_functions
    mine = [(name, endpoint) for role, endpoint, name in places() if role in current_user().roles and endpoint in known]
    if has_demo_mailbox(current_app.config["SETTINGS"], current_user()):
        mine.append((_("Demo mailbox"), "account.demo_mailbox"))
    here = nearest([part for _name, endpoint in mine for part, _words in parts_of(endpoint)])
    return [(name, endpoint, here in [part for part, _words in parts_of(endpoint)]) for name, endpoint in mine]


def parts_of(endpoint: str) -> list[tuple[str, str]]:
    """The parts of a place that this site has; a place without any is its own."""
    known = current_app.view_functions
    return [part for part in parts().get(endpoint, []) if part[0] in known] or [(endpoint, "")]


def second_line() -> list[Entry]:
    """The parts of the place where this page is; nothing where there is one only."""
    found = next((parts_of(endpoint) for _name, endpoint, here in navigation() if here), [])
    here = nearest([endpoint for endpoint, _name in found])
    return [(name, endpoint, endpoint == here) for endpoint, name in found] if len(found) > 1 else []


def nearest(endpoints: list[str]) -> str | None:
    """The place whose address is the longest beginning of this page's; else the first of this page's room."""
    above = [each for each in endpoints if within(request.path, url_for(each))]
    if above:
        return max(above, key=lambda each: len(url_for(each)))
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
        user = current_user()
        values |= {"navigation": navigation(), "second_line": second_line(), "user": user, "simulated": user.simulated}
    return values
