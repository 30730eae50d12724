"""The company's templates. Words never change: a new version takes their place, and what was sent names its own."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from webapp.config import LANGUAGES
from webapp.errors import Invalid, NotFound
from webapp.records import MessageTemplate, MessageTemplateVersion, User
from webapp.records.base import new_id, now
from webapp.records.message import PURPOSES
from webapp.services.lock_row import lock_organisation
from webapp.services.messages.placeholders import faults_in
from webapp.services.messages.shipped import SHIPPED
from webapp.services.record_event import record_event

LONGEST_SUBJECT, LONGEST_TEXT, LONGEST_NAME = 200, 6_000, 120
MOST_TEMPLATES = 50
Texts = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Template:
    """A template as it is now; `number` 0: as the program brings it, kept nowhere yet."""

    key: str
    purpose: str
    name: str
    number: int
    texts: Texts
    retired: bool = False
    version_id: uuid.UUID | None = None
    changed_by: str = ""
    changed_at: Any = None

    @property
    def missing(self) -> tuple[str, ...]:
        """Languages in which nobody has written it."""
        return tuple(code for code in LANGUAGES if code not in self.texts)


@dataclass(frozen=True)
class Written:
    """What somebody typed into the form of a template."""

    purpose: str
    name: str = ""
    texts: dict[str, dict[str, str]] = field(default_factory=dict)


def templates_of(session: Session, organisation_id: uuid.UUID, *, retired: bool = False) -> list[Template]:
    """The standing ones in the order of a hiring, then the company's own; with `retired` also what rests."""
    kept = {each.key: each for each in _kept(session, organisation_id)}
    standing = [kept.pop(key) if key in kept else _shipped(key) for key in SHIPPED]
    rest = sorted(kept.values(), key=lambda each: (PURPOSES.index(each.purpose), each.name.lower()))
    return [each for each in (*standing, *rest) if retired or not each.retired]


def template_of(session: Session, organisation_id: uuid.UUID, key: str) -> Template:
    found = next((each for each in _kept(session, organisation_id, key)), None)
    if found is None and key not in SHIPPED:
        raise NotFound
    return found or _shipped(key)


def _shipped(key: str) -> Template:
    return Template(key, key, "", 0, SHIPPED[key])


def _kept(session: Session, organisation_id: uuid.UUID, key: str = "") -> list[Template]:
    older = aliased(MessageTemplateVersion)
    newest = (
        select(func.max(older.number))
        .where(older.organisation_id == organisation_id, older.template_id == MessageTemplate.id)
        .correlate(MessageTemplate)
        .scalar_subquery()
    )
    rows = (
        select(MessageTemplate, MessageTemplateVersion, User.name)
        .join(
            MessageTemplateVersion,
            (MessageTemplateVersion.organisation_id == MessageTemplate.organisation_id)
            & (MessageTemplateVersion.template_id == MessageTemplate.id),
        )
        .outerjoin(
            User,
            (User.organisation_id == MessageTemplateVersion.organisation_id)
            & (User.id == MessageTemplateVersion.created_by),
        )
        .where(MessageTemplate.organisation_id == organisation_id, MessageTemplateVersion.number == newest)
    )
    if key:
        rows = rows.where(MessageTemplate.key == key)
    return [_template(*row) for row in session.execute(rows)]


def _template(row: MessageTemplate, version: MessageTemplateVersion, who: str | None) -> Template:
    return Template(
        key=row.key,
        purpose=row.purpose,
        name=row.name,
        number=version.number,
        texts=version.texts,
        retired=row.retired_at is not None,
        version_id=version.id,
        changed_by=who or "",
        changed_at=version.created_at if who else None,
    )


def keep_shipped(session: Session, organisation_id: uuid.UUID, key: str) -> uuid.UUID:
    """The version of this template that a message names; a shipped one is written down when it is first used."""
    found = template_of(session, organisation_id, key)
    if found.version_id is not None:
        return found.version_id
    lock_organisation(session, organisation_id)
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = {"organisation_id": organisation_id, "id": new_id(), "key": key, "purpose": key, "created_at": now()}
    session.execute(insert(MessageTemplate).on_conflict_do_nothing(), [row | {"name": ""}])
    again = template_of(session, organisation_id, key)
    if again.version_id is not None:
        return again.version_id
    return _add_version(session, organisation_id, key, SHIPPED[key], None).id


def _add_version(
    session: Session, organisation_id: uuid.UUID, key: str, texts: Texts, user_id: uuid.UUID | None
) -> MessageTemplateVersion:
    row = _row(session, organisation_id, key)
    last = session.scalar(
        select(func.max(MessageTemplateVersion.number)).where(
            MessageTemplateVersion.organisation_id == organisation_id, MessageTemplateVersion.template_id == row.id
        )
    )
    version = MessageTemplateVersion(
        organisation_id=organisation_id,
        template_id=row.id,
        number=(last or 0) + 1,
        texts={code: dict(each) for code, each in texts.items()},
        created_by=user_id,
    )
    session.add(version)
    session.flush()
    return version


