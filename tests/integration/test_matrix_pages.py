"""Who serves whom: by file, by rules, by hand; its size and load; and what rounds read of it."""

from __future__ import annotations

import datetime as dt
import io
import re
import uuid
from collections.abc import Sequence

import pytest
import xlsxwriter
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import people
from tests.factories.signing import sign_in
from webapp.errors import Invalid
from webapp.records import ServiceLink, StaffMember, User
from webapp.records.base import now
from webapp.services import import_tables
from webapp.services.matrix import service_rules
from webapp.services.matrix.edit_links import change_links
from webapp.services.matrix.rater_load import keep_cap, minutes, rater_load
from webapp.services.matrix.read_matrix import Cap, service_pairs


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What these pages ask of the database other tests ask of PostgreSQL too."""
    return sqlite_url


class Firm:
    """Two units of four and three, and a unit of two."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.company = people.organisation(session)
        self.units = {name: people.unit(session, self.company, name=name) for name in ("Accounts", "Sales", "Kiosk")}
        self.staff: dict[str, StaffMember] = {}
        for unit, codes in {"Accounts": "ABCD", "Sales": "XYZ", "Kiosk": "KL"}.items():
            for code in codes:
                row = people.staff_member(
                    session, self.company, code=code, name=f"Person {code}", unit_id=self.units[unit].id
                )
                self.staff[code] = row
        self.hr: User = people.user(session, self.company, "hr")
        session.commit()

    @property
    def owner(self) -> uuid.UUID:
        return self.company.id

    def unit(self, name: str) -> uuid.UUID:
        return self.units[name].id

    def id(self, code: str) -> uuid.UUID:
        return self.staff[code].id

    def pairs(self, **values: int) -> set[str]:
        """Performer and customer as two letters."""
        self.session.rollback()
        letters = {row.id: code for code, row in self.staff.items()}
        found = service_pairs(self.session, self.owner, **values)
        return {letters[pair.performer_id] + letters[pair.customer_id] for pair in found}

    def change(self, add: Sequence[str] = (), remove: Sequence[str] = ()) -> tuple[int, int]:
        pairs = [[(self.id(each[0]), self.id(each[1])) for each in some] for some in (add, remove)]
        changed = change_links(self.session, self.owner, pairs[0], pairs[1], None)
        self.session.commit()
        return changed

    def rule(self, performers: str, customers: str) -> int:
        new = service_rules.apply_rule(self.session, self.owner, self.unit(performers), self.unit(customers), None)
        self.session.commit()
        return new

    def load(self, name: str, content: bytes, mode: str = "add") -> import_tables.ImportBatch:
        batch = import_tables.preview_import(self.session, self.owner, "matrix", name, content, mode=mode)
        if batch.state == "previewed":
            import_tables.confirm_import(self.session, self.owner, batch.id, self.hr.id)
        self.session.commit()
        return batch

    def faults(self, content: str) -> list[tuple[int | None, str | None, str]]:
        batch = self.load("m.csv", content.encode())
        return [
            (row, column, message["template"] % message["values"] if isinstance(message, dict) else message)
            for row, column, message, _remedy in batch.options["summary"]["faults"]
        ]


@pytest.fixture
def firm(session: Session) -> Firm:
    return Firm(session)


def text_of(client: FlaskClient, address: str) -> str:
    return client.get(address).get_data(as_text=True)


# --- rules


def test_a_rule_says_what_it_would_make_then_makes_it(firm: Firm) -> None:
    firm.change(add=["AX"])
    seen = service_rules.preview_rule(firm.session, firm.owner, firm.unit("Accounts"), firm.unit("Sales"))
    assert (seen.new, seen.already, seen.raters_of_each, seen.each_rates_more) == (11, 1, 3, 4)
    assert firm.pairs() == {"AX"}
    assert firm.rule("Accounts", "Sales") == 11
    assert len(firm.pairs()) == 12
    assert firm.rule("Accounts", "Sales") == 0


def test_within_a_unit_everybody_serves_the_others_and_nobody_themselves(firm: Firm) -> None:
    assert firm.rule("Sales", "Sales") == 6
    assert firm.pairs() == {"XY", "XZ", "YX", "YZ", "ZX", "ZY"}
    small = service_rules.preview_rule(firm.session, firm.owner, firm.unit("Kiosk"), firm.unit("Kiosk"))
    assert (small.new, small.raters_of_each) == (2, 1)


