"""Whatever links do, what a page was told fits together, and in the end it has what its boards say."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

import msgspec
from hypothesis import example, given, settings
from hypothesis import strategies as st

from server import wire
from server.boards import Boards
from server.channels.base import Channel, Row, Touch
from server.clock import Instant
from server.connection import Connection, Exchange
from server.domain.base import Event, Recorded
from server.errors import CloseCode
from server.framing import Parcel
from server.hub import Hub
from server.roles import Actor, Audience, Role
from tests.support.clock import ManualClock
from tests.support.rig import attendee
from tests.support.screens import Timers

ROOMS = ("R0", "R1")
TOPICS = ("notes/R0", "notes/R1", "me")
PEOPLE = ("p0", "p1", "p2")


class Noted(Event, frozen=True):
    """A note was written in a room, or for a person, or taken away."""

    place: str
    key: str
    value: int | None


class Note(Row, frozen=True):
    """A note."""

    value: int


class Slate:
    """Notes by place: a room or a person."""

    def __init__(self) -> None:
        self.notes: dict[str, dict[str, int]] = {place: {} for place in (*ROOMS, *PEOPLE)}

    def note(self, event: Noted) -> None:
        if event.value is None:
            self.notes[event.place].pop(event.key, None)
        else:
            self.notes[event.place][event.key] = event.value


class Notes(Channel[Any]):
    """The smallest channel that has rooms, and rows of one's own."""

    name = "notes"
    events: ClassVar[Sequence[type[Event]]] = (Noted,)
    by_room = True
    bare_roles = frozenset()
    room_roles = frozenset({Role.ATTENDEE})

    def touched(self, engine: Slate, recorded: Recorded) -> Iterable[Touch]:
        event = recorded.event
        assert isinstance(event, Noted)
        yield Touch(event.key, (event.place,)) if event.place in ROOMS else Touch(event.key, people=(event.place,))

    def rooms(self, engine: Slate) -> Iterable[str]:
        return ROOMS

    def keys(self, engine: Slate, room: str | None) -> Iterable[str]:
        return engine.notes[room or ""]

    def mine(self, engine: Slate, person: str) -> Iterable[str]:
        return engine.notes[person]

    def row(self, engine: Slate, room: str | None, key: str, audience: Audience) -> Row | None:
        value = engine.notes[room or audience.partition(":")[2]].get(key)
        return None if value is None else Note(value)


class Nobody:
    """Takes no commands."""

    def post(
        self, actor: Actor, channel: str, verb: str, args: Mapping[str, object], ref: str | None, rev: int | None
    ) -> asyncio.Future[Mapping[str, Any]]:
        raise AssertionError("nothing is asked for here")


class Page:
    """What a browser keeps while its links come and go."""

    def __init__(self, person: str) -> None:
        self.actor = attendee(person)
        self.rows: dict[str, dict[str, Any]] = {}
        self.held: dict[str, list[Any]] = {}
        self.open: set[str] = set()
        self.pongs = 0
        self.link: Link | None = None

    def take(self, frame: dict[str, Any]) -> None:
        if frame["t"] == "pong":
            self.pongs += 1
        elif frame["t"] == "rows":
            self._mirror(frame)

    def _mirror(self, frame: dict[str, Any]) -> None:
        topic = frame["c"]
        if frame["from"] is None:
            self.rows[topic] = {}
        else:
            assert [frame["epoch"], frame["from"]] == self.held[topic], "a delta begins where the page stands"
        self.rows[topic].update(frame["set"])
        for key in frame["del"]:
            self.rows[topic].pop(key, None)
        self.held[topic] = [frame["epoch"], frame["to"]]


class Link(Connection):
    """A connection that takes so many writes, and then none until it is relieved."""

    def __init__(self, exchange: Exchange, page: Page) -> None:
        super().__init__(exchange, page.actor)
        self.page = page
        self.takes = 1 << 30
        self.open(wire.hello(Instant(0), {}))

    def deliver(self, parcel: Parcel, sent: int = 0) -> None:
        assert not self.congested, "nothing is written to a link that takes nothing"
        for frame in parcel.frames:
            self.page.take(msgspec.json.decode(frame.text))
        self.takes -= 1
        if self.takes <= 0:
            self.choked()

    def hold(self, still: bool) -> None:
        raise AssertionError("nothing is under way here")

    def hang_up(self, code: CloseCode) -> None:
        self.page.link = None

    def ask(self, frame: dict[str, Any]) -> None:
        self.receive(msgspec.json.encode(frame).decode())

    def relieved(self, takes: int) -> None:
        self.takes = takes
        self.freed()


