"""Every address of the site, asked by people who may not: strangers, other roles, other organisations."""

from __future__ import annotations

import datetime as dt
import io
import re
import uuid
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from tests.factories import groups, monitors, panels, people, rounds, shortlists, sittings, voice
from tests.factories.signing import sign_in
from tests.site import CSRF
from webapp.records import (
    AdjustmentRequest,
    ApplicantNote,
    ApprovalRequest,
    Decision,
    DecisionBatch,
    ImportBatch,
    ItemSetAside,
    Job,
    ListExport,
    MessageSending,
    ModelVersion,
    Organisation,
    QuestionnaireVersion,
    ReviewRequest,
    ReviewSample,
    SampledPerson,
    SavedView,
    Score,
    ServiceRule,
    Sitting,
    SittingCredit,
    User,
    Vacancy,
    VacancyNotice,
    WatchFinding,
)
from webapp.records.base import Base, now
from webapp.services.decisions.stages import reasons_of
from webapp.services.read_questionnaire import read_questionnaire

ROLES = ("recruiter", "hr", "adjustments", "administrator")
OPEN = {
    "account.home",
    "account.sign_in",
    "account.language",
    "candidate.address",
    "candidate.check_receipt",
    "candidate.decide_address",
    "candidate.erase_unbegun",
    "candidate.erased",
    "candidate.erased_file",
    "candidate.confirm_code",
    "candidate.new_link",
    "candidate.new_link_asked",
    "candidate.open_rights",
    "candidate.renew",
    "candidate.reuse",
    "candidate.rights",
    "candidate.rights_file",
    "candidate.welcome",
    "candidate.staff_start",
    "candidate.staff_take_back",
    "candidate.staff_welcome",
    "candidate.start",
    "candidate.worker",
    "candidate.saving_js",
    "rater.answer_as_owner",
    "rater.monitor_ballot",
    "rater.monitor_welcome",
    "rater.panel_start",
    "rater.panel_welcome",
    "rater.take_note_back",
    "rater.voice_board",
    "rater.voice_own",
    "rater.write_note",
    "rater.write_signed_note",
    "rater.welcome",
    "rater.start",
    "recruiter.apply",
}
# The script of the sitting is told that its browser does not hold the sitting (any more).
SCRIPTS = {"candidate.saving.save": 403, "candidate.saving.state": 403, "candidate.saving.heartbeat": 403}
# What a form must hold so that the view comes as far as to look for the row of its address.
FORMS = {
    "recruiter.send_invitations": {"people": '[[1, "A", "a@example.org", "en"]]'},
    "hr.hire": {"hired_on": "2026-01-05"},
    "hr.matrix_person": {"way": "raters"},
}


