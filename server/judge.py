"""One command: the checks that are the same everywhere, the decision, and what it adds to the batch.

Owns    the order of checks, idempotency under refs, and reactions between channels.
Never   waits, stores, or wakes anybody.
Used by the conductor.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from server import wire
from server.auth import Keyring
from server.channels.base import Channel, Concerns, Verb
from server.clock import Instant
from server.domain.base import Context, Decision, Event, Recorded, Target
from server.errors import (
    AppError,
    Conflict,
    Forbidden,
    KeyReuse,
    NotFound,
    Unavailable,
    UnknownChannel,
    UnknownCommand,
)
from server.history import History
from server.roles import SYSTEM, Actor, Role
from server.store import Answer, Asked

logger = logging.getLogger(__name__)


class Intent(msgspec.Struct):
    """One command on its way. `args` is the wire's mapping, or a command that is made already."""

    actor: Actor
    channel: str
    verb: str
    args: Mapping[str, object] | msgspec.Struct
    ref: str | None
    rev: int | None
    done: asyncio.Future[Mapping[str, Any]]

    def asked(self) -> Asked | None:
        """Return the name under which the answer is remembered."""
        return None if self.ref is None else Asked(self.actor.id, self.ref)

    def answer(self, outcome: Mapping[str, Any] | AppError) -> None:
        """Tell whoever asked, unless they have gone."""
        if self.done.done():
            return
        if isinstance(outcome, AppError):
            self.done.set_exception(outcome)
        else:
            self.done.set_result(outcome)


class Batch(msgspec.Struct):
    """What one turn has come to so far."""

    offset: int
    now: Instant
    known: Mapping[Asked, Answer]
    events: list[Recorded] = []
    answers: dict[Asked, Answer] = {}
    outcomes: list[tuple[Intent, Mapping[str, Any] | AppError]] = []
    live: list[bytes] = []
    lively: set[str] = set()


