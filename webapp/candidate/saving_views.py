"""The door by which the browser's script saves answers; the forms of the pages work without it.

``POST /sitting/<uuid>/answers`` with a JSON object and the header ``X-CSRFToken``::

    {"item": "A1", "value": {"best": "a", "worst": "c"}, "revision": 0, "order": ["c", "a", "b", "d"],
     "seconds": 41.5, "away": {"count": 1, "seconds": 12.0}, "key": "<uuid>"}

``value`` null: skipped. A value must be complete, as a form's must. ``revision``: the one that the page showed, 0 for
none. ``order``: option ids as shown; ``[]`` where there are none. ``seconds`` and ``away`` may be null. ``key`` is made
by the browser once for each answer that it sends, and is sent again with each further try of the same answer.

======  ===============================================================================================================
200     ``{"item", "revision", "code", "saved_at", "number", "answered", "total", "deadline_at"}``: it is committed.
        Times are ISO 8601 in UTC; ``deadline_at`` null: untimed.
400     ``{"error": "invalid", "messages": [...]}``: it can never be saved as it is.
400     ``{"error": "csrf"}``: fetch the state, take its token, try again.
403     ``{"error": "not_held"}``: this browser does not hold the sitting (any more). The link from the mail opens it
        again; keep the answers.
403     ``{"error": "not_ready"}``: no consent yet.
409     ``{"error": "stale", "saved": {"value", "skipped", "revision", "saved_at", "code"}}``: another tab or device
        saved something else meanwhile. Nothing was overwritten. ``saved`` null: nothing is saved for this question.
410     ``{"error": "closed", "reason": "submitted" | "time" | "withdrawn" | "vacancy"}``: nothing can be added.
413     ``{"error": "invalid", "messages": [...]}``: more than 64 KB.
429     ``{"error": "unavailable", "retry_after": seconds}`` with ``Retry-After``: too fast.
503     ``{"error": "unavailable", "retry_after": seconds}`` with ``Retry-After``: not acknowledged. Send it again with
        the same key.
500     ``{"error": "broken"}``: as 503, later.
======  ===============================================================================================================

The same save once more (the same key, or the value that is there already) changes nothing and gets the same revision
and code. A delayed or out-of-order one gets 409.

``GET /sitting/<uuid>/state`` gives ``{"csrf", "state", "now", "deadline_at", "answers"}``: ``state`` is ``open`` or one
of the reasons of 410; ``answers`` has ``{"revision", "code", "saved_at", "answered"}`` for each item that is saved
(``answered`` false: skipped). It answers 403, 429, 503 and 500 as above.
"""
