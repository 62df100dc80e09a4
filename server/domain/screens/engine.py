"""Screens: which displays of the crew are up, what they are called, and what each was told to show.

Owns    names, orders and blanking (facts), and the pulses of the screens (live).
Never   sends anything to a screen: it reads its own row and obeys.
Used by the screens channel.

Theory of operation: what the crew decided about a screen is journalled, because it was said once and must hold the
next morning: its name, where it was sent, that it is blank. What a screen says of itself is live, because it says it
again: that it is there, what it shows, how far its clock is off. A report that says nothing new changes no row, so a
house full of screens is silent; a row tells when a screen was last heard of only once that is too long ago.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from server.clock import Instant, after
from server.domain.base import Command, Context, Decision, Event, NotFound, Recorded, Target
from server.domain.screens.words import (
    IDENTIFY,
    MOST_SCREENS,
    OF_A_ROOM,
    Blank,
    Decided,
    Forget,
    Heard,
    Identify,
    Import,
    OnScreen,
    Order,
    Page,
    Pulse,
    Redirect,
    Rename,
    Report,
    ScreenBlanked,
    ScreenForgotten,
    ScreenRenamed,
    ScreenSent,
    ScreensRoomsImported,
    ScreensState,
)
from server.errors import IllegalTransition, LimitReached, Malformed
from server.roles import PAGE_ROLES, Role

SKEW_STEP = 50
TRIP_STEP = 50
"""Milliseconds by which a measured value must differ from the one shown, to be news."""


class ScreensEngine:
    """The screens of the crew."""

    def __init__(self) -> None:
        self.state = ScreensState()
        self.pulses: dict[str, Pulse] = {}
        self._stirred: dict[str, set[str | None]] = {}
        self._due: tuple[Instant | None] | None = None
        self._decisions: Mapping[type[Command], Callable[[Any, Context], Decision]] = {
            Import: self._import,
            Heard: self._report,
            Rename: self._rename,
            Redirect: self._redirect,
            Blank: self._blank,
            Identify: self._identify,
            Forget: self._forget,
        }

    # What a command is about

    def locate(self, command: Command) -> Target:
        """Return the screen that `command` is about.

        Raises:
            NotFound: there is no such screen, or no such room.
        """
        match command:
            case Report(screen=id_, room=room):
                self._check_room(room)
                return Target((room,) if room else (), f"screen/{id_}")
            case Redirect(room=room) if room is not None:
                self._check_room(room)
        if not isinstance(command, OnScreen | Identify) or command.screen is None:
            return Target()
        if command.screen not in self.state.screens and command.screen not in self.pulses:
            raise NotFound(f"There is no screen {command.screen!r}; it is listed as soon as its page is open.")
        return self._target(command.screen)

    def _target(self, id_: str) -> Target:
        known = self.state.screens.get(id_) or Decided()
        place = self.place(id_)
        return Target((place,) if place else (), f"screen/{id_}", known.rev, known.by, known.at)

    def _check_room(self, room: str | None) -> None:
        if room is not None and room not in self.state.rooms:
            raise NotFound(f"There is no room {room!r} in this event.")

    # Deciding

    def decide(self, command: Command, context: Context) -> Decision:
        """Return what `command` comes to. A report renews the screen's pulse, `identify` lights it up.

        Raises:
            IllegalTransition: the screen is not there, or its key does not open the page.
            LimitReached: there are more screens than any house has.
            Malformed: a page wants a room that is missing, or has none.
        """
        return self._decisions[type(command)](command, context)

    def _import(self, command: Import, context: Context) -> Decision:
        fresh = command.rooms != self.state.rooms
        return Decision([ScreensRoomsImported(rooms=command.rooms)] if fresh else ())

    def _report(self, command: Heard, context: Context) -> Decision:
        old = self.pulses.get(command.screen)
        if old is None and len(self.pulses) >= MOST_SCREENS:
            raise LimitReached(f"There are {MOST_SCREENS} screens already; close some that nobody looks at.")
        role = Role(context.role)
        if role not in PAGE_ROLES[command.page]:
            raise Malformed(f"Your key does not open the page {command.page}; report the page that is shown.")
        self._due = None
        if old is None or old.standing != "up" or _where(old.told) != _where(command):
            lit = None if old is None else old.identify_until
            self._stir(command.screen)
            self.pulses[command.screen] = Pulse(command, role, context.now, context.now, identify_until=lit)
            self._stir(command.screen)
            return Decision()
        old.heard_at = context.now
        if old.role is not role or is_news(old.told, command):
            old.told, old.role = command, role
            self._stir(command.screen)
        return Decision()

    def _rename(self, command: Rename, context: Context) -> Decision:
        name = " ".join(command.name.split())
        known = self.state.screens.get(command.screen) or Decided()
        events = [] if name == known.name else [ScreenRenamed(screen=command.screen, name=name)]
        return Decision(events, {"screen": command.screen, "name": name})

    def _redirect(self, command: Redirect, context: Context) -> Decision:
        result = {"screen": command.screen, "page": command.page, "room": command.room}
        known = self.state.screens.get(command.screen) or Decided()
        if command.page is None:
            gone = [ScreenSent(screen=command.screen, page=None, room=None)] if known.order else []
            return Decision(gone, {**result, "room": None})
        self._check_way(command.screen, command.page, command.room)
        order = known.order
        if order is not None and (order.page, order.room) == (command.page, command.room):
            here = self.pulses[command.screen].told
            if (here.page, here.room) == (command.page, command.room):
                return Decision((), result)
        return Decision([ScreenSent(screen=command.screen, page=command.page, room=command.room)], result)

    def _check_way(self, id_: str, page: Page, room: str | None) -> None:
        if (page in OF_A_ROOM) is (room is None):
            wants = "needs its `room`" if page in OF_A_ROOM else "has no room; leave it out"
            raise Malformed(f"The page {page} {wants}.")
        pulse = self.pulses.get(id_)
        if pulse is None:
            raise IllegalTransition("This screen is not there, so nobody knows what its key opens; send it later.")
        opens, rooms = pulse.opens(), pulse.told.rooms
        if page in opens and (room is None or rooms is None or room in rooms):
            return
        where = "" if rooms is None else f" of {' and '.join(rooms)}"
        pages = " and ".join(opens)
        raise IllegalTransition(
            f"This screen's key opens only {pages}{where}; open a link of another role on it first.",
            {"opens": opens, "rooms": None if rooms is None else list(rooms)},
        )

    def _blank(self, command: Blank, context: Context) -> Decision:
        known = self.state.screens.get(command.screen) or Decided()
        events = [] if known.blank is command.on else [ScreenBlanked(screen=command.screen, on=command.on)]
        return Decision(events, {"screen": command.screen, "on": command.on})

    def _identify(self, command: Identify, context: Context) -> Decision:
        if command.screen is None:
            lit = [id_ for id_, pulse in self.pulses.items() if pulse.standing == "up" and not _is_on_stream(pulse)]
        elif (pulse := self.pulses.get(command.screen)) is None or pulse.standing != "up":
            raise IllegalTransition("This screen is not there, so it can show nothing.")
        else:
            lit = [command.screen]
        until = after(context.now, IDENTIFY)
        for id_ in lit:
            self.pulses[id_].identify_until = until
            self._stir(id_)
        return Decision((), {"screens": len(lit), "until": until})

    def _forget(self, command: Forget, context: Context) -> Decision:
        return Decision([ScreenForgotten(screen=command.screen)], {"screen": command.screen})

    # Applying

    def evolve(self, recorded: Recorded) -> None:
        """Apply one event."""
        self._due = None
        match recorded.event:
            case ScreensRoomsImported(rooms=rooms):
                self.state.rooms = list(rooms)
            case ScreenRenamed(screen=id_, name=name):
                self._decided(id_, recorded).name = name
            case ScreenSent(screen=id_, page=page, room=room):
                order = None if page is None else Order(page, room, recorded.at)
                self._decided(id_, recorded).order = order
            case ScreenBlanked(screen=id_, on=on):
                self._decided(id_, recorded).blank = on
            case ScreenForgotten(screen=id_):
                self.state.screens.pop(id_, None)
                self._let_go(id_)

    def _decided(self, id_: str, recorded: Recorded) -> Decided:
        known = self.state.screens.setdefault(id_, Decided())
        known.touch(recorded)
        return known

    def _let_go(self, id_: str) -> None:
        pulse = self.pulses.get(id_)
        if pulse is not None and pulse.standing != "up":
            self._drop(id_)

    def deadline(self) -> Instant | None:
        """Return None: nothing is journalled by the mere passing of time."""
        return None

    def expire(self, now: Instant) -> Sequence[Event]:
        """Return nothing."""
        return ()

    def restore(self, state: Any) -> None:
        """Take over a state; what this process heard of the screens stays."""
        self.state = state

    # Live values

    def ids(self) -> Iterable[str]:
        """Return every screen that is there, or of which something was decided."""
        return dict.fromkeys((*self.state.screens, *self.pulses))

    def place(self, id_: str) -> str | None:
        """Return the room that a screen shows, or None when it shows none or was not heard of."""
        pulse = self.pulses.get(id_)
        return None if pulse is None else pulse.told.room

    def next_change(self) -> Instant | None:
        """Return when a screen's silence next means something, or None."""
        if self._due is None:
            self._due = (min((due for _, due in self._dues()), default=None),)
        return self._due[0]

    def settle(self, now: Instant) -> Mapping[str, set[str | None]]:
        """Let silence have its meaning; return the screens that changed since the last call, with their rooms."""
        for id_ in [id_ for id_, due in self._dues() if due <= now]:
            pulse = self.pulses[id_]
            self._stir(id_)
            is_known = id_ in self.state.screens
            if pulse.standing == "up" and (is_known or not pulse.told.leaving):
                pulse.standing = "away" if pulse.told.leaving else "stale"
            else:
                self._drop(id_)
        self._due = None
        stirred, self._stirred = self._stirred, {}
        return stirred

    def _dues(self) -> Iterator[tuple[str, Instant]]:
        for id_, pulse in self.pulses.items():
            if pulse.standing == "up" or id_ not in self.state.screens:
                yield id_, pulse.due()

    def _drop(self, id_: str) -> None:
        self._stir(id_)
        del self.pulses[id_]
        self._due = None

    def _stir(self, id_: str) -> None:
        self._stirred.setdefault(id_, set()).add(self.place(id_))


def is_news(shown: Report, told: Report) -> bool:
    """Say whether a report says something else than what is shown; measured values jitter, and that is no news."""
    if abs(told.skew - shown.skew) >= SKEW_STEP or (told.trip is None) is not (shown.trip is None):
        return True
    if abs((told.trip or 0) - (shown.trip or 0)) >= max(TRIP_STEP, (shown.trip or 0) // 2):
        return True
    return msgspec.structs.replace(told, skew=shown.skew, trip=shown.trip) != shown


def _where(told: Report) -> tuple[Page, str | None]:
    return told.page, told.room


def _is_on_stream(pulse: Pulse) -> bool:
    """Say whether a vision mixer may have the page on the stream: then everybody would read its name."""
    return pulse.told.page == "overlay"
