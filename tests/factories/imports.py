"""A company that brings files in."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from questionnaires import shelf
from questionnaires.answers import columns_of
from questionnaires.words import unpacked
from tests.factories import people, training
from webapp.records import (
    ImportBatch,
    Organisation,
    User,
)
from webapp.services import import_tables
from webapp.services.find_questionnaire import find_questionnaire
from webapp.services.install_company import install_company

STAFF = "code,name,email,unit,job_family,language\n007,Ona,ona@example.org,Service,front,lt\n008,Jonas,,Service,,\n"


RATINGS = "ratee,rater,rating\n007,008,4\n008,007,3\n"


class House:
    """A company without staff and its HR person."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.organisation: Organisation = install_company(session, "Importing company")
        self.hr: User = people.user(session, self.organisation, "hr")
        self.questionnaire = find_questionnaire(
            session, self.organisation.id, training.INSTRUMENT, shelf.get(training.INSTRUMENT).version
        )
        session.commit()

    def preview(self, kind: str, text: str | bytes, name: str = "file.csv") -> ImportBatch:
        batch = import_tables.preview_import(
            self.session,
            self.organisation.id,
            kind,
            name,
            text.encode() if isinstance(text, str) else text,
            questionnaire_id=self.questionnaire.id if kind == "answers" else None,
            scale=(1.0, 5.0) if kind == "ratings" else None,
            user_id=self.hr.id,
        )
        self.session.commit()
        return batch

    def confirm(self, batch: ImportBatch) -> None:
        import_tables.confirm_import(self.session, self.organisation.id, batch.id, self.hr.id)
        self.session.commit()

    def bring(self, kind: str, text: str | bytes, name: str = "file.csv") -> ImportBatch:
        batch = self.preview(kind, text, name)
        assert not faults(batch), faults(batch)
        self.confirm(batch)
        return batch

    def count(self, table: type) -> int:
        return self.session.scalar(select(func.count()).select_from(table)) or 0


def faults(batch: ImportBatch) -> list[tuple[int | None, str | None]]:
    return [(row, column) for row, column, _message, _remedy in batch.options["summary"]["faults"]]


def told(batch: ImportBatch) -> str:
    rows = batch.options["summary"]["faults"]
    return " ".join(f"{unpacked(message)} {unpacked(remedy)}" for _row, _column, message, remedy in rows)


def counts(batch: ImportBatch) -> tuple[int, int, int]:
    summary = batch.options["summary"]
    return summary["new"], summary["changed"], summary["unchanged"]


def answers_file(*codes: str, best: str = "a", worst: str = "b") -> str:
    columns = columns_of(shelf.get(training.INSTRUMENT), "A")
    values = [best if name.endswith(".best") else worst for name in columns]
    return "\n".join([",".join(["person", *columns]), *(",".join([code, *values]) for code in codes)])
