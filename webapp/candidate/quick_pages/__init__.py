"""The quick door of the pages: the form's answer and the next question, answered before Flask begins (decision 0052).

`door` is the WSGI application before Flask's; `forms` reads what a form sends; `moulds` casts the real page once for
all who see the same, with holes for what is each person's own; `shape` says what "the same" is.
"""
