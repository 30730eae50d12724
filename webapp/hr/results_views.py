"""Results of rating rounds: what was released at closing, and nothing that is computed from it."""

from __future__ import annotations

import re
import uuid
from typing import Any

from flask import Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from webapp.config import LANGUAGES
from webapp.extensions import db
from webapp.hr.results_forms import read_id, read_query, read_topic
from webapp.hr.round_views import language, owner
from webapp.security import current_user, role
from webapp.services.import_templates import MIME
from webapp.services.results import read_results, words
from webapp.services.results.export_figures import as_csv, as_xlsx, record_figures_export
from webapp.services.results.feedback_sheet import profile, sheet_contents
from webapp.services.results.list_people import people_page, recognised, thanked_for
from webapp.services.results.print_sheet import print_sheet
from webapp.services.results.read_results import RoundResults


def known_rounds() -> list[RoundResults]:
    return read_results.released_rounds(db.session, owner())


def chosen(rounds: list[RoundResults]) -> RoundResults:
    """The round of the address, else the newest with a figure; where no figure is out there is nothing to see."""
    return read_results.chosen_round(rounds, read_id("round")) or abort(404)


def page(name: str, rounds: list[RoundResults], results: RoundResults | None, **values: Any) -> str:
    return render_template(
        f"hr/results{name}.html",
        rounds=rounds,
        results=results,
        language=language(),
        said=words,
        scale=results.competences[0].scale if results else None,
        **values,
    )


@role("hr")
def results() -> ResponseReturnValue:
    """The company as a whole: the coefficient, its competences, its units, over the rounds."""
    rounds = known_rounds()
    found = read_results.chosen_round(rounds, read_id("round"))
    if found is None:
        return page("", rounds, None)
    return page(
        "",
        rounds,
        found,
        own=read_results.whole(db.session, found.round),
        units=read_results.units(db.session, found.round),
        trend=read_results.trend_of_whole(db.session, owner()),
    )


@role("hr")
def results_people() -> ResponseReturnValue:
    rounds = known_rounds()
    found = chosen(rounds)
    query = read_query(found)
    listed = people_page(db.session, found.round, query)
    units = [unit for unit, _table in read_results.units(db.session, found.round)]
    return page("_people", rounds, found, query=query, listed=listed, units=units)


@role("hr")
def results_person(member_id: uuid.UUID) -> ResponseReturnValue:
    person = read_results.find_person(db.session, owner(), member_id)
    rounds = known_rounds()
    found = read_results.chosen_round(rounds, read_id("round"))
    trend = read_results.trend_of_person(db.session, owner(), member_id)
    own = trend.get(found.round.id) if found else None
    parts = profile(found.competences, own) if found and own else None
    return page("_person", rounds, found, person=person, own=own, trend=trend, profile=parts, languages=LANGUAGES)


@role("hr")
def results_unit(unit_id: uuid.UUID) -> ResponseReturnValue:
    unit = read_results.find_unit(db.session, owner(), unit_id)
    rounds = known_rounds()
    found = read_results.chosen_round(rounds, read_id("round"))
    trend = read_results.trend_of_unit(db.session, owner(), unit_id)
    return page("_unit", rounds, found, unit=unit, own=trend.get(found.round.id) if found else None, trend=trend)


@role("hr")
def results_recognition() -> ResponseReturnValue:
    rounds = known_rounds()
    found = chosen(rounds)
    topic = read_topic(found)
    best = recognised(db.session, found.round, topic)
    thanks = thanked_for(db.session, found, best)
    return page("_recognition", rounds, found, topic=topic, best=best, thanks=thanks)


@role("hr")
def results_file(ending: str) -> ResponseReturnValue:
    """Released figures as a table."""
    if ending not in MIME:
        abort(404)
    found = chosen(known_rounds())
    made = (as_csv if ending == "csv" else as_xlsx)(db.session, found, language())
    db.session.rollback()
    with db.transaction() as session:
        record_figures_export(session, found, current_user().id, ending)
    return download(made, MIME[ending], f"coefficients-{found.day:%Y-%m-%d}.{ending}")


@role("hr")
def results_sheet(member_id: uuid.UUID) -> ResponseReturnValue:
    """The feedback sheet for the line manager's talk, as PDF."""
    person = read_results.find_person(db.session, owner(), member_id)
    rounds = known_rounds()
    found = chosen(rounds)
    wanted = request.args.get("language", "")
    contents = sheet_contents(
        person,
        person.unit.name if person.unit else "",
        found,
        read_results.trend_of_person(db.session, owner(), member_id),
        rounds,
        language=wanted if wanted in LANGUAGES else language(),
        simulated=current_user().simulated,
    )
    code = re.sub(r"[^A-Za-z0-9]+", "-", person.code).strip("-") or "person"
    return download(print_sheet(contents), "application/pdf", f"feedback-{code}.pdf")


def download(made: bytes, mime: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(made, mimetype=mime, headers=headers)
