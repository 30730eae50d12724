"""Read a list of people to invite: pasted lines, or a table. Everything that is wrong is said at once."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _

from questionnaires.tables import Table, TableError, TableFault, read_table
from webapp.config import LANGUAGES
from webapp.languages import translated
from webapp.services.spreadsheet_safety import safe_cell

MOST_PEOPLE = 5_000
LONGEST_NAME = 200
COLUMNS = ("name", "email", "language")
BETWEEN = re.compile(r"[<>,;\t|()\"]+")
ADDRESS = re.compile(r"[^\s<>,;|()\"]+@[^\s<>,;|()\"]+")
# Marks that turn the direction of a line can make one name look like another.
TURNING = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


@dataclass(frozen=True)
class Person:
    """One person of the list, with the line on which they stand."""

    line: int
    name: str
    email: str
    language: str = ""


@dataclass
class InvitationList:
    """The people of a list, and everything that has to be mended first. `in_table`: faults name row and column."""

    faults: list[str] = field(default_factory=list)
    by_email: dict[str, Person] = field(default_factory=dict)
    in_table: bool = False

    @property
    def people(self) -> list[Person]:
        return list(self.by_email.values())

    def take(self, line: int, name: str, email: str, language: str = "") -> None:
        """Take one person, or say what is wrong with the line."""
        if faults := faults_in(name, email, language):
            self.faults += [self._placed(line, column, what) for column, what in faults]
            return
        person = Person(line, clean_name(name), plain_address(email), language.strip().lower())
        if person.email in self.by_email:
            self.faults.append(self._placed(line, "email", twice(self.by_email[person.email], person)))
        else:
            self.by_email[person.email] = person

    def _placed(self, line: int, column: str, what: str) -> str:
        if self.in_table:
            return _("Row %(row)s, column %(column)s: %(what)s", row=line, column=column, what=what)
        return _("Line %(line)s: %(what)s", line=line, what=what)


def read_pasted(text: str) -> InvitationList:
    """Read lines such as `Name <mail>`, `Name, mail` or `mail` alone; empty lines are skipped."""
    found = InvitationList()
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        addresses = ADDRESS.findall(line)
        if len(addresses) == 1:
            found.take(number, BETWEEN.sub(" ", line.replace(addresses[0], " ")), addresses[0])
        else:
            found.faults.append(
                _("Line %(line)s: %(what)s", line=number, what=wrong_number_of_addresses(line, len(addresses)))
            )
    return complete(found)


def write_sent(people: Sequence[Person]) -> str:
    """The people of a preview as text that `read_sent` reads again."""
    return json.dumps([[each.line, each.name, each.email, each.language] for each in people], ensure_ascii=False)


def read_sent(text: str) -> InvitationList:
    """Read and check once more what a preview wrote."""
    found = InvitationList()
    try:
        for line, name, email, language in json.loads(text):
            found.take(int(line), str(name), str(email), str(language))
    except (ValueError, TypeError, OverflowError, RecursionError):
        return InvitationList(faults=[_("This list was damaged on its way. Go back and give it again.")])
    return complete(found)


def read_uploaded(data: bytes, filename: str) -> InvitationList:
    """Read a CSV or XLSX table with the columns `email` and, if wanted, `name` and `language`."""
    try:
        table = read_table(data, filename, max_rows=MOST_PEOPLE)
    except TableError as error:
        return InvitationList(faults=[in_words(fault) for fault in error.faults])
    if faults := faults_in_columns(table):
        return InvitationList(faults=faults)
    found = InvitationList(in_table=True)
    for row in table.rows:
        values = {column.strip().lower(): value for column, value in row.values.items()}
        found.take(row.number, values.get("name", ""), values["email"], values.get("language", ""))
    return complete(found)


def in_words(fault: TableFault) -> str:
    """What is wrong with the table, where, and how to mend it, in the page's language."""
    what = f"{translated(fault.message)} {translated(fault.remedy)}"
    if fault.row and fault.column:
        return _("Row %(row)s, column %(column)s: %(what)s", row=fault.row, column=fault.column, what=what)
    return _("Row %(row)s: %(what)s", row=fault.row, what=what) if fault.row else what


