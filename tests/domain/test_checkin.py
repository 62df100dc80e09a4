"""The rules of the doors: who may pass, what is stored, and what is counted."""

from __future__ import annotations

from typing import Any

import pytest

from server.channels.checkin import CHANNEL
from server.clock import MINUTE
from server.domain.base import Recorded
from server.domain.checkin import AttendeeEnrolled, ScanAnnulled, ScanDenied, Scanned, TicketBound
from server.errors import Forbidden, IllegalTransition, NotFound
from server.roles import Actor, Role
from tests.support.rig import Rig, attendee

EAST = Actor("floor:east", Role.FLOOR)
WEST = Actor("floor:west", Role.FLOOR)
PEOPLE: list[dict[str, Any]] = [
    {"id": "t1", "secret": "one", "name": "Wang Wei", "category": "regular", "seat": "A1"},
    {"id": "t2", "secret": "two", "name": "Ana", "category": "speaker", "vip": True},
    {"id": "t3", "secret": "gone", "name": "Bo", "category": "regular", "status": "canceled"},
    {"id": "t4", "secret": "shut", "name": "Cy", "category": "regular", "status": "blocked"},
    {"id": "t5", "secret": "owes", "name": "Di", "category": "regular", "status": "pending"},
]
LISTS: list[dict[str, Any]] = [
    {"id": 1, "name": "Main"},
    {"id": 2, "name": "Speakers", "products": ["speaker"]},
    {"id": 3, "name": "Once", "allow_entry_after_exit": False},
    {"id": 4, "name": "Lunch", "allow_multiple_entries": True},
]


@pytest.fixture
def door() -> Rig:
    rig = Rig(CHANNEL)
    rig.do("import", lists=LISTS, lanes=[{"id": "A", "title": "Lane A", "gate": "East"}], attendees=PEOPLE)
    rig.touches.clear()
    return rig


def totals(rig: Rig) -> dict[str, Any]:
    row: dict[str, Any] = rig.rows()["totals"]
    return row


def stored(rig: Rig) -> list[Any]:
    return [recorded.event for recorded in rig.history if isinstance(recorded.event, (Scanned, ScanDenied))]


def test_a_good_ticket_is_let_in_and_shown(door: Rig) -> None:
    result = door.do("scan", EAST, secret="one", lane="A")

    assert result == {
        "status": "ok",
        "reason": None,
        "reason_explanation": None,
        "require_attention": False,
        "checkin_texts": [],
        "position": {
            "id": "t1",
            "attendee_name": "Wang Wei",
            "category": "regular",
            "organisation": "",
            "seat": "A1",
            "secret": "one",
            "vip": False,
            "first_scan": None,
        },
        "list": {"id": 1, "name": "Main"},
    }


def test_a_verdict_that_shows_a_person_is_kept_under_their_key(door: Rig) -> None:
    assert door.decide("scan", {"secret": "one"}).subject == "t1"


def test_a_verdict_on_an_unknown_code_belongs_to_nobody(door: Rig) -> None:
    assert door.decide("scan", {"secret": "nobody"}).subject is None


@pytest.mark.parametrize(
    ("secret", "number", "reason"),
    [
        ("nobody", 1, "invalid"),
        ("", 1, "invalid"),
        ("gone", 1, "canceled"),
        ("shut", 1, "blocked"),
        ("one", 2, "product"),
        ("owes", 1, "unpaid"),
        ("owes", 2, "product"),
        ("gone", 2, "canceled"),
    ],
)
def test_a_refused_ticket_is_an_answer_with_the_first_reason(door: Rig, secret: str, number: int, reason: str) -> None:
    result = door.do("scan", EAST, secret=secret, list=number)

    assert (result["status"], result["reason"]) == ("error", reason)
    assert result["reason_explanation"].endswith(".")


def test_a_ticket_that_is_in_already_is_refused_with_its_first_scan(door: Rig) -> None:
    first = door.clock.now()
    door.do("scan", EAST, secret="one", lane="A")
    door.clock.advance(60_000)

    result = door.do("scan", WEST, secret="one")

    assert result["reason"] == "already_redeemed"
    assert result["position"]["first_scan"] == {"at": first, "lane": "A", "gate": "East"}


def test_a_cancelled_ticket_says_so_also_when_it_is_in_already(door: Rig) -> None:
    door.do("scan", secret="one")
    door.do("import", attendees=[{**PEOPLE[0], "status": "canceled"}])

    assert door.do("scan", secret="one")["reason"] == "canceled"


def test_white_space_that_a_reader_adds_is_no_part_of_the_code(door: Rig) -> None:
    assert door.do("scan", secret=" one\r\n")["status"] == "ok"


