"""The public check of a receipt: whoever holds one sees whether its answers are the ones that were recorded."""

from __future__ import annotations

from flask import current_app, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from webapp.extensions import db, limiter
from webapp.security import public
from webapp.services.acknowledge import check_receipt

# A room full of people stands behind one address; a number has 60 bits, so that nobody finds one by trying.
TRIES = "120 per minute; 600 per hour"


class ReceiptForm(FlaskForm):
    """What stands on the receipt."""

    number = StringField(
        _l("Receipt number"),
        validators=[
            InputRequired(_l("Type the number at the top of the receipt.")),
            Length(max=100),
        ],
    )
    codes = TextAreaField(
        _l("Codes"),
        description=_l("Type or paste as many as you want to check. You may paste the whole receipt."),
        validators=[Length(max=20_000)],
    )


@limiter.limit(TRIES, methods=["POST"])
@public
def check() -> ResponseReturnValue:
    form = ReceiptForm()
    if not form.validate_on_submit():
        return page(form), 400 if form.errors else 200
    secret_key = current_app.config["SETTINGS"].secret_key
    found = check_receipt(db.session, secret_key, form.number.data or "", form.codes.data or "")
    return page(form, asked=True, found=found)


def page(form: ReceiptForm, **values: object) -> str:
    return render_template("candidate/check_receipt.html", form=form, **values)
