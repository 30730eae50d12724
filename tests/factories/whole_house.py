"""A company with one row of everything that an address can name."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from tests.factories import groups, monitors, panels, people, rounds, shortlists, voice
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
from webapp.records.base import now
from webapp.services.decisions.stages import reasons_of
from webapp.services.read_questionnaire import read_questionnaire

ROLES = ("recruiter", "hr", "adjustments", "administrator")


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