def test_an_exception_outlives_the_rule_being_applied_again(firm: Firm) -> None:
    firm.rule("Accounts", "Sales")
    assert firm.change(remove=["AX", "AX", "KL"]) == (0, 1)
    assert firm.rule("Accounts", "Sales") == 0
    assert "AX" not in firm.pairs()
    (listed,) = service_rules.list_rules(firm.session, firm.owner)
    assert listed.exceptions == 1
    assert firm.change(add=["AX"]) == (1, 0)
    assert "AX" in firm.pairs()


def test_rules_follow_the_staff_when_told_to(firm: Firm) -> None:
    firm.rule("Accounts", "Sales")
    firm.change(add=["AK"])
    firm.staff["A"].unit_id = firm.unit("Kiosk")
    firm.staff["L"].unit_id = firm.unit("Sales")
    firm.session.commit()
    assert service_rules.due(firm.session, firm.owner) == (3, 3)
    assert "AX" in firm.pairs()  # nothing changes by itself
    assert service_rules.refresh(firm.session, firm.owner, None) == (3, 3)
    firm.session.commit()
    assert firm.pairs() == {"AK"} | {one + other for one in "BCD" for other in "XYZL"}
    assert service_rules.due(firm.session, firm.owner) == (0, 0)


def test_the_end_of_a_rule_takes_its_own_pairs_only(firm: Firm) -> None:
    firm.change(add=["AX"])
    firm.rule("Accounts", "Sales")
    (listed,) = service_rules.list_rules(firm.session, firm.owner)
    assert service_rules.remove_rule(firm.session, firm.owner, listed.rule.id, None) == 11
    firm.session.commit()
    assert firm.pairs() == {"AX"}


# --- by hand


def test_nobody_serves_themselves_and_leavers_take_no_part(firm: Firm) -> None:
    with pytest.raises(Invalid, match="their own internal customer"):
        firm.change(add=["AA"])
    firm.session.rollback()
    firm.change(add=["AX", "XA", "AB"])
    assert firm.pairs() == {"AX", "XA", "AB"}  # in a circle: allowed
    firm.staff["A"].left_at = now() - dt.timedelta(days=1)
    firm.session.commit()
    assert firm.pairs() == set()
    with pytest.raises(Invalid, match="does not work here"):
        firm.change(add=["AY"])
    firm.session.rollback()
    firm.staff["A"].left_at = None
    firm.session.commit()
    assert firm.pairs() == {"AX", "XA", "AB"}


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found.group(1)


def test_boxes_are_ticked_and_unticked_without_a_script(client: FlaskClient, firm: Firm) -> None:
    sign_in(client, firm.hr)
    firm.change(add=["AX"])
    place = f"/hr/matrix/units?from={firm.unit('Accounts')}&to={firm.unit('Sales')}"
    page = text_of(client, place)
    assert page.count('type="checkbox"') == 12
    assert hidden(page, "was") == "0-0"
    sent = {name: hidden(page, name) for name in ("performers", "customers", "was")}
    firm.change(add=["DZ"])  # somebody else ticks a box meanwhile: it stays
    assert client.send(place, {**sent, "pair": ["1-1", "3-0"]}).status_code == 302
    assert firm.pairs() == {"BY", "DX", "DZ"}
    assert client.send(place, {**sent, "pair": ["99-0"]}).status_code == 400
    assert client.send(place, {**sent, "performers": "nonsense", "pair": []}).status_code == 400
    own = f"/hr/matrix/units?from={firm.unit('Sales')}&to={firm.unit('Sales')}"
    page = text_of(client, own)
    assert page.count('type="checkbox"') == 6
    sent = {name: hidden(page, name) for name in ("performers", "customers", "was")}
    assert client.send(own, {**sent, "pair": ["0-0"]}).status_code == 400
    assert client.get("/hr/matrix/units?from=nonsense&to=none").status_code == 400
    assert client.get("/hr/matrix/units?from=none&to=none").status_code == 200


