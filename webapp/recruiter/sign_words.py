"""Flags and signs of response quality explained: what each means, what it does not mean, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import LazyString, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from webapp.services.portrait.quality import Sign


@dataclass(frozen=True)
class Explained:
    """One flag in words."""

    name: Any
    means: LazyString
    not_means: LazyString
    do: LazyString


TALK = _l(
    "Talk with the person about the work, as with everybody. Do not ask about the flag: nobody can answer for it."
)
CONFIRM = _l("If the decision hangs on this result, ask HR for a supervised confirmation with the other questions.")

FLAGS: dict[str, Explained] = {
    "incomplete": Explained(
        _l("Under 80 % answered, so there is no score"),
        _l("Too few situations were answered for a result that could be stood behind."),
        _l("It is no low result. Why somebody stopped is not known: time, a bad connection, a second thought."),
        _l("Judge by what else you know, or let the person finish: the link may be sent again."),
    ),
    "reused": Explained(
        _l("An earlier result, reused with consent"),
        _l("The answers were given for another vacancy of this company and are handed in again."),
        _l("It says nothing for or against: the questions and the scoring are the same."),
        _l("Look at the day of the result. Read it as you read the others."),
    ),
    "other_form": Explained(
        _l("Answered the other form of the questionnaire; points by the key"),
        _l("The person had answered one form before and got the other, which this model does not know."),
        _l("It is no low result, and it was not the person’s choice."),
        _l("Compare it with nobody’s place on the list. Talk with the person."),
    ),
    "pooled_family": Explained(
        _l("Compared with all rated staff: too few in this job family"),
        _l("“Top third” means the top third of all rated staff here, and not of those in this kind of work."),
        _l("It is about the staff to compare with, and not about this person."),
        _l("Read the probability as a rougher one. More rated staff in this job family would mend it."),
    ),
}
SIGNS: dict[str, Explained] = {
    "longest_run": Explained(
        _l("The same place on the screen, many times running"),
        _l("Options stand in another order on each screen, so whoever weighs them chooses now here, now there."),
        _l("It is no proof of carelessness. Of a hundred careful people about one has such a run by chance."),
        CONFIRM,
    ),
    "speed": Explained(
        _l("Much faster than people read"),
        _l("The screens were left in much less time than an ordinary reader needs for the words on them."),
        _l(
            "It is no proof of guessing. Some people read very fast, or know such questions. Time never enters a score."
        ),
        CONFIRM,
    ),
    "even_odd": Explained(
        _l("Answers to like situations do not go together"),
        _l("In situations of the same kind the answers went now one way, now the other, more than among your staff."),
        _l("It is no contradiction that somebody would have to explain: situations of a kind still differ."),
        TALK,
    ),
    "variability": Explained(
        _l("Unusually even, or unusually uneven, answers"),
        _l("How well the answers fit varies from situation to situation far more, or far less, than among your staff."),
        _l("It is neither good nor bad. Some people are strong in some situations and not in others."),
        TALK,
    ),
    "scale_variability": Explained(
        _l("Nearly the same point of the scale every time"),
        _l("On the questions with a scale nearly the same point was chosen, whatever was asked."),
        _l("Whoever truly thinks the same of all of them answers like this too."),
        TALK,
    ),
    "distance": Explained(
        _l("An unusual combination of answers"),
        _l("Taken together, the answers lie far from those of your staff."),
        _l("Unusual is not wrong. People from another trade or country often answer in their own way."),
        TALK,
    ),
    "person_fit": Explained(
        _l("Answers that fit no level of the aptitude"),
        _l(
            "Hard situations were met well and easy ones badly, or the other way round, more often than levels explain."
        ),
        _l("It is no proof of anything. A misread instruction, tiredness or a second language can do that."),
        CONFIRM,
    ),
    "key_agreement": Explained(
        _l("More agreement with the key than the level explains"),
        _l("The answers agree with the questionnaire’s key more closely than for nearly all people at the same level."),
        _l("It is no proof of help. Very good people are flagged too, since they agree most."),
        CONFIRM,
    ),
    "even_pace": Explained(
        _l("Nearly the same time for every screen"),
        _l("Long and short screens took nearly the same time for their length."),
        _l("It is no proof that a machine answered. Some people keep a steady pace."),
        CONFIRM,
    ),
}


def sign_words(name: str) -> Any:
    """What a flag or a sign is called."""
    found = FLAGS.get(name) or SIGNS.get(name)
    return found.name if found else name


def behind(sign: Sign) -> str:
    """The figures of one sign in plain words."""
    return " ".join(part for part in (_own(sign), _limit(sign)) if part)


def _own(sign: Sign) -> str:
    if sign.run is not None and sign.chance is not None:
        return _(
            "%(run)s choices running stood in the same place; of a thousand people who choose at random about "
            "%(chance)s have such a run.",
            run=sign.run,
            chance="<1" if sign.chance < 1 else f"{sign.chance:.0f}",
        )
    if sign.speed is not None:
        return _(
            "A screen took about %(share)s %% of the time that an ordinary reader needs for it.",
            share=max(1, round(100 * sign.speed)),
        )
    return ""


def _limit(sign: Sign) -> str:
    if sign.limit == "default":
        return _("This limit is a convention; how often it flags careful people is not known.")
    if sign.limit != "staff" or not sign.people:
        return ""
    crossed = ngettext(
        "The limit rests on %(num)s member of your staff: of a hundred careful people about one is beyond it.",
        "The limit rests on %(num)s of your staff: of a hundred careful people about one is beyond it.",
        sign.people,
    )
    if sign.beyond is None:
        return crossed
    return f"{crossed} " + _("Of the staff themselves %(share)s of a hundred are.", share=f"{sign.beyond:.0f}")
