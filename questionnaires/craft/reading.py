"""How hard a text is to read: LIX, which counts sentences and long words and needs no dictionary.

LIX (Björnsson, C. H. (1968). *Läsbarhet*. Stockholm: Liber) is the number of words for each sentence plus
the percentage of words of more than six letters. Björnsson's steps (below 30 easy, above 50 hard) were found
on Swedish. Russian and Lithuanian put into endings what English says in small words, so the same plain scene has fewer
and longer words in them and a higher LIX. Hence a band for each language. The bands are measured, not borrowed:
the range of single items over the 48 situations of the question bank, which were written side by side in plain
words, widened by about two points on either side. They hold new items to that writing and say nothing about
other texts.
"""

from __future__ import annotations

import re

from questionnaires.craft.figures import words
from questionnaires.definition import Item

LIX_BANDS = {"en": (15, 33), "ru": (28, 53), "lt": (38, 65)}
LONG_WORD = 6
_WORD = re.compile(r"\w+(?:['’-]\w+)*")
_END = re.compile(r"[.!?…]+(?=[\s»“”\")]|$)")


def lix(text: str) -> float:
    """Return the LIX of a text: words / sentences + 100 * (words of more than six letters) / words.

    A full stop, question or exclamation mark or an ellipsis ends a sentence where a space, a quotation mark
    or nothing follows, so that 12.30 stays whole; a text without any is one sentence. A hyphen or an apostrophe
    inside a word does not part it and is no letter.

    Raises
    ------
    ValueError
        Where the text has no words.
    """
    count = words(text)
    if not count:
        raise ValueError("a text without words has no LIX")
    long_words = sum(len(re.sub(r"\W", "", word)) > LONG_WORD for word in _WORD.findall(text))
    return count / max(1, len(_END.findall(text))) + 100 * long_words / count


def read_at_once(item: Item, language: str) -> str:
    """Return what a person reads of an item before answering: scene, stem and options."""
    texts = (item.scenes, item.stems, *(option.texts for option in item.options))
    return " ".join(each[language] for each in texts if language in each)


def in_band(value: float, language: str) -> bool:
    """Whether a LIX lies within the band of its language; languages without a band have none to leave."""
    low, high = LIX_BANDS.get(language, (float("-inf"), float("inf")))
    return low <= value <= high
