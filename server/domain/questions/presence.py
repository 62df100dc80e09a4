"""Who sits in the house: what check-in tells about the persons who ask.

Owns    which ticket a person holds, and whether that ticket's holder went in last or out.
Never   judges a scan, or knows a name.
Used by the engine (where a question comes from) and the channel, which passes on what it hears of check-in.
"""

from __future__ import annotations

import msgspec

from server.clock import Instant


class Whereabouts(msgspec.Struct):
    """Where the holder of one ticket is, and where they were before the last scan."""

    at: Instant = Instant(0)
    inside: bool = False
    was_inside: bool = False


class Presence(msgspec.Struct):
    """Person → ticket, and ticket → whereabouts."""

    tickets: dict[str, str] = msgspec.field(default_factory=dict)
    holders: dict[str, Whereabouts] = msgspec.field(default_factory=dict)

    def voter(self, person: str) -> str:
        """Return whom a person counts as: the holder of their ticket, on whichever device, else themselves."""
        return self.tickets.get(person, person)

    def bind(self, person: str, ticket: str) -> None:
        """Note that a person holds a ticket."""
        self.tickets[person] = ticket

    def passed(self, ticket: str, at: Instant, inside: bool) -> None:
        """Note that a ticket's holder went in or out. A scan that was told late does not overrule a newer one."""
        holder = self.holders.setdefault(ticket, Whereabouts())
        if at >= holder.at:
            holder.at, holder.was_inside, holder.inside = at, holder.inside, inside

    def annulled(self, ticket: str) -> None:
        """Take back a ticket's newest scan: only that one can still be annulled when it matters here."""
        holder = self.holders.get(ticket)
        if holder is not None:
            holder.inside = holder.was_inside

    def is_inside(self, person: str) -> bool:
        """Say whether a person's ticket went in last."""
        holder = self.holders.get(self.tickets.get(person, ""))
        return holder is not None and holder.inside
