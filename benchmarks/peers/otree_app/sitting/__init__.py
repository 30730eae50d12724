"""Twenty-four questions, one a page: the best and the worst of four options, as ours asks them."""

from otree.api import BaseConstants, BaseGroup, BasePlayer, BaseSubsession, Page, models, widgets

OPTIONS = [
    ["a", "Ask what happened first, and repeat it in your own words."],
    ["b", "Say at once what the rules allow, and offer to write it down."],
    ["c", "Fetch a colleague who knows this kind of case."],
    ["d", "Apologise, note the number, and promise to call back today."],
]


class C(BaseConstants):
    """Constants, as oTree wants them."""

    NAME_IN_URL = "sitting"
    PLAYERS_PER_GROUP = None
    NUM_ROUNDS = 24


class Subsession(BaseSubsession):
    """One question for everybody."""


class Group(BaseGroup):
    """Nobody works together."""


class Player(BasePlayer):
    """One answer of one person."""

    best = models.StringField(choices=OPTIONS, widget=widgets.RadioSelect)
    worst = models.StringField(choices=OPTIONS, widget=widgets.RadioSelect)


class Question(Page):
    """One question."""

    form_model = "player"
    form_fields = ["best", "worst"]


page_sequence = [Question]
