"""Files as people send them: faults, encodings, templates, odd names and odd texts."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires import shelf
from questionnaires.answers import answer_row
from questionnaires.tables import read_table
from tests.databases import SQLITE
from tests.factories import training
from tests.factories.imports import RATINGS, STAFF, House, answers_file, faults, told
from webapp.errors import Conflict, Invalid
from webapp.records import (
    Rating,
    Sitting,
    StaffMember,
)
from webapp.services import import_tables
from webapp.services.import_templates import make_template, sheet_name


@pytest.fixture
def house(session: Session) -> House:
    return House(session)


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
