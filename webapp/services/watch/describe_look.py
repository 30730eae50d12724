"""Each figure of a look: its value in words, one sentence of what it means and one of what it does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import gettext as _

from webapp.services.describe_figures import Figure
from webapp.services.watch.words import OF_SCORES, decimal, share

Figures = Mapping[str, Any]


def describe_look(figures: Figures, stopped: bool = False) -> list[Figure]:
    """Those that could be made, in the order in which they are worth reading; of scores none while they are stopped."""
    shown = {name: value for name, value in figures.items() if not (stopped and name in OF_SCORES)}
    return [*_on_staff(shown), *_on_weeks(shown), *_on_answers(shown)]


def ends(value: float | None, low: float | None, high: float | None, write: Any = decimal) -> str:
    return _("%(value)s, likely %(low)s to %(high)s", value=write(value), low=write(low), high=write(high))


def _on_staff(figures: Figures) -> Iterator[Figure]:
    if domain := figures.get("domain"):
        yield Figure(
            _("Telling applicants from staff"),
            ends(domain["auc"], domain["low"], domain["high"]),
            _(
                "Of an applicant and a member of staff, a classifier that sees their answers alone picks the applicant "
                "this often; 0.50 is chance. The further above, the more the model is used on people unlike those it "
                "learned from."
            ),
            _("It does not say who answers more honestly, nor whether the order of applicants suffers."),
        )
    if score := figures.get("score"):
        yield Figure(
            _("Mean score, applicants less staff"),
            ends(score["d"], score["low"], score["high"]),
            _(
                "In standard deviations of the staff's scores, rounded to twentieths. Far above 0, probabilities are "
                "likely too high for applicants."
            ),
            _("It is no proof of dressed-up answers: applicants may be better, or chosen beforehand."),
        )


def _on_weeks(figures: Figures) -> Iterator[Figure]:
    if trend := figures.get("trend"):
        yield Figure(
            _("Mean score, lately less before"),
            ends(trend["d"], trend["low"], trend["high"]),
            _("In standard deviations of the scores before. It shows whether applicants, or their answers, change."),
            _("It does not say why. Another channel or kind of vacancy moves it as known answers do."),
        )


def _on_answers(figures: Figures) -> Iterator[Figure]:
    assisted = figures.get("assisted") or {}
    if assisted.get("n"):
        yield Figure(
            _("Confirmations that dropped"),
            _("%(dropped)s of %(n)s: ", dropped=assisted["dropped"], n=assisted["n"])
            + ends(assisted["share"], assisted["low"], assisted["high"], share),
            _(
                "Of people who answered a second form under supervision, the share whose score fell more than chance "
                "explains. Of honest people one in twenty does."
            ),
            _("Those asked were on the shortlist, so it says nothing about all applicants, and proves nothing of one."),
        )
    missing, skipped = figures.get("missing"), figures.get("skipped")
    if missing and missing["lately"] is not None:
        yield Figure(
            _("Applicants without a score, lately"),
            _change(missing["before"], missing["lately"]),
            _("Who answers less than four fifths gets no score. A rise means that people give up or meet a fault."),
            _("It does not say that they are worse applicants."),
        )
    if skipped and skipped["lately"] is not None:
        yield Figure(
            _("Questions skipped, lately"),
            _change(skipped["before"], skipped["lately"]),
            _("The share of questions that an applicant leaves out on purpose, on average."),
            _("It does not say which: the page of questions does."),
        )


def _change(before: float | None, lately: float | None) -> str:
    if before is None:
        return share(lately, 1)
    return _("%(lately)s, before %(before)s", lately=share(lately, 1), before=share(before, 1))
