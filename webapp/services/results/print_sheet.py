"""The feedback sheet as PDF: the same bytes for the same figures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from webapp.services.set_in_type import set_or_refused

HERE = Path(__file__).parent / "paper"


def print_sheet(contents: dict[str, Any]) -> bytes:
    """PDF/UA-1. A name in letters that our font does not have is refused in words, not printed as empty boxes."""
    refusal = _("The sheet cannot be printed. A name may have letters that our font does not have.")
    return set_or_refused(HERE / "sheet.typ", contents, refusal)