class House:
    """A company with one row of everything that an address can name."""

    def __init__(self, session: Session) -> None:
        self.vacancy: Vacancy = shortlists.vacancy(session)
        owner = self.vacancy.organisation_id
        self.company = session.get_one(Organisation, owner)
        self.applicant = shortlists.scored(session, self.vacancy, 1.0)
        self.sitting = session.scalars(select(Sitting).where(Sitting.applicant_id == self.applicant.id)).one()
        self.model = session.get_one(ModelVersion, (owner, self.vacancy.model_version_id))
        self.job = Job(organisation_id=owner, kind="train")
        self.batch = ImportBatch(
            organisation_id=owner,
            kind="staff",
            file_name="a.csv",
            file_sha256="0" * 64,
            content=b"code\nA1\n",
            options={"summary": {"new": 1, "changed": 0, "unchanged": 0, "notes": {}, "fault_count": 0, "faults": []}},
        )
        self.asked = AdjustmentRequest(organisation_id=owner, applicant_id=self.applicant.id, words="x")
        self.credit = SittingCredit(organisation_id=owner, sitting_id=self.sitting.id, kind="extension", seconds=60)
        session.add_all([self.job, self.batch, self.asked, self.credit])
        self.review = ReviewRequest(organisation_id=owner, sitting_id=self.sitting.id, kind="review", due_at=now())
        session.add(self.review)
        self.round, self.rater, self.competence = rounds.one_of_each(session, self.company)
        version = session.get_one(QuestionnaireVersion, (owner, self.vacancy.questionnaire_id))
        self.paper = read_questionnaire(session, owner, version.id)
        self.item = self.paper.items_of(self.vacancy.form)[0]
        self.panel, self.expert = panels.one_of_each(session, version)
        self.monitor, self.note = monitors.one(session, self.company), voice.one(session, self.company)
        self.unit = people.unit(session, self.company)
        self.member = people.staff_member(session, self.company, unit_id=self.unit.id, name="Ona Žukienė")
        self.rule = ServiceRule(
            organisation_id=owner, performer_unit_id=self.unit.id, customer_unit_id=self.unit.id, applied_at=now()
        )
        session.add(self.rule)
        self.user: User = people.user(session, self.company, *ROLES)
        self.score = session.scalars(select(Score).where(Score.applicant_id == self.applicant.id)).one()
        self.request = ApprovalRequest(
            organisation_id=owner,
            kind="promote",
            open_about=f"model {self.model.id}",
            model_version_id=self.model.id,
            reason="x",
            asked_by=self.user.id,
            expires_at=now() + dt.timedelta(days=7),
        )
        session.add(self.request)
        self.report, self.pack = groups.one_of_each(session, self.vacancy)
        self.finding = WatchFinding(
            organisation_id=owner,
            model_version_id=self.model.id,
            name="score",
            level="watch",
            week="2026-W40",
            opened_at=now(),
            numbers={"each": []},
        )
        session.add(self.finding)
        self.aside = ItemSetAside(
            organisation_id=owner,
            questionnaire_id=version.id,
            item_id=self.item.id,
            language=sorted(self.paper.languages)[0],
            reason="other",
            set_by=self.user.id,
            set_at=now(),
        )
        session.add(self.aside)
        self.draft, self.made = (
            DecisionBatch(organisation_id=owner, vacancy_id=self.vacancy.id, user_id=self.user.id, to_stage=1, people=1)
            for _each in range(2)
        )
        self.made.state, self.made.decided_at = "done", now()
        session.add_all([self.draft, self.made])
        session.flush()
        self.decision = Decision(
            organisation_id=owner,
            batch_id=self.made.id,
            vacancy_id=self.vacancy.id,
            applicant_id=self.applicant.id,
            user_id=self.user.id,
            from_stage=0,
            to_stage=1,
            decided_at=now(),
        )
        session.add(self.decision)
        self.reason = reasons_of(session, owner)[0]
        self.sending = MessageSending(
            organisation_id=owner,
            vacancy_id=self.vacancy.id,
            token="x",
            purpose="free",
            held_until="grace",
            due_at=now(),
        )
        self.sample = ReviewSample(
            organisation_id=owner,
            vacancy_id=self.vacancy.id,
            model_version_id=self.model.id,
            cut=1,
            cut_from="target",
            seed=1,
            list_seq=1,
            pool=1,
        )
        self.notice = VacancyNotice(
            organisation_id=owner, vacancy_id=self.vacancy.id, given_on=now().date(), how="page", version="1"
        )
        self.export = ListExport(
            organisation_id=owner,
            job_id=self.job.id,
            vacancy_id=self.vacancy.id,
            kind="csv",
            file_name="list.zip",
            names_hidden=False,
            with_scores=True,
            ready_at=now(),
            expires_at=now() + dt.timedelta(days=1),
        )
        session.add_all([self.sending, self.sample, self.notice, self.export])
        session.flush()
        session.add(
            SampledPerson(
                organisation_id=owner, sample_id=self.sample.id, applicant_id=self.applicant.id, number=1, place=1
            )
        )
        self.written = ApplicantNote(
            organisation_id=owner, applicant_id=self.applicant.id, user_id=self.user.id, text="A note."
        )
        self.view = SavedView(organisation_id=owner, user_id=self.user.id, name="Mine")
        session.add_all([self.written, self.view])
        session.commit()

    def address(self, rule: Rule) -> str:
        """The rule with the ids of this company."""
        ids = {
            "vacancy_id": self.vacancy.id,
            "applicant_id": self.applicant.id,
            "sitting_id": self.sitting.id,
            "model_id": self.model.id,
            "job_id": self.job.id,
            "batch_id": self.batch.id,
            "asked_id": self.asked.id,
            "credit_id": self.credit.id,
            "round_id": self.round.id,
            "review_id": self.review.id,
            "rater_id": self.rater.id,
            "panel_id": self.panel.id,
            "expert_id": self.expert.id,
            "monitor_id": self.monitor.id,
            "note_id": self.note.id,
            "competence_id": self.competence.id,
            "unit_id": self.unit.id,
            "member_id": self.member.id,
            "rule_id": self.rule.id,
            "questionnaire_id": self.vacancy.questionnaire_id,
            "request_id": self.request.id,
            "score_id": self.score.id,
            "report_id": self.report.id,
            "pack_id": self.pack.id,
            "finding_id": self.finding.id,
            "set_aside_id": self.aside.id,
            "draft_id": self.draft.id,
            "made_id": self.made.id,
            "decision_id": self.decision.id,
            "reason_id": self.reason.id,
            "sending_id": self.sending.id,
            "sample_id": self.sample.id,
            "export_id": self.export.id,
            "notice_id": self.notice.id,
            "applicant_note_id": self.written.id,
            "view_id": self.view.id,
            "item_id": self.item.id,
            "form": self.vacancy.form,
            "code": self.aside.language,
        }
        if rule.rule.startswith("/vacancies/"):
            ids["code"] = self.applicant.code
        address = rule.rule
        for name in rule.arguments:
            value = {"kind": "staff", "ending": "csv", "number": 2}.get(name) or ids.get(name) or "nobody-knows-this"
            address = address.replace(f"<veiled:{name}>", str(value))
            address = address.replace(f"<uuid:{name}>", str(value)).replace(f"<int:{name}>", str(value))
            address = address.replace(f"<{name}>", str(value))
        return address


