"""HR keeps the staff list: search, changes with their history, leavers, units, hired applicants."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.databases import SQLITE
from tests.factories import people, shortlists
from tests.factories.signing import sign_in
from webapp.config import Settings
from webapp.errors import Conflict
from webapp.records import (
    Answer,
    Hire,
    ModelVersion,
    Organisation,
    Sitting,
    StaffHistory,
    StaffMember,
    Unit,
    User,
    Vacancy,
)
from webapp.records.base import now
from webapp.services import import_tables
from webapp.services.erasure.erase_applicants import erase_applicants
from webapp.services.staff.hire_applicants import hire
from webapp.services.staff.list_staff import StaffQuery, staff_page
from webapp.services.staff.note_change import Author
from webapp.services.training_data import newest_sittings


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What these pages ask of the database other tests ask of PostgreSQL too."""
    return sqlite_url


@pytest.fixture
def company(session: Session) -> Organisation:
    return people.organisation(session)


@pytest.fixture
def hr(client: FlaskClient, session: Session, company: Organisation) -> User:
    user = people.user(session, company, "hr", name="Hanna")
    session.commit()
    sign_in(client, user)
    return user


def text_of(client: FlaskClient, address: str) -> str:
    return client.get(address).get_data(as_text=True)


def look_again(session: Session) -> None:
    """See what the site has written meanwhile."""
    session.rollback()
    session.expire_all()


def named(session: Session, company: Organisation, *names: str, **values: object) -> list[StaffMember]:
    return [people.staff_member(session, company, name=name, **values) for name in names]


def history(session: Session, member: StaffMember) -> list[tuple[str, str, str]]:
    rows = session.scalars(
        select(StaffHistory).where(StaffHistory.staff_member_id == member.id).order_by(StaffHistory.id)
    )
    return [(row.what, row.before, row.after) for row in rows]


def imported(session: Session, company: Organisation, table: str, mode: str = "add") -> dict[str, object]:
    batch = import_tables.preview_import(session, company.id, "staff", "s.csv", table.encode(), mode=mode)
    options = batch.options
    if batch.state == "previewed":
        user = session.scalars(select(User).where(User.organisation_id == company.id)).first()
        import_tables.confirm_import(session, company.id, batch.id, user.id if user else None)  # type: ignore[arg-type]
    session.commit()
    return options


# --- the list


def test_people_are_found_by_the_beginning_of_a_name_without_its_marks(session: Session, company: Organisation) -> None:
    named(session, company, "Ona Žukienė", "Жанна Белова", "Jonas Šlapelis")
    session.flush()

    def found(**asked: str) -> list[str]:
        return [row.name for row, _unit in staff_page(session, company.id, StaffQuery(**asked)).people]

    assert found(search="zuk") == ["Ona Žukienė"]
    assert found(search="slap") == ["Jonas Šlapelis"]
    assert found(search="жан") == ["Жанна Белова"]
    assert found(search="uk") == [] == found(search="100%")
    session.scalars(select(StaffMember).where(StaffMember.name == "Jonas Šlapelis")).one().name = "Jonas Petraitis"
    session.flush()
    assert found(search="petr") == ["Jonas Petraitis"]


@pytest.mark.parametrize("sort", ["name", "code", "unit"])
def test_pages_show_everybody_once_in_both_directions(session: Session, company: Organisation, sort: str) -> None:
    units = [people.unit(session, company), people.unit(session, company), None]
    for number in range(23):
        # Several people share a name, and some have no unit.
        unit = units[number % 3]
        people.staff_member(session, company, name=f"Name {number % 4}", unit_id=unit.id if unit else None)
    query, seen = StaffQuery(sort=sort), []
    page = staff_page(session, company.id, query, size=5)
    while True:
        seen += [row.id for row, _unit in page.people]
        if page.after is None:
            break
        page = staff_page(session, company.id, query, size=5, after=page.after)
    assert len(seen) == len(set(seen)) == page.total == 23
    back = staff_page(session, company.id, query, size=5, before=page.people[0][0].id)
    assert [row.id for row, _unit in back.people] == seen[15:20]


