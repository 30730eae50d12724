"""The feedback sheet as PDF: tagged, in our own font, without a network, the same bytes for the same figures."""

from __future__ import annotations

import datetime as dt
import json
from functools import cache
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

import questionnaires.booklet
from webapp.errors import Invalid

HERE = Path(__file__).parent / "paper"
FONTS = Path(questionnaires.booklet.__file__).parent / "fonts"
STANDARD: Any = ["ua-1"]


@cache
def fonts() -> Any:
    """Only our own files: what is installed on a machine must not change a sheet."""
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])


def print_sheet(contents: dict[str, Any]) -> bytes:
    """PDF/UA-1. A name in letters that our font does not have is refused in words, not printed as empty boxes."""
    import typst

    moment = dt.datetime.combine(dt.date(*contents["date"]), dt.time(), dt.UTC)
    try:
        made: bytes = typst.compile(
            HERE / "sheet.typ",
            root=HERE,
            font_paths=fonts(),
            sys_inputs={"data": json.dumps(contents, ensure_ascii=False)},
            pdf_standards=STANDARD,
            timestamp=int(moment.timestamp()),
        )
    except typst.TypstError as fault:
        # The typesetter's own words are English only, and may hold parts of the name.
        raise Invalid(
            [_("The sheet cannot be printed. A name may have letters that our font does not have.")]
        ) from fault
    return made