class House:
    """Three people, two rooms, and whatever may happen to them."""

    def __init__(self) -> None:
        self.timers = Timers()
        self.slate = Slate()
        self.hub = Hub(self.timers.later, self.timers.now)
        self.boards = Boards({"notes": Notes()}, {"notes": self.slate}, "event", "process")
        self.exchange = Exchange(self.boards, self.hub, Nobody(), ManualClock(), self.timers.now)
        self.pages = [Page(person) for person in PEOPLE]
        self.offset = 0
        self.pings: Counter[int] = Counter()

    def do(self, act: str, *args: int) -> None:
        match act:
            case "turn":
                self.timers.turn()
            case "pass":
                self.timers.pass_(args[0] / 1000)
            case "note":
                self.note((*ROOMS, *PEOPLE)[args[0]], f"k{args[1]}", args[2] if args[2] >= 0 else None)
            case _:
                self.act(act, *args)

    def note(self, place: str, key: str, value: int | None) -> None:
        self.offset += 1
        event = Noted(place=place, key=key, value=value)
        self.slate.note(event)
        recorded = Recorded(self.offset, Instant(self.offset), "p0", event)
        urgent, lazy = self.boards.apply([recorded])
        self.hub.publish((*urgent, *lazy))

    def act(self, act: str, place: int, which: int = 0) -> None:
        page = self.pages[place]
        link = page.link
        if act == "come" and link is None:
            self.come(page, which)
        elif link is None:
            return
        elif act == "cut":
            link.lost()
            page.link = None
        elif act == "choke":
            link.takes = which
        elif act == "relieve":
            link.relieved(which)
        elif act == "ping":
            link.ask({"t": "ping", "ts": 1})
            self.pings[place] += 1
        else:
            self.read(page, link, act, TOPICS[which % len(TOPICS)])

    def come(self, page: Page, takes: int) -> None:
        """Come back, and resume what was open."""
        page.link = link = Link(self.exchange, page)
        link.takes = takes or 1 << 30
        for topic in sorted(page.open):
            link.ask({"t": "sub", "c": topic, "pos": page.held.get(topic)})

    def read(self, page: Page, link: Link, act: str, topic: str) -> None:
        if act == "forget":
            page.open.discard(topic)
            link.ask({"t": "unsub", "c": topic})
        else:
            page.open.add(topic)
            link.ask({"t": "sub", "c": topic, "pos": page.held.get(topic) if act == "resume" else None})

    def calm(self) -> None:
        """Let every link take bytes, and time pass."""
        for page in self.pages:
            if page.link is not None:
                page.link.relieved(1 << 30)
        self.timers.pass_(5.0)


ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("come"), st.integers(0, 2), st.integers(0, 4)),
        st.tuples(st.sampled_from(["resume", "resume", "anew", "forget"]), st.integers(0, 2), st.integers(0, 2)),
        st.tuples(st.sampled_from(["choke", "relieve"]), st.integers(0, 2), st.integers(1, 4)),
        st.tuples(st.sampled_from(["cut", "ping"]), st.integers(0, 2)),
        st.tuples(st.just("note"), st.integers(0, 4), st.integers(0, 3), st.integers(-1, 9)),
        st.tuples(st.just("note"), st.integers(0, 4), st.integers(0, 3), st.integers(-1, 9)),
        st.tuples(st.just("turn")),
        st.tuples(st.just("pass"), st.sampled_from([1, 10, 100])),
    ),
    max_size=60,
)
HOUSEFUL = [
    *(("come", place, 0) for place in range(3)),
    *(("resume", place, which) for place in (0, 1) for which in (0, 2)),
]


FILLED: list[tuple[Any, ...]] = [("resume", 0, 1), ("note", 0, 0, 0), ("choke", 0, 1), ("resume", 0, 1)]
"""What is new in one room fills the link at the moment at which the other room is asked for again."""


@settings(max_examples=200, deadline=None)
@given(acts=ACTS)
@example(acts=FILLED)
def test_whatever_links_do_every_page_comes_to_equal_its_boards(acts: list[tuple[str, *tuple[int, ...]]]) -> None:
    house = House()
    for act, *args in [*HOUSEFUL, *acts]:
        house.do(act, *args)
    house.calm()

    for place, page in enumerate(house.pages):
        for topic in page.open if page.link is not None else ():
            board = house.boards.open(topic, page.actor)
            assert page.rows[topic] == {key: msgspec.json.decode(row) for key, row in board.rows.items()}
            assert page.held[topic] == list(board.position)
        assert page.pongs <= house.pings[place]
        assert page.link is None or not page.link.congested
