"""The agenda: what is planned, what is expected, what has happened, and what to tell whom.

Owns    the public names of the agenda engine.
Never   holds a rule itself.
Used by the agenda channel, tests, and channels that hear of the agenda.
"""

from __future__ import annotations

from server.domain.agenda.commands import (
    AckCall,
    AdjustItem,
    AdoptPlan,
    ClearMessage,
    EditItem,
    FinishItem,
    ImportAgenda,
    InsertItem,
    MoveItem,
    NextItem,
    PauseItem,
    ReadySpeaker,
    RestoreItem,
    ResumeItem,
    SeeMessage,
    ShowMessage,
    SkipItem,
    StartItem,
    SuggestPlans,
    SwapItems,
    UndoChange,
)
from server.domain.agenda.engine import Agenda
from server.domain.agenda.events import (
    EVENTS,
    AgendaPlanned,
    ChangeUndone,
    ItemFinished,
    ItemPaused,
    ItemResumed,
    ItemStarted,
    PlanAdopted,
    SpeakerReadied,
)
from server.domain.agenda.forecast import Outlook, Span, forecast
from server.domain.agenda.state import CALL_LIFECYCLE, LIFECYCLE, AgendaState

__all__ = [
    "CALL_LIFECYCLE",
    "EVENTS",
    "LIFECYCLE",
    "AckCall",
    "AdjustItem",
    "AdoptPlan",
    "Agenda",
    "AgendaPlanned",
    "AgendaState",
    "ChangeUndone",
    "ClearMessage",
    "EditItem",
    "FinishItem",
    "ImportAgenda",
    "InsertItem",
    "ItemFinished",
    "ItemPaused",
    "ItemResumed",
    "ItemStarted",
    "MoveItem",
    "NextItem",
    "Outlook",
    "PauseItem",
    "PlanAdopted",
    "ReadySpeaker",
    "RestoreItem",
    "ResumeItem",
    "SeeMessage",
    "ShowMessage",
    "SkipItem",
    "Span",
    "SpeakerReadied",
    "StartItem",
    "SuggestPlans",
    "SwapItems",
    "UndoChange",
    "forecast",
]