def test_the_list_is_filtered_and_tells_namesakes_apart(client: FlaskClient, session: Session, hr: User) -> None:
    company = session.get_one(Organisation, hr.organisation_id)
    sales, accounts = people.unit(session, company, name="Sales"), people.unit(session, company, name="Accounts")
    first = people.staff_member(session, company, code="A-1", name="Ona Petraitė", unit_id=sales.id, job_family="front")
    people.staff_member(session, company, code="A-2-OF-ACCOUNTS", name="Ona Petraitė", unit_id=accounts.id)
    people.staff_member(session, company, code="A-3", name="Gone Away", left_at=now() - dt.timedelta(days=9))
    session.commit()
    page = text_of(client, "/hr/staff?search=ona")
    assert page.count("Ona Petraitė") == 2
    assert "A-1" in page
    assert "A-2-OF-ACCOUNTS" in page
    assert "Accounts" in page
    assert "Gone Away" not in text_of(client, "/hr/staff")
    assert "Gone Away" in text_of(client, "/hr/staff?who=left")
    assert "A-2-OF-ACCOUNTS" not in text_of(client, f"/hr/staff?unit={sales.id}")
    assert "A-2-OF-ACCOUNTS" not in text_of(client, "/hr/staff?family=front")
    assert client.get("/hr/staff?unit=nonsense&sort=nonsense&who=nonsense&after=x").status_code == 200
    assert "Somebody else has the same name" in text_of(client, f"/hr/staff/{first.id}")


# --- changes and their history


def test_a_change_is_written_down_with_who_from_and_to(client: FlaskClient, session: Session, hr: User) -> None:
    company = session.get_one(Organisation, hr.organisation_id)
    sales, accounts = people.unit(session, company, name="Sales"), people.unit(session, company, name="Accounts")
    other = people.staff_member(session, company, code="B-2")
    session.commit()
    client.get("/hr/staff/new")
    entry = {"code": " B-1 ", "name": "Rūta  Kazlauskė", "email": "ruta@example.org", "unit": str(sales.id)}
    place = client.send("/hr/staff/new", {**entry, "job_family": "", "language": "lt"}).location
    client.get(f"{place}/edit")
    moved = {**entry, "unit": str(accounts.id), "job_family": "support", "language": "lt"}
    assert client.send(f"{place}/edit", {**moved, "code": other.code}).status_code == 400
    assert client.send(f"{place}/edit", {**moved, "email": "nonsense"}).status_code == 400
    assert client.send(f"{place}/edit", moved).status_code == 302
    member = session.scalars(select(StaffMember).where(StaffMember.code == "B-1")).one()
    assert (member.name, member.unit_id) == ("Rūta Kazlauskė", accounts.id)
    assert history(session, member) == [
        ("added", "", "Sales"),
        ("job_family", "", "support"),
        ("unit", "Sales", "Accounts"),
    ]
    page = text_of(client, place)
    assert "Moved from Sales to Accounts" in page
    assert "Hanna" in page


def test_a_leaver_keeps_the_history_and_may_come_back(client: FlaskClient, session: Session, hr: User) -> None:
    company = session.get_one(Organisation, hr.organisation_id)
    (member,) = named(session, company, "Ona")
    session.commit()
    place = f"/hr/staff/{member.id}"
    client.get(place)
    assert client.send(f"{place}/leave", {"left_on": "1820-01-01"}).status_code == 400
    assert client.send(f"{place}/leave", {"left_on": "soon"}).status_code == 400
    today = now().date().isoformat()
    assert client.send(f"{place}/leave", {"left_on": today}).status_code == 302
    assert "Nobody fits" in text_of(client, "/hr/staff?search=ona")
    look_again(session)
    assert member.left_at is not None
    client.get(place)
    assert client.send(f"{place}/return").status_code == 302
    assert client.send(f"{place}/return").status_code == 409
    look_again(session)
    assert member.left_at is None
    assert [each[0] for each in history(session, member)] == ["left", "returned"]


