"""A certificate in words, for the page and for paper, in the reader's language. Nobody is named in any of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from webapp.languages import said_date
from webapp.services.erasure.policy import KEEP, RETIRE
from webapp.services.erasure.read_certificate import CertifiedModel, FullCertificate

Count = Callable[[int], str]


def certificate_words(found: FullCertificate) -> dict[str, Any]:
    """Everything that stands on a certificate, as plain sentences."""
    erasure = found.erasure
    return {
        "code": found.code,
        "organisation": found.organisation.name,
        "day": day(found.erased_at),
        "why": why(erasure.reason if erasure else found.found.stones[0].reason),
        "went": what_went(found),
        "policy": policy_sentence(erasure.action, erasure.statement) if erasure and found.models else "",
        "models": [model_words(each) for each in found.models],
        "no_models": no_models(found),
        "remains": remains(),
        "settled": found.is_settled,
        "simulated": _("Simulated data") if found.organisation.simulated else "",
    }


def day(moment: dt.datetime) -> str:
    return said_date(moment, "long")


def why(reason: str) -> str:
    return _("The time for keeping it was over") if reason == "retention" else _("The person asked for it")


def what_went(found: FullCertificate) -> list[str]:
    if found.erasure is None:
        number = len(found.found.stones)
        return [ngettext("%(num)s sitting with its answers", "%(num)s sittings with their answers", number)]
    kinds = STAFF_KINDS if found.erasure.kind == "staff" else APPLICANT_KINDS
    lines = told(found.erasure.counts, kinds)
    return lines + (staff_lines() if found.erasure.kind == "staff" else [])


def told(counts: Mapping[str, int], kinds: Mapping[str, Count]) -> list[str]:
    """One line for each kind that is known by name, and one for all others together."""
    known = [say(counts[name]) for name, say in kinds.items() if counts.get(name)]
    others = sum(number for name, number in counts.items() if name not in kinds)
    further = [ngettext("%(num)s further row", "%(num)s further rows", others)] if others else []
    return known + further


APPLICANT_KINDS: dict[str, Count] = {
    "applicant": lambda n: ngettext(
        "%(num)s application with name and address", "%(num)s applications with names and addresses", n
    ),
    "sitting": lambda n: ngettext("%(num)s sitting", "%(num)s sittings", n),
    "answer": lambda n: ngettext("%(num)s answer", "%(num)s answers", n),
    "answer_revision": lambda n: ngettext("%(num)s save of an answer", "%(num)s saves of answers", n),
    "score": lambda n: ngettext("%(num)s result", "%(num)s results", n),
    "review_request": lambda n: ngettext("%(num)s request to a person", "%(num)s requests to a person", n),
    "mail": lambda n: ngettext("%(num)s note about a mail", "%(num)s notes about mails", n),
}
STAFF_KINDS: dict[str, Count] = {
    "imported_sittings": lambda n: ngettext(
        "%(num)s imported sheet of answers", "%(num)s imported sheets of answers", n
    ),
    "ratings_about": lambda n: ngettext(
        "%(num)s imported rating about the person", "%(num)s imported ratings about the person", n
    ),
    "ratings_by": lambda n: ngettext(
        "The name of the rater on %(num)s imported rating of somebody else; that rating stays",
        "The name of the rater on %(num)s imported ratings of others; these ratings stay",
        n,
    ),
    "service_pairs": lambda n: ngettext("%(num)s entry of who serves whom", "%(num)s entries of who serves whom", n),
    "history": lambda n: ngettext("%(num)s line of the history", "%(num)s lines of the history", n),
    "applications": lambda n: ngettext(
        "%(num)s application with all answers and results", "%(num)s applications with all answers and results", n
    ),
    "imports": lambda n: ngettext(
        "%(num)s uploaded file that waited to be imported", "%(num)s uploaded files that waited to be imported", n
    ),
}


def staff_lines() -> list[str]:
    """What goes whole and is counted for nobody: a number would tell who rated or answered in confidence."""
    return [
        _("The entry on the staff list: code, name, address, unit"),
        _("Answers by a personal link, links and invitations: all that there were"),
        _("Ratings that colleagues gave in confidence about the person, and figures made of them: all that there were"),
        _("Notes that the person signed: their words, and the name"),
    ]


def policy_sentence(action: str, statement: str) -> str:
    if action == KEEP:
        sentence = _("By the company's rule, models that were trained already stay in service.")
        return f"{sentence} {_('The reason that it states: %(reason)s', reason=statement)}" if statement else sentence
    if action == RETIRE:
        return _(
            "By the company's rule, models that were trained with the person go out of service at once. An earlier "
            "model without the person, or the answer key alone, takes over."
        )
    return _(
        "By the company's rule, models that were trained with the person go out of service when a model without "
        "the person takes over."
    )


def no_models(found: FullCertificate) -> str:
    if found.models or found.erasure is None:
        return ""
    return _("No model was trained with data of this person.")


def model_words(each: CertifiedModel) -> dict[str, Any]:
    return {
        "title": _("Model %(number)s", number=each.version.number),
        "trained": _("It was trained with data of the person.")
        if each.row.recorded
        else _("When it was trained it was not recorded who was among the data. It may hold the person."),
        "lines": [line for line in (state_words(each), retraining_words(each)) if line],
        "settled": each.is_settled,
    }


def state_words(each: CertifiedModel) -> str:
    """What has become of it so far."""
    if each.row.state == "kept":
        return _("It stays by the company's rule.") if each.row.in_use else _("It scores nobody.")
    if each.row.state == "waiting":
        return _("It serves until a model without the person takes over.")
    taker = each.fallback.number if each.fallback else None
    if each.row.state == "retiring":
        return _("Out of service; its last open vacancies are being moved to model %(number)s now.", number=taker)
    done = day(each.row.done_at or each.row.created_at)
    if taker:
        return _("Out of use since %(day)s; model %(number)s scores instead.", day=done, number=taker)
    return _("Out of use since %(day)s: it scores nobody any more.", day=done)


def retraining_words(each: CertifiedModel) -> str:
    """Whether a model without the person is due, by when, and whether it is there."""
    due = each.retraining
    if due is None:
        return ""
    if due.state == "done" and due.ended_at is not None:
        number = each.retrained.number if each.retrained else "–"
        return _("On %(day)s model %(number)s was trained without the person.", day=day(due.ended_at), number=number)
    if due.state == "impossible" and due.ended_at is not None:
        return impossible_words(each, day(due.ended_at))
    if due.state == "running":
        return _("The training of a model without the person is under way.")
    words = _("The training of a model without the person begins by %(day)s at the latest.", day=day(due.due_at))
    return f"{words} {_('A first try did not succeed and is repeated.')}" if due.reason else words


def impossible_words(each: CertifiedModel, when: str) -> str:
    words = _("On %(day)s it was found that too little is left to train a model without the person.", day=when)
    if each.row.state == "kept":
        return words
    return f"{words} {_('Applicants are scored by the answer key alone.')}"


def remains() -> list[str]:
    """What stays, and why."""
    return [
        _("That something was erased, when, of which kind, and the numbers above: to be able to prove it."),
        _(
            "Keyed hashes of answers that were sent, from which nobody can read them: to be able to check whether "
            "answers that somebody brings along are those that were here."
        ),
        _("The event log: it holds numbers of rows and times, no name, no address, no code and no answer."),
        _("Figures about many people, which nobody can be found in: reports of models, of units and of the company."),
        _("The trained weights of a model for as long as the lines above say that it stays."),
    ]