@pytest.fixture
def ours(session: Session) -> House:
    return House(session)


@pytest.fixture
def theirs(session: Session) -> House:
    return House(session)


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


def test_no_two_addresses_look_the_same(app: Flask) -> None:
    """The first of them would be the only one that anybody reaches."""
    seen: dict[tuple[str, str], str] = {}
    for rule in app.url_map.iter_rules():
        shape = re.sub(r"<(?:(\w+)(?:\([^)]*\))?:)?\w+>", lambda found: f"<{found.group(1) or 'text'}>", rule.rule)
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
            assert (shape, method) not in seen, f"{rule.endpoint} and {seen[shape, method]}: {shape}"
            seen[shape, method] = rule.endpoint


def test_every_view_says_who_may_see_it(app: Flask) -> None:
    said = {rule.endpoint: ruled(app, rule) for rule in rules(app)}
    assert {endpoint for endpoint, rule in said.items() if rule == "public"} == OPEN
    allowed = {"public", "signed_in", "sitting_holder", "rating_holder", *(f"role:{role}" for role in ROLES)}
    assert set(said.values()) <= allowed


def test_who_is_not_signed_in_is_led_to_the_door(
    app: Flask, client: FlaskClient, session: Session, ours: House
) -> None:
    keep_token(client, "/sign-in")
    before = rows(session)
    for rule in rules(app):
        if ruled(app, rule) == "signed_in" or ruled(app, rule).startswith("role:"):
            for what, status in asked(client, ours, rule, "/sign-in"):
                assert status == 302, what
        elif ruled(app, rule) in ("sitting_holder", "rating_holder"):
            for what, status in asked(client, ours, rule):
                assert status == SCRIPTS.get(rule.endpoint, 404), what
    assert rows(session) == before


def test_nobody_reaches_the_rows_of_another_organisation(
    app: Flask, client: FlaskClient, session: Session, ours: House, theirs: House
) -> None:
    sign_in(client, ours.user)
    keep_token(client, "/vacancies/new")
    before, seen = rows(session), 0
    for rule in rules(app):
        if any(name.endswith("_id") for name in rule.arguments):
            for what, status in asked(client, theirs, rule):
                assert status == SCRIPTS.get(rule.endpoint, 404), what
                seen += 1
    assert seen > 30
    assert rows(session) == before


def test_the_same_addresses_open_for_their_own_people(
    app: Flask, client: FlaskClient, session: Session, ours: House
) -> None:
    """The test above would pass with addresses that nobody can open."""
    sign_in(client, ours.user)
    names = {"vacancy_id", "applicant_id", "model_id", "job_id", "batch_id", "round_id", "competence_id"}
    names |= {"request_id", "score_id", "panel_id", "unit_id", "member_id", "monitor_id", "note_id"}
    names |= {"set_aside_id", "item_id", "draft_id", "made_id", "reason_id"}
    # A card is there where a model is sound, a table where it has such figures, a way back after a promotion; a merger
    # asks into which unit; an owner comes by a link; what stood elsewhere leads on; a
    # message is to somebody, and a comparison of two.
    others = {
        "hr.roll_back",
        "hr.model_card",
        "hr.model_table",
        "hr.merge_unit",
        "hr.results_sheet",
        "rater.answer_as_owner",
        "recruiter.old_person",
        "recruiter.message",
        "recruiter.compare",
    }
    for rule in rules(app):
        if rule.arguments & names and "GET" in (rule.methods or set()) and rule.endpoint not in others:
            assert client.get(ours.address(rule)).status_code == 200, rule.rule