# --- the file


def test_a_file_shows_changes_as_changes_and_writes_them_down(session: Session, company: Organisation) -> None:
    people.user(session, company, "hr")
    imported(session, company, "code,name,unit\nA,Ona,Sales\nB,Ona,Sales\nC,Petras,Accounts\n")
    options = imported(session, company, "code,unit,left_on\nA,Accounts,\nB,sales,2026-01-31\nC,,\n")
    said = [
        (code, [each["template"] % each["values"] for each in told]) for _row, code, _name, told in options["details"]
    ]
    assert said == [("A", ["moves from Sales to Accounts"]), ("B", ["leaves on 2026-01-31"])]
    assert session.scalar(select(func.count()).select_from(Unit)) == 2  # “sales” is Sales
    rows = {row.code: row for row in session.scalars(select(StaffMember))}
    assert rows["B"].left_at == dt.datetime(2026, 1, 31, tzinfo=dt.UTC)
    assert history(session, rows["A"])[-1] == ("unit", "Sales", "Accounts")
    kept = session.scalars(select(import_tables.ImportBatch).order_by(import_tables.ImportBatch.created_at.desc()))
    assert "details" not in kept.first().options  # type: ignore[union-attr]


def test_a_whole_list_makes_leavers_of_those_who_are_missing(session: Session, company: Organisation) -> None:
    people.user(session, company, "hr")
    imported(session, company, "code,name\nA,Ona\nB,Jonas\n")
    options = imported(session, company, "code,name\nA,Ona\n", mode="whole")
    assert options["summary"]["notes"]["leavers"] == 1  # type: ignore[index]
    rows = {row.code: row for row in session.scalars(select(StaffMember))}
    assert rows["A"].left_at is None
    assert rows["B"].left_at is not None
    imported(session, company, "code,name\nA,Ona\nB,Jonas\n", mode="whole")
    look_again(session)
    assert rows["B"].left_at is None
    assert [each[0] for each in history(session, rows["B"])] == ["added", "left", "returned"]


def test_a_file_with_a_closed_unit_or_an_impossible_day_is_refused(session: Session, company: Organisation) -> None:
    people.unit(session, company, name="Old shop", closed_at=now())
    options = imported(session, company, "code,unit,left_on\nA,old shop,\nB,,31.12.2026\n")
    faults = options["summary"]["faults"]  # type: ignore[index]
    assert [(row, column) for row, column, _message, _remedy in faults] == [(2, "unit"), (3, "left_on")]
    assert session.scalar(select(func.count()).select_from(StaffMember)) == 0


# --- units


def test_units_are_renamed_merged_and_closed(client: FlaskClient, session: Session, hr: User) -> None:
    company = session.get_one(Organisation, hr.organisation_id)
    small, large = people.unit(session, company, name="Kiosk"), people.unit(session, company, name="Shop")
    moved = named(session, company, "Ona", "Jonas", unit_id=small.id)
    session.commit()
    place = f"/hr/staff/units/{small.id}"
    assert "too small for figures" in text_of(client, "/hr/staff/units")
    client.get(place)
    assert client.send(place, {"name": "SHOP"}).status_code == 400
    assert client.send(place, {"name": "Kiosk at the station"}).status_code == 302
    assert client.send(f"{place}/close").status_code == 409
    preview = text_of(client, f"{place}/merge?into={large.id}")
    assert "2 people move" in preview
    assert client.send(f"{place}/merge", {"into": str(small.id)}).status_code == 409
    assert client.send(f"{place}/merge", {"into": str(large.id)}).location.endswith(str(large.id))
    look_again(session)
    assert {member.unit_id for member in moved} == {large.id}
    assert small.merged_into_id == large.id
    assert history(session, moved[0])[-1] == ("unit", "Kiosk at the station", "Shop")
    assert "Merged into Shop" in text_of(client, place)
    client.get(place)
    assert client.send(f"{place}/reopen").status_code == 302
    assert client.send(f"{place}/close").status_code == 302


