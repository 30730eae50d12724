"""What a look found, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask_babel import format_decimal, format_percent
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from webapp.languages import translated

Numbers = Mapping[str, Any]

OF_SCORES = frozenset({"score", "trend", "assisted"})
"""Findings and figures made of applicants' scores: no page shows these while scores are stopped."""

STATES: Mapping[str, Any] = {
    "steady": _l("steady"),
    "watch": _l("watch"),
    "alarm": _l("alarm"),
    "too_few": _l("too few to tell"),
    "damaged": _l("damaged"),
}

TITLES: Mapping[str, Any] = {
    "damaged": _l("The model's stored file was changed or is damaged"),
    "domain": _l("Answers tell applicants from staff"),
    "answers": _l("Applicants choose other options than staff"),
    "score": _l("Applicants score higher or lower than staff"),
    "trend": _l("Scores have moved lately"),
    "answers_lately": _l("Applicants choose other options than some weeks ago"),
    "flags": _l("More results are flagged for quality"),
    "assisted": _l("More confirmations drop than chance explains"),
    "skipped": _l("More questions are skipped"),
    "missing": _l("More applicants have no score"),
    "languages": _l("The mix of languages has changed"),
    "unlearned": _l("Applicants answer in a language that hardly any staff answered in"),
}

FLAGS: Mapping[str, Any] = {
    "review": _l("Two flags or more"),
    "longest_run": _l("Same place on the screen many times"),
    "speed": _l("Much faster than people read"),
    "even_odd": _l("Situations of one kind do not go together"),
    "variability": _l("Quality of answers varies oddly"),
    "scale_variability": _l("Nearly the same point each time"),
    "distance": _l("Unusual combination of answers"),
    "person_fit": _l("Answers fit no level of the aptitude"),
    "key_agreement": _l("Agrees with the key more than the level explains"),
    "even_pace": _l("Every screen took the same time"),
}


def state_name(state: str) -> str:
    return str(STATES[state])


def level_name(level: str) -> str:
    return str(STATES[level])


def title_of(name: str) -> str:
    return str(TITLES.get(name, name))


def state_sentence(look: Any) -> str:
    """What the state of a look says, in one sentence."""
    if look.state == "steady" and look.applicants < 30:
        return _("Nothing is shown to have moved, but so few applicants would show large changes only.")
    if [each["name"] for each in look.figures.get("findings", [])] == ["unlearned"]:
        return _("Nothing is shown to have moved, but applicants answer in a language that the model hardly learned.")
    return str(STATE_SENTENCES[look.state])


STATE_SENTENCES: Mapping[str, Any] = {
    "steady": _l("Nothing has moved by more than chance explains and enough to matter."),
    "watch": _l("Something has moved. Look at what it is; the model may still be right."),
    "alarm": _l("Something has moved far. See to it before you rely on the probabilities."),
    "too_few": _l("Too few applicants to tell: nothing is compared below ten."),
    "damaged": _l("The model's stored file cannot be trusted, so nothing could be looked at."),
}
FINDING_STATES: Mapping[str, Any] = {
    "open": _l("open"),
    "acknowledged": _l("acknowledged"),
    "snoozed": _l("put off"),
    "over": _l("over"),
}


def finding_state(state: str) -> str:
    return str(FINDING_STATES[state])


def told(sentence: object) -> str:
    """A sentence of the mathematics."""
    return translated(sentence)


def item_level(level: str) -> str:
    return _("uncertain") if level == "uncertain" else level_name(level)


def flag_name(kind: str) -> str:
    return str(FLAGS.get(kind, kind))


def decimal(value: float | None, digits: int = 2) -> str:
    if value is None:
        return _("not known")
    return str(format_decimal(round(value, digits), format=f"0.{'0' * digits}"))


def share(value: float | None, digits: int = 0) -> str:
    if value is None:
        return _("not known")
    return str(format_percent(value, format="#,##0.0%" if digits else None))


