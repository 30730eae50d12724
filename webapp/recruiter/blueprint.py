"""The site map of this room."""

from flask import Blueprint

blueprint = Blueprint("recruiter", __name__)
