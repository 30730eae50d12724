"""A list as a file: at once where it is short, by the worker where it is long."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Response, flash, redirect, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from webapp.errors import Conflict, Invalid, NotFound
from webapp.extensions import db
from webapp.recruiter.reading import stop_now
from webapp.security import current_user, role
from webapp.services.cancel_job import cancel_job
from webapp.services.exports.about import meanings, said_filter, said_order
from webapp.services.exports.as_csv import about_csv, csv_parts
from webapp.services.exports.as_pdf import too_many
from webapp.services.exports.as_xlsx import write_xlsx
from webapp.services.exports.file_names import file_name
from webapp.services.exports.keep_export import exports_of, hand_out, read_parts
from webapp.services.exports.make_file import TYPES, make_file
from webapp.services.exports.start_export import find_own_job, last_failed, open_exports, size_of, start_export
from webapp.services.exports.view import KINDS, View, Wish, one_moment
from webapp.services.read_vacancy import get_vacancy
from webapp.services.record_export import record_export
from webapp.services.shortlist.bring_up import bring_up, is_behind
from webapp.services.training_failure import explain


def wish_for(vacancy_id: uuid.UUID, kind: str = "csv") -> Wish:
    args = {name: request.args.getlist(name) for name in request.args}
    return Wish(vacancy_id, kind, str(get_locale() or "en"), args)


def open_view(vacancy_id: uuid.UUID, kind: str = "csv") -> View:
    """The view that the address asks for; who waits has a place before it is read."""
    me = current_user()
    row = get_vacancy(db.session, me.organisation_id, vacancy_id)
    if not stop_now() and is_behind(db.session, row):
        with db.transaction() as writing:
            bring_up(writing, me.organisation_id, vacancy_id)
    one_moment(db.session)
    return View(db.session, me.organisation_id, wish_for(vacancy_id, kind))


def known(ending: str) -> str:
    if ending not in KINDS:
        raise NotFound
    return ending


def asked(view: View) -> dict[str, Any]:
    return dict(view.query.to_args())


@role("recruiter")
def exports(vacancy_id: uuid.UUID) -> ResponseReturnValue:
    """Choose a form; see what is being written, and what can be fetched."""
    me, view = current_user(), open_view(vacancy_id)
    failed = last_failed(db.session, me.organisation_id, vacancy_id, me.id)
    return render_template(
        "recruiter/exports.html",
        vacancy=view.vacancy,
        size=size_of(view),
        filtered=said_filter(view),
        order=said_order(view),
        args=asked(view),
        kinds=KINDS,
        meanings=meanings(view),
        under_way=open_exports(db.session, me.organisation_id, vacancy_id),
        why_failed=explain(failed.result["reason"], {}, failed.message) if failed else "",
        files=exports_of(db.session, me.organisation_id, vacancy_id),
        me=me,
    )


@role("recruiter")
def export(vacancy_id: uuid.UUID, ending: str) -> ResponseReturnValue:
    """The file at once; of a long list the page on which the worker is asked for it."""
    kind = known(ending)
    me, view = current_user(), open_view(vacancy_id, kind)
    if size_of(view).is_large(kind):
        flash(_("This list is long, so it is written in the background. Ask for it here."), "attention")
        return redirect(url_for("recruiter.exports", vacancy_id=vacancy_id, **asked(view)))
    with_scores = not view.stopped
    with db.transaction() as writing:
        record_export(writing, me.organisation_id, vacancy_id, me.id, with_scores=with_scores, form=kind)
    one_moment(db.session)
    view = View(db.session, me.organisation_id, wish_for(vacancy_id, kind))
    if kind == "csv":
        return as_download(stream_with_context(lines_of(view)), "text/csv", name_of(view, "csv"))
    return made_at_once(view)


def lines_of(view: View) -> Iterator[bytes]:
    """Read anew from one moment: the request's own session is closed before the first line goes out."""
    session, owner, wish = view.session, view.organisation.id, view.wish
    try:
        one_moment(session)
        yield from csv_parts(View(session, owner, wish))
    finally:
        session.close()


def made_at_once(view: View) -> ResponseReturnValue:
    kind = view.wish.kind
    with tempfile.TemporaryDirectory(prefix="makings-list-") as folder:
        file = Path(folder) / "file"
        try:
            write_xlsx(view, file) if kind == "xlsx" else make_file(view, file)
        except Invalid as fault:
            flash(fault.message, "attention")
            return redirect(url_for("recruiter.exports", vacancy_id=view.vacancy.id, **asked(view)))
        return as_download(file.read_bytes(), TYPES[kind], name_of(view, kind))


def name_of(view: View, ending: str) -> str:
    return file_name(view.vacancy, view.organisation.simulated, ending)


def as_download(content: object, mimetype: str, name: str) -> Response:
    response = Response(content, mimetype=mimetype)  # type: ignore[arg-type]
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@role("recruiter")
def export_columns(vacancy_id: uuid.UUID) -> ResponseReturnValue:
    """What belongs beside the CSV: of what it is, and what each column means."""
    view = open_view(vacancy_id)
    return as_download(about_csv(view), "text/csv", name_of(view, "csv").replace(".csv", "-columns.csv"))


@role("recruiter")
def ask_export(vacancy_id: uuid.UUID, ending: str) -> ResponseReturnValue:
    """Have the worker write it."""
    kind = known(ending)
    me, view = current_user(), open_view(vacancy_id, kind)
    back = redirect(url_for("recruiter.exports", vacancy_id=vacancy_id, **asked(view)))
    if kind == "pdf" and size_of(view).too_many_for_paper:
        flash(too_many(), "attention")
        return back
    try:
        with db.transaction() as writing:
            wish = Wish(vacancy_id, kind, view.wish.language, asked(view))
            start_export(writing, me.organisation_id, wish, me.id)
    except Conflict as there:
        flash(there.message, "attention")
    return back


@role("recruiter")
def cancel_export(vacancy_id: uuid.UUID, job_id: uuid.UUID) -> ResponseReturnValue:
    me = current_user()
    find_own_job(db.session, me.organisation_id, job_id, me.id)
    try:
        with db.transaction() as writing:
            cancel_job(writing, me.organisation_id, job_id, me.id)
    except Conflict as too_late:
        flash(too_late.message, "attention")
    return redirect(url_for("recruiter.exports", vacancy_id=vacancy_id))


@role("recruiter")
def fetch_export(vacancy_id: uuid.UUID, export_id: uuid.UUID) -> ResponseReturnValue:
    """A file that the worker wrote, part by part."""
    me = current_user()
    with db.transaction() as writing:
        row = hand_out(writing, me.organisation_id, vacancy_id, export_id, me.id)
    parts = read_parts(db.session, me.organisation_id, row.id)
    response = as_download(stream_with_context(parts), TYPES[row.kind], row.file_name)
    response.content_length = row.size
    return response