def detail_of(name: str, numbers: list[Numbers], titles: Mapping[str, str] | None = None) -> str:
    """One sentence with the numbers of a finding; questions by their titles, where these are given."""
    said = DETAILS.get(name)
    return " ".join(said(_titled(each, titles or {})) for each in numbers) if said else ""


def _titled(numbers: Numbers, titles: Mapping[str, str]) -> Numbers:
    if "items" not in numbers:
        return numbers
    return {**numbers, "items": quoted(numbers["items"], titles)}


def quoted(items: Sequence[str], titles: Mapping[str, str]) -> str:
    return ", ".join(f"“{titles[item]}”" if item in titles else item for item in items)


def language_name(code: str) -> str:
    names = {"en": _("English"), "ru": _("Russian"), "lt": _("Lithuanian")}
    return names.get(code, code) or _("not known")


def what_to_do(name: str) -> str:
    return str(ADVICE.get(name, ""))


def _shift(each: Numbers) -> str:
    return _(
        "%(d)s standard deviations, likely %(low)s to %(high)s.",
        d=decimal(each["d"]),
        low=decimal(each["low"]),
        high=decimal(each["high"]),
    )


def _rise(each: Numbers) -> str:
    name = f"{flag_name(each['kind'])}: " if each.get("kind") in FLAGS else ""
    return name + _("from %(before)s to %(lately)s.", before=share(each["before"], 1), lately=share(each["lately"], 1))


def _items(each: Numbers) -> str:
    return _("Largest index %(psi)s; questions: %(items)s.", psi=decimal(each["psi"]), items=each["items"])


def _area(each: Numbers) -> str:
    return _(
        "Area under the curve %(auc)s, likely %(low)s to %(high)s; 0.50 is chance.",
        auc=decimal(each["auc"]),
        low=decimal(each["low"]),
        high=decimal(each["high"]),
    )


def _dropped(each: Numbers) -> str:
    return _(
        "%(dropped)s of %(n)s, likely %(low)s to %(high)s of all; one in twenty would by chance.",
        dropped=each["dropped"],
        n=each["n"],
        low=share(each["low"]),
        high=share(each["high"]),
    )


def _mixed(each: Numbers) -> str:
    return _(
        "%(language)s: from %(before)s to %(lately)s.",
        language=language_name(each["language"]),
        before=share(each["before"]),
        lately=share(each["lately"]),
    )


def _unlearned(each: Numbers) -> str:
    return _(
        "%(language)s: %(share)s of applicants answered in it, and fewer than 30 of the staff.",
        language=language_name(each["language"]),
        share=share(each["share"]),
    )


DETAILS: Mapping[str, Callable[[Numbers], str]] = {
    "domain": _area,
    "answers": _items,
    "answers_lately": _items,
    "score": _shift,
    "trend": _shift,
    "flags": _rise,
    "skipped": _rise,
    "missing": _rise,
    "assisted": _dropped,
    "languages": _mixed,
    "unlearned": _unlearned,
}

ADVICE: Mapping[str, Any] = {
    "damaged": _l("Restore the database from a copy, or train a new model. Until then nothing is scored by it."),
    "domain": _l("Probabilities learned from staff may not hold for applicants. Watch the outcomes of those hired."),
    "answers": _l("Read these questions: have they become known, or do they read differently to outsiders?"),
    "score": _l("The order of applicants is not touched, but probabilities may be too high or too low throughout."),
    "trend": _l("Ask what changed: another channel, another kind of vacancy, answers that went round?"),
    "answers_lately": _l("Look whether these questions, or their best answers, have become known."),
    "flags": _l("Look at some of the flagged results by hand. A flag is a question and never a verdict."),
    "assisted": _l("Confirm more of those on the shortlist under supervision before you decide."),
    "skipped": _l("Look on the page of questions which ones are left out, and in which language."),
    "missing": _l("See whether people give up, run out of time, or meet a fault."),
    "languages": _l("Nothing need be wrong. Compare figures by language before you read anything into other changes."),
    "unlearned": _l(
        "Have staff answer in this language and be rated, then train anew. Until then nothing shows that scores in it "
        "mean the same: look at the shares by language before you decide, and decide on single people with more than "
        "the score."
    ),
}
