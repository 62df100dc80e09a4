"""The one place where the event changes: commands in, durable events out, rows to the boards.

Owns    the order of all changes, what is remembered of each command, deadlines, checkpoints.
Never   knows a socket, an HTTP request, or what any event means.
Used by app (runs it) and, through the desk, by every door.

Theory of operation: all commands that arrive while an append is under way form the next batch. Each is decided
against the engines as the ones before it in the batch left them, and its events are evolved at once; then the
batch is appended as one, and only when the journal has it are rows written, screens woken and answers given. So
nothing is ever seen or acknowledged that a power cut could take back. If the append fails, everybody in the batch
is told to try again, and the engines, torn between what was decided and what is true, are rebuilt from the
journal before the next batch. A command under a ref that was answered before gets that answer and is not decided
again. Several processes may conduct one event: `begin` brings a process to the end of the journal before it
decides, so that all of them decide upon the same history.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from server import wire
from server.auth import Keyring
from server.board import Board
from server.boards import Boards
from server.channels.base import Channel, Verb
from server.clock import Clock, Instant
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
from server.history import Checkpoint, History
from server.hub import Hub
from server.roles import SYSTEM, Actor
from server.store import Answer, Asked, Behind, Commit, Journal

logger = logging.getLogger(__name__)

BATCH = 512
"""How many commands one append carries at most, so that none waits behind an endless batch."""

NAP = 10
"""The shortest wait for a deadline, in milliseconds: a faulty one must not take the loop."""

PAUSE = 1.0
"""Seconds between attempts to reach a journal that cannot be reached."""

LAZY = 250
"""How long a person's own board collects what can wait, in milliseconds."""

CHECKPOINT_EVERY = 5_000
"""Events between checkpoints: what a restart has to replay at most."""


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


class Batch(msgspec.Struct):
    """What one turn has come to so far."""

    offset: int
    now: Instant
    known: Mapping[Asked, Answer]
    events: list[Recorded] = []
    answers: dict[Asked, Answer] = {}
    outcomes: list[tuple[Intent, Mapping[str, Any] | AppError]] = []
    live: set[str] = set()