def test_one_persons_colleagues_are_changed_by_codes(client: FlaskClient, firm: Firm) -> None:
    sign_in(client, firm.hr)
    firm.change(add=["AX", "AY"])
    place = f"/hr/matrix/people/{firm.id('A')}"
    was = hidden(text_of(client, place), "was")
    form = {"way": "raters", "was": was, "keep": str(firm.id("X")), "codes": "Z, B"}
    assert client.send(place, form).status_code == 302
    assert firm.pairs() == {"AX", "AZ", "AB"}
    refused = client.send(place, {"way": "rated", "was": "", "codes": "K, nobody"})
    assert refused.status_code == 400
    assert "nobody" in refused.get_data(as_text=True)
    assert client.send(place, {"way": "rated", "codes": "A"}).status_code == 400
    assert client.send(place, {"way": "rated", "codes": "K"}).status_code == 302
    assert firm.pairs() == {"AX", "AZ", "AB", "KA"}


def test_another_companys_people_cannot_be_paired(client: FlaskClient, session: Session, firm: Firm) -> None:
    theirs = Firm(session)
    sign_in(client, firm.hr)
    client.get("/hr/matrix/rules")
    ids = {"performers": str(theirs.id("A")), "customers": str(theirs.id("X")), "was": "", "pair": ["0-0"]}
    place = f"/hr/matrix/units?from={firm.unit('Accounts')}&to={firm.unit('Sales')}"
    assert client.send(place, ids).status_code == 400
    rule = {"performers": str(theirs.unit("Sales")), "customers": str(theirs.unit("Sales"))}
    assert client.send("/hr/matrix/rules/new", rule).status_code == 302
    assert client.get(f"/hr/matrix/units?from={theirs.unit('Sales')}&to=none").status_code == 404
    assert theirs.pairs() == firm.pairs() == set()


# --- by file


def test_a_file_is_added_or_takes_the_place_of_earlier_files(firm: Firm) -> None:
    firm.change(add=["KL"])
    firm.load("m.csv", b"performer,customer\nA,X\nX,A\nB,X\n")
    assert firm.pairs() == {"KL", "AX", "XA", "BX"}  # who serve each other: a circle is allowed
    firm.load("m.csv", b"performer,customer\nC,X\n")
    assert len(firm.pairs()) == 5
    firm.load("m.csv", b"performer;customer;performer_name\nA;X;Person A\nD;X;\n", mode="replace")
    assert firm.pairs() == {"KL", "AX", "DX"}


def test_everything_wrong_with_a_file_is_told_by_row(firm: Firm) -> None:
    firm.staff["Z"].left_at = now()
    firm.session.commit()
    rows = ["performer,customer", "A,X", "A,A", "A,nobody", "A,X", "Z,A", ",X"]
    assert firm.faults("\n".join(rows)) == [
        (3, "customer", "“A” would rate themselves."),
        (4, "customer", "Nobody on the staff list has the code “nobody”."),
        (5, None, "This pair is in row 2 already."),
        (6, "performer", "“Z” has left."),
        (7, "performer", "This row has no code."),
    ]
    assert firm.faults("who,whom\nA,X\n")[0][:2] == (1, "performer")
    assert firm.pairs() == set()


def test_merged_cells_are_named(firm: Firm) -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["performer", "customer"])
        sheet.merge_range("A2:A3", "A")
        sheet.write("B2", "X")
        sheet.write("B3", "Y")
    batch = firm.load("m.xlsx", buffer.getvalue())
    assert "A2:A3" in str(batch.options["summary"]["faults"][0])
    assert firm.pairs() == set()


def test_what_is_downloaded_can_be_imported_again(client: FlaskClient, firm: Firm) -> None:
    sign_in(client, firm.hr)
    firm.rule("Accounts", "Sales")
    table = client.get("/hr/matrix/matrix.csv").data
    assert table.decode("utf-8-sig").splitlines()[1] == "A,X,Person A,Person X"
    assert firm.load("m.csv", table).options["summary"]["unchanged"] == 12


# --- size and load


def test_the_load_is_told_before_anything_is_sent(firm: Firm) -> None:
    firm.rule("Accounts", "Sales")
    firm.change(add=["KX", "KY", "XA", "YA"])
    found = rater_load(firm.session, firm.owner, Cap())
    assert (found.pairs, found.raters, found.performers, found.most) == (16, 4, 7, 5)
    assert [(each.code, each.number) for each in found.too_few] == [("X", 1), ("Y", 1), ("K", 2)]
    assert (found.too_few_count, found.unrated) == (3, 2)
    assert found.small_units == [("Kiosk", 2)]
    assert [each.number for each in found.heaviest] == [5, 5, 4, 2]
    assert found.steps == [(1, 5, 4)]
    assert minutes(10, 8) == 12


