"""What a file says of itself: of which list and moment it is, what was asked, and what each column means."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from webapp.config import LANGUAGES
from webapp.languages import said_date, said_datetime
from webapp.records import VacancyNotice
from webapp.services.exports.columns import FLAGS, columns
from webapp.services.exports.view import View
from webapp.services.shortlist.asked import NEWEST

Fact = tuple[str, str]


def facts(view: View) -> list[Fact]:
    """In the reader's language, which the caller has set."""
    return [
        (_("Vacancy"), view.vacancy.title),
        (_("Model"), _model(view)),
        (_("As of"), said_datetime(view.as_of, "long")),
        (_("Written"), said_datetime(view.exported_at, "long")),
        (_("Who is shown"), said_filter(view)),
        (_("Order"), said_order(view)),
        *_people(view),
        (_("Notice that a program helps"), said_notice(view)),
        *_cautions(view),
    ]


def _model(view: View) -> str:
    model = view.vacancy.model_version
    if view.stopped:
        return _("Scores are stopped, so this file holds none.")
    if model.kind == "key_only":
        return _("model %(number)s, by the key, no local evidence yet", number=model.number)
    return _("model %(number)s", number=model.number)


def _people(view: View) -> list[Fact]:
    if view.places is None or view.query.search or view.query.asked.by_day:
        return []
    return [(_("People with a place"), ngettext("%(num)s person", "%(num)s people", view.places.all))]


def said_filter(view: View) -> str:
    """What was asked, in words."""
    query = view.query
    said = [view.stages.get(each, str(each)) for each in query.stages]
    said += [_("answered in %(language)s", language=LANGUAGES[each]) for each in query.languages]
    if query.flagged is not None and not view.stopped:
        said.append(_("with flags") if query.flagged else _("without flags"))
    if query.since:
        said.append(_("done since %(day)s", day=said_date(query.since)))
    if query.until:
        said.append(_("done until %(day)s", day=said_date(query.until)))
    if query.search:
        said.append(_("begins with “%(search)s”", search=query.search))
    return ", ".join(said) or _("Everybody who is done")


def said_order(view: View) -> str:
    if view.stopped:
        return _("In no order: scores are stopped.")
    if view.query.by_result:
        return _("by result")
    return _("the newest first") if view.query.order == NEWEST else _("the oldest first")


def said_notice(view: View) -> str:
    """Whether people were told that a program helps to judge their answers, and when."""
    given = view.session.scalar(
        select(VacancyNotice.given_on)
        .where(
            VacancyNotice.organisation_id == view.vacancy.organisation_id,
            VacancyNotice.vacancy_id == view.vacancy.id,
            VacancyNotice.taken_back_at.is_(None),
        )
        .order_by(VacancyNotice.given_on)
        .limit(1)
    )
    return _("given on %(day)s", day=said_date(given)) if given else _("not recorded for this vacancy")


def _cautions(view: View) -> list[Fact]:
    said = []
    if not view.stopped:
        said.append(
            (
                _("Ties"),
                _("People of one tie group cannot be told apart by this result. Choose among them for other reasons."),
            )
        )
    if view.blind:
        said.append((_("Names"), _("Hidden until a decision is recorded; until then people stand under their codes.")))
    if view.organisation.simulated:
        said.append((_("Simulated"), _("This company, its people and their results are invented.")))
    return said


def meanings(view: View) -> list[tuple[str, str, str]]:
    """Each column's name, heading and meaning."""
    return [(each.id, str(each.heading), str(each.meaning)) for each in columns(with_scores=not view.stopped)]


def flag_meanings() -> list[Fact]:
    return [(flag, str(words)) for flag, words in FLAGS.items()]
