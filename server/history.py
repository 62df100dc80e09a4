"""The engines as the journal made them: replay, checkpoints, and forgetting.

Owns    bringing engines and journal together, and doing it fast.
Never   decides, or projects a row.
Used by the conductor and the command line.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import secrets
import zlib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from server.boards import Boards, Marks
from server.channels.base import Channel, Concerns
from server.clock import Instant
from server.domain.base import Recorded
from server.errors import Unavailable
from server.store import Journal, Opening
from server.store.codec import Codec
from server.store.packing import packed
from server.store.vault import Vault

logger = logging.getLogger(__name__)

LARGE = 4_096
"""Bytes of a piece of a checkpoint after which screens are served."""


class Checkpoint(msgspec.Struct):
    """Where everything stood at an offset; made to be thrown away whenever in doubt."""

    offset: int
    newest: Instant
    states: dict[str, bytes]
    marks: Marks
    code: str = ""


class History:
    """The engines of all channels, and the journal they follow."""

    def __init__(self, channels: Mapping[str, Channel[Any]], journal: Journal, secret: bytes) -> None:
        self.journal = journal
        self.newest = Instant(0)
        self.outgrown = ""
        """Why this program cannot follow the journal any more: a newer one writes to it; empty while it can."""
        self.engines: dict[str, Any] = {name: channel.engine() for name, channel in channels.items()}
        self.vault = Vault({})
        self.codec = Codec(channels, self.vault)
        self._channels = channels
        self._concerns = Concerns(channels)
        self._cipher = AESGCM(hashlib.sha256(b"cuedesk.checkpoint" + secret).digest())
        self._code = _code_mark()

    async def load(self, boards: Boards) -> int:
        """Bring engines and boards to the end of the journal; return how many events were replayed."""
        checkpoint = await self._checkpoint()
        after = 0 if checkpoint is None else checkpoint.offset
        tail = list(await self.journal.read(after))
        # Keys are asked for after the events: whoever appends meanwhile stores a key before what it seals.
        self.vault.reset(await self.journal.keys())
        if checkpoint is not None:
            self._restore(checkpoint)
        boards.start(after, {} if checkpoint is None else checkpoint.marks)
        step = max(1, len(tail) // 500)
        for start in range(0, len(tail), step):
            replayed = [each for stored in tail[start : start + step] if (each := self.codec.load(stored))]
            for recorded in replayed:
                self.evolve(recorded)
            boards.apply(replayed)
        boards.start(self.journal.offset, {})
        self.newest = max(self.newest, tail[-1].at if tail else Instant(0))
        return len(tail)

    def catch_up(self, opening: Opening) -> list[Recorded]:
        """Apply what other processes appended, and return it.

        Raises:
            Unavailable: a newer program wrote it, and this one has nothing to say from now on.
        """
        self.vault.learn(opening.keys)
        try:
            newer = [each for stored in opening.newer if (each := self.codec.load(stored))]
        except Unavailable as error:
            # The journal hands it out once: what is not applied now never would be.
            self.outgrown = error.message
            raise
        for recorded in newer:
            self.evolve(recorded)
            self.newest = recorded.at
        return newer

    def forget(self, people: Iterable[str]) -> None:
        """Drop these persons' keys here; what was opened with them is in the engines until they are rebuilt."""
        for person in people:
            self.vault.forget(person)

    async def reload(self) -> None:
        """Rebuild every engine from the journal alone."""
        history = list(await self.journal.read(0))
        self.vault.reset(await self.journal.keys())
        for name, channel in self._channels.items():
            self.engines[name] = channel.engine()
        for stored in history:
            recorded = self.codec.load(stored)
            if recorded is not None:
                self.evolve(recorded)
                self.newest = recorded.at

    async def save(self, checkpoint: Checkpoint) -> None:
        """Store where the engines stand, encrypted: it holds personal data in the clear."""
        for name, engine in self.engines.items():
            pieces = []
            for piece in packed(engine.state):
                pieces.append(piece)
                if len(piece) > LARGE:
                    # Nothing changes while the conductor waits for this, but screens are served meanwhile.
                    await asyncio.sleep(0)
            checkpoint.states[name] = b"".join(pieces)
        checkpoint.code = self._code
        await self.journal.save_checkpoint(await asyncio.to_thread(self._sealed, checkpoint))

    def evolve(self, recorded: Recorded) -> None:
        """Apply one event to its engine and to those that hear it."""
        for name, hears in self._concerns.of(recorded.event).hearers:
            try:
                if hears is None:
                    self.engines[name].evolve(recorded)
                else:
                    hears(self.engines[name], recorded)
            except Exception:
                kind = type(recorded.event).__name__
                logger.exception("evolve failed: channel=%s type=%s offset=%d", name, kind, recorded.offset)

    def _restore(self, checkpoint: Checkpoint) -> None:
        for name, engine in self.engines.items():
            if name in checkpoint.states:
                engine.restore(msgspec.msgpack.decode(checkpoint.states[name], type=type(engine.state)))
        self.newest = checkpoint.newest

    async def _checkpoint(self) -> Checkpoint | None:
        blob = await self.journal.checkpoint()
        if blob is None:
            return None
        try:
            packed = zlib.decompress(self._cipher.decrypt(blob[:12], blob[12:], self.journal.epoch.encode()))
            checkpoint = msgspec.msgpack.decode(packed, type=Checkpoint)
            fits = checkpoint.code == self._code and checkpoint.offset <= self.journal.offset
        except (InvalidTag, zlib.error, msgspec.MsgspecError):
            return None
        return checkpoint if fits and checkpoint.states.keys() == self.engines.keys() else None

    def _sealed(self, checkpoint: Checkpoint) -> bytes:
        packed = msgspec.msgpack.encode(checkpoint)
        nonce = secrets.token_bytes(12)
        return nonce + self._cipher.encrypt(nonce, zlib.compress(packed, 1), self.journal.epoch.encode())


@cache
def _code_mark() -> str:
    """Return a mark of the code that makes states: a checkpoint of other code is not used."""
    state = hashlib.sha256()
    for part in ("plan.py", "domain", "channels"):
        path = Path(__file__).parent / part
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            state.update(file.read_bytes())
    return state.hexdigest()
