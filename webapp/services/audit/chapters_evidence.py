"""The data, the method, how well it works, and what it does to groups."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask_babel import gettext as _

from webapp.services.audit.blocks import Block, Chapter, bullets, facts, of_sections, plain_table, text
from webapp.services.audit.gather_pack import Subject
from webapp.services.demographics.group_sections import question_tables
from webapp.services.demographics.read_report import report_sections
from webapp.services.describe_figures import cautions, describe_figures, number
from webapp.services.reports.parts import Column, Table
from webapp.services.reports.reader import Reader
from webapp.services.reports.single_figures import figures_table
from webapp.services.reports.staff_groups import group_sections
from webapp.services.reports.validation import validation_sections
from webapp.services.training_readiness import MINIMUM


def data(subject: Subject, _reader: Reader) -> Chapter:
    figures = subject.version.figures
    if subject.version.kind == "key_only":
        return Chapter(
            _("Data that it learned from"),
            text(_("None: this model scores by the key alone. There is no local evidence, and none is claimed.")),
        )
    return Chapter(
        _("Data that it learned from"),
        [
            *text(
                _(
                    "The model learned from members of the company’s staff who answered the same form and whom "
                    "colleagues rated. Staff answered without stakes; applicants answer with them."
                ),
                _in_confidence(figures),
            ),
            facts(
                (_("Rated staff"), _whole(figures.get("n"))),
                (_("Units"), _whole(figures.get("n_units"))),
                (_("Predicted rating"), subject.version.manifest.get("criterion") or _("the mean of all competences")),
                (_("Rating scale"), _scale(subject.version.manifest.get("scale"))),
                (_("Reliability of the ratings"), number(figures.get("criterion_reliability"))),
                (_("Fingerprint of the data"), subject.version.manifest.get("data_fingerprint") or ""),
            ),
        ],
    )


def _in_confidence(figures: Any) -> str:
    if not figures.get("in_confidence"):
        return ""
    return _("Some ratings were given in confidence, so these figures are rounded and nobody can compute them again.")


def _whole(value: Any) -> str:
    return number(value, 0)


def _scale(scale: Any) -> str:
    return _("%(low)s to %(high)s", low=f"{scale[0]:g}", high=f"{scale[1]:g}") if scale else ""


def method(subject: Subject, _reader: Reader) -> Chapter:
    blocks: list[Block] = [
        *text(
            _(
                "Answers become numbers one question at a time. Only what was answered enters: no time, no position of "
                "an option, no membership of any group, no name and no earlier result."
            ),
        ),
        bullets(
            _("The key’s total is the mean over the answered questions; below 80 % answered there is no score."),
            _("A regression on single options learns what the key does not say, with a penalty chosen in inner tests."),
            _("Both are joined with weights that cannot be negative; where learning does not help, the key remains."),
            _("Probabilities come from the errors on people whom the model had not seen."),
            _("Severity of raters is taken out of the ratings where it is known who rated whom."),
            _(
                "Colleagues of one unit stay together when it is tested, so that nothing is learned from their "
                "likeness."
            ),
            _(
                "People whose scores differ by less than their own measurement error stand in one group, and a cut "
                "through such a group is shown as one."
            ),
        ),
        *text(
            _(
                "Everything that was computed can be computed again: the same data and the same seed give the same "
                "figures, and every score can be replayed from the questions, the language, the model and the answers."
            ),
        ),
        facts((_("Seed"), _seed(subject)), (_("Libraries"), _libraries(subject))),
    ]
    if subject.version.kind == "key_only":
        return Chapter(_("Method"), text(_("Answers are scored by the key alone; nothing was learned.")))
    return Chapter(_("Method"), blocks)


def _seed(subject: Subject) -> str:
    hidden = subject.version.figures.get("in_confidence")
    return "" if hidden else str(subject.version.manifest.get("seed", ""))


def _libraries(subject: Subject) -> str:
    found = subject.version.manifest.get("libraries") or {}
    return ", ".join(f"{name} {release}" for name, release in sorted(found.items()))


def validation(subject: Subject, reader: Reader) -> Chapter:
    figures = subject.version.figures
    before = [bullets(*cautions(figures, MINIMUM, subject.questionnaire.languages))]
    if figures.get("r") is None:
        return Chapter(
            _("Validation and calibration"),
            [*before, *text(_("Not computed: the model scores by the key alone, and has been tested on nobody."))],
        )
    meanings, numbers = meanings_table(subject), figures_table(figures)
    chapter = of_sections(
        _("Validation and calibration"),
        validation_sections(figures, reader),
        *before,
        *text(
            _("All of them are about people whom the model had not seen: whole units were left out, again and again.")
        ),
        plain_table(meanings),
    )
    return Chapter(chapter.title, chapter.blocks, [meanings, numbers, *chapter.tables])


def meanings_table(subject: Subject) -> Table:
    columns = [
        Column(_("Figure"), "figure"),
        Column(_("Value"), "value"),
        Column(_("It means"), "means"),
        Column(_("It does not mean"), "not_means"),
    ]
    rows = [(each.name, each.value, each.means, each.not_means) for each in describe_figures(subject.version.figures)]
    return Table("figures-meaning", _("Every figure, and what it means"), columns, rows)


def staff(subject: Subject, reader: Reader) -> Chapter:
    sections = group_sections(subject.version.figures, reader)
    lines = text(
        _("Of the staff only the language of answering is known, so only languages are compared."),
        ""
        if sections
        else _("Not computed: this model was made before runs looked at groups, or learned from nobody."),
    )
    return of_sections(_("Groups of the staff"), sections, *lines)


def applicants(subject: Subject, reader: Reader) -> list[Chapter]:
    """What became of applicants' groups, the law's tables among them."""
    country = subject.policy.country
    chapters = [
        of_sections(
            each.title, each.sections, *text(*each.lines, "" if each.sections else _("There is nothing to show."))
        )
        for each in report_sections(subject.report, reader, country, None)
    ]
    every = [table for table in question_tables(subject.report, country) if table.rows]
    return [*chapters[:-1], replace(chapters[-1], tables=[*chapters[-1].tables, *every])]
