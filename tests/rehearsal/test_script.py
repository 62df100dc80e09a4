"""The rehearsal's story: the parts that need neither a server nor a clock."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from server.clock import Instant
from server.domain.questions.text import check_body, check_name
from server.folder import read
from server.plan import EventPlan, PlannedItem, PlannedList, PlannedRoom, Target
from server.rehearsal.audience import Heard
from server.rehearsal.devices import TROUBLES, kit, victim
from server.rehearsal.doors import ARRIVALS, AWAITED, Curve, passings, service
from server.rehearsal.greenroom import readiness
from server.rehearsal.machines import FAULTS, Machine, bars
from server.rehearsal.moderator import SHORTLIST
from server.rehearsal.scene import Pace, Scene
from server.rehearsal.script import turn
from server.rehearsal.tempo import first_start, paced
from server.rehearsal.texts import ANY_TALK, NAMES, REFUSED, SUBJECTS, fitting, language, reason_against
from server.sample import copy_to

MINUTE = 60_000


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> EventPlan:
    folder: Path = tmp_path_factory.mktemp("sample") / "event"
    copy_to(folder)
    found = read(folder).plan
    assert found is not None
    return found


def story(plan: EventPlan, seed: int = 1) -> list[Any]:
    return passings(plan.attendees, plan.lanes, plan.lists[0], random.Random(seed))


# The doors


def test_a_curve_runs_from_its_first_to_its_last_point_and_never_back() -> None:
    curve = Curve(ARRIVALS)
    places = [curve.at(share / 100) for share in range(101)]
    assert places[0] == pytest.approx(ARRIVALS[0][0])
    assert places[-1] == pytest.approx(ARRIVALS[-1][0], abs=0.01)
    assert places == sorted(places)


def test_a_flat_curve_is_even() -> None:
    assert Curve([(0, 1), (10, 1)]).at(0.3) == pytest.approx(3)


def test_most_people_come_in_the_minutes_around_the_peak(plan: EventPlan) -> None:
    arrivals = [passing.at / 60 for passing in story(plan) if passing.kind == "entry" and passing.nonce.endswith("-0")]
    minutes = Counter(int(at // 2) for at in arrivals)
    assert minutes.most_common(1)[0][0] in (1, 2, 3)
    assert sum(at < 0 for at in arrivals) > 20
    assert sum(at > 20 for at in arrivals) > 5


def test_the_same_seed_tells_the_same_story_and_another_another(plan: EventPlan) -> None:
    assert story(plan) == story(plan)
    assert story(plan) != story(plan, seed=2)


def test_speakers_and_guests_take_their_own_lanes(plan: EventPlan) -> None:
    kinds = {person.secret: (person.vip, person.category) for person in plan.attendees}
    lanes = {(kinds[passing.secret], passing.lane) for passing in story(plan) if passing.secret in kinds}
    assert {lane for (vip, _), lane in lanes if vip} == {"VIP"}
    assert {lane for (vip, category), lane in lanes if category == "speaker" and not vip} == {"speaker"}
    assert {lane for (vip, category), lane in lanes if category == "student" and not vip} == {"A", "B"}


def test_awaited_guests_arrive_while_somebody_is_watching(plan: EventPlan) -> None:
    guests = {person.secret for person in plan.attendees if person.vip}
    times = [passing.at for passing in story(plan) if passing.secret in guests]
    assert set(AWAITED) <= set(times)


def test_nobody_leaves_before_they_came_or_returns_before_they_left(plan: EventPlan) -> None:
    by_person: dict[str, list[str]] = {}
    for passing in story(plan):
        if passing.nonce.endswith(("-0", "-2", "-3")) and passing.kind != "walk_in":
            by_person.setdefault(passing.secret, []).append(passing.nonce[-1])
    assert all(order == sorted(order) for order in by_person.values())
    assert any(order[-1] == "3" for order in by_person.values())


def test_walk_ins_and_unknown_codes_happen_too(plan: EventPlan) -> None:
    kinds = Counter(passing.kind for passing in story(plan))
    assert kinds["walk_in"] > 5
    assert kinds["exit"] > 5
    assert any(passing.secret.startswith("WRONG") for passing in story(plan))


def test_in_a_break_some_go_out_and_all_of_them_come_back(plan: EventPlan) -> None:
    strolls = passings(plan.attendees, plan.lanes, plan.lists[0], random.Random(1), [(3_000, 6_000)])
    out = [passing for passing in strolls if passing.nonce.endswith("-out0")]
    back = [passing for passing in strolls if passing.nonce.endswith("-back0")]
    assert len(out) == len(back) > 10
    assert {passing.kind for passing in out} == {"exit"}
    assert all(3_000 <= passing.at < 6_000 for passing in [*out, *back])


def test_an_event_without_lanes_or_guests_is_played_as_well() -> None:
    passing = passings((), (), PlannedList(id=1, name=""), random.Random(1))[0]
    assert passing.lane is None


def test_lanes_are_quick_enough_for_their_peak() -> None:
    assert service(300, 4) == 5.0
    assert service(10_000, 4) < 1


# The agenda


def item(**more: Any) -> dict[str, Any]:
    return {"id": "t1", "kind": "talk", "duration": 40 * MINUTE, **more}


def test_a_talk_that_overruns_is_given_time_and_then_asked_to_finish() -> None:
    plan = turn(item(), random.Random(1), overruns=True)
    deeds = [incident.deed for incident in plan.incidents]
    assert plan.stretch > 1.1
    assert deeds.index("adjust") < len(deeds) - 1 - deeds[::-1].index("message")
    assert plan.incidents[-1].level == "urgent"


def test_what_happens_during_an_item_is_in_order_and_within_it() -> None:
    for seed in range(60):
        plan = turn(item(), random.Random(seed))
        times = [incident.after for incident in plan.incidents]
        assert times == sorted(times)
        assert times[-1] <= 40 * MINUTE * plan.stretch


def test_every_pause_is_resumed() -> None:
    pauses = 0
    for seed in range(60):
        deeds = [incident.deed for incident in turn(item(), random.Random(seed)).incidents]
        assert deeds.count("pause") == deeds.count("resume")
        pauses += deeds.count("pause")
    assert pauses


def test_a_break_is_left_in_peace() -> None:
    assert turn(item(kind="break"), random.Random(1)).incidents == ()


@pytest.mark.parametrize(("before", "step"), [(10, "ready"), (200, "in_wings"), (600, "miked"), (2_000, "on_site")])
def test_speakers_come_nearer_as_their_talk_does(before: float, step: str) -> None:
    assert readiness(before, 0.5) == step


def test_a_speaker_of_tomorrow_is_not_known_of() -> None:
    assert readiness(20 * 3_600, 0.5) == "unknown"


# The tempo

HOUR = 60 * MINUTE
SMALL = EventPlan(
    title="Small",
    timezone="UTC",
    rooms=(PlannedRoom("R0", "R0"),),
    items=(
        PlannedItem(id="a", room="R0", title="A", start=Instant(1_000_000), end=Instant(1_000_000 + HOUR)),
        PlannedItem(id="b", room="R0", title="B", start=Instant(1_000_000 + HOUR), end=Instant(1_000_000 + 2 * HOUR)),
    ),
    targets=(Target(1, Instant(1_000_000 + 2 * HOUR)),),
)


def rows(plan: EventPlan, state: str = "pending") -> list[dict[str, Any]]:
    return [{"state": state, "planned": {"start": item.start, "end": item.end}} for item in plan.items]


def test_a_paced_plan_is_shorter_in_every_length() -> None:
    fast = paced(SMALL, 5_000_000, 60)
    assert [(item.start, item.end) for item in fast.items] == [(5_000_000, 5_060_000), (5_060_000, 5_120_000)]
    assert fast.targets[0].at == 5_120_000


def test_a_fast_plan_skips_its_nights_and_a_slow_one_does_not(plan: EventPlan) -> None:
    def night(fitting: EventPlan) -> int:
        ended = max(item.end for item in fitting.items if item.day == 1)
        return min(item.start for item in fitting.items if item.day == 2) - ended

    assert night(paced(plan, 0, 60)) == MINUTE
    assert night(paced(plan, 0, 1)) == night(plan)


def test_a_plan_of_now_stays_as_it_is_at_speed_1() -> None:
    assert first_start(SMALL, rows(SMALL), 1_000_000 - MINUTE, 1) is None


def test_a_plan_of_another_day_is_moved_to_now() -> None:
    assert first_start(SMALL, rows(SMALL), 1_000_000 - 100 * HOUR, 1) == 1_000_000 - 100 * HOUR + MINUTE


def test_a_plan_that_has_begun_is_left_alone() -> None:
    assert first_start(SMALL, rows(SMALL, "done"), 0, 60) is None


def test_a_plan_is_paced_once() -> None:
    now = 900_000
    first = first_start(SMALL, rows(SMALL), now, 60)
    assert first is not None
    assert first_start(SMALL, rows(paced(SMALL, first, 60)), now, 60) is None


def test_hands_quicken_less_than_the_plan_does() -> None:
    pace = Pace(100)
    assert pace.planned(100) == 1
    assert pace.hand(100) == 10
    assert Pace(0.5).hand(10) == Pace(0.5).planned(10) == 20


# The machines


def machine(plan: EventPlan, kind: str) -> Machine:
    return Machine(next(device for device in plan.devices if device.kind == kind), random.Random(1))


def test_a_failing_battery_is_empty_within_seconds_and_full_once_changed(plan: EventPlan) -> None:
    microphone = machine(plan, "microphone")
    microphone.fail("battery")
    drained = [microphone.measure(3)["battery_bars"] for _ in range(4)]
    microphone.repair()
    assert drained[0] == 2
    assert drained[-1] == 1
    assert microphone.measure(3)["battery_bars"] == 5


def test_a_projector_warms_up(plan: EventPlan) -> None:
    projector = machine(plan, "projector")
    assert projector.measure(3)["power"] == "warming"
    assert projector.measure(30)["power"] == "on"


def test_a_silent_machine_starts_anew_when_repaired(plan: EventPlan) -> None:
    projector = machine(plan, "projector")
    projector.fail("silent")
    spoke = [projector.speaks]
    projector.repair()
    assert [*spoke, projector.speaks] == [False, True]
    assert projector.boot == 2
    assert projector.measure(1)["power"] == "warming"


def test_every_kind_of_fault_shows_in_the_readings_or_in_silence(plan: EventPlan) -> None:
    for kind, faults in FAULTS.items():
        for fault in faults:
            broken, sound = machine(plan, kind), machine(plan, kind)
            broken.fail(fault)
            assert not broken.speaks or broken.measure(20) != sound.measure(20)


def test_a_kind_that_nobody_has_heard_of_reports_something(plan: EventPlan) -> None:
    odd = Machine(plan.devices[0], random.Random(1))
    odd.kind = "fog machine"
    assert odd.measure(1).keys() == {"cpu", "temperature", "uptime"}


def test_a_gauge_has_five_bars() -> None:
    assert [bars(minutes) for minutes in (0, 8, 20, 60, 150, 240)] == [0, 1, 2, 3, 4, 5]


def test_the_first_troubles_find_a_machine_and_an_empty_kit_none(plan: EventPlan) -> None:
    machines = kit(Scene("http://nowhere", None, plan, Pace()))  # type: ignore[arg-type]
    for _, fault in TROUBLES:
        assert victim(machines, fault, random.Random(1)) is not None
    assert victim({}, "battery", random.Random(1)) is None


# The texts


def every_question() -> list[str]:
    return [*ANY_TALK, *REFUSED, *(body for bodies in SUBJECTS.values() for body in bodies)]


def test_every_question_and_name_is_one_that_the_server_takes() -> None:
    for body in every_question():
        check_body(body)
    for name in NAMES:
        check_name(name or "")


def test_questions_come_in_two_languages_and_more_than_a_hundred() -> None:
    found = Counter(language(body) for body in every_question())
    assert min(found["zh-Hans"], found["en"]) > 40
    assert found.total() > 100


def test_questions_fit_the_talk() -> None:
    first = fitting("WebAssembly 在边缘的真实账单", ["霍知遥"])[0]
    assert first.body in SUBJECTS["webassembly",]


def test_what_is_out_of_place_is_refused_with_a_reason() -> None:
    assert reason_against("first!!!") == "off_topic"
    assert reason_against(ANY_TALK[0]) is None


def test_a_question_is_rarely_asked_twice_in_one_talk() -> None:
    heard, chance = Heard(), random.Random(1)
    asked = [heard.choose("R0", "eBPF", [], chance) for _ in range(30)]
    bodies = [question.body for question in asked if question is not None]
    assert len(set(bodies)) > len(bodies) * 0.8 > SHORTLIST


def test_when_everything_was_asked_people_fall_silent() -> None:
    heard, chance = Heard(), random.Random(1)
    asked = [heard.choose("R0", "eBPF", [], chance) for _ in range(300)]
    assert None in asked
