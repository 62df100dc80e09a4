"""The one place where the event changes: commands in, durable events out, rows to the boards.

Owns    the order of all changes, what is remembered of each command, deadlines, checkpoints.
Never   knows a socket, an HTTP request, or what any event means.
Used by app (runs it) and, through the desk, by every door.

Theory of operation: all commands that arrive while an append is under way form the next batch. Each is decided
against the engines as the ones before it in the batch left them, and its events are evolved at once; then the batch
is appended as one, and only when the journal has it are rows written, screens woken and answers given. So nothing
is ever seen or acknowledged that a power cut could take back; boards that are new wait for the same. If the append
fails, everybody in the batch is told to try again, and the engines, torn between what was decided and what is true,
are rebuilt from the journal before the next batch. If the journal stays away, screens are told by the board `desk`,
and it is tried again and again, commands or not. A command under a ref that was answered before gets that answer
and is not decided again. Several processes may conduct one event: `begin` brings a process to the end of the
journal before it decides, so that all of them decide upon the same history.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from server.alarm import Alarm
from server.auth import Keyring
from server.board import Board
from server.boards import Boards, DeskRow
from server.channels.base import Channel
from server.clock import Clock, Instant
from server.domain.base import PeopleErased
from server.errors import AppError, Unavailable
from server.history import Checkpoint, History
from server.hub import Hub
from server.judge import Batch, Intent, Judge, Whisper
from server.roles import SYSTEM, Actor
from server.store import Asked, Behind, Commit, Journal, Opening, Replaced

logger = logging.getLogger(__name__)

BATCH = 512
"""How many commands one append carries at most, so that none waits behind an endless batch."""

PAUSE = 1.0
"""Seconds between attempts to reach a journal that cannot be reached."""

FOLLOW_AGAIN = 0.25
"""Seconds before a journal that could not be followed is followed again."""

LAZY = 250
"""How long a person's own board collects what can wait, in milliseconds."""

