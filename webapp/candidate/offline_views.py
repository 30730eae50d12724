"""What the browser's script needs to go on without the network: its worker, and the words that it shows."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale
from flask import current_app
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from webapp.assets import joined
from webapp.security import public

LARGEST_SAMPLE = 30


@public
def worker() -> ResponseReturnValue:
    """The service worker. From here its scope cannot be wider than the pages of sittings."""
    response = current_app.send_static_file("js/sitting-worker.js")
    response.headers["Cache-Control"] = "no-cache"
    return response


@public
def script(name: str) -> ResponseReturnValue:
    """The script where no web server hands out the copy of it that `assets` makes."""
    response = current_app.make_response(joined(Path(str(current_app.static_folder)), name))
    response.mimetype = "text/javascript"
    return response


def sitting_words() -> str:
    """Every sentence of the script in the page's language, as JSON; the script fills places such as %(number)s."""
    return words_in(str(get_locale()))


@cache
def words_in(_language: str) -> str:
    """They are the same in every request that speaks this language."""
    return json.dumps(
        words_now() | words_of_waiting() | words_about_one_or_more() | words_of_choice() | words_of_the_clock(),
        ensure_ascii=False,
    ).replace("<", "\\u003c")


def words_now() -> dict[str, str]:
    """The line above the buttons."""
    return {
        "saving": _("Saving…"),
        "waiting": _("Waiting: kept in this browser, not yet with us"),
        "unsaved": _("Not saved yet"),
        "saved_here": _("This answer was saved at %(time)s, code %(code)s"),
        "saved_there": _("Answer %(number)s was saved at %(time)s, code %(code)s"),
        "skipped_here": _("Skipped for now at %(time)s, code %(code)s"),
        "skipped_there": _("Question %(number)s was skipped for now at %(time)s, code %(code)s"),
    }


def words_of_waiting() -> dict[str, Any]:
    """The banner, the review and the refusal to hand in."""
    return {
        "waiting_title": by_count(
            lambda number: ngettext(
                "%(answers)s answer waits in this browser and is not yet with us",
                "%(answers)s answers wait in this browser and are not yet with us",
                number,
                answers="%(answers)s",
            )
        ),
        "hand_in_waits": by_count(
            lambda number: ngettext(
                "%(answers)s answer still waits. It goes out when the connection is back; send then.",
                "%(answers)s answers still wait. They go out when the connection is back; send then.",
                number,
                answers="%(answers)s",
            )
        ),
        "hand_in_offline": _("There is no connection just now. Your answers are saved; send them when it is back."),
        "resting": _("Your break is on, and no answers are taken meanwhile. What waits here goes out once you go on."),
        "to_the_break": _("To the break, and on from there"),
        "leave_offline": _(
            "There is no connection just now. The pages that this browser kept are deleted. "
            "Press the button again when it is back: only then does this browser let go of the questionnaire."
        ),
        "late_submitted": _("Your answers were sent already, so they can no longer be changed."),
        "questions": _("Questions:"),
        "try_now": _("Try now"),
        "kept": _("There is no connection just now. This page is shown as this browser kept it."),
        "waits_here": _("Waits in this browser"),
        "answered_here": _("Answered"),
        "aside_stale": _("Question %(number)s: something else was saved in another place. Choose which to keep."),
        "aside_invalid": _("Question %(number)s: this answer could not be taken."),
        "open": _("Open question %(number)s"),
    }


def words_about_one_or_more() -> dict[str, Any]:
    """Why an answer, or several, still wait."""
    return {
        "goes_out": by_count(
            lambda number: ngettext(
                "It is sent as soon as the connection is back. You can go on meanwhile in this browser.",
                "They are sent as soon as the connection is back. You can go on meanwhile in this browser.",
                number,
            )
        ),
        "tried_again": by_count(
            lambda number: ngettext(
                "We cannot take it just now. It is sent again by itself; go on meanwhile in this browser.",
                "We cannot take them just now. They are sent again by themselves; go on meanwhile in this browser.",
                number,
            )
        ),
        "memory": by_count(
            lambda number: ngettext(
                "This browser cannot keep it by itself: leave this page open until it is sent.",
                "This browser cannot keep them by itself: leave this page open until they are sent.",
                number,
            )
        ),
        "not_held": by_count(
            lambda number: ngettext(
                "Open the link from your invitation in this browser again. Then it is sent by itself.",
                "Open the link from your invitation in this browser again. Then they are sent by themselves.",
                number,
            )
        ),
        "late": by_count(
            lambda number: ngettext(
                "The questionnaire was closed before it came, so it could not be added.",
                "The questionnaire was closed before they came, so they could not be added.",
                number,
            )
        ),
    }


def words_of_the_clock() -> dict[str, Any]:
    """The countdown, where the time is limited."""
    return {
        "clock_left": _("Time left: %(time)s"),
        "clock_hide": _("Hide the time"),
        "clock_show": _("Show the time"),
        "clock_warning": by_count(
            lambda number: ngettext(
                "%(minutes)s minute is left", "%(minutes)s minutes are left", number, minutes="%(minutes)s"
            )
        ),
        "clock_over": _("The time is over. Your answers are being sent."),
        "clock_over_waits": _(
            "The time is over. What waits here is sent when the connection is back: leave this page open."
        ),
    }


def words_of_choice() -> dict[str, str]:
    """Two answers of which one stays."""
    return {
        "stale_title": _("This answer was changed in another place"),
        "stale_lead": _(
            "Another tab or device saved something else for this question after this page was opened. "
            "Nothing was overwritten. Which answer do you want to keep?"
        ),
        "stale_saved": _("Saved now"),
        "stale_mine": _("Sent from this page, not saved"),
        "stale_keep": _("Keep what is saved"),
        "stale_take": _("Save the answer from this page"),
        "no_answer": _("No answer yet."),
    }


def by_count(say: Callable[[int], str]) -> dict[str, str]:
    """A sentence in each plural form of the page's language."""
    return {form: say(sample) for form, sample in plural_samples().items()}


def plural_samples() -> dict[str, int]:
    """One number for each plural form of the page's language, by the name that browsers give the form."""
    locale = get_locale() or Locale("en")
    samples: dict[str, int] = {}
    for number in range(LARGEST_SAMPLE):
        samples.setdefault(locale.plural_form(number), number)
    return {"other": samples.get("other", samples.get("many", 0))} | samples
