"""The screens channel: what every crew-side display is, shows and was told, and who may tell it.

Owns    the rows and verbs of screens.
Never   holds state.
Used by discovery.

Its panel stands on every page of the crew: at the control desk it lists the screens, elsewhere it is not seen, tells
the server what the page is, and obeys. A screen that shows no room stands under the room "", on the bare board only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

import msgspec

from server.channels.base import Channel, Row, Touch, Verb
from server.clock import Instant
from server.domain.base import Event, Recorded
from server.domain.screens import ScreensEngine, words
from server.domain.screens.words import EVENTS, Page, Pulse, Standing
from server.plan import EventPlan
from server.roles import CREW, CREW_VIEW, STAGE_VIEW, WALL_VIEW, Actor, Audience, Role

NOWHERE = ""
"""The room of what shows none."""

CONTROL = frozenset({Role.CONTROL})
SHOWERS = CREW | {Role.WALL, Role.STAGE}


class GoesRow(Row, frozen=True, kw_only=True):
    """Where a screen was sent.

    Attributes:
        at: when; a page that somebody works at follows each order once, a display for as long as it stands.
    """

    page: Page
    room: str | None
    at: Instant


class ScreenRow(Row, frozen=True, kw_only=True):
    """One display of the crew. What it measures changes here only when it differs noticeably.

    Attributes:
        name: as the crew calls it; empty when it was given none.
        state: `up`: heard of; `stale`: not for 45 s (150 s where nobody sees the page); `away`: closed, or not
            yet seen.
        page, room: what it shows; null when it was not heard of since the server began.
        since: since when it shows that.
        heard_at: when it was last heard of; null while it is up, for then it is now.
        skew: how far its machine's clock is ahead of the server's.
        trip: its round trip to the server; null: not measured.
        opens, rooms: the pages that its key opens, and their rooms; null rooms: all.
        goes: where it was sent; null: where it likes.
        blank: it shows nothing, as the crew wants it.
        identify_until: until when it shows who it is; past, or null: it does not.
    """

    id: str
    name: str
    state: Standing
    page: Page | None
    room: str | None
    since: Instant | None
    heard_at: Instant | None
    skew: int | None
    trip: int | None
    language: str
    width: int
    height: int
    visible: bool
    role: Role | None
    opens: list[Page]
    rooms: list[str] | None
    goes: GoesRow | None
    blank: bool
    identify_until: Instant | None
    rev: int


def admit_report(command: words.Report, actor: Actor) -> words.Heard:
    """Return the report with the rooms that the screen's key opens."""
    rooms = None if actor.rooms is None else tuple(sorted(actor.rooms))
    return words.Heard(**msgspec.structs.asdict(command), rooms=rooms)