CHECKPOINT_EVERY = 5_000
"""Events between checkpoints: what a restart has to replay at most."""


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
        self._living = {name: each for name, each in channels.items() if type(each).refresh is not Channel.refresh}
        self._history = history
        self._engines = history.engines
        self._journal: Journal = history.journal
        self._boards = boards
        self._hub = hub
        self._judge = Judge(channels, history, keyring)
        self._clock = clock
        self._inbox: deque[Intent] = deque()
        self._jobs: deque[Callable[[], Awaitable[None]]] = deque()
        self._bell = asyncio.Event()
        self._closing = False
        self._is_behind = False
        self._saved = self._journal.offset
        self._trouble: Unavailable | None = None
        self._since: Instant | None = None
        self._alarm = Alarm(clock, self._bell.set)

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
        self._hub.hasty = True
        self._bell.set()
        return done

    async def run(self) -> None:
        """Conduct until closed. Everything that was posted before is finished first."""
        self._tell()
        while not self._closing or self._inbox or self._jobs:
            await self._wait()
            while self._jobs:
                await self._jobs.popleft()()
            await self._turn()
            self._hub.hasty = bool(self._inbox)
        self._alarm.set(None)
        if self._trouble is None:
            await self._save()

    async def follow(self) -> None:
        """Take in what other processes append, until cancelled."""
        while True:
            try:
                await self._journal.follow()
            except Unavailable as error:
                logger.debug("cannot follow: %s", error.message)
                await asyncio.sleep(FOLLOW_AGAIN)
            self._is_behind = True
            self._bell.set()

    async def listen(self) -> None:
        """Apply the live values that other processes were told, until cancelled."""
        while True:
            whisper = msgspec.msgpack.decode(await self._journal.shared(), type=Whisper)
            now = self._clock.now()
            try:
                self._judge.hear(whisper, now)
            except AppError as error:
                logger.debug("whisper refused: %s", error.message)
                continue
            touches = self._channels[whisper.channel].refresh(self._engines[whisper.channel], now)
            self._send(*self._boards.refresh(whisper.channel, touches))

    def close(self) -> None:
        """Take no more commands and let `run` end. Idempotent."""
        self._closing = True
        self._bell.set()

    async def erase(self, people: Sequence[str]) -> None:
        """Delete these persons' keys, and make engines and screens of all processes forget what they sealed.

        Raises:
            Unavailable: the journal cannot be written; send it again.
        """

        async def job() -> None:
            await self._journal.forget(people)
            await self._mend()
            batch = self._new_batch()
            await self._open(batch, [])
            self._boards.ahead = True
            self._judge.record([PeopleErased(people=tuple(people))], SYSTEM, batch)
            await self._append(batch)
            await self._forget(people)

        try:
            await self._between_turns(job)
        except (Unavailable, Behind) as error:
            raise Unavailable(f"Not everything was erased ({error}); send it again.") from None

    async def catch_up(self) -> None:
        """Take in what other processes have appended by now, as far as the journal answers."""
        with contextlib.suppress(Unavailable, Behind):
            await self._between_turns(self._catch_up)

    async def _between_turns(self, job: Callable[[], Awaitable[None]]) -> None:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        async def tried() -> None:
            try:
                await job()
            except (Unavailable, Behind) as error:
                done.set_exception(error)
            else:
                done.set_result(None)

        self._jobs.append(tried)
        self._bell.set()
        await done

    # One turn ---------------------------------------------------------------------------------------------------

    async def _wait(self) -> None:
        if self._inbox or self._jobs or self._closing or self._is_behind:
            return
        self._bell.clear()
        self._alarm.set(self._next_due())
        await self._bell.wait()

    def _next_due(self) -> Instant | None:
        instants = [engine.deadline() for engine in self._engines.values()]
        instants += [channel.next_refresh(self._engines[name]) for name, channel in self._living.items()]
        return min((instant for instant in instants if instant is not None), default=None)

    async def _turn(self) -> None:
        intents: list[Intent] = []
        try:
            await self._conduct(intents)
        except Behind as error:
            logger.warning("decided too late, deciding again: commands=%d: %s", len(intents), error)
            self._inbox.extendleft(reversed(intents))
        except Unavailable as error:
            # Whoever was told first sends again first: nobody's later command may overtake an earlier one.
            intents += self._inbox
            self._inbox.clear()
            self._troubled(error, len(intents))
            for intent in intents:
                intent.answer(error)
            await self._rest()

    async def _conduct(self, intents: list[Intent]) -> None:
        """Run one turn; `intents` receives the commands that it takes."""
        await self._mend()
        intents += self._take(BATCH)
        batch = self._new_batch()
        if intents or self._is_due(batch.now):
            await self._open(batch, intents)
            self._boards.ahead = True
            for intent in intents:
                batch.outcomes.append((intent, self._judge.outcome(intent, batch)))
            self._judge.expire(batch)
            await self._append(batch)
            self._boards.ahead = False
        elif self._is_behind:
            await self._catch_up()
        self._soothe(batch)
        self._publish(batch)
        self._settle()
        for intent, outcome in batch.outcomes:
            intent.answer(outcome)
        if batch.live:
            await self._journal.share(batch.live)
        if self._journal.offset - self._saved >= CHECKPOINT_EVERY:
            await self._save()

    def _take(self, most: int) -> list[Intent]:
        return [self._inbox.popleft() for _ in range(min(most, len(self._inbox)))]

    async def _rest(self) -> None:
        """Wait a moment before the journal is tried again, unless somebody asks for something."""
        self._bell.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0 if self._closing else PAUSE):
                await self._bell.wait()

    def _troubled(self, error: Unavailable, commands: int) -> None:
        """Tell the log and the crew, once, that nothing can be done; try again without being asked."""
        if self._trouble is None or type(self._trouble) is not type(error):
            logger.error("the journal cannot be used: commands=%d: %s", commands, error.message)
            self._since = self._clock.now() if self._trouble is None else self._since
        self._trouble = error
        self._is_behind = self._journal.is_shared
        self._tell()

    def _soothe(self, batch: Batch) -> None:
        """Tell that all is well again. A journal of one process shows that by its next append only."""
        if self._trouble is not None and (self._journal.is_shared or batch.events or batch.answers):
            logger.warning("the journal can be used again: offset=%d", self._journal.offset)
            self._trouble = self._since = None
        self._tell()

    def _tell(self) -> None:
        state = "ok" if self._trouble is None else "replaced" if isinstance(self._trouble, Replaced) else "unavailable"
        message = None if self._trouble is None else self._trouble.message
        self._hub.publish(self._boards.tell(DeskRow(state, self._journal.risk, message, self._since)))

    def _new_batch(self) -> Batch:
        now = Instant(max(self._clock.now(), self._history.newest))
        return Batch(self._journal.offset, now, {}, [], {}, [], [], set())

    async def _mend(self) -> None:
        """Rebuild engines and boards from the journal if a batch was decided that did not come to be."""
        if self._history.outgrown:
            raise Unavailable(self._history.outgrown)
        if self._boards.ahead:
            await self._history.reload()
            self._boards.start(self._journal.offset, {})
            self._hub.publish(self._boards.rebuild())
            self._boards.ahead = False
            self._settle()

    def _settle(self) -> None:
        for then in self._boards.settle():
            asyncio.get_running_loop().call_soon(then)

    async def _forget(self, people: Iterable[str]) -> None:
        self._history.forget(people)
        self._boards.ahead = True
        await self._mend()

    async def _open(self, batch: Batch, intents: list[Intent]) -> None:
        """Bring the engines to the journal's present end, on which the batch is then decided."""
        opening = await self._begin(_asked(intents))
        self._is_behind = False
        batch.known = opening.known
        # Others had the turn meanwhile: what has arrived since then comes along.
        late = self._take(BATCH - len(intents))
        intents += late
        if asked := _asked(late):
            batch.known = {**batch.known, **await self._journal.recall(asked)}
        batch.offset = self._journal.offset
        batch.now = Instant(max(batch.now, self._history.newest))

    async def _begin(self, asked: Sequence[Asked]) -> Opening:
        """Open a batch; while others have the turn, what they have appended is taken in already."""
        while True:
            opening = await self._journal.begin(asked)
            await self._learn(opening)
            if opening.is_open:
                return opening

    async def _catch_up(self) -> None:
        """Take in what is newer. After a failure only a batch that could be written shows that all is well."""
        self._is_behind = False
        if self._trouble is None:
            await self._learn(await self._journal.peek())
        else:
            await self._begin(())
            await self._journal.release()

    async def _learn(self, opening: Opening) -> None:
        """Take in what other processes appended."""
        newer = self._history.catch_up(opening)
        if newer:
            self._send(*self._boards.apply(newer))
        for recorded in newer:
            if isinstance(recorded.event, PeopleErased):
                # A checkpoint of this process may have come between: it goes as well.
                await self._journal.forget(recorded.event.people)
                await self._forget(recorded.event.people)

    async def _append(self, batch: Batch) -> None:
        if not batch.events and not batch.answers:
            self._boards.ahead = False
            await self._journal.release()
            return
        stored = [self._history.codec.store(recorded) for recorded in batch.events]
        await self._journal.append(batch.offset, Commit(stored, batch.answers, self._history.vault.take_fresh()))
        self._history.newest = batch.now

    def _is_due(self, now: Instant) -> bool:
        return any(due is not None and due <= now for due in (engine.deadline() for engine in self._engines.values()))

    def _publish(self, batch: Batch) -> None:
        if batch.events:
            self._send(*self._boards.apply(batch.events))
        for name, channel in self._living.items():
            engine = self._engines[name]
            due = channel.next_refresh(engine)
            if name in batch.lively or (due is not None and due <= batch.now):
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


def _asked(intents: Iterable[Intent]) -> list[Asked]:
    return [asked for intent in intents if (asked := intent.asked())]
