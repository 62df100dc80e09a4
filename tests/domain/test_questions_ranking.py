"""What moderators are suggested to read: votes weighed by how many were shown a question."""

from __future__ import annotations

from typing import Any

import pytest

from server.channels.questions import CHANNEL
from server.clock import after
from server.domain.questions.live import TOLD_EVERY
from server.roles import CREW_VIEW, PUBLIC_VIEW, WALL_VIEW, Actor, Role
from tests.support.rig import Rig, attendee

MODERATOR = Actor("moderator:1", Role.MODERATOR)


@pytest.fixture
def rig() -> Rig:
    bench = Rig(CHANNEL)
    bench.do("import", rooms=["R0"], timezone="UTC")
    bench.do("mode", MODERATOR, room="R0", mode="post")
    return bench


def ask(rig: Rig) -> str:
    return str(rig.do("submit", attendee(f"p{rig.uids}"), room="R0", body=f"Question {rig.uids}?")["id"])


def voted(rig: Rig, key: str, count: int) -> None:
    for n in range(count):
        rig.do("vote", attendee(f"v{n}"), question=key, on=True, n=1)


def seen(rig: Rig, count: int, *keys: str) -> None:
    for n in range(count):
        rig.do("shown", attendee(f"v{n}"), questions=list(keys))


def row(rig: Rig, key: str, audience: Any = CREW_VIEW) -> Any:
    return rig.rows("R0", audience)[f"q/{key}"]


def test_a_late_question_that_most_viewers_like_is_above_an_early_one_that_few_do(rig: Rig) -> None:
    early, late = ask(rig), ask(rig)
    voted(rig, early, 10)
    voted(rig, late, 6)
    seen(rig, 80, early)
    seen(rig, 8, late)

    assert row(rig, late)["score"] > row(rig, early)["score"]
    assert (row(rig, early, PUBLIC_VIEW)["votes"], row(rig, late, PUBLIC_VIEW)["votes"]) == (10, 6)


def test_the_score_is_the_lower_bound_by_wilson(rig: Rig) -> None:
    """One vote in four views: (p + 1/2n - sqrt(p(1-p)/n + 1/4n^2)) / (1 + 1/n) = 0.1."""
    assert row(rig, ask(rig))["score"] == pytest.approx(0.1, abs=0.001)


def test_the_same_viewer_counts_once(rig: Rig) -> None:
    key = ask(rig)
    seen(rig, 1, key)
    once = row(rig, key)["score"]
    seen(rig, 1, key, key)

    assert row(rig, key)["score"] == once


def test_votes_of_people_who_never_said_what_they_see_are_not_more_than_all(rig: Rig) -> None:
    key = ask(rig)
    voted(rig, key, 20)

    assert 0.5 < row(rig, key)["score"] < 1


def test_nobody_but_the_crew_reads_a_score(rig: Rig) -> None:
    key = ask(rig)
    for audience in (PUBLIC_VIEW, WALL_VIEW):
        assert row(rig, key, audience)["score"] is None
        assert rig.rows("R0", audience)["qa"]["fresh"] == ()


def test_what_does_not_wait_has_no_score(rig: Rig) -> None:
    key = ask(rig)
    rig.do("air", MODERATOR, question=key, replaces=None)

    assert row(rig, key)["score"] is None


def test_two_of_ten_places_are_for_those_that_few_have_seen(rig: Rig) -> None:
    keys = [ask(rig) for _ in range(10)]
    seen(rig, 5, *keys[:7], keys[9])

    assert rig.rows("R0")["qa"]["fresh"] == (keys[8], keys[7])


def test_what_was_shown_is_told_now_and_then_not_each_time(rig: Rig) -> None:
    key = ask(rig)
    seen(rig, 3, key)
    assert list(CHANNEL.refresh(rig.engine, rig.clock.now())) == []
    assert CHANNEL.next_refresh(rig.engine) == rig.clock.now() + TOLD_EVERY

    told = [touch.key for touch in CHANNEL.refresh(rig.engine, after(rig.clock.now(), TOLD_EVERY))]

    assert told == [f"q/{key}", "qa"]
    assert CHANNEL.next_refresh(rig.engine) is None


def test_what_is_unknown_or_not_public_is_not_counted(rig: Rig) -> None:
    rig.do("mode", MODERATOR, room="R0", mode="pre")

    assert rig.do("shown", attendee("ann"), questions=["nothing", ask(rig)])["counted"] == 0