def _row(session: Session, organisation_id: uuid.UUID, key: str) -> MessageTemplate:
    return session.scalars(
        select(MessageTemplate).where(MessageTemplate.organisation_id == organisation_id, MessageTemplate.key == key)
    ).one()


def change_template(
    session: Session, organisation_id: uuid.UUID, key: str, written: Written, user_id: uuid.UUID
) -> Template:
    """A new version of it. What was sent before stays as it was."""
    texts = checked(written.texts)
    keep_shipped(session, organisation_id, key)
    lock_organisation(session, organisation_id)
    row = _row(session, organisation_id, key)
    if key not in SHIPPED:
        row.name = _named(written.name)
    before = template_of(session, organisation_id, key)
    if before.texts != texts:
        version = _add_version(session, organisation_id, key, texts, user_id)
        _record(session, organisation_id, "message_template.changed", row, user_id, version=version.number)
    session.flush()
    return template_of(session, organisation_id, key)


def add_template(session: Session, organisation_id: uuid.UUID, written: Written, user_id: uuid.UUID) -> Template:
    """One of the company's own beside the standing ones."""
    texts, name = checked(written.texts), _named(written.name)
    lock_organisation(session, organisation_id)
    if len(templates_of(session, organisation_id, retired=True)) >= MOST_TEMPLATES:
        raise Invalid([_("There are %(num)s templates already. Change one of them.", num=MOST_TEMPLATES)])
    row = MessageTemplate(
        organisation_id=organisation_id, key=f"own-{secrets.token_hex(6)}", purpose=written.purpose, name=name
    )
    session.add(row)
    session.flush()
    _add_version(session, organisation_id, row.key, texts, user_id)
    _record(session, organisation_id, "message_template.added", row, user_id)
    return template_of(session, organisation_id, row.key)


def rest_template(session: Session, organisation_id: uuid.UUID, key: str, user_id: uuid.UUID, *, rests: bool) -> None:
    """Offer it no longer, or again."""
    keep_shipped(session, organisation_id, key)
    row = _row(session, organisation_id, key)
    row.retired_at = now() if rests else None
    action = "message_template.rested" if rests else "message_template.back"
    _record(session, organisation_id, action, row, user_id)


def checked(texts: Texts) -> dict[str, dict[str, str]]:
    """Texts of at least one language, each whole and with known placeholders only; else `Invalid`, by line."""
    given = {code: _tidy(each) for code, each in texts.items() if code in LANGUAGES}
    given = {code: each for code, each in given.items() if any(each.values())}
    faults = [words for code, each in given.items() for words in text_faults(code, each)]
    if not given:
        faults = [_("Write the message in at least one language.")]
    if faults:
        raise Invalid(faults)
    return given


def _tidy(each: Mapping[str, str]) -> dict[str, str]:
    lines = (each.get("text") or "").replace("\r\n", "\n").strip().split("\n")
    return {
        "subject": " ".join((each.get("subject") or "").split()),
        "text": "\n".join(line.rstrip() for line in lines),
    }


def text_faults(code: str, each: Mapping[str, str]) -> list[str]:
    """What keeps one language's text from being sent."""
    language = LANGUAGES[code]
    faults = []
    if not each["subject"]:
        faults.append(_("%(language)s: give the mail a subject.", language=language))
    if not each["text"]:
        faults.append(_("%(language)s: write the message.", language=language))
    if len(each["subject"]) > LONGEST_SUBJECT or len(each["text"]) > LONGEST_TEXT:
        faults.append(
            _(
                "%(language)s: keep the subject under %(subject)s and the message under %(text)s letters.",
                language=language,
                subject=LONGEST_SUBJECT,
                text=LONGEST_TEXT,
            )
        )
    faults += [
        _("%(language)s, subject: %(words)s", language=language, words=fault.words)
        for fault in faults_in(each["subject"])
    ]
    faults += [
        _("%(language)s, line %(line)s: %(words)s", language=language, line=fault.line, words=fault.words)
        for fault in faults_in(each["text"])
    ]
    return faults


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise Invalid([_("Give the template a name of 1 to %(most)s letters.", most=LONGEST_NAME)])
    return name


def _record(
    session: Session, owner: uuid.UUID, action: str, row: MessageTemplate, user_id: uuid.UUID, **detail: Any
) -> None:
    record_event(
        session,
        owner,
        action,
        subject="message_template",
        subject_id=row.id,
        user_id=user_id,
        purpose=row.purpose,
        **detail,
    )
