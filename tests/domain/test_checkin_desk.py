"""What the desk beside the doors does: taking back, walk-ins, joining by ticket, and importing again."""

from __future__ import annotations

from typing import Any

import pytest

from server.channels.checkin import CHANNEL
from server.clock import MINUTE
from server.domain.base import PeopleErased, Recorded
from server.domain.checkin import AttendeeEnrolled, ScanAnnulled, Scanned, TicketBound
from server.errors import Forbidden, IllegalTransition, NotFound
from tests.support.doors import EAST, LISTS, PEOPLE, WEST, door, totals
from tests.support.rig import Rig, attendee

__all__ = ["door"]


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


def test_who_was_erased_is_not_enrolled_again_by_a_list_that_still_names_them(door: Rig) -> None:
    door.apply(PeopleErased(people=(str(PEOPLE[0]["id"]), "somebody else")))
    again = [{**PEOPLE[0], "phone": "555"}, {"id": "n9", "secret": "nine", "name": "New"}]

    assert door.do("import", attendees=again) == {"added": 1, "changed": 0}


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