def test_a_list_that_does_not_exist_is_not_found(door: Rig) -> None:
    with pytest.raises(NotFound, match="1, 2, 3, 4"):
        door.do("scan", secret="one", list=9)


def test_whoever_left_may_come_back(door: Rig) -> None:
    door.do("scan", secret="one")
    door.do("scan", secret="one", type="exit")

    assert door.do("scan", secret="one")["status"] == "ok"


def test_a_list_may_forbid_to_come_back(door: Rig) -> None:
    door.do("scan", secret="one", list=3)
    door.do("scan", secret="one", list=3, type="exit")

    assert door.do("scan", secret="one", list=3)["reason"] == "already_redeemed"


def test_a_list_may_let_in_again_and_again(door: Rig) -> None:
    assert [door.do("scan", secret="one", list=4)["status"] for _ in range(3)] == ["ok"] * 3


def test_the_same_nonce_from_the_same_device_is_accepted_once(door: Rig) -> None:
    door.do("scan", EAST, secret="one", nonce="n")
    door.do("scan", WEST, secret="one", type="exit", nonce="m")
    before = totals(door)

    result = door.do("scan", EAST, secret="one", nonce="n")

    assert result["status"] == "ok"
    assert totals(door) == before
    assert len(stored(door)) == 2


def test_another_devices_nonce_counts_only_while_its_scan_is_the_newest(door: Rig) -> None:
    door.do("scan", EAST, secret="one", nonce="n")
    assert door.do("scan", WEST, secret="one", nonce="n")["status"] == "ok"
    door.clock.advance(1)
    door.do("scan", EAST, secret="one", type="exit", nonce="m")
    door.clock.advance(1)
    door.do("scan", WEST, secret="one", nonce="n")

    assert [event.type for event in stored(door)] == ["entry", "exit", "entry"]


def test_one_nonce_on_two_tickets_is_two_scans(door: Rig) -> None:
    door.do("scan", EAST, secret="one", nonce="n")
    door.do("scan", EAST, secret="two", nonce="n")

    assert totals(door)["arrived"] == 2


def test_every_refused_scan_is_a_fact(door: Rig) -> None:
    for _ in range(3):
        door.do("scan", EAST, secret="gone", lane="A")

    assert len(stored(door)) == 3
    assert door.rows()["lane/A"]["denied"] == 3


def test_a_refusal_that_is_told_twice_is_stored_once(door: Rig) -> None:
    for secret in ("gone", "nobody"):
        for _ in range(2):
            door.do("scan", EAST, secret=secret, lane="A", nonce="n")

    assert len(stored(door)) == 2


def test_an_unknown_code_is_named_by_a_digest_and_encrypted(door: Rig) -> None:
    door.do("scan", secret="someone's private barcode")

    (denied,) = stored(door)
    assert ScanDenied.PERSONAL == {"barcode": "attendee"}
    assert "barcode" not in denied.attendee
    assert denied.barcode == "someone's private barcode"


def test_a_known_ticket_that_is_refused_repeats_no_personal_text(door: Rig) -> None:
    door.do("scan", secret="gone")

    assert stored(door)[0].barcode == ""


def test_forced_scans_pass_and_say_what_they_overrode(door: Rig) -> None:
    door.do("scan", secret="one", force=True)
    door.do("scan", secret="gone", force=True)

    assert [event.overrode for event in stored(door)] == [None, "canceled"]


def test_an_unknown_code_cannot_be_forced(door: Rig) -> None:
    assert door.do("scan", secret="nobody", force=True)["reason"] == "invalid"


def test_a_double_entry_without_a_net_is_two_scans_of_one_person(door: Rig) -> None:
    at = door.clock.now() - 10 * MINUTE
    door.do("scan", EAST, secret="one", lane="A", datetime=at, nonce="a", force=True)
    door.do("scan", WEST, secret="one", lane="B", datetime=at + 1, nonce="b", force=True)

    assert totals(door)["arrived"] == 1
    assert door.rows()["double/t1"] == {
        "id": "t1",
        "name": "Wang Wei",
        "entries": [
            {"at": at, "lane": "A", "gate": "East", "forced": False},
            {"at": at + 1, "lane": "B", "gate": "B", "forced": True},
        ],
    }


def test_a_late_upload_counts_in_its_own_past_minute(door: Rig) -> None:
    at = door.clock.now() - 30 * MINUTE
    door.do("scan", secret="one", lane="A", datetime=at)

    assert door.rows()[f"minute/{at}"] == {"arrived": 1, "by_lane": {"A": 1}}
    assert totals(door)["late_uploads"] == 1
    assert totals(door)["rate_5"] == 0