class ScreensChannel(Channel[ScreensEngine]):
    """Displays: who is up, what they show, and what they are told."""

    name = "screens"
    title: ClassVar[Mapping[str, str]] = {"en": "Screens", "zh-Hans": "屏幕"}
    engine = ScreensEngine
    events: ClassVar[Sequence[type[Event]]] = EVENTS
    by_room = True
    live = True
    room_roles = SHOWERS
    pages: ClassVar[Mapping[str, int]] = {
        "control": 50,
        "wall": 95,
        "moderate": 95,
        "stage": 95,
        "overlay": 95,
        "door": 95,
    }
    row_types: ClassVar[Mapping[str, type[Row]]] = {"screen/ID": ScreenRow}
    verbs: ClassVar[Mapping[str, Verb]] = {
        "import": Verb(words.Import, CONTROL, help="Takes over the rooms."),
        "report": Verb(
            words.Report,
            SHOWERS,
            live=True,
            admit=admit_report,
            help="A screen says what it is and shows: when that changes, and every 20 s.",
        ),
        "rename": Verb(words.Rename, CONTROL, help="Gives a screen a name that outlasts every restart."),
        "redirect": Verb(
            words.Redirect,
            CONTROL,
            help="Sends a screen to another page that its key opens; without a page, lets it go where it likes.",
        ),
        "blank": Verb(words.Blank, CONTROL, help="Lets a wall, a stage display or an overlay show nothing."),
        "identify": Verb(
            words.Identify,
            CONTROL,
            live=True,
            help="A screen shows for 8 s who it is; without one, all do but overlays, which may be on the stream.",
        ),
        "forget": Verb(words.Forget, CONTROL, help="Drops a screen's name and orders, and its row if it is gone."),
    }

    def plan(self, engine: ScreensEngine, plan: EventPlan) -> words.Import:
        """Return the rooms of the folder."""
        return words.Import(rooms=[room.id for room in plan.rooms])

    # Where rows stand

    def rooms(self, engine: ScreensEngine) -> Iterable[str]:
        """Return every room, and the one of what shows none."""
        return (*engine.state.rooms, NOWHERE)

    def keys(self, engine: ScreensEngine, room: str | None) -> Iterable[str]:
        """Return the keys of the screens that show a room."""
        return (f"screen/{id_}" for id_ in engine.ids() if room is None or room == (engine.place(id_) or NOWHERE))

    def touched(self, engine: ScreensEngine, recorded: Recorded) -> Iterable[Touch]:
        """Return the row of the screen that was decided about; one that is gone leaves every board."""
        match recorded.event:
            case words.ScreenForgotten(screen=id_):
                yield Touch(f"screen/{id_}", tuple(self.rooms(engine)))
            case words.ScreenRenamed(screen=id_) | words.ScreenSent(screen=id_) | words.ScreenBlanked(screen=id_):
                yield Touch(f"screen/{id_}", (engine.place(id_) or NOWHERE,))

    def next_refresh(self, engine: ScreensEngine) -> Instant | None:
        """Return when a screen's silence next means something."""
        return engine.next_change()

    def refresh(self, engine: ScreensEngine, now: Instant) -> Iterable[Touch]:
        """Let silence have its meaning, and return the rows of the screens that changed."""
        for id_, rooms in engine.settle(now).items():
            # Where it was before where it is: the bare board, which all rooms share, ends up with the latter.
            places = sorted({*rooms, engine.place(id_)}, key=lambda room: (room == engine.place(id_), room or ""))
            yield Touch(f"screen/{id_}", tuple(room or NOWHERE for room in places))

    # Rows

    def row(self, engine: ScreensEngine, room: str | None, key: str, audience: Audience) -> Row | None:
        """Return the row for whoever runs the event or shows it; the audience has no part in it."""
        id_ = key.removeprefix("screen/")
        known, pulse = engine.state.screens.get(id_), engine.pulses.get(id_)
        if audience not in (CREW_VIEW, WALL_VIEW, STAGE_VIEW) or (known is None and pulse is None):
            return None
        if room is not None and room != (engine.place(id_) or NOWHERE):
            return None
        return screen_row(id_, known or words.Decided(), pulse)


def screen_row(id_: str, known: words.Decided, pulse: Pulse | None) -> ScreenRow:
    """Return the row of a screen: what was decided about it, and what it says of itself."""
    told, order = None if pulse is None else pulse.told, known.order
    return ScreenRow(
        id=id_,
        name=known.name,
        state="away" if pulse is None else pulse.standing,
        page=told.page if told else None,
        room=told.room if told else None,
        since=pulse.since if pulse else None,
        heard_at=pulse.heard_at if pulse and pulse.standing != "up" else None,
        skew=told.skew if told else None,
        trip=told.trip if told else None,
        language=told.language if told else "",
        width=told.width if told else 0,
        height=told.height if told else 0,
        visible=told.visible if told else False,
        role=pulse.role if pulse else None,
        opens=pulse.opens() if pulse else [],
        rooms=list(told.rooms) if told and told.rooms is not None else None,
        goes=None if order is None else GoesRow(page=order.page, room=order.room, at=order.at),
        blank=known.blank,
        identify_until=pulse.identify_until if pulse else None,
        rev=known.rev,
    )


CHANNEL = ScreensChannel()
