"""The calls of pretix's check-in.

Owns    which verb or read each call comes to, and its status code.
Never   decides who may pass, or keeps anything.
Used by the routes of this package.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal
from zoneinfo import ZoneInfo

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from server.adapters.pretix.query import Faulty, filters, flag, instant, integer, is_on, is_wanted, told_between
from server.adapters.pretix.shapes import checkin, item, paged, position, reply
from server.desk import Desk
from server.domain.checkin import CheckinEngine, ListRules, Passage, Ticket
from server.errors import Forbidden, IllegalTransition, NotFound, TooLarge
from server.roles import Actor, Role

SCANNERS = frozenset({Role.FLOOR, Role.CONTROL})

LARGEST_BODY = 64 * 1024


class _Redeem(msgspec.Struct):
    """What pretix's clients send; members that have no meaning here are passed over."""

    secret: str
    lists: list[int]
    type: Literal["entry", "exit"] = "entry"
    datetime: str | None = None
    force: bool = False
    nonce: str | None = None
    lane: str | None = None


class _ListRedeem(msgspec.Struct):
    type: Literal["entry", "exit"] = "entry"
    datetime: str | None = None
    force: bool = False
    nonce: str | None = None
    lane: str | None = None


class _Annul(msgspec.Struct):
    nonce: str
    lists: list[int]
    error_explanation: str | None = None


