"""The site map of this room."""

from flask import Blueprint

blueprint = Blueprint("hr", __name__)