class Judge:
    """Decides commands against the engines, one after another."""

    def __init__(self, channels: Mapping[str, Channel[Any]], history: History, keyring: Keyring) -> None:
        self._channels = channels
        self._concerns = Concerns(channels)
        self._history = history
        self._engines = history.engines
        self._keyring = keyring

    def outcome(self, intent: Intent, batch: Batch) -> Mapping[str, Any] | AppError:
        """Decide one command upon the batch as it stands, and return its answer or its refusal."""
        try:
            return self._do(intent, batch)
        except AppError as error:
            return error
        except Exception:
            logger.exception("command failed: %s.%s", intent.channel, intent.verb)
            return Unavailable("The desk could not do this, and changed nothing; tell the control room.")

    def _do(self, intent: Intent, batch: Batch) -> Mapping[str, Any]:
        channel, verb = self._find(intent)
        engine = self._engines[intent.channel]
        command = intent.args if isinstance(intent.args, msgspec.Struct) else wire.convert(intent.args, verb.args)
        if intent.actor.role not in verb.roles:
            raise Forbidden(f"{intent.channel}.{intent.verb} is not for the role {intent.actor.role.value}.")
        if verb.admit is not None:
            command = verb.admit(command, intent.actor)
        missing: NotFound | None = None
        target = Target()
        try:
            target = engine.locate(command)
        except NotFound as error:
            missing = error
        _check_scope(intent, verb, target if missing is None else None)
        fingerprint = self._fingerprint(intent)
        if (answered := self._answered(intent, fingerprint, batch)) is not None:
            return answered
        if missing is not None:
            raise missing
        if intent.rev is not None and target.rev is not None and intent.rev != target.rev:
            meanwhile = "Somebody changed this meanwhile; look at it again, then decide."
            raise Conflict(meanwhile, self._current(intent, channel, target))
        context = Context(now=batch.now, by=intent.actor.id, uid=uid(), role=intent.actor.role.value)
        try:
            decision: Decision = engine.decide(command, context)
        except Conflict as conflict:
            raise Conflict(conflict.message, {**self._current(intent, channel, target), **conflict.detail}) from None
        return self._commit(intent, verb, decision, fingerprint, batch)

    def _find(self, intent: Intent) -> tuple[Channel[Any], Verb]:
        channel = self._channels.get(intent.channel)
        if channel is None:
            raise UnknownChannel(f"There is no channel {intent.channel!r}.")
        verb = channel.verbs.get(intent.verb)
        if verb is None:
            raise UnknownCommand(f"The channel {intent.channel!r} has no verb {intent.verb!r}.")
        return channel, verb

    def _fingerprint(self, intent: Intent) -> bytes:
        if intent.ref is None or isinstance(intent.args, msgspec.Struct):
            return b""
        args = msgspec.json.encode(intent.args, order="deterministic")
        return self._keyring.fingerprint(intent.channel.encode(), intent.verb.encode(), args)

    def _answered(self, intent: Intent, fingerprint: bytes, batch: Batch) -> Mapping[str, Any] | None:
        asked = intent.asked()
        answer = None if asked is None else batch.answers.get(asked) or batch.known.get(asked)
        if answer is None:
            return None
        if answer.fingerprint != fingerprint:
            raise KeyReuse("This ref was used before for another command; make a new one for each.")
        plain: bytes | None = answer.result
        if answer.subject is not None:
            plain = self._history.vault.open(answer.subject, answer.result, b"answer")
        return {"erased": True} if plain is None else dict(msgspec.json.decode(plain))

    def _current(self, intent: Intent, channel: Channel[Any], target: Target) -> Mapping[str, object]:
        """Return what a conflict tells: the row as it is, who changed it and when."""
        room = target.rooms[0] if target.rooms else None
        row = channel.row(self._engines[intent.channel], room, target.key or "", intent.actor.audience())
        return {"row": row, "rev": target.rev, "by": target.by, "at": target.at}

    def _commit(
        self, intent: Intent, verb: Verb, decision: Decision, fingerprint: bytes, batch: Batch
    ) -> Mapping[str, Any]:
        self.record(decision.events, intent.actor.id, batch)
        if verb.live:
            batch.lively.add(intent.channel)
            batch.live.append(_whisper(intent, batch.now))
            return {**decision.result, "live": True}
        asked = intent.asked()
        if asked is not None:
            result = msgspec.json.encode(decision.result)
            if decision.subject is not None:
                result = self._history.vault.seal(decision.subject, result, b"answer")
            batch.answers[asked] = Answer(fingerprint, result, decision.subject)
        return decision.result

    def expire(self, batch: Batch) -> None:
        """Add what falls due by itself."""
        for name, engine in self._engines.items():
            due = engine.deadline()
            if due is None or due > batch.now:
                continue
            events = engine.expire(batch.now)
            if not events:
                logger.error("a deadline brought nothing: channel=%s due=%d", name, due)
            self.record(events, SYSTEM, batch)

    def record(self, events: Iterable[Event], by: str, batch: Batch) -> None:
        """Add events to the batch and evolve them, with what other channels answer to them."""
        waiting = deque((event, by) for event in events)
        while waiting:
            event, actor = waiting.popleft()
            recorded = Recorded(batch.offset + len(batch.events) + 1, batch.now, actor, event)
            batch.events.append(recorded)
            self._history.evolve(recorded)
            for name, react in self._concerns.of(event).reactors:
                waiting += ((answer, SYSTEM) for answer in react(self._engines[name], recorded))

    def hear(self, whisper: Whisper, now: Instant) -> None:
        """Apply a live command that another process was asked; that one sees to its consequences.

        Raises:
            AppError: it does not fit here.
        """
        actor = Actor(whisper.actor, whisper.role, whisper.rooms, whisper.subject)
        channel = self._channels.get(whisper.channel)
        if channel is None or whisper.verb not in channel.verbs:
            raise UnknownCommand(f"Another server knows {whisper.channel}.{whisper.verb}, this one does not.")
        verb = channel.verbs[whisper.verb]
        command = wire.convert(whisper.args, verb.args)
        command = command if verb.admit is None else verb.admit(command, actor)
        context = Context(now=now, by=actor.id, uid=uid(), role=actor.role.value)
        self._engines[whisper.channel].decide(command, context)


class Whisper(msgspec.Struct):
    """A live command as other processes hear of it: they apply it too, and leave its consequences to the first."""

    channel: str
    verb: str
    args: Any
    actor: str
    role: Role
    subject: str | None
    at: Instant
    rooms: frozenset[str] | None = None


def _whisper(intent: Intent, now: Instant) -> bytes:
    actor = intent.actor
    who = (actor.id, actor.role, actor.subject)
    return msgspec.msgpack.encode(Whisper(intent.channel, intent.verb, intent.args, *who, now, actor.rooms))


def _check_scope(intent: Intent, verb: Verb, target: Target | None) -> None:
    if target is None:
        return
    if not intent.actor.acts_in(target.rooms):
        raise Forbidden("This belongs to another room than yours; its moderator or the control room can do it.")
    if intent.actor.role in verb.own and target.owner != intent.actor.subject:
        raise Forbidden("This is somebody else's; you may do this with your own only.")


_DIGITS = "0123456789abcdefghijklmnopqrstuv"
_PAIRS = [high + low for high in _DIGITS for low in _DIGITS]


def uid() -> str:
    """Return a fresh unguessable id: 130 bits in 26 digits."""
    number = secrets.randbits(130)
    return "".join([_PAIRS[number >> shift & 1023] for shift in range(0, 130, 10)])
