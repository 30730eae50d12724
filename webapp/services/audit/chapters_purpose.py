"""What the pack is, what the model is for and what it is not for, what is asked, and by which key."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _

from webapp.languages import said_date
from webapp.services.audit.blocks import Chapter, bullets, facts, plain_table, text
from webapp.services.audit.gather_pack import Subject
from webapp.services.reports.parts import Column, Table


def about(subject: Subject, language: str) -> Chapter:
    version = subject.version
    return Chapter(
        _("About this document"),
        [
            *text(
                _(
                    "This is the technical manual of one scoring model, with its model card and the tables of New York "
                    "City’s Local Law 144. The program computed it from what it holds. Nobody independent has checked "
                    "it, and it is no certificate."
                ),
                _("All people and figures in it are invented: this is a simulated company.")
                if subject.organisation.simulated
                else "",
            ),
            facts(
                (_("Company"), subject.organisation.name),
                (_("Model"), _("Model %(number)s", number=version.number)),
                (_("Questionnaire"), f"{subject.questionnaire.name} {subject.questionnaire.version}"),
                (_("Applicants"), subject.scope),
                (_("First answers scored"), said_date(subject.first_answer.date()) if subject.first_answer else ""),
                (_("Last answers scored"), said_date(subject.last_answer.date()) if subject.last_answer else ""),
                (_("Made on (UTC)"), said_date(subject.made_at.date())),
                (_("SHA-256 of the model’s file"), version.artefact_sha256),
            ),
            *text(
                _(
                    "Every table of this document is also a data file (CSV and JSON) in the archive that belongs to "
                    "it. "
                    "The archive’s manifest gives the SHA-256 of each file. A figure that could not be computed says"
                    " so, "
                    "and why."
                ),
            ),
        ],
    )


def purpose(_subject: Subject, _language: str) -> Chapter:
    return Chapter(
        _("Purpose, intended use and misuse"),
        [
            *text(
                _(
                    "The questionnaire looks for the makings of customer orientation in applicants. The model puts "
                    "applicants in an order and, where it has learned from the company’s own staff, says how likely "
                    "colleagues would rate somebody among the best third. It supports people who decide. It decides "
                    "nothing."
                ),
            ),
            *_named(
                _("Meant for"),
                _("Choosing whom to talk to first, together with everything else that is known of an applicant."),
                _("Preparing interviews, and giving applicants feedback."),
                _("Checking by the company itself whether groups of applicants are treated alike."),
            ),
            *_named(
                _("Not meant for"),
                _("Rejecting anybody by the score alone, or by a flag alone."),
                _("Promotion, pay, dismissal or discipline of people who work here already."),
                _("Judging health, disability, honesty, intelligence or personality as a whole."),
                _("Trades, countries or languages other than those that the figures below come from."),
                _("Comparing people whose scores come from different models or forms that are not linked."),
            ),
        ],
    )


def _named(title: str, *items: str) -> list[dict[str, object]]:
    return [{"kind": "heading", "text": title}, bullets(*items)]


def instrument(subject: Subject, language: str) -> Chapter:
    asked, form = subject.questionnaire, subject.version.form
    items = asked.items_of(form)
    table = facets_table(subject, language)
    return Chapter(
        _("What is asked"),
        [
            *text(
                _(
                    "The trait is customer orientation: finding out what somebody needs, advising honestly, seeing a "
                    "problem through, and keeping this up, with customers and with colleagues alike. It has the facets "
                    "of the table below. Each situation is set in everyday work; all ways to act are such as decent, "
                    "busy people choose."
                ),
                asked.descriptions.get(language, ""),
            ),
            facts(
                (_("Name and version"), f"{asked.name} {asked.version}"),
                (_("Form"), form),
                (_("Situations in this form"), str(len(items))),
                (_("Ways of answering"), ", ".join(sorted({_format(item.format.value) for item in items}))),
                (_("Languages"), ", ".join(asked.languages)),
                (_("Scoring identity"), asked.scoring_identity),
                (_("Identity of the texts"), asked.texts_identity),
                (_("Authorship"), _stated(subject, "authorship", language, asked.authorship)),
                (_("Licence"), _stated(subject, "licence", language, asked.licence)),
            ),
            plain_table(table),
            {"kind": "heading", "text": _("The key, and who reviewed it")},
            *text(
                _(
                    "The key gives each way to act a number for how good it is. Answers are scored by it alone until a "
                    "model of the company’s own staff adds to it."
                ),
                _stated(subject, "review", language, asked.review_status),
                _key_line(subject),
            ),
        ],
        [table],
    )


def _stated(subject: Subject, name: str, language: str, otherwise: str) -> str:
    return subject.questionnaire.statements.get(name, {}).get(language) or otherwise


def _key_line(subject: Subject) -> str:
    if subject.version.figures.get("key_reviewed") is False:
        return _("Nobody but its authors has reviewed the key: no panel has judged it yet.")
    return ""


def _format(code: str) -> str:
    names = {
        "best_worst": _("the best and the worst of several"),
        "pick_one": _("one of several"),
        "rate_each": _("a rating of each"),
        "rank": _("an order of all"),
        "likert": _("agreement on a scale"),
        "open_text": _("in own words, not scored"),
    }
    return names.get(code, code)


def facets_table(subject: Subject, language: str) -> Table:
    columns = [
        Column(_("Facet"), "facet"),
        Column(_("Code"), "code"),
        Column(_("Situations in this form"), "items", "count"),
    ]
    return Table("facets", _("Facets and their situations"), columns, list(_facets(subject, language)))


def _facets(subject: Subject, language: str) -> Iterable[tuple[str, str, int]]:
    items = subject.questionnaire.items_of(subject.version.form)
    for code, names in subject.questionnaire.facet_names.items():
        yield names.get(language, code), code, sum(item.facet == code for item in items)
