"""The agenda on the wire: who sees what, who may do what, and rows as the contract has them."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from server.channels.agenda import CHANNEL, CallRow, ItemRow, RoomRow
from server.domain.agenda.reading import as_now, remaining
from server.errors import AppError, NotFound
from server.roles import CREW_VIEW, PUBLIC_VIEW, STAGE_VIEW, WALL_VIEW, Role, device_view, person_view
from tests.support.agenda import LIN, MINUTE, WANG, Hall, at, item

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "forecast.json").read_text(encoding="utf-8"))

ROOM_MEMBERS = {"id", "title", "state", "item", "next", "late", "end", "message", "rev"}
ITEM_MEMBERS = {
    *("id", "room", "title", "kind", "speakers", "order", "planned", "expected", "actual", "duration", "min_duration"),
    *("start_kind", "end_kind", "gap_kind", "min_gap", "optional", "state", "clock", "rev"),
}
CALL_MEMBERS = {"id", "item", "role", "name", "lead", "due_at", "state", "acked_by"}


@pytest.fixture
def hall() -> Hall:
    hall = Hall(item("a", 0, 30, speakers=(LIN,)), item("b", 30, 60, speakers=(WANG,)))
    hall.do("message", room="R0", text="Two minutes")
    hall.do("ready", speaker="lin", readiness="miked")
    return hall


@pytest.mark.parametrize(
    ("row", "members"), [(RoomRow, ROOM_MEMBERS), (ItemRow, ITEM_MEMBERS), (CallRow, CALL_MEMBERS)]
)
def test_rows_have_every_member_of_the_contract(row: type[msgspec.Struct], members: set[str]) -> None:
    assert members <= set(row.__struct_fields__)


@pytest.mark.parametrize("view", [CREW_VIEW, WALL_VIEW])
def test_crew_and_wall_see_calls_readiness_and_messages(hall: Hall, view: Any) -> None:
    assert hall.calls()
    assert any(key.startswith("call/") for key in hall.rows("R0", view))
    assert hall.item("a", audience=view)["speakers"][0]["readiness"] == "miked"
    assert hall.room(audience=view)["message"]["text"] == "Two minutes"


def test_the_public_sees_neither_calls_nor_readiness_nor_messages(hall: Hall) -> None:
    rows = hall.rows("R0", PUBLIC_VIEW)

    assert set(rows) == {"room", "item/a", "item/b"}
    assert rows["item/a"]["speakers"] == ({"id": "lin", "name": "Lin", "readiness": None, "eta": None},)
    assert rows["room"]["message"] is None


def test_the_stage_sees_its_message_and_no_calls(hall: Hall) -> None:
    rows = hall.rows("R0", STAGE_VIEW)

    assert set(rows) == {"room", "item/a", "item/b"}
    assert rows["room"]["message"]["text"] == "Two minutes"


@pytest.mark.parametrize("view", [device_view("mic"), person_view("p1")])
def test_nobody_else_sees_anything(hall: Hall, view: Any) -> None:
    assert hall.rows("R0", view) == {}


def test_a_row_that_is_not_there_is_none(hall: Hall) -> None:
    for room, key in (("R9", "room"), ("R0", "item/zz"), ("R0", "call/zz"), ("R0", "what/ever"), (None, "room")):
        assert CHANNEL.row(hall.engine, room, key, CREW_VIEW) is None
    assert list(CHANNEL.keys(hall.engine, "R9")) == []


def test_the_bare_board_has_one_row_per_room(hall: Hall) -> None:
    assert CHANNEL.bare_key("R0", "room") == "R0"
    assert CHANNEL.bare_key("R0", "item/a") is None
    assert list(CHANNEL.rooms(hall.engine)) == ["R0"]
    assert Role.ATTENDEE in CHANNEL.bare_roles


@pytest.mark.parametrize("role", list(Role))
def test_verbs_are_for_whom_the_contract_says(role: Role) -> None:
    mine = {verb for verb, spec in CHANNEL.verbs.items() if role in spec.roles}
    expected = {
        Role.CONTROL: set(CHANNEL.verbs),
        Role.MODERATOR: set(CHANNEL.verbs) - {"import"},
        Role.FLOOR: {"ready", "ack_call"},
        Role.STAGE: {"seen"},
    }

    assert mine == expected.get(role, set())


@pytest.mark.parametrize(
    ("verb", "args", "rooms", "key"),
    [
        ("start", {"item": "a"}, ("R0",), "item/a"),
        ("next", {"room": "R0", "from": None}, ("R0",), "room"),
        ("swap", {"a": "a", "b": "b"}, ("R0",), "item/a"),
        ("ready", {"speaker": "lin", "readiness": "ready"}, ("R0",), None),
        ("ack_call", {"call": "a:host:5"}, ("R0",), "call/a:host:5"),
        ("import", {"timezone": "UTC"}, (), None),
    ],
)
def test_a_command_belongs_to_the_room_of_what_it_names(
    hall: Hall, verb: str, args: dict[str, Any], rooms: tuple[str, ...], key: str | None
) -> None:
    target = hall.engine.locate(msgspec.convert(args, CHANNEL.verbs[verb].args))

    assert (target.rooms, target.key) == (rooms, key)


def test_the_last_change_names_who_and_when(hall: Hall) -> None:
    hall.do("start", item="a")
    target = hall.engine.locate(msgspec.convert({"item": "a"}, CHANNEL.verbs["start"].args))

    assert (target.rev, target.by, target.at) == (2, "control", hall.clock.now())


@pytest.mark.parametrize(
    ("verb", "args"),
    [
        ("adjust", {"item": "a", "by": 10**12}),
        ("edit", {"item": "a", "duration": -1}),
        ("edit", {"item": "a", "colour": "red"}),
        ("insert", {"room": "R0", "title": "", "duration": 1}),
        ("message", {"room": "R0", "text": "x" * 501}),
        ("message", {"room": "R0", "text": "x", "level": "loud"}),
        ("start", {"item": "a", "at": "now"}),
    ],
)
def test_arguments_out_of_bounds_are_malformed(hall: Hall, verb: str, args: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        hall.do(verb, **args)


def test_an_erased_speaker_leaves_the_item_without_a_name(hall: Hall) -> None:
    event = hall.history[0].event
    hall.apply(msgspec.structs.replace(event, name=""))

    assert hall.item("a")["speakers"][0]["name"] == ""


def test_names_of_speakers_stand_only_in_members_that_are_encrypted(hall: Hall) -> None:
    for recorded in hall.history:
        text = msgspec.json.encode(recorded.event).decode()
        assert "Wang" not in text or recorded.event.PERSONAL == {"name": "speaker"}


def test_readiness_touches_the_items_and_calls_of_the_speaker_in_every_room() -> None:
    hall = Hall(item("a", 0, 30, speakers=(LIN,)), item("x", 60, 90, room="R1", speakers=(LIN,)))
    hall.touches.clear()
    hall.do("ready", speaker="lin", readiness="ready")

    assert {("item/a", ("R0",)), ("item/x", ("R1",))} <= {(touch.key, touch.rooms) for touch in hall.touches}


def test_a_change_of_one_room_among_forty_touches_its_rows_only() -> None:
    items = [
        item(f"{room}-{place}", place * 30, place * 30 + 25, f"R{room}") for room in range(40) for place in range(30)
    ]
    hall = Hall(*items)
    hall.touches.clear()
    hall.do("start", item="7-0")

    assert {room for touch in hall.touches for room in touch.rooms} == {"R7"}


def test_an_unknown_item_is_refused_with_a_word_on_where_to_look(hall: Hall) -> None:
    with pytest.raises(NotFound, match="agenda"):
        hall.do("start", item="../etc")


def test_remaining_counts_pauses_and_goes_negative() -> None:
    clock = {"started_at": at(0), "duration": 30 * MINUTE, "paused_at": None, "paused_total": 5 * MINUTE}

    assert remaining(clock, at(40)) == -5 * MINUTE
    assert remaining(clock | {"paused_at": at(10)}, at(40)) == 25 * MINUTE


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])
def test_rows_are_brought_to_now_as_the_shared_vectors_say(vector: dict[str, Any]) -> None:
    read = as_now(vector["rows"], vector["now"])

    assert {key: row["expected"] for key, row in read.items() if key.startswith("item/")} == vector["expected"]
    room = read["room"]
    assert [room["late"], room["end"]["expected"], room["to_find"]] == vector["room"]
    assert room.get("band") == vector.get("band")


def test_a_board_of_rooms_only_is_left_as_it_is() -> None:
    assert as_now({"R0": {"late": 5}}, 1) == {"R0": {"late": 5}}


MOMENTS = st.lists(
    st.tuples(
        st.integers(0, 40),
        st.sampled_from(["start", "finish", "pause", "resume", "skip", "message", "clear_message", "message"]),
        st.sampled_from("abc"),
    ),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(moments=MOMENTS)
@example(moments=[(5, "start", "a"), (1, "pause", "a"), (3, "message", "a"), (30, "message", "a")])
@example(moments=[(5, "start", "a"), (20, "message", "a"), (30, "clear_message", "a")])
@example(moments=[(9, "message", "a"), (9, "message", "a")])
def test_every_row_that_changes_is_touched_also_by_what_is_said_to_the_stage(
    moments: list[tuple[int, str, str]],
) -> None:
    hall = Hall(item("a", 0, 10), item("b", 15, 25, gap_kind="turnover"), item("c", 30, 40))
    minute = -5
    for later, verb, key in moments:
        minute += later
        hall.set(minute)
        before = hall.rows("R0")
        hall.touches.clear()
        args: dict[str, Any] = {"room": "R0"} if "message" in verb else {"item": key}
        if verb == "message":
            args["text"] = "wrap up"
        with contextlib.suppress(AppError):
            hall.do(verb, **args)
        after = hall.rows("R0")

        changed = {name for name in before | after if before.get(name) != after.get(name)}
        assert changed <= {touch.key for touch in hall.touches}, verb


def test_what_is_said_to_a_stage_on_time_changes_one_row(hall: Hall) -> None:
    hall.touches.clear()
    hall.do("message", room="R0", text="One minute")

    assert [touch.key for touch in hall.touches] == ["room"]
