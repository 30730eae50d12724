"""What a note may be about, in the page's language."""

from __future__ import annotations

from flask_babel import gettext as _


def topic_names() -> dict[str, str]:
    return {
        "work": _("How the work is done"),
        "tools": _("Tools and rooms"),
        "team": _("Working together"),
        "management": _("Managers and decisions"),
        "pay": _("Pay, hours and leave"),
        "customers": _("What customers meet with"),
        "safety": _("Health and safety"),
        "other": _("Something else"),
    }