@pytest.mark.parametrize("role", ["recruiter", "hr", "adjustments", "administrator"])
def test_a_role_opens_its_own_rooms_only(
    app: Flask, client: FlaskClient, session: Session, ours: House, role: str
) -> None:
    user = people.user(session, ours.company, role)
    session.commit()
    sign_in(client, user)
    keep_token(client, "/password")
    for rule in rules(app):
        if ruled(app, rule).startswith("role:") and ruled(app, rule) != f"role:{role}":
            for what, status in asked(client, ours, rule):
                assert status == 403, what


def test_ids_in_forms_cannot_name_what_is_another_organisations(
    client: FlaskClient, session: Session, ours: House, theirs: House
) -> None:
    sign_in(client, ours.user)
    keep_token(client, "/vacancies/new")
    before = rows(session)
    foreign = str(theirs.vacancy.questionnaire_id)
    vacancy = {"title": "T", "instrument": str(theirs.model.id), "languages": "en", "target": "1"}
    answers = {"file": (io.BytesIO(b"person\nA1\n"), "a.csv"), "questionnaire": foreign}
    send = client.send  # type: ignore[attr-defined]
    assert send("/vacancies/new", vacancy).status_code == 400
    assert send("/hr/imports/answers/new", answers, content_type="multipart/form-data").status_code == 400
    assert send(f"/hr/models/{ours.model.id}/promote", {"vacancies": str(theirs.vacancy.id)}).status_code == 400
    assert send("/hr/models/retrain", {"questionnaire": foreign, "criterion": ""}).status_code == 302
    assert client.get(f"/hr/imports/answers/template.csv?questionnaire={foreign}").status_code == 404
    assert rows(session) == before


def test_a_browser_holds_only_the_sitting_that_it_opened(app: Flask, client: FlaskClient, session: Session) -> None:
    place = sittings.vacancy(session, people.organisation(session))
    mine, other = sittings.invited(session, place), sittings.invited(session, place)
    base = sittings.walk_in(client, mine)
    neighbour = app.test_client()
    foreign = sittings.walk_in(neighbour, other)
    assert client.get(f"{base}/question/1").status_code == 200
    for address in (foreign, f"{foreign}/question/1", f"{foreign}/receipt", f"/sitting/{uuid.uuid4()}/review"):
        assert client.get(address).status_code == 404, address
    assert client.send(f"{foreign}/submit").status_code == 404  # type: ignore[attr-defined]


def test_a_cookie_with_a_foreign_sitting_opens_nothing(
    app: Flask, client: FlaskClient, session: Session, ours: House, theirs: House
) -> None:
    """An id alone never names the organisation, whatever a cookie pairs it with."""
    keep_token(client, "/sign-in")
    with client.session_transaction() as cookie:
        cookie["sittings"] = {str(theirs.sitting.id): str(ours.company.id)}
    before = rows(session)
    for rule in rules(app):
        if ruled(app, rule) == "sitting_holder" and rule.endpoint not in SCRIPTS:
            for what, status in asked(client, theirs, rule):
                assert status == 404, what
    base, token = f"/sitting/{theirs.sitting.id}", {"X-CSRFToken": client.token}  # type: ignore[attr-defined]
    saved = {"item": "composure-queue", "value": None, "revision": 0, "order": [], "key": str(uuid.uuid4())}
    assert client.get(f"{base}/state").status_code == 403
    assert client.post(f"{base}/answers", json=saved, headers=token).status_code == 403
    assert client.post(f"{base}/heartbeat", json={}, headers=token).status_code in (403, 404)
    assert rows(session) == before


def test_a_secret_that_nobody_gave_out_opens_nothing(app: Flask, client: FlaskClient, session: Session) -> None:
    keep_token(client, "/sign-in")
    before, tried = rows(session), 0
    for rule in rules(app):
        if rule.arguments & {"token", "code"}:
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                address = rule.rule.replace("<token>", "a-secret").replace("<code>", "a-secret")
                form = {"agree": "y", "sure": "y"}
                reply = client.get(address) if method == "GET" else client.send(address, form)  # type: ignore[attr-defined]
                tried += 1
                # 410: a link for one use says that it was used, whether it ever was or not.
                assert reply.status_code in (404, 410), (method, address)
    assert tried >= 10
    assert rows(session) == before