def test_a_scan_told_within_two_minutes_is_not_late(door: Rig) -> None:
    door.do("scan", secret="one", datetime=door.clock.now() - 2 * MINUTE)

    assert totals(door)["late_uploads"] == 0


def test_an_earlier_entry_that_is_told_later_moves_the_arrival(door: Rig) -> None:
    now = door.clock.now()
    door.do("scan", EAST, secret="one", lane="A")
    door.do("scan", WEST, secret="one", lane="B", datetime=now - 9 * MINUTE, force=True)

    rows = door.rows()
    assert f"minute/{now}" not in rows
    assert rows[f"minute/{now - 9 * MINUTE}"] == {"arrived": 1, "by_lane": {"B": 1}}


@pytest.mark.parametrize(
    ("ahead", "believed"), [(2 * MINUTE, True), (2 * MINUTE + 1, False), (-31 * 86_400_000, False)]
)
def test_a_clock_that_is_too_wrong_is_not_believed(door: Rig, ahead: int, believed: bool) -> None:
    now = door.clock.now()
    door.do("scan", secret="one", lane="A", datetime=now + ahead)

    assert stored(door)[0].at == (now + ahead if believed else now)
    assert door.rows()["lane/A"]["clock_skew"] == (0 if believed else 1)


def test_inside_is_who_has_not_left(door: Rig) -> None:
    door.do("scan", secret="one")
    door.do("scan", secret="two")
    door.do("scan", secret="one", type="exit")

    assert (totals(door)["arrived"], totals(door)["inside"]) == (2, 1)
    assert not door.engine.on_site("t1")
    assert door.engine.on_site("t2")


def test_an_exit_that_is_told_late_does_not_empty_the_hall(door: Rig) -> None:
    now = door.clock.now()
    door.do("scan", secret="one")
    door.do("scan", secret="one", type="exit", datetime=now - MINUTE)

    assert totals(door)["inside"] == 1


def test_an_annulled_scan_no_longer_counts(door: Rig) -> None:
    before = totals(door)
    door.do("scan", EAST, secret="one", nonce="n")

    assert door.do("annul", EAST, nonce="n", explanation="turned round") == {"status": "ok"}
    assert {**totals(door), "as_of": 0} == {**before, "as_of": 0}
    assert door.do("scan", EAST, secret="one", nonce="other")["status"] == "ok"


def test_the_nonce_of_an_annulled_scan_does_not_let_in_again(door: Rig) -> None:
    door.do("scan", EAST, secret="one", nonce="n")
    door.do("annul", EAST, nonce="n")

    assert door.do("scan", EAST, secret="one", nonce="n", force=True)["reason"] == "annulled"
    assert totals(door)["arrived"] == 0


def test_only_the_device_that_scanned_may_annul(door: Rig) -> None:
    door.do("scan", EAST, secret="one", nonce="n")

    with pytest.raises(Forbidden):
        door.do("annul", WEST, nonce="n")


def test_control_may_annul_any_scan(door: Rig) -> None:
    door.do("scan", EAST, secret="one", nonce="n")

    assert door.do("annul", nonce="n") == {"status": "ok"}


def test_annulling_ends_after_a_quarter_of_an_hour(door: Rig) -> None:
    door.do("scan", EAST, secret="one", nonce="n")
    door.clock.advance(15 * MINUTE + 1)

    with pytest.raises(IllegalTransition, match="15 minutes"):
        door.do("annul", EAST, nonce="n")


@pytest.mark.parametrize("secret", ["gone", "one"])
def test_what_was_refused_or_annulled_cannot_be_annulled(door: Rig, secret: str) -> None:
    door.do("scan", EAST, secret=secret, nonce="n")
    if secret == "one":
        door.do("annul", EAST, nonce="n")

    with pytest.raises(IllegalTransition):
        door.do("annul", EAST, nonce="n")


@pytest.mark.parametrize("args", [{"nonce": "other"}, {"nonce": "n", "list": 4}, {"nonce": "n", "list": 9}])
def test_an_unknown_nonce_is_not_found(door: Rig, args: dict[str, Any]) -> None:
    door.do("scan", EAST, secret="one", nonce="n")

    with pytest.raises(NotFound):
        door.do("annul", EAST, **args)


def test_a_walk_in_gets_a_ticket_and_is_in(door: Rig) -> None:
    before = totals(door)
    result = door.do("walk_in", EAST, name="Eve", category="guest", lane="A")

    after = totals(door)
    assert result["status"] == "ok"
    assert [after[name] - before[name] for name in ("registered", "expected", "arrived", "walk_ins")] == [0, 1, 1, 1]
    assert door.do("scan", EAST, secret=result["position"]["secret"])["reason"] == "already_redeemed"


