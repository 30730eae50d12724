"""The site map of this room."""

from flask import Blueprint

blueprint = Blueprint("account", __name__)
