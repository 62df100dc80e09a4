"""What is said about screens: by them, by the crew, and by the journal.

Owns    the commands, events, state and live pulses of screens, and their spans of time.
Never   decides.
Used by the engine and the channel.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from server.clock import Instant, after
from server.domain.base import Command, Event, Stamp
from server.roles import PAGE_ROLES, Role

Page = Literal["wall", "control", "moderate", "stage", "overlay", "door"]
Standing = Literal["up", "stale", "away"]
Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
RoomId = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Name = Annotated[str, msgspec.Meta(max_length=60)]
Pixels = Annotated[int, msgspec.Meta(ge=0, le=100_000)]
Offset = Annotated[int, msgspec.Meta(ge=-(2**53) + 1, le=2**53 - 1)]
Trip = Annotated[int, msgspec.Meta(ge=0, le=3_600_000)]

PAGES: tuple[Page, ...] = ("wall", "control", "moderate", "stage", "overlay", "door")
OF_A_ROOM: frozenset[Page] = frozenset({"moderate", "stage", "overlay"})
"""The pages that are about one room."""

REPORT_EVERY = 20_000
"""How often a screen says that it is there, in milliseconds, while nothing of it changes."""

STALE_AFTER = 45_000
"""How long a screen may be silent, in milliseconds: two reports were missed."""

HIDDEN_STALE_AFTER = 150_000
"""The same for a page that nobody sees: browsers let those act once a minute."""

LEAVING = 5_000
"""How long a page that said good-bye has, in milliseconds, to be back: a reload is no departure."""

LOST_KEPT = 600_000
"""How long a screen without a name is shown after it was lost, in milliseconds."""

IDENTIFY = 8_000
"""How long a screen shows who it is, in milliseconds."""

MOST_SCREENS = 500
"""More than any house has: what a runaway script may make of them."""


class Import(Command, frozen=True):
    """Take over the rooms of the event."""

    rooms: list[RoomId]


class Report(Command, frozen=True, kw_only=True):
    """What a screen says of itself.

    Attributes:
        screen: its own id, the same over reloads.
        skew: how far its machine's clock is ahead of the server's.
        trip: the round trip to the server, if it was measured.
        leaving: the page is being closed or left.
    """

    screen: Id
    page: Page
    room: RoomId | None = None
    language: Annotated[str, msgspec.Meta(max_length=35)] = ""
    width: Pixels = 0
    height: Pixels = 0
    visible: bool = True
    skew: Offset = 0
    trip: Trip | None = None
    leaving: bool = False


class Heard(Report, frozen=True, kw_only=True):
    """A report with the rooms that its key opens; None: all of them."""

    rooms: tuple[str, ...] | None = None


class OnScreen(Command, frozen=True, kw_only=True):
    """Something about one screen."""

    screen: Id


class Rename(OnScreen, frozen=True, kw_only=True):
    """Give a screen a name, or take it away with an empty one."""

    name: Name


class Redirect(OnScreen, frozen=True, kw_only=True):
    """Send a screen to a page, and to its room where it has one; without a page, let it go where it likes."""

    page: Page | None = None
    room: RoomId | None = None


class Blank(OnScreen, frozen=True, kw_only=True):
    """Let a display show nothing, or with `on` false show its page again."""

    on: bool = True


class Identify(Command, frozen=True, kw_only=True):
    """Let a screen show for some seconds who it is; without one, all screens that no stream may be showing."""

    screen: Id | None = None


class Forget(OnScreen, frozen=True, kw_only=True):
    """Drop all that was decided about a screen; if it is there, it stays as a new one."""


class ScreensRoomsImported(Event, frozen=True, kw_only=True):
    """The rooms of the event."""

    rooms: list[str]


class ScreenRenamed(Event, frozen=True, kw_only=True):
    """A screen has another name, or none."""

    screen: str
    name: str


class ScreenSent(Event, frozen=True, kw_only=True):
    """A screen was sent to a page; None: it was let go."""

    screen: str
    page: Page | None
    room: str | None


class ScreenBlanked(Event, frozen=True, kw_only=True):
    """A display went blank, or shows its page again."""

    screen: str
    on: bool


class ScreenForgotten(Event, frozen=True, kw_only=True):
    """Nothing that was decided about a screen holds any longer."""

    screen: str


EVENTS: tuple[type[Event], ...] = (ScreensRoomsImported, ScreenRenamed, ScreenSent, ScreenBlanked, ScreenForgotten)


class Order(msgspec.Struct, frozen=True):
    """Where a screen was sent, and when."""

    page: Page
    room: str | None
    at: Instant


class Decided(Stamp):
    """What the crew decided about one screen."""

    name: str = ""
    order: Order | None = None
    blank: bool = False


class ScreensState(msgspec.Struct):
    """What was decided, by screen; and the rooms there are."""

    screens: dict[str, Decided] = {}
    rooms: list[str] = []


class Pulse(msgspec.Struct):
    """What a screen last said of itself, and when."""

    told: Heard
    role: Role
    since: Instant
    heard_at: Instant
    standing: Standing = "up"
    identify_until: Instant | None = None

    def opens(self) -> list[Page]:
        """Return the pages that the screen's key opens."""
        return [page for page in PAGES if self.role in PAGE_ROLES[page]]

    def due(self) -> Instant:
        """Return when silence next means something."""
        if self.standing != "up":
            return after(self.heard_at, LOST_KEPT)
        if self.told.leaving:
            return after(self.heard_at, LEAVING)
        return after(self.heard_at, STALE_AFTER if self.told.visible else HIDDEN_STALE_AFTER)
