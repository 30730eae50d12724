"""What both kinds of raters are answered with in the same way: colleagues and experts."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, redirect, request
from flask.typing import ResponseReturnValue


def back_within(home: str) -> ResponseReturnValue:
    """To the page that this came from if it is one of this rater's, else to their first page."""
    wanted = request.args.get("next", "")
    return redirect(wanted if wanted.startswith((home + "/", home + "?")) else home)


def own_file(own: dict[str, Any]) -> Response:
    """What somebody gave, to keep."""
    reply: Response = jsonify(own)
    reply.headers["Content-Disposition"] = 'attachment; filename="my-ratings.json"'
    return reply
