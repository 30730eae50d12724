"""Whether the test is honest and what the figures rest on: canary, ratings, range restriction, facet bands."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _

from webapp.languages import translated
from webapp.services.describe_figures import number
from webapp.services.reports.parts import Column, Figures, Section, Table
from webapp.services.reports.reader import Reader


def canary_section(figures: Figures, _reader: Reader) -> Section:
    bird = figures.get("canary")
    return Section(
        "canary",
        _("Canary: does the test find something where there is nothing?"),
        _(
            "The whole test once more with everybody's ratings dealt out at random: the agreement has to be 0 but for "
            "chance, or the test fools itself."
        ),
        _("It does not say that the model is good, nor that there is no mistake of another kind."),
        tables=[canary_table(bird)] if bird else [],
        lines=[canary_line(bird)] if bird else [],
    )


def canary_table(bird: Figures) -> Table:
    columns = [
        Column(_("Agreement with shuffled ratings"), "r", "small"),
        Column(_("Its standard error"), "standard_error", "small"),
        Column(_("Shuffles"), "permutations", "count"),
        Column(_("People"), "people", "count"),
    ]
    row = (bird.get("r"), bird.get("standard_error"), bird.get("permutations"), bird.get("people"))
    return Table("canary", _("Agreement with ratings dealt out at random"), columns, [row])


def canary_line(bird: Figures) -> str:
    if bird.get("passed"):
        return _("Passed: it lies within two standard errors of 0.")
    return _("Not passed: something leaks. Do not rely on these figures, and tell those who look after this program.")


def ratings_section(figures: Figures, _reader: Reader) -> Section:
    known = figures.get("r") is not None
    return Section(
        "ratings",
        _("How reliable the ratings are"),
        _(
            "How far two sets of colleagues would agree on the same people: the less they do, the lower any agreement "
            "with their ratings has to stay."
        ),
        _("It says nothing about the questionnaire, and a corrected agreement makes no prediction any better."),
        tables=[ratings_table(figures)] if known else [],
        lines=[translated(note) for note in figures.get("rating_notes") or []] if known else [],
    )


def ratings_table(figures: Figures) -> Table:
    columns = [
        Column(_("Rated and answered"), "n", "count"),
        Column(_("Units"), "n_units", "count"),
        Column(_("Reliability of the ratings"), "criterion_reliability", "number"),
        Column(_("Agreement"), "r", "number"),
        Column(_("Corrected for unreliable ratings"), "r_corrected", "number"),
        Column(_("Reliability of the score"), "score_reliability", "number"),
    ]
    return Table("ratings", _("What the figures rest on"), columns, [[figures.get(each.code) for each in columns]])


def range_section(figures: Figures, _reader: Reader) -> Section:
    known = figures.get("r_range_corrected") is not None
    return Section(
        "range",
        _("Range restriction"),
        _("What the agreement would be among applicants, if they differ from each other more or less than staff do."),
        _("Nobody is ranked by it, and it holds only if the same line from score to rating serves applicants too."),
        tables=[range_table(figures)] if known else [],
        lines=[spread_line(figures["spread_from"])] if known and figures.get("spread_from") else [],
        absent=_("Not computed for this model: how much applicants' scores differ was not known when it was trained."),
    )


def spread_line(source: Figures) -> str:
    """Where the spread came from."""
    people = {name: number(source[name], 0) for name in ("applicants", "staff", "most")}
    if source["model"] is None:
        return _(
            "The spread is that of %(applicants)s applicants who sent their answers and of about %(staff)s staff, as "
            "the run began; both scored by the key alone, at most %(most)s of each, drawn by the run's seed.",
            **people,
        )
    return _(
        "The spread is that of %(applicants)s applicants who sent their answers and of about %(staff)s staff, as the "
        "run began; both scored by model %(number)s, at most %(most)s of each, drawn by the run's seed.",
        number=source["model"],
        **people,
    )


def range_table(figures: Figures) -> Table:
    columns = [
        Column(_("Spread of applicants' scores over that of staff"), "spread_ratio", "number"),
        Column(_("Agreement among staff"), "r", "number"),
        Column(_("Agreement expected among applicants"), "r_range_corrected", "number"),
    ]
    title = _("Agreement among staff and applicants")
    return Table("range", title, columns, [[figures.get(each.code) for each in columns]])


def facets_section(figures: Figures, reader: Reader) -> Section:
    rules = figures.get("facet_bands") or []
    return Section(
        "facets",
        _("Which parts of the questionnaire get a band of their own"),
        _(
            "Whether a part's own score says more about that part than the total does; only then are people shown a "
            "band on it."
        ),
        _("“Too little information” does not mean that this part does not matter at work."),
        tables=[facets_table(rules, reader)] if rules else [],
    )


def facets_table(rules: Iterable[Figures], reader: Reader) -> Table:
    columns = [
        Column(_("Part"), "facet"),
        Column(_("Questions"), "items", "count"),
        Column(_("Reliability of its score"), "reliability", "number"),
        Column(_("Told by its own score"), "prmse_facet", "share"),
        Column(_("Told by the total"), "prmse_total", "share"),
        Column(_("Band"), "band"),
    ]
    rows = [
        (
            reader.facet(rule["facet"]),
            rule["items"],
            rule["reliability"],
            rule["prmse_facet"],
            rule["prmse_total"],
            _("shown") if rule["wins"] else _("too little information"),
        )
        for rule in rules
    ]
    return Table("facets", _("Facet bands by Haberman's rule"), columns, rows)


def resampled_line(figures: Figures) -> str:
    """How the intervals were made."""
    units, n_units = figures.get("resampled") == "units", figures.get("n_units") or 0
    if units:
        return _(
            "“Likely” is a 90 %% interval: whole units were drawn again and again (%(units)s units).",
            units=number(n_units, 0),
        )
    return _("“Likely” is a 90 % interval: people were drawn again and again, because too few units are known.")