class Conductor:
    """Runs the event. `submit` from anywhere in the loop; `run` in exactly one task."""

    def __init__(
        self,
        channels: Mapping[str, Channel[Any]],
        history: History,
        boards: Boards,
        hub: Hub,
        keyring: Keyring,
        clock: Clock,
    ) -> None:
        self._channels = channels
        self._history = history
        self._engines = history.engines
        self._journal: Journal = history.journal
        self._boards = boards
        self._hub = hub
        self._keyring = keyring
        self._clock = clock
        self._inbox: deque[Intent] = deque()
        self._jobs: deque[Callable[[], Awaitable[None]]] = deque()
        self._bell = asyncio.Event()
        self._closing = False
        self._is_behind = False
        self._is_torn = False
        self._saved = self._journal.offset

    async def submit(
        self,
        actor: Actor,
        channel: str,
        verb: str,
        args: Mapping[str, object] | msgspec.Struct,
        ref: str | None = None,
        rev: int | None = None,
    ) -> Mapping[str, Any]:
        """Return the command's result once it is journalled durably.

        Raises:
            AppError: it is refused, and nothing was written.
        """
        return await self.post(actor, channel, verb, args, ref, rev)

    def post(
        self,
        actor: Actor,
        channel: str,
        verb: str,
        args: Mapping[str, object] | msgspec.Struct,
        ref: str | None = None,
        rev: int | None = None,
    ) -> asyncio.Future[Mapping[str, Any]]:
        """Queue a command and return its answer to come. Commands are decided in the order they are posted."""
        done: asyncio.Future[Mapping[str, Any]] = asyncio.get_running_loop().create_future()
        if self._closing:
            done.set_exception(Unavailable("The server is restarting; send it again in a moment."))
            return done
        self._inbox.append(Intent(actor, channel, verb, args, ref, rev, done))
        self._bell.set()
        return done

    async def run(self) -> None:
        """Conduct until closed. Everything that was posted before is finished first."""
        while not self._closing or self._inbox or self._jobs:
            await self._wait()
            while self._jobs:
                await self._jobs.popleft()()
            await self._turn()
        await self._save()

    async def follow(self) -> None:
        """Take in what other processes append, until cancelled."""
        while True:
            await self._journal.follow()
            self._is_behind = True
            self._bell.set()

    def close(self) -> None:
        """Take no more commands and let `run` end. Idempotent."""
        self._closing = True
        self._bell.set()

    async def erase(self, people: Sequence[str]) -> None:
        """Delete these persons' keys, and make engines and screens forget what was sealed under them."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        async def job() -> None:
            try:
                await self._history.erase(people)
            except AppError as error:
                done.set_exception(error)
                return
            self._hub.publish(self._boards.rebuild())
            done.set_result(None)

        self._jobs.append(job)
        self._bell.set()
        await done

    # One turn ---------------------------------------------------------------------------------------------------

    async def _wait(self) -> None:
        if self._inbox or self._jobs or self._closing or self._is_behind:
            return
        self._bell.clear()
        due = self._next_due()
        try:
            timeout = None if due is None else max(NAP, due - self._clock.now()) / 1000
            await asyncio.wait_for(self._bell.wait(), timeout)
        except TimeoutError:
            return

    def _next_due(self) -> Instant | None:
        instants = [engine.deadline() for engine in self._engines.values()]
        instants += [channel.next_refresh(self._engines[name]) for name, channel in self._channels.items()]
        return min((instant for instant in instants if instant is not None), default=None)

    async def _turn(self) -> None:
        intents = [self._inbox.popleft() for _ in range(min(BATCH, len(self._inbox)))]
        try:
            await self._conduct(intents)
        except (Unavailable, Behind) as error:
            logger.error("turn failed: commands=%d: %s", len(intents), error)
            sorry = Unavailable("The journal cannot be written at the moment; nothing was done, send it again.")
            _answer([(intent, sorry) for intent in intents])
            await asyncio.sleep(0 if intents else PAUSE)

    async def _conduct(self, intents: list[Intent]) -> None:
        if self._is_torn:
            await self._history.reload()
            self._hub.publish(self._boards.rebuild())
            self._is_torn = False
        now = Instant(max(self._clock.now(), self._history.newest))
        batch = Batch(self._journal.offset, now, {}, [], {}, [], set())
        if intents or self._is_behind or self._is_due(now):
            await self._open(batch, intents)
            self._is_torn = True
            for intent in intents:
                batch.outcomes.append((intent, self._outcome(intent, batch)))
            self._expire(batch)
            await self._append(batch)
            self._is_torn = False
        self._publish(batch)
        _answer(batch.outcomes)
        if self._journal.offset - self._saved >= CHECKPOINT_EVERY:
            await self._save()

    async def _open(self, batch: Batch, intents: list[Intent]) -> None:
        """Bring the engines to the journal's present end, on which the batch is then decided."""
        opening = await self._journal.begin([asked for intent in intents if (asked := intent.asked())])
        self._is_behind = False
        newer = self._history.catch_up(opening)
        if newer:
            self._send(*self._boards.apply(newer, self._history.codec.owners))
        batch.offset = self._journal.offset
        batch.now = Instant(max(batch.now, self._history.newest))
        batch.known = opening.known

    async def _append(self, batch: Batch) -> None:
        if not batch.events and not batch.answers:
            await self._journal.release()
            return
        stored = [self._history.codec.store(recorded) for recorded in batch.events]
        await self._journal.append(batch.offset, Commit(stored, batch.answers, self._history.vault.take_fresh()))
        self._history.newest = batch.now

    def _is_due(self, now: Instant) -> bool:
        return any(due is not None and due <= now for due in (engine.deadline() for engine in self._engines.values()))

    def _publish(self, batch: Batch) -> None:
        self._send(*self._boards.apply(batch.events, self._history.codec.owners))
        for name, channel in self._channels.items():
            engine = self._engines[name]
            due = channel.next_refresh(engine)
            if name in batch.live or (due is not None and due <= batch.now):
                self._send(*self._boards.refresh(name, channel.refresh(engine, batch.now)))

    def _send(self, urgent: Iterable[Board], lazy: Iterable[Board]) -> None:
        self._hub.publish(urgent)
        for board in lazy:
            channel = self._channels.get(board.topic.partition("/")[0])
            self._hub.gather(board, channel.gather if channel is not None else LAZY)

    async def _save(self) -> None:
        checkpoint = Checkpoint(self._journal.offset, self._history.newest, {}, self._boards.marks())
        try:
            await self._history.save(checkpoint)
        except Unavailable as error:
            logger.warning("checkpoint failed: %s", error.message)
        self._saved = self._journal.offset

    # One command ------------------------------------------------------------------------------------------------

    def _outcome(self, intent: Intent, batch: Batch) -> Mapping[str, Any] | AppError:
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
        self._check_revision(intent, channel, target)
        context = Context(now=batch.now, by=intent.actor.id, uid=_uid(), role=intent.actor.role.value)
        decision: Decision = engine.decide(command, context)
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

    def _check_revision(self, intent: Intent, channel: Channel[Any], target: Target) -> None:
        if intent.rev is None or target.rev is None or intent.rev == target.rev:
            return
        room = target.rooms[0] if target.rooms else None
        row = channel.row(self._engines[intent.channel], room, target.key or "", intent.actor.audience())
        raise Conflict(
            "Somebody changed this meanwhile; look at it again, then decide.",
            {"row": row, "rev": target.rev, "by": target.by, "at": target.at},
        )

    def _commit(
        self, intent: Intent, verb: Verb, decision: Decision, fingerprint: bytes, batch: Batch
    ) -> Mapping[str, Any]:
        self._record(decision.events, intent.actor.id, batch)
        if verb.live:
            batch.live.add(intent.channel)
            return {**decision.result, "live": True}
        asked = intent.asked()
        if asked is not None:
            result = msgspec.json.encode(decision.result)
            if decision.subject is not None:
                result = self._history.vault.seal(decision.subject, result, b"answer")
            batch.answers[asked] = Answer(fingerprint, result, decision.subject)
        return decision.result

    # Events -----------------------------------------------------------------------------------------------------

    def _record(self, events: Iterable[Event], by: str, batch: Batch) -> None:
        waiting = deque((event, by) for event in events)
        while waiting:
            event, actor = waiting.popleft()
            recorded = Recorded(batch.offset + len(batch.events) + 1, batch.now, actor, event)
            batch.events.append(recorded)
            self._history.evolve(recorded)
            for name, channel in self._channels.items():
                react = channel.reacts.get(type(event))
                if react is not None:
                    waiting += ((answer, SYSTEM) for answer in react(self._engines[name], recorded))

    def _expire(self, batch: Batch) -> None:
        for name, engine in self._engines.items():
            due = engine.deadline()
            if due is None or due > batch.now:
                continue
            events = engine.expire(batch.now)
            if not events:
                logger.error("a deadline brought nothing: channel=%s due=%d", name, due)
            self._record(events, SYSTEM, batch)


def _check_scope(intent: Intent, verb: Verb, target: Target | None) -> None:
    if target is None:
        return
    if not intent.actor.acts_in(target.rooms):
        raise Forbidden("This belongs to another room than yours; its moderator or the control room can do it.")
    if intent.actor.role in verb.own and target.owner != intent.actor.subject:
        raise Forbidden("This is somebody else's; you may do this with your own only.")


def _answer(outcomes: Iterable[tuple[Intent, Mapping[str, Any] | AppError]]) -> None:
    for intent, outcome in outcomes:
        if intent.done.done():
            continue
        if isinstance(outcome, AppError):
            intent.done.set_exception(outcome)
        else:
            intent.done.set_result(outcome)


_ALPHABET = "0123456789abcdefghijklmnopqrstuv"


def _uid() -> str:
    number = secrets.randbits(130)
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(0, 130, 5))
