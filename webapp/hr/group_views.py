"""What applicants' groups got: reports that are made in the background, and what applicants are asked to tell."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from webapp.errors import Invalid, Refused
from webapp.extensions import db
from webapp.hr.group_forms import DemographicsForm, ScopeForm
from webapp.hr.reading import settings
from webapp.security import current_user, role
from webapp.services.demographics import policy as policies
from webapp.services.demographics.catalogue import jurisdictions_of
from webapp.services.demographics.read_report import SHARES, report_sections, report_tables, share_of
from webapp.services.demographics.scope import read_scope, scope_choices
from webapp.services.demographics.start_report import UnderWay, find_report, list_reports, start_report
from webapp.services.promotion.stop_scores import check_shown, stop_of
from webapp.services.reports.as_file import as_csv
from webapp.services.reports.reader import Reader
from webapp.services.reports.reading import album_of


@role("hr")
def groups() -> ResponseReturnValue:
    """Reports that were made, and the button that makes the next."""
    owner = current_user().organisation_id
    form = ScopeForm()
    form.offer(scope_choices(db.session, owner))
    return render_template(
        "hr/groups.html",
        form=form,
        reports=list_reports(db.session, owner),
        policy=policies.policy_of(db.session, owner),
        stop=stop_of(db.session, owner),
    )


@role("hr")
def make_group_report() -> ResponseReturnValue:
    me = current_user()
    form = ScopeForm()
    form.offer(scope_choices(db.session, me.organisation_id))
    if not form.validate_on_submit():
        flash(_("Choose whom the report is about from the list, then try again."), "error")
        return redirect(url_for("hr.groups"))
    try:
        with db.transaction() as session:
            scope = read_scope(session, me.organisation_id, form.scope.data)
            job_id = start_report(session, me.organisation_id, scope, me.id).id
    except Refused as stopped:
        flash(stopped.message, "attention")
        return redirect(url_for("hr.groups"))
    except UnderWay as there:
        flash(there.message, "attention")
        job_id = there.job_id
    return redirect(url_for("hr.job", job_id=job_id))


@role("hr")
def group_report(report_id: uuid.UUID) -> ResponseReturnValue:
    """A kept report; only what is shown is chosen here, nothing is counted."""
    owner = current_user().organisation_id
    listed, stop = find_report(db.session, owner, report_id), stop_of(db.session, owner)
    share = share_of(request.args.get("share", ""))
    figures = listed.report.figures
    return render_template(
        "hr/group_report.html",
        listed=listed,
        figures=figures,
        stop=stop,
        share=share,
        shares=SHARES,
        chapters=[] if stop else report_sections(figures, _reader(), _country(), share),
        addresses=lambda code: url_for("hr.group_table", report_id=report_id, name=code),
    )


@role("hr")
def group_table(report_id: uuid.UUID, name: str) -> ResponseReturnValue:
    """One table of a report as a file."""
    listed = find_report(db.session, current_user().organisation_id, report_id)
    check_shown(db.session, current_user().organisation_id)
    found = report_tables(listed.report.figures, _reader(), _country()).get(name) or abort(404)
    headers = {"Content-Disposition": f'attachment; filename="makings-groups-{name}.csv"'}
    return Response(as_csv(found), mimetype="text/csv; charset=utf-8", headers=headers)


def _reader() -> Reader:
    return Reader(str(get_locale() or "en"), current_user().simulated, album_of(settings()))


def _country() -> str:
    return policies.policy_of(db.session, current_user().organisation_id).country


@role("hr")
def demographics() -> ResponseReturnValue:
    """What applicants are asked, and who confirmed that race and ethnicity may be."""
    me = current_user()
    policy = policies.policy_of(db.session, me.organisation_id)
    form = DemographicsForm(data=_kept(policy))
    form.offer(policy.country)
    if form.validate_on_submit():
        try:
            with db.transaction() as session:
                policies.set_demographic_policy(session, me.organisation_id, **form.chosen, user_id=me.id)
        except Invalid as invalid:
            form.basis.errors = [*form.basis.errors, *invalid.messages]
        else:
            flash(_("Saved. It holds for everybody who sees the page from now on."), "success")
            return redirect(url_for("hr.demographics"))
    page = render_template(
        "hr/groups_asked.html",
        form=form,
        policy=policy,
        places=jurisdictions_of(policy.country),
        confirmer=policies.confirmer_of(db.session, me.organisation_id, policy),
    )
    return page, 400 if form.errors else 200


def _kept(policy: policies.DemographicPolicy) -> dict[str, Any]:
    """A confirmation is given anew each time: it is never ticked beforehand."""
    return {"attributes": list(policy.asked), "jurisdiction": policy.jurisdiction, "basis": policy.basis}
