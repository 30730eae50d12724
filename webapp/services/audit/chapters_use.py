"""Limits, people above the program, security and privacy, versions, and the model card."""

from __future__ import annotations

from flask_babel import format_datetime, ngettext
from flask_babel import gettext as _

from webapp.services.audit.blocks import Block, Chapter, bullets, facts, heading, plain_table, text
from webapp.services.audit.gather_pack import Subject
from webapp.services.demographics.catalogue import attribute_name, jurisdiction_name
from webapp.services.describe_figures import number
from webapp.services.oversight.for_pack import oversight_facts
from webapp.services.promotion.history import Happened
from webapp.services.reports.parts import Column, Table


def limits(_subject: Subject) -> Chapter:
    return Chapter(
        _("Limits and known failures"),
        [
            bullets(
                _("Calibrated on staff, who answered without stakes. Applicants may answer differently."),
                _(
                    "Tests of this kind agree with ratings to about 0.2 to 0.3. Most of what makes people differ is "
                    "not in it."
                ),
                _("Ratings are opinions. Where colleagues rate a group too low, the model learns it."),
                _(
                    "Answers given without supervision can be assisted. A short supervised confirmation finds a "
                    "large drop only."
                ),
                _("With few people in a group nothing can be told, and nothing told is no proof that all is well."),
                _(
                    "Language versions are compared where enough people answered; until then they are taken to be "
                    "alike."
                ),
                _("Who tells sex or age is a choice of theirs; those who tell need not be like those who do not."),
                _(
                    "Probabilities age: when work, people or the questionnaire’s fame change, they have to be "
                    "learned anew."
                ),
            ),
            heading(_("Where it is known to fail")),
            bullets(
                _("People who skip more than a fifth of the questions get no score."),
                _("Somebody who answers as the key does, without having the makings, gets a high score."),
                _("Another form of the questionnaire has only the key’s points until both forms are linked."),
                _("Nearly equal scores do not tell people apart; an order within a tie means nothing."),
            ),
        ],
    )


def oversight(subject: Subject) -> Chapter:
    rules = events_table("rules", _("Rules about models, and the stop switch"), subject.ruled)
    return Chapter(
        _("People above the program"),
        [
            bullets(
                _("Nobody is rejected by the program: people decide, and see why a score is what it is."),
                _("Applicants are told before they begin what is assessed, by what, and who decides."),
                _("Applicants can ask that a person looks at their result; the answer is in words and has a deadline."),
                _("Flags say “review”; they never lower a score and never reject."),
                _("A stop switch takes scores off all pages and files at once; one person is enough to press it."),
                _("A new model changes nothing by itself. HR reads its figures, rehearses, then promotes it, or not."),
                _("Open vacancies stay on their model unless HR moves them."),
                _("Promoting and rolling back need a second person’s approval.")
                if subject.approval
                else _("A second person’s approval is not required at present; the company can turn it on."),
            ),
            facts(
                (_("Scores are"), _("stopped") if subject.stop else _("shown")),
                (_("Requests for a person’s review"), number(subject.reviews, 0)),
                (_("Of these, answered"), number(subject.answered_reviews, 0)),
                *oversight_facts(subject.oversight),
            ),
            *_happened(rules),
        ],
        [rules],
    )


def _happened(table: Table) -> list[Block]:
    return [plain_table(table)] if table.rows else text(_("%(name)s: nothing is written down.", name=table.caption))


def events_table(code: str, caption: str, happened: object) -> Table:
    columns = [Column(_("When (UTC)"), "at"), Column(_("Who"), "who"), Column(_("What"), "what")]
    rows = [_line(each) for each in happened]  # type: ignore[attr-defined]
    return Table(code, caption, columns, rows)


def _line(each: Happened) -> tuple[str, str, str]:
    return format_datetime(each.at, "yyyy-MM-dd HH:mm"), each.who or "–", each.words


