"""The site map of this room."""

from flask import Blueprint

blueprint = Blueprint("candidate", __name__)