class Scanner:
    """The calls of pretix's check-in, answered from the desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def redeem(self, request: Request) -> Response:
        """Check a ticket in or out: 201 accepted or repeated, 400 refused, 404 unknown code."""
        actor = self._actor(request)
        body = msgspec.json.decode(await _body(request), type=_Redeem)
        return await self._scan(actor, body.secret, self._one_list(body.lists), body)

    async def redeem_on_list(self, request: Request) -> Response:
        """Do the same in the older form, which names list and code in its path; scanners upload their queue so."""
        actor = self._actor(request)
        rules = self._rules(request.path_params["list"])
        body = msgspec.json.decode(await _body(request) or b"{}", type=_ListRedeem)
        return await self._scan(actor, request.path_params["secret"], rules, body)

    async def annul(self, request: Request) -> Response:
        """Take an accepted scan back: 200, 404 for an unknown nonce, 400 for every other reason why not."""
        actor = self._actor(request)
        body = msgspec.json.decode(await _body(request), type=_Annul)
        args = {
            "nonce": body.nonce,
            "list": self._one_list(body.lists).id,
            "explanation": body.error_explanation or "",
        }
        try:
            await self._desk.ask(actor, "checkin", "annul", args)
        except (Forbidden, IllegalTransition) as refused:
            raise Faulty("nonce", refused.message) from refused
        return reply({"status": "ok"})

    async def search(self, request: Request) -> Response:
        """Return the positions of a list by name, order code or the beginning of the code, a page at a time."""
        self._actor(request)
        query = request.query_params
        rules = self._rules(integer("list", query.get("list", "1")))
        found = [ticket for ticket in self._engine().state.tickets.values() if is_wanted(ticket, rules, query)]
        has_checkin = flag(query.get("has_checkin"))
        if has_checkin is not None:
            found = [ticket for ticket in found if self._came_in(ticket, rules) is has_checkin]
        found.sort(key=lambda ticket: (ticket.name.casefold(), ticket.number))
        return paged(request, found, lambda ticket: position(self._engine(), ticket, rules))

    async def status(self, request: Request) -> Response:
        """Return the counts of one list, in all and by category."""
        self._actor(request)
        rules = self._rules(request.path_params["list"])
        held = [ticket for ticket in self._engine().state.tickets.values() if is_on(ticket, rules)]
        categories = dict.fromkeys(ticket.category for ticket in held)
        counts = {name: [ticket for ticket in held if ticket.category == name] for name in categories}
        items = [
            {
                "id": item(name),
                "name": name,
                "admission": True,
                "position_count": len(tickets),
                "checkin_count": sum(self._came_in(ticket, rules) for ticket in tickets),
                "variations": [],
            }
            for name, tickets in counts.items()
        ]
        inside = sum(self._is_inside(ticket, rules) for ticket in held)
        came = sum(self._came_in(ticket, rules) for ticket in held)
        totals = {"checkin_count": came, "position_count": len(held), "inside_count": inside}
        return reply({**totals, "event": {"name": request.path_params["event"]}, "items": items})

    async def checkins(self, request: Request) -> Response:
        """Return every scan, refused ones too, filtered and a page at a time, in the order in which they were told."""
        self._actor(request)
        zone = ZoneInfo(self._engine().state.timezone)
        query = request.query_params
        scans = told_between(self._engine().state.scans, query, zone)
        tests = filters(query, zone, self._gate)
        found = [scan for scan in scans if all(test(scan) for test in tests)]
        ordering = query.get("ordering", "id")
        keys = {"id": "id", "created": "received", "datetime": "at"}
        if ordering.removeprefix("-") in keys:
            name = keys[ordering.removeprefix("-")]
            found.sort(key=lambda scan: (getattr(scan, name), scan.id), reverse=ordering.startswith("-"))
        return paged(request, found, lambda scan: checkin(self._engine(), scan))

    async def _scan(self, actor: Actor, secret: str, rules: ListRules, body: _Redeem | _ListRedeem) -> Response:
        told = None
        if body.datetime is not None:
            told = instant("datetime", body.datetime, ZoneInfo(self._engine().state.timezone))
        args = {
            "secret": secret,
            "list": rules.id,
            "type": body.type,
            "datetime": told,
            "nonce": body.nonce or None,
            "force": body.force,
            "lane": body.lane or None,
        }
        return self._verdict(await self._desk.ask(actor, "checkin", "scan", args), rules)

    def _verdict(self, result: Mapping[str, Any], rules: ListRules) -> Response:
        body: dict[str, object] = {
            "status": result["status"],
            "require_attention": result["require_attention"],
            "checkin_texts": result["checkin_texts"],
        }
        if result["status"] != "ok":
            body |= {"reason": result["reason"], "reason_explanation": result["reason_explanation"]}
        if result["position"] is None:
            return reply({"detail": "Not found.", **body}, 404)
        body["position"] = position(self._engine(), self._engine().state.tickets[result["position"]["id"]], rules)
        body["list"] = {
            "id": rules.id,
            "name": rules.name,
            "event": "event",
            "subevent": None,
            "include_pending": False,
        }
        return reply(body, 201 if result["status"] == "ok" else 400)

    def _actor(self, request: Request) -> Actor:
        actor = self._desk.actor(request)
        if actor.role not in SCANNERS:
            raise Forbidden("You do not have permission to perform this action.")
        return actor

    def _engine(self) -> CheckinEngine:
        engine: CheckinEngine = self._desk.engine("checkin")
        return engine

    def _rules(self, number: int) -> ListRules:
        rules = self._engine().state.lists.get(number)
        if rules is None:
            raise NotFound("Not found.")
        return rules

    def _one_list(self, numbers: Sequence[int]) -> ListRules:
        if not numbers:
            raise Faulty("lists", "This list may not be empty.")
        unknown = [number for number in numbers if number not in self._engine().state.lists]
        if unknown:
            raise Faulty("lists", f'Invalid pk "{unknown[0]}" - object does not exist.')
        if len(set(numbers)) > 1:
            raise Faulty("lists", "Only one check-in list of an event can be given.")
        return self._rules(numbers[0])

    def _gate(self, scan: Passage) -> str | None:
        return self._engine().state.place(scan.lane)

    def _scans(self, ticket: Ticket, rules: ListRules) -> list[Passage]:
        return self._engine().tally.standing_on(ticket.id, rules.id)

    def _came_in(self, ticket: Ticket, rules: ListRules) -> bool:
        return any(scan.type == "entry" for scan in self._scans(ticket, rules))

    def _is_inside(self, ticket: Ticket, rules: ListRules) -> bool:
        scans = self._scans(ticket, rules)
        return bool(scans) and scans[-1].type == "entry"


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise TooLarge("The body of a scan fits into 64 kB; send one scan at a time.")
    return bytes(body)