def privacy(subject: Subject) -> Chapter:
    policy = subject.policy
    asked = ", ".join(attribute_name(each) for each in policy.asked) or _("nothing")
    confirmed = format_datetime(policy.confirmed_at, "yyyy-MM-dd HH:mm") if policy.confirmed_at else ""
    return Chapter(
        _("Security and privacy"),
        [
            bullets(
                _("Each company’s rows are bounded by its own number; no query crosses it."),
                _(
                    "Links are kept as hashes, passwords as Argon2; pages run no foreign script and load nothing "
                    "from elsewhere."
                ),
                _("The model’s file is kept with its SHA-256, and is used only while both agree."),
                _("Every change is an event that is only ever added to; events hold no personal data."),
                _("Applicants see, take along, correct and erase their data themselves; an erasure has a certificate."),
                ngettext(
                    "Applicants’ data are deleted one month after the vacancy has closed.",
                    "Applicants’ data are deleted %(num)s months after the vacancy has closed.",
                    subject.months,
                ),
            ),
            heading(_("What applicants tell of themselves")),
            bullets(
                _(
                    "It is asked after the answers are in, voluntarily, with “I prefer not to say”, and nothing is "
                    "chosen beforehand."
                ),
                _(
                    "It is kept apart, under a keyed number; without the installation’s secret no row leads to a "
                    "person."
                ),
                _(
                    "It is read in sums over ten people and more. Reports are held against each other, so that no "
                    "difference tells of fewer."
                ),
                _("It is in no model, moves no cut, and goes with the application."),
            ),
            facts(
                (_("Asked at present"), asked),
                (_("Jurisdiction for race and ethnicity"), jurisdiction_name(policy.jurisdiction) or _("none")),
                (_("Legal basis"), policy.basis),
                (_("Confirmed by"), subject.confirmer),
                (_("Confirmed (UTC)"), confirmed),
                (_("Sittings erased so far"), number(subject.erased, 0)),
            ),
        ],
    )


def versions(subject: Subject) -> Chapter:
    every = versions_table(subject)
    events = events_table("model-events", _("What happened to this model"), subject.happened)
    changes = changes_table(subject)
    return Chapter(
        _("Changes and versions"),
        [plain_table(every), *_happened(events), plain_table(changes)],
        [every, events, changes],
    )


def versions_table(subject: Subject) -> Table:
    columns = [
        Column(_("Model"), "model", "count"),
        Column(_("Kind"), "kind"),
        Column(_("State"), "state"),
        Column(_("Made (UTC)"), "made"),
        Column(_("Promoted (UTC)"), "promoted"),
        Column(_("Agreement with the ratings"), "r", "number"),
    ]
    rows = [
        (
            each.number,
            _("by the key alone") if each.kind == "key_only" else _("learned from staff"),
            state_word(each.state),
            format_datetime(each.created_at, "yyyy-MM-dd HH:mm"),
            format_datetime(each.promoted_at, "yyyy-MM-dd HH:mm") if each.promoted_at else None,
            each.figures.get("r"),
        )
        for each in subject.versions
    ]
    return Table("versions", _("Models of this company"), columns, rows)


def state_word(state: str) -> str:
    return {"serving": _("serving"), "candidate": _("not promoted"), "retired": _("retired")}.get(state, state)


def changes_table(subject: Subject) -> Table:
    columns = [Column(_("Version"), "version"), Column(_("Date"), "date"), Column(_("Change"), "change")]
    rows = [(each.version, each.date, each.note) for each in subject.questionnaire.history]
    return Table("questionnaire-versions", _("Versions of the questionnaire"), columns, rows)


def card(subject: Subject) -> Chapter:
    version, manifest = subject.version, subject.version.manifest
    damaged = _("The stored file of this model was changed or is damaged. It is not used for anything.")
    return Chapter(
        _("Model card"),
        [
            *text("" if subject.model else damaged),
            facts(
                (_("Model"), str(version.number)),
                (_("State"), state_word(version.state)),
                (_("Predicts"), _predicts(subject)),
                (
                    _("Uses"),
                    _("Answers only. No time, no position of an option, no membership of any group enters a score."),
                ),
                (_("Made (UTC)"), format_datetime(version.created_at, "yyyy-MM-dd HH:mm")),
                (_("Scoring identity"), str(manifest.get("scoring_identity", ""))),
                (_("Fingerprint of its data"), str(manifest.get("data_fingerprint") or _("no data"))),
                (_("SHA-256 of its file"), version.artefact_sha256),
                (_("Standard error of a difference of two scores"), number(version.sed, 4) if version.sed else ""),
                (_("People scored with it"), number(subject.scores, 0)),
            ),
            *text(_("The card as the model itself carries it, in English, is among the data files: model-card.md.")),
        ],
    )


def _predicts(subject: Subject) -> str:
    if subject.version.kind == "key_only":
        return _("Nothing: it orders people by the questionnaire's key.")
    name = subject.version.manifest.get("criterion")
    return _("The rating of “%(name)s” by colleagues", name=name) if name else _("The mean rating by colleagues")