def complete(found: InvitationList) -> InvitationList:
    if not found.people and not found.faults:
        found.faults.append(_("There is nobody in this list. Give one person on each line."))
    if len(found.people) > MOST_PEOPLE:
        found.faults.append(_("Invite at most %(n)s people at once, and the others after them.", n=MOST_PEOPLE))
    return found


def faults_in_columns(table: Table) -> list[str]:
    given = [column.strip().lower() for column in table.columns]
    faults = [
        _(
            "Row 1: the column “%(column)s” is not known. Keep email, name and language, and remove the others.",
            column=column,
        )
        for column in given
        if column not in COLUMNS
    ]
    if "email" not in given:
        faults.append(_("Row 1: the column email is missing. Name the column with the addresses email."))
    return faults


def faults_in(name: str, email: str, language: str) -> list[tuple[str, str]]:
    """What is wrong with one person, each with the column where it stands."""
    found = [
        ("name", fault_in_name(name)),
        ("email", fault_in_address(email)),
        ("language", fault_in_language(language)),
    ]
    return [(column, what) for column, what in found if what]


def fault_in_name(name: str) -> str:
    plain = clean_name(name)
    if len(plain) > LONGEST_NAME:
        return _(
            "the name has %(n)s letters, and at most %(most)s are kept. Shorten it.", n=len(plain), most=LONGEST_NAME
        )
    if safe_cell(plain) != plain:
        return _("“%(text)s” begins like a formula. Write the name itself.", text=plain[:80])
    if plain and not any(sign.isalpha() for sign in plain):
        return _("“%(text)s” is not a name. Write the name, or leave it empty.", text=plain[:80])
    return ""


def fault_in_address(email: str) -> str:
    if not email.strip():
        return _("the e-mail address is missing. Add it, or remove the line.")
    if (seen := without_unseen(email)) != email.strip():
        return _("“%(email)s” holds a sign that nobody sees. Type the address anew, sign by sign.", email=seen[:80])
    if not is_address(email.strip()):
        host = email.strip().rpartition("@")[2]
        if "xn--" in host.lower():
            return _("“%(host)s” after the @ spells no name. Write it in letters, as people read it.", host=host[:80])
        return _("“%(email)s” is not an e-mail address. Write it like name@example.org.", email=email.strip()[:80])
    return ""


def without_unseen(email: str) -> str:
    return "".join(sign for sign in email.strip() if unicodedata.category(sign) not in ("Cc", "Cf"))


def fault_in_language(language: str) -> str:
    if language.strip() and language.strip().lower() not in LANGUAGES:
        return _(
            "the language “%(language)s” is not known. Write en, ru or lt, or leave it empty.",
            language=language.strip()[:20],
        )
    return ""


def is_address(email: str) -> bool:
    try:
        validate_email(email, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return False
    return len(email) <= 254


def plain_address(email: str) -> str:
    """One spelling of an address: small letters, one Unicode form, the host's name in letters.

    Nothing else is made equal: what stands before the @ is the mail server's own, and at many of them two
    addresses that differ by a dot or by what follows a plus sign are two people.
    """
    given = unicodedata.normalize("NFKC", email).strip()
    try:
        found = validate_email(given, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return given.lower()
    return f"{found.local_part}@{found.domain}".lower()


def wrong_number_of_addresses(text: str, count: int) -> str:
    if count:
        return _("there are %(n)s e-mail addresses. Give one person on each line.", n=count)
    return _(
        "there is no e-mail address in “%(text)s”. Write the line like Name <name@example.org>.", text=text.strip()[:80]
    )


def twice(first: Person, again: Person) -> str:
    """One address on two lines: nobody is guessed at, both lines are named."""
    if not (first.name and again.name) or first.name.casefold() == again.name.casefold():
        return _("%(email)s is already on line %(first)s. Remove one of the two.", email=again.email, first=first.line)
    return _(
        "%(email)s is already on line %(first)s under another name (“%(other)s”). Keep the right one.",
        email=again.email,
        first=first.line,
        other=first.name,
    )


def clean_name(name: str) -> str:
    """The name on one line, without signs that nobody sees."""
    kept = (" " if unicodedata.category(sign) in ("Cc", "Zl", "Zp") else sign for sign in name if sign not in TURNING)
    return " ".join(unicodedata.normalize("NFC", "".join(kept)).split())
