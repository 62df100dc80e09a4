"""The rules of the doors: who may pass, what is stored, and what is counted."""

from __future__ import annotations

import pytest

from server.clock import MINUTE
from server.domain.checkin import ScanDenied
from server.errors import NotFound
from tests.support.doors import EAST, PEOPLE, WEST, door, stored, totals
from tests.support.rig import Rig

__all__ = ["door"]


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
