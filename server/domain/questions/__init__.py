"""Questions: one fair queue per room, moderated by several people at once.

Owns    the engine's public names.
Never   holds a rule itself.
Used by the channels `questions` and `relay`.
"""

from server.domain.questions.engine import Questions
from server.domain.questions.events import EVENTS, HandedOver, QaBlanked, SlipPhotographed, TakenBack
from server.domain.questions.lifecycle import PUBLIC_STATES, STEPS

__all__ = ["EVENTS", "PUBLIC_STATES", "STEPS", "HandedOver", "QaBlanked", "Questions", "SlipPhotographed", "TakenBack"]
