"""What people, machines and pranksters type, and what the desk is to make of it."""

from __future__ import annotations

from typing import NamedTuple


class Typed(NamedTuple):
    """A text and its fate: the state it comes in with, or the code it is refused with."""

    text: str
    fate: str


FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
LIGATURE = "\ufdfa"
"""One sign that stands for eighteen."""

TEXTS = {
    "400 combining marks": Typed("Z" + "\u0301" * 400, "held"),
    "marks on every letter": Typed(
        "".join(f"{letter}{chr(0x300 + nth) * 6}" for nth, letter in enumerate("zalgo")), "held"
    ),
    "a two-megabyte body": Typed("x" * 2_000_000, "too_large"),
    "more than eight kilobytes": Typed("\U0001d54f" * 2_049, "too_large"),
    "501 characters": Typed("x" * 501, "too_large"),
    "500 families": Typed(FAMILY * 250, "pending"),
    "eighteen-fold expansion": Typed(LIGATURE * 200, "too_large"),
    "an expansion that fits": Typed(LIGATURE * 20, "pending"),
    "an override": Typed("before \u202egnp.exe after", "held"),
    "an isolate that is left open": Typed("a \u2067 b \u2066 c", "pending"),
    "a joiner in a Persian word": Typed("می\u200cخواهم بپرسم", "pending"),
    "a joiner in a Hindi word": Typed("क्\u200dष कैसे लिखें", "pending"),
    "a family": Typed(f"Is there room for a {FAMILY}?", "pending"),
    "a listed word, plain": Typed("What is this shit?", "held"),
    "a listed word, full-width": Typed("What is this ｓｈｉｔ?", "held"),
    "a listed word in Cyrillic": Typed("What is this \u0455h\u0456t?", "held"),
    "a listed word with joiners": Typed("What is this s\u200dh\u200bit?", "held"),
    "a listed word in mathematics": Typed("What is this \U0001d530\U0001d525\U0001d526\U0001d531?", "held"),
    "Scunthorpe": Typed("Is Scunthorpe a class act?", "pending"),
    "a junction of roads": Typed("路口交通怎么走？", "pending"),
    "a formula": Typed("=cmd|' /C calc'!A0", "pending"),
    "a formula with a plus": Typed('+1+HYPERLINK("http://x","y")', "pending"),
    "a script": Typed(
        "<script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">", "pending"
    ),
    "a template": Typed("{{ 7*7 }} ${7*7} {% raw %}", "pending"),
    "a line of its own": Typed("first\nsecond\ttab", "pending"),
    "half a surrogate": Typed("\ud83d", "malformed"),
    "nothing to see": Typed("\u200b\u200b", "malformed"),
    "only spaces": Typed(" \n\t ", "malformed"),
    "a zero": Typed("a\x00b", "pending"),
}