# --- hired applicants


@pytest.fixture
def hired(session: Session) -> tuple[Organisation, Vacancy]:
    place = shortlists.vacancy(session)
    return session.get_one(Organisation, place.organisation_id), place


def test_a_hired_applicant_becomes_staff_and_the_answers_stay_apart(
    client: FlaskClient, session: Session, hired: tuple[Organisation, Vacancy]
) -> None:
    company, place = hired
    person = shortlists.scored(session, place, 1.2345, name="Eglė Naujokė", email="egle@example.org")
    shortlists.applicant(session, place, name="Eglė Laukianti")
    user = people.user(session, company, "hr")
    session.commit()
    sign_in(client, user)
    before = session.scalar(select(func.count()).select_from(Answer)), session.scalar(select(func.count(Sitting.id)))
    page = text_of(client, "/hr/staff/hired?search=egl")
    assert "Eglė Naujokė" in page
    assert "Eglė Laukianti" not in page
    assert not re.search(r"1[.,]23", page)
    made = client.send(f"/hr/staff/hired/{person.id}", {"hired_on": "2026-09-01"})
    look_again(session)
    member = session.scalars(select(StaffMember)).one()
    assert made.location == f"/hr/staff/{member.id}"
    assert (member.name, member.email, member.code) == ("Eglė Naujokė", "egle@example.org", "NEW-1")
    tie = session.scalars(select(Hire)).one()
    assert (tie.applicant_id, tie.staff_member_id, tie.hired_on) == (person.id, member.id, "2026-09-01")
    assert client.send(f"/hr/staff/hired/{person.id}", {"hired_on": "2026-09-01"}).status_code == 409
    after = session.scalar(select(func.count()).select_from(Answer)), session.scalar(select(func.count(Sitting.id)))
    assert after == before
    # What the applicant answered is no training data, though the person is on the staff now.
    assert newest_sittings(session, company.id, place.questionnaire_id, place.form) == {}


@SQLITE
def test_one_press_is_enough_and_closed_vacancies_come_first(
    client: FlaskClient, session: Session, hired: tuple[Organisation, Vacancy]
) -> None:
    company, still_open = hired
    decided = shortlists.vacancy(
        session, serving=session.get_one(ModelVersion, (company.id, still_open.model_version_id))
    )
    decided.closed_at = now()
    shortlists.scored(session, still_open, 1.0, name="Ona Atvira", email="ona@example.org")
    person = shortlists.scored(session, decided, 0.5, name="Ona Zita", email="zita@example.org")
    user = people.user(session, company, "hr")
    session.commit()
    sign_in(client, user)
    page = text_of(client, "/hr/staff/hired?search=ona")
    assert page.index("Ona Zita") < page.index("Ona Atvira")
    assert client.send(f"/hr/staff/hired/{person.id}", {"hired_on": "soon"}).location == "/hr/staff/hired"
    assert session.scalars(select(Hire)).all() == []
    client.send(f"/hr/staff/hired/{person.id}", {})
    look_again(session)
    assert session.scalars(select(Hire.hired_on)).one() == now().date().isoformat()


def test_forgetting_the_applicant_cuts_the_tie_and_keeps_the_colleague(
    session: Session, settings: Settings, hired: tuple[Organisation, Vacancy]
) -> None:
    company, place = hired
    person = shortlists.scored(session, place, 0.5)
    day = dt.date(2026, 9, 1)
    hire(session, company.id, person.id, hired_on=day, code="E-7", author=Author())
    with pytest.raises(Conflict):
        hire(session, company.id, person.id, hired_on=day, code="E-8", author=Author())
    session.commit()
    erase_applicants(session, company.id, [person.id], settings, "retention")
    session.commit()
    assert session.scalars(select(Hire)).all() == []
    assert session.scalars(select(StaffMember.code)).all() == ["E-7"]
