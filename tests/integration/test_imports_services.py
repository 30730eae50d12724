"""Imports: counted before, written whole or not at all, undone while nothing was learned from them."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from questionnaires import shelf
from questionnaires.answers import answer_row, columns_of
from questionnaires.tables import read_table
from questionnaires.words import unpacked
from tests.databases import SQLITE
from tests.factories import people, training
from webapp.errors import Conflict, Invalid, NotFound
from webapp.records import (
    Answer,
    AnswerRevision,
    Event,
    ImportBatch,
    ModelVersion,
    Organisation,
    Rating,
    Sitting,
    StaffMember,
    Unit,
    User,
)
from webapp.records.base import now
from webapp.services import import_tables
from webapp.services.find_questionnaire import find_questionnaire
from webapp.services.import_templates import make_template, sheet_name
from webapp.services.install_company import install_company
from webapp.services.training_data import newest_ratings

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


@pytest.fixture
def house(session: Session) -> House:
    return House(session)


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


def test_a_preview_writes_nothing(house: House) -> None:
    batch = house.preview("staff", STAFF)
    assert counts(batch) == (2, 0, 0)
    assert batch.state == "previewed"
    assert batch.options["sample"]["rows"][0][:3] == [2, "007", "Ona"]
    assert house.count(StaffMember) == 0


def test_staff_are_added_and_changed_and_never_removed(house: House) -> None:
    house.bring("staff", STAFF)
    members = {row.code: row for row in house.session.scalars(select(StaffMember))}
    assert members["007"].name == "Ona"
    assert house.count(Unit) == 1
    second = house.preview("staff", "code;unit;email\n007;Sales;\n008;;\n009;Sales;\n")
    assert counts(second) == (1, 1, 1)
    house.confirm(second)
    house.session.expire_all()
    members = {row.code: row for row in house.session.scalars(select(StaffMember))}
    assert set(members) == {"007", "008", "009"}
    assert members["007"].unit is not None
    assert (members["007"].unit.name, members["007"].name, members["007"].email) == ("Sales", "Ona", "ona@example.org")


def test_the_file_and_its_cells_are_dropped_after_the_decision(house: House) -> None:
    batch = house.bring("staff", STAFF)
    assert (batch.content, batch.state, batch.options.get("sample")) == (None, "imported", None)
    aside = house.preview("staff", STAFF)
    import_tables.discard_import(house.session, house.organisation.id, aside.id)
    assert (aside.content, aside.state, aside.options.get("sample")) == (None, "discarded", None)


def test_the_same_file_again_is_told(house: House) -> None:
    house.bring("staff", STAFF)
    again = house.preview("staff", STAFF)
    assert again.options["twin"]
    assert counts(again) == (0, 0, 2)


@pytest.mark.parametrize(
    ("text", "where", "says"),
    [
        ("name\nOna\n", (1, "code"), "code"),
        ("code,shoe\n1,44\n", (1, "shoe"), "not known here"),
        ("code\n1\n2\n1\n", (4, "code"), "row 2 already"),
        ("code,name\n,Ona\n", (2, "code"), "no code"),
        ("code,email\n1,nobody at home\n", (2, "email"), "not an e-mail"),
        ("code,language\n1,xx\n", (2, "language"), "en, ru, lt"),
        ("code\n" + "1" * 101 + "\n", (2, "code"), "100 characters"),
        ("", (None, None), "empty"),
        ("code\n", (None, None), "nothing under it"),
    ],
)
@SQLITE
def test_faults_in_staff(house: House, text: str, where: tuple[int | None, str | None], says: str) -> None:
    batch = house.preview("staff", text)
    assert where in faults(batch)
    assert says in told(batch)
    assert (batch.state, batch.content) == ("discarded", None)
    with pytest.raises(Conflict):
        import_tables.confirm_import(house.session, house.organisation.id, batch.id, house.hr.id)
    assert house.count(StaffMember) == 0


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("ratee,rater,rating\n007,008,9\n", (2, "rating")),
        ("ratee,rater,rating\n007,007,3\n", (2, "rater")),
        ("ratee,rater,rating\n404,007,3\n", (2, "ratee")),
        ("ratee,rater,rating\n007,008,three\n", (2, "rating")),
        ("ratee,rater,rating\n007,008,3\n007,008,4\n", (3, "ratee")),
        ("ratee,rater,rating,date\n007,008,3,31/03/2026\n", (2, "date")),
        ("who,rating\n007,3\n", (1, "ratee")),
        ("ratee,rater,rating,mood\n007,008,3,good\n", (1, "mood")),
    ],
)
@SQLITE
def test_faults_in_ratings(house: House, text: str, where: tuple[int, str]) -> None:
    house.bring("staff", STAFF)
    batch = house.preview("ratings", text)
    assert where in faults(batch)
    assert all(remedy for _r, _c, _m, remedy in batch.options["summary"]["faults"])
    assert house.count(Rating) == 0


def test_faults_are_all_told_at_once_and_nothing_is_half_done(house: House) -> None:
    house.bring("staff", STAFF)
    batch = house.preview("ratings", "ratee,rater,rating\n007,008,4\n404,007,3\n008,008,2\n007,x,99\n")
    assert faults(batch) == [(3, "ratee"), (4, "rater"), (5, "rating")]
    assert house.count(Rating) == 0


def test_ratings_are_marked_as_known_to_hr(house: House) -> None:
    house.bring("staff", STAFF)
    house.bring("ratings", RATINGS)
    rows = house.session.scalars(select(Rating)).all()
    assert [(row.known_to_hr, row.source, row.scale_min, row.scale_max) for row in rows] == [
        (True, "imported", 1.0, 5.0)
    ] * 2


def test_newer_ratings_replace_what_they_repeat(house: House) -> None:
    house.bring("staff", STAFF)
    house.bring("ratings", RATINGS)
    second = house.preview("ratings", "ratee,rater,rating\n007,008,5\n008,007,3\n008,x,1\n")
    assert counts(second) == (1, 1, 1)
    house.confirm(second)
    now_counts = sorted(row.value for row in newest_ratings(house.session, house.organisation.id))
    assert now_counts == [1.0, 3.0, 5.0]
    assert house.count(Rating) == 4


def test_ratings_without_raters_are_replaced_together(house: House) -> None:
    house.bring("staff", STAFF)
    anonymous = "ratee,rating\n007,4\n007,2\n"
    house.bring("ratings", anonymous)
    assert counts(house.preview("ratings", anonymous + "\n")) == (0, 0, 2)
    house.bring("ratings", "ratee,rating\n007,5\n")
    assert [row.value for row in newest_ratings(house.session, house.organisation.id)] == [5.0]


def test_answers_become_submitted_sittings_with_their_history(house: House) -> None:
    batch = house.preview("answers", answers_file("007", "new person"))
    assert batch.options["summary"]["notes"]["new_staff"] == 2
    house.confirm(batch)
    sittings = house.session.scalars(select(Sitting)).all()
    assert {(row.state, row.form, row.batch_id) for row in sittings} == {("submitted", "A", batch.id)}
    items = len(shelf.get(training.INSTRUMENT).items_of("A"))
    assert house.count(Answer) == house.count(AnswerRevision) == 2 * items
    assert house.session.scalars(select(Answer)).first().value == {"best": "a", "worst": "b"}  # type: ignore[union-attr]


def test_changed_answers_stand_beside_the_old_ones(house: House) -> None:
    house.bring("answers", answers_file("007", "008"))
    second = house.preview("answers", answers_file("007", best="b", worst="c") + "\n")
    assert counts(second) == (0, 1, 0)
    house.confirm(second)
    assert house.count(Sitting) == 3
    import_tables.undo_import(house.session, house.organisation.id, second.id, house.hr.id)
    house.session.commit()
    assert house.count(Sitting) == 2
    assert counts(house.preview("answers", answers_file("007", "008"))) == (0, 0, 2)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda text: text.replace(",a,", ",zz,", 1), "zz"),
        (lambda text: text.replace("person", "who", 1), "person"),
        (lambda text: text.replace("\n007", "\n", 1), "person"),
        (lambda text: text + "\n" + text.split("\n")[1], "already"),
        (lambda text: text.replace(",b", ",a"), ""),
    ],
)
@SQLITE
def test_faults_in_answers(house: House, spoil: object, says: str) -> None:
    batch = house.preview("answers", spoil(answers_file("007")))  # type: ignore[operator]
    assert faults(batch)
    assert says in told(batch)
    assert house.count(Sitting) == house.count(StaffMember) == 0


def test_a_person_without_any_answer_is_told(house: House) -> None:
    header, row = answers_file("007").split("\n")
    batch = house.preview("answers", f"{header}\n{row}\n008{',' * header.count(',')}\n")
    assert faults(batch) == [(3, None)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@SQLITE
def test_as_excel_writes_it(house: House, encoding: str) -> None:
    text = "code;name;unit\n1;Žygimantė;Приёмная\n"
    house.bring("staff", text.encode(encoding))
    member = house.session.scalars(select(StaffMember)).one()
    assert member.name == "Žygimantė"
    assert member.unit is not None
    assert member.unit.name == "Приёмная"


@SQLITE
def test_other_encodings_are_refused_with_a_remedy(house: House) -> None:
    batch = house.preview("staff", "code;name\n1;Žygimantė\n".encode("windows-1257"))
    assert "UTF-8" in told(batch)
    assert house.count(StaffMember) == 0


@pytest.mark.parametrize("kind", ["staff", "answers", "ratings"])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@SQLITE
def test_templates_hold_the_columns(house: House, kind: str, ending: str) -> None:
    content = make_template(
        house.session,
        house.organisation.id,
        kind,
        ending,
        house.questionnaire.id if kind == "answers" else None,
    )
    batch = house.preview(kind, content, f"template.{ending}")
    assert faults(batch) == [(None, None)]
    assert "nothing under it" in told(batch)


def test_a_filled_template_is_read_back(house: House) -> None:
    import xlsxwriter

    questionnaire = shelf.get(training.INSTRUMENT)
    sheet = training.simulated().staff_sheets()[0]
    row = answer_row(sheet, questionnaire, "A")
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, list(row))
        page.write_row(1, 0, list(row.values()))
    house.bring("answers", buffer.getvalue(), "answers.xlsx")
    assert read_table(buffer.getvalue()).rows[0].values == row


def test_undo_is_refused_once_a_model_has_learned(house: House) -> None:
    house.bring("staff", STAFF)
    batch = house.bring("ratings", RATINGS)
    assert import_tables.can_undo(house.session, batch)
    house.session.add(
        ModelVersion(
            organisation_id=house.organisation.id,
            number=99,
            questionnaire_id=house.questionnaire.id,
            form="A",
            kind="trained",
            artefact=b"",
            artefact_sha256="",
            created_at=now(),
        )
    )
    house.session.commit()
    with pytest.raises(Conflict):
        import_tables.undo_import(house.session, house.organisation.id, batch.id, house.hr.id)
    assert house.count(Rating) == 2


def test_undone_ratings_are_gone(house: House) -> None:
    house.bring("staff", STAFF)
    batch = house.bring("ratings", RATINGS)
    import_tables.undo_import(house.session, house.organisation.id, batch.id, house.hr.id)
    house.session.commit()
    assert house.count(Rating) == 0
    assert [row.action for row in house.session.scalars(select(Event).where(Event.action == "import.undone"))]


def test_a_second_confirmation_changes_nothing(house: House) -> None:
    batch = house.bring("staff", STAFF)
    with pytest.raises(Conflict):
        import_tables.confirm_import(house.session, house.organisation.id, batch.id, house.hr.id)
    assert house.count(StaffMember) == 2


def test_what_changed_since_the_preview_is_noticed(house: House) -> None:
    house.bring("staff", STAFF)
    batch = house.preview("ratings", RATINGS)
    house.session.delete(house.session.scalars(select(StaffMember).where(StaffMember.code == "008")).one())
    house.session.commit()
    with pytest.raises(Conflict):
        import_tables.confirm_import(house.session, house.organisation.id, batch.id, house.hr.id)
    house.session.rollback()
    assert house.count(Rating) == 0


def test_another_companys_file_is_not_there(house: House, session: Session) -> None:
    batch = house.preview("staff", STAFF)
    theirs = people.organisation(session)
    with pytest.raises(NotFound):
        import_tables.confirm_import(session, theirs.id, batch.id, house.hr.id)


@pytest.mark.parametrize("scale", [None, (5.0, 1.0), (3.0, 3.0)])
@SQLITE
def test_a_scale_must_have_two_ends(house: House, scale: tuple[float, float] | None) -> None:
    with pytest.raises(Invalid):
        import_tables.preview_import(
            house.session, house.organisation.id, "ratings", "f.csv", RATINGS.encode(), scale=scale
        )


def test_a_cell_that_holds_a_book_is_clipped_where_it_is_shown(house: House) -> None:
    book = "x" * 30_000
    preview = house.preview("staff", f"code,name\n1,{book}\n")
    assert faults(preview) == [(2, "name")]
    assert max(len(cell) for cell in preview.options["sample"]["rows"][0][1:]) <= 121
    house.bring("staff", "code\n1\n2\n")
    ratings = house.preview("ratings", f"ratee,rater,rating\n1,2,{book}\n")
    assert len(str(ratings.options["summary"])) < 2_000


@pytest.mark.parametrize("name", ["Fill in", "Ką kur rašyti: [visi] stulpeliai, ir dar daugiau žodžių", "'Что/куда?'"])
def test_a_sheet_has_a_name_that_excel_takes(name: str) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(io.BytesIO(), {"in_memory": True}) as book:
        assert len(book.add_worksheet(sheet_name(name)).get_name()) <= 31


@pytest.mark.parametrize(
    "odd", ["a\x00b", "tab\there", "\ufffe", "=1+1", "<script>", "%(name)s", "🙂" * 60, "\x1b[31m"]
)
@SQLITE
def test_odd_texts_are_kept_or_refused_whole(house: House, odd: str) -> None:
    batch = house.preview("staff", f'code,name\n1,"{odd}"\n')
    if not faults(batch):
        house.confirm(batch)
        assert house.session.scalars(select(StaffMember.name)).one() == odd.strip()
    else:
        assert house.count(StaffMember) == 0


@SQLITE
def test_odd_file_names_are_made_plain(house: House) -> None:
    assert house.preview("staff", STAFF, "a\x00\n" + "ž" * 400 + ".csv").file_name.endswith("žž.csv")
    assert house.preview("staff", STAFF, "a\x00b.csv").file_name == "ab.csv"