def test_the_id_of_a_walk_in_does_not_tell_their_code(door: Rig) -> None:
    position = door.do("walk_in", name="Eve")["position"]

    assert position["secret"] not in position["id"]


def test_a_walk_in_that_is_told_twice_is_one_person(door: Rig) -> None:
    first = door.do("walk_in", EAST, name="Eve", nonce="n")
    second = door.do("walk_in", EAST, name="Eve", nonce="n")

    assert first["position"]["id"] == second["position"]["id"]
    assert totals(door)["walk_ins"] == 1


def test_a_walk_in_needs_a_category_that_the_list_admits(door: Rig) -> None:
    assert door.do("walk_in", name="Eve", category="guest", list=2)["reason"] == "product"
    assert totals(door)["walk_ins"] == 0


def test_a_person_binds_to_a_ticket_on_each_of_their_devices(door: Rig) -> None:
    for person in ("phone", "tablet"):
        assert door.do("join", attendee(person), ticket=" one ") == {"ticket": "t1"}

    assert {door.engine.person_ticket("phone"), door.engine.person_ticket("tablet")} == {"t1"}
    assert door.engine.person_ticket("other") is None


def test_joining_twice_is_one_fact(door: Rig) -> None:
    door.do("join", attendee("p"), ticket="one")
    door.do("join", attendee("p"), ticket="one")

    assert sum(isinstance(recorded.event, TicketBound) for recorded in door.history) == 1


@pytest.mark.parametrize("code", ["", "nobody", "gone"])
def test_a_wrong_ticket_code_is_not_found(door: Rig, code: str) -> None:
    with pytest.raises(NotFound, match="type it as it is printed"):
        door.do("join", attendee("p"), ticket=code)


def test_importing_the_same_again_changes_nothing(door: Rig) -> None:
    assert door.decide("import", {"lists": LISTS, "attendees": PEOPLE}).events == []


def test_importing_again_changes_only_what_differs_and_keeps_the_scans(door: Rig) -> None:
    door.do("scan", secret="one")
    renamed = {**PEOPLE[0], "name": "Wang W.", "category": "speaker", "secret": "new"}

    assert door.do("import", attendees=[renamed, *PEOPLE[1:]]) == {"added": 0, "changed": 1}
    assert totals(door)["by_category"] == {"speaker": 1}
    assert door.do("scan", secret="new")["reason"] == "already_redeemed"
    assert door.do("scan", secret="one")["reason"] == "invalid"


def test_attendees_that_a_later_import_does_not_name_stay(door: Rig) -> None:
    door.do("import", attendees=PEOPLE[:1])

    assert door.do("scan", secret="two")["status"] == "ok"


def test_an_event_without_lists_has_one_for_all() -> None:
    rig = Rig(CHANNEL)
    rig.do("import", attendees=PEOPLE[:1])

    assert rig.do("scan", secret="one")["list"]["id"] == 1


def test_cancelled_tickets_are_not_registered(door: Rig) -> None:
    assert totals(door)["registered"] == 4


def test_the_usual_no_shows_are_not_expected(door: Rig) -> None:
    door.do("import", no_show=0.5)

    assert totals(door)["expected"] == 2


def test_who_was_erased_still_counts(door: Rig) -> None:
    door.do("scan", secret="one", lane="A")
    door.apply(AttendeeEnrolled(attendee="t1", category="regular"), AttendeeEnrolled(attendee="t9"))

    assert totals(door)["arrived"] == 1
    assert door.do("scan", secret="")["reason"] == "invalid"


def test_events_that_fit_nothing_are_passed_over(door: Rig) -> None:
    before = totals(door)
    door.apply(Scanned(attendee="nobody", type="entry", list=1, lane=None, at=0))

    assert totals(door) == before


def test_annulling_what_is_not_there_or_does_not_stand_changes_nothing(door: Rig) -> None:
    door.do("scan", secret="gone")
    before = totals(door)
    for number in (0, 1, 7):
        event = ScanAnnulled(scan=number, attendee="t3")
        door.engine.evolve(Recorded(99, door.clock.now(), "control", event))

    assert totals(door) == before


def test_nothing_at_the_doors_happens_by_itself(door: Rig) -> None:
    door.do("scan", secret="one")

    assert door.engine.deadline() is None
    assert door.engine.expire(door.clock.now()) == ()


def test_a_person_who_joined_is_on_site_once_their_ticket_was_scanned(door: Rig) -> None:
    door.do("join", attendee("p"), ticket="one")
    ticket = door.engine.person_ticket("p")

    assert not door.engine.on_site(ticket)
    door.do("scan", secret="one")
    assert door.engine.on_site(ticket)
