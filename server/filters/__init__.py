"""Word lists: what a typed text is looked through for before anybody else reads it.

Owns    the public names that need no dictionary; `filters.screen`, which looks texts through, loads one.
Never   changes a text, refuses one, or knows what a question is.
Used by the folder (checks an organiser's lists) and the engine of questions (looks through what comes in).
"""

from server.filters.key import folded
from server.filters.words import TIERS, Hit, Tier, Wordlist, masked

__all__ = ["TIERS", "Hit", "Tier", "Wordlist", "folded", "masked"]