def test_the_cap_thins_what_rounds_read_and_spares_the_third_rater(client: FlaskClient, firm: Firm) -> None:
    firm.rule("Accounts", "Accounts")
    firm.rule("Accounts", "Sales")
    assert len(firm.pairs()) == 24
    keep_cap(firm.session, firm.owner, 2, None)
    firm.session.commit()
    kept = firm.pairs()
    assert len(kept) == 14
    assert all(sum(pair[1] == rater for pair in kept) == 2 for rater in "ABCDXYZ")
    assert all(sum(pair[0] == performer for pair in kept) >= 3 for performer in "ABCD")
    assert firm.pairs() == kept
    assert len({frozenset(firm.pairs(seed=seed)) for seed in range(8)}) > 1
    sign_in(client, firm.hr)
    page = text_of(client, "/hr/matrix/load?cap=3")
    assert "Nobody loses the third rater by it." in page
    assert client.send("/hr/matrix/load", {"cap": "0"}).status_code == 400
    assert client.send("/hr/matrix/load", {"cap": "many"}).status_code == 400
    assert client.send("/hr/matrix/load", {"cap": ""}).status_code == 302
    assert len(firm.pairs()) == 24


# --- pages


def test_the_overview_counts_from_unit_to_unit(client: FlaskClient, session: Session, firm: Firm) -> None:
    sign_in(client, firm.hr)
    assert "Nobody serves anybody yet" in text_of(client, "/hr/matrix")
    firm.rule("Accounts", "Sales")
    page = text_of(client, "/hr/matrix")
    assert 'aria-label="Accounts serves Sales: 12"' in page
    for number in range(30):
        unit = people.unit(session, firm.company, name=f"Unit {number:02d}")
        people.staff_member(session, firm.company, unit_id=unit.id)
    people.staff_member(session, firm.company)
    session.commit()
    assert 'aria-label="Unit 28 serves Accounts: 0"' in text_of(client, "/hr/matrix?rows=1")
    assert client.get("/hr/matrix?rows=99&columns=-3").status_code == 200


def test_rules_are_looked_at_applied_and_ended_on_their_pages(
    client: FlaskClient, session: Session, firm: Firm
) -> None:
    sign_in(client, firm.hr)
    client.get("/hr/matrix/rules")
    units = {"performers": str(firm.unit("Kiosk")), "customers": str(firm.unit("Kiosk"))}
    page = text_of(client, f"/hr/matrix/rules/new?performers={units['performers']}&customers={units['customers']}")
    assert "Too few raters for a figure" in page
    assert client.send("/hr/matrix/rules/new", units).status_code == 302
    assert firm.pairs() == {"KL", "LK"}
    firm.staff["X"].unit_id = firm.unit("Kiosk")
    session.commit()
    assert "The rules would add 4 pairs" in text_of(client, "/hr/matrix/rules")
    client.send("/hr/matrix/rules/refresh")
    assert len(firm.pairs()) == 6
    (listed,) = service_rules.list_rules(session, firm.owner)
    client.send(f"/hr/matrix/rules/{listed.rule.id}/remove")
    assert firm.pairs() == set()
    assert session.scalars(select(ServiceLink)).all() == []


def test_a_merger_of_units_carries_the_rules_over(client: FlaskClient, session: Session, firm: Firm) -> None:
    sign_in(client, firm.hr)
    firm.rule("Accounts", "Kiosk")
    firm.rule("Accounts", "Sales")
    place = f"/hr/staff/units/{firm.unit('Kiosk')}"
    assert "1 rule" in text_of(client, f"{place}/merge?into={firm.unit('Sales')}")
    client.send(f"{place}/merge", {"into": str(firm.unit("Sales"))})
    session.rollback()
    (listed,) = service_rules.list_rules(session, firm.owner)
    assert (listed.performers, listed.customers) == ("Accounts", "Sales")
    assert service_rules.due(session, firm.owner) == (0, 0)
    assert len(firm.pairs()) == 20
