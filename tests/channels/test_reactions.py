"""What a crowd taps: counted for a few seconds, told now and then, kept nowhere."""

from __future__ import annotations

import pytest

from server.channels.reactions import CHANNEL
from server.clock import SECOND
from server.domain.base import NotFound
from server.domain.questions import QaBlanked
from server.domain.questions.events import QuestionRoomsImported
from server.domain.reactions import BURST, CROWD_TOLD_EVERY, TOLD_EVERY, WINDOW
from server.errors import Closed, LimitReached
from server.roles import CREW_VIEW, PUBLIC_VIEW, STAGE_VIEW, WALL_VIEW, Audience
from tests.support.questions import rooms_imported
from tests.support.rig import Rig, attendee

ANN, BO = attendee("ann"), attendee("bo")


@pytest.fixture
def rig() -> Rig:
    rig = Rig(CHANNEL)
    rig.apply(rooms_imported())
    return rig


def refresh(rig: Rig, milliseconds: int = 0) -> list[str]:
    """Let time pass as the conductor does, and return each telling: the rooms that were told of."""
    end, told = rig.clock.now() + milliseconds, []
    while (due := CHANNEL.next_refresh(rig.engine)) is not None and due <= end:
        rig.clock.set(max(due, rig.clock.now()))
        told += [touch.rooms[0] for touch in CHANNEL.refresh(rig.engine, rig.clock.now())]
    rig.clock.set(end)
    return told


def counts(rig: Rig, audience: Audience = CREW_VIEW, room: str = "R0") -> dict[str, int]:
    return {kind: count for kind, count in rig.rows(room, audience)["meter"]["counts"].items() if count}


def test_taps_are_counted_by_room_and_kind(rig: Rig) -> None:
    rig.do("react", ANN, room="R0", kind="applause", count=3)
    rig.do("react", BO, room="R0", kind="laugh")
    refresh(rig)

    assert counts(rig) == {"applause": 3, "laugh": 1}
    assert counts(rig, room="R1") == {}
    assert rig.rows("R0")["meter"]["people"] == 2


def test_what_was_tapped_is_over_after_the_window_and_then_nothing_is_due(rig: Rig) -> None:
    rig.do("react", ANN, room="R0", kind="applause")
    refresh(rig, WINDOW + 2 * SECOND + CROWD_TOLD_EVERY)

    assert counts(rig) == counts(rig, PUBLIC_VIEW) == {}
    assert CHANNEL.next_refresh(rig.engine) is None


def test_a_clapping_crowd_is_told_of_a_few_times_a_second(rig: Rig) -> None:
    told = []
    for person in range(100):
        rig.do("react", attendee(f"p{person}"), room="R0", kind="applause")
        told += refresh(rig, 20)

    assert 1 <= len(told) <= 2 * SECOND // TOLD_EVERY + 2
    assert counts(rig)["applause"] > 50


def test_the_crowd_itself_is_told_less_often(rig: Rig) -> None:
    rig.do("react", ANN, room="R0", kind="applause")
    refresh(rig)
    rig.do("react", BO, room="R0", kind="applause")
    refresh(rig, TOLD_EVERY)
    assert (counts(rig), counts(rig, PUBLIC_VIEW)) == ({"applause": 2}, {"applause": 1})

    refresh(rig, CROWD_TOLD_EVERY)

    assert counts(rig, PUBLIC_VIEW) == {"applause": 2}


def test_one_person_counts_as_far_as_a_person_can_clap(rig: Rig) -> None:
    assert rig.do("react", ANN, room="R0", kind="applause", count=100) == {"counted": BURST}
    with pytest.raises(LimitReached):
        rig.do("react", ANN, room="R0", kind="applause")
    rig.clock.set(rig.clock.now() + SECOND)

    assert rig.do("react", ANN, room="R0", kind="applause", count=100) == {"counted": 4}
    assert rig.do("react", BO, room="R0", kind="applause") == {"counted": 1}


def test_what_is_sent_twice_counts_once(rig: Rig) -> None:
    rig.do("react", ANN, room="R0", kind="applause", n=5)

    assert rig.do("react", ANN, room="R0", kind="applause", n=5) == {"counted": 0}
    assert rig.do("react", ANN, room="R0", kind="applause", n=6) == {"counted": 1}


def test_a_tap_writes_no_history(rig: Rig) -> None:
    rig.do("react", ANN, room="R0", kind="applause")

    assert [type(recorded.event) for recorded in rig.history] == [QuestionRoomsImported]


def test_the_kill_key_silences_every_display_but_the_crews(rig: Rig) -> None:
    rig.do("react", ANN, room="R0", kind="applause")
    refresh(rig, CROWD_TOLD_EVERY)
    rig.apply(QaBlanked(room="R0", on=True))

    assert counts(rig, WALL_VIEW) == counts(rig, STAGE_VIEW) == counts(rig, PUBLIC_VIEW) == {}
    assert counts(rig) == {"applause": 1}


def test_organisers_may_want_none(rig: Rig) -> None:
    rig.apply(rooms_imported(reactions=False))

    with pytest.raises(Closed):
        rig.do("react", ANN, room="R0", kind="applause")


def test_a_room_that_is_not_there_has_no_crowd(rig: Rig) -> None:
    with pytest.raises(NotFound):
        rig.do("react", ANN, room="R9", kind="applause")


def test_a_restored_engine_knows_its_rooms_and_no_tap(rig: Rig) -> None:
    rig.do("react", ANN, room="R0", kind="applause")
    refresh(rig)
    restored = rig.restored()

    assert restored.state == rig.engine.state
    row = CHANNEL.row(restored, "R0", "meter", CREW_VIEW)
    assert row is not None
    assert getattr(row, "people", None) == 0
