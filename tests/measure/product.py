"""The whole product as it is measured: an event of a chosen size, served on one core, and a crowd of readers."""

from __future__ import annotations

import contextlib
import json
import secrets
from collections.abc import Iterator
from pathlib import Path

from server.roles import Role
from tests.measure.apart import Readers, readers
from tests.measure.frames import STAMP_BYTES, stamp
from tests.measure.machine import SERVER_CORE, Floor, bare, cores, cpu, family, placed
from tests.measure.speech import Heard, Speech
from tests.support.program import Program, Screen, make_folder

EVENT = 'title = "Measured"\ntimezone = "UTC"\n\n[questions]\nmode = "post"\n'
DELTA = 500
"""Bytes of the delta that is sent to everybody, as a page receives it."""


def event(folder: Path, rooms: int = 1, items: int = 2) -> Path:
    """Write an event of so many rooms with so many items each, all still to come: nothing in it moves by itself."""
    lines = ["id,room,title,start,duration,speakers"]
    for room in range(rooms):
        for item in range(items):
            day, hour, minute = 1 + item // 60, 8 + item % 60 // 5, item % 5 * 10
            start = f"2099-06-{day:02}T{hour:02}:{minute:02}"
            lines.append(f"r{room}i{item},R{room},Talk {item} of room {room},{start},10,")
    return make_folder(folder, EVENT, "\n".join(lines) + "\n", "secret,name,category\nT0,Nobody,attendee\n")


class Product:
    """One or several processes that serve an event."""

    def __init__(self, folder: Path, *options: str, processes: int = 1) -> None:
        """Serve `folder`; one process has its core to itself, several share all cores with the readers."""
        self.programs: list[Program] = []
        with placed(SERVER_CORE) if processes == 1 else contextlib.nullcontext():
            for _ in range(processes):
                self.programs.append(Program(folder, *options))
        self.pids = [pid for program in self.programs for pid in family(program.process.pid)]
        self.ports = [int(program.url.rpartition(":")[2]) for program in self.programs]

    @property
    def program(self) -> Program:
        """The first process."""
        return self.programs[0]

    def key(self, role: Role) -> str:
        """Return a role's key."""
        return self.program.key(role)

    def stop(self) -> None:
        """End it."""
        for program in self.programs:
            if program.process.poll() is None:
                program.kill()


@contextlib.contextmanager
def served(folder: Path, *options: str, processes: int = 1) -> Iterator[Product]:
    """Serve `folder` until left."""
    product = Product(folder, *options, processes=processes)
    try:
        yield product
    finally:
        product.stop()


class Duel:
    """The product and the bare write loop, each with as many readers, measured in turns."""

    def __init__(self, product: Product, ours: Readers, floor: Floor, bare_readers: Readers) -> None:
        self.product = product
        self.ours = ours
        self.floor = floor
        self.bare = bare_readers
        self.voice = ours.voice(product.key(Role.CONTROL))
        self.bare_voice = bare_readers.voice()
        self._readers = 0

    def connect(self, count: int, *topics: str, key: str | None = None) -> None:
        """Let so many read on both sides, those who do already included."""
        self.ours.connect(count - self._readers, key, topics)
        self.ours.settled(*topics)
        self.bare.connect(count)
        self._readers = count

    def round(self, seconds: float, speech: Speech, size: int, writes: float) -> tuple[Heard, Heard]:
        """Measure the product and then the bare loop, which writes `size` bytes `writes` times for one speech."""
        spent = cpu(self.product.pids)
        ours = self.ours.listen(seconds, speech)
        ours["cpu"] = (cpu(self.product.pids) - spent) / 1e3
        plain = Speech((paper(size),), speech.rate * writes, self.bare_voice, bare=True)
        if writes == int(writes):
            plain = Speech((paper(size),) * int(writes), speech.rate, self.bare_voice, bare=True)
        spent = cpu(self.floor.pids)
        other = self.bare.listen(seconds, plain)
        other["cpu"] = (cpu(self.floor.pids) - spent) / 1e3
        return ours, other

    def command_alone(self, speech: Speech, *topics: str, key: str | None = None, seconds: float = 1.5) -> float:
        """Return the processor time in µs that one speech costs where a single reader has the topics."""
        self.ours.connect(1, key, topics)
        self.ours.settled(*topics)
        self._readers = 1
        spent = cpu(self.product.pids)
        heard = self.ours.listen(seconds, speech)
        return (cpu(self.product.pids) - spent) / 1e3 / max(1.0, heard["0 said"])


@contextlib.contextmanager
def duel(folder: Path, *options: str, rooms: int = 1, items: int = 2) -> Iterator[Duel]:
    """Have both sides, with nobody reading yet, until left."""
    with (
        served(event(folder / "event", rooms, items), *options) as product,
        bare() as floor,
        readers(product.ports[0]) as ours,
        readers(floor.port) as others,
    ):
        yield Duel(product, ours, floor, others)


def messages(product: Product, rooms: int, rate: float, voice: int, size: int = DELTA) -> Speech:
    """Return a speech that shows a new message on so many stages at once; each stage's delta has `size` bytes."""
    screen = Screen(product.program, product.key(Role.CONTROL))
    screen.subscribe("agenda/R0")
    text = stamp(secrets.randbelow(1 << 50), 0)
    sent = {
        "t": "cmd",
        "ref": secrets.token_hex(8),
        "c": "agenda",
        "v": "message",
        "args": {"room": "R0", "text": text},
    }
    screen.send(sent)
    delta = screen.read()
    while delta["t"] != "rows":
        delta = screen.read()
    screen.close()
    spare = size - len(json.dumps(delta, separators=(",", ":"), ensure_ascii=False).encode())
    padded = "$stamp" + "x" * min(500 - STAMP_BYTES, max(0, spare))
    return Speech(tuple(command("agenda", "message", room=f"R{n}", text=padded) for n in range(rooms)), rate, voice)


def command(channel: str, verb: str, **args: object) -> str:
    """Return the template of a command."""
    text = json.dumps({"t": "cmd", "ref": "$ref", "c": channel, "v": verb, "args": args}, separators=(",", ":"))
    return text.replace('"$n"', "$n").replace('"$flip"', "$flip")


def paper(size: int) -> str:
    """Return a `rows` frame of `size` bytes with a stamp in it, for the bare write loop to send."""
    head, tail = '{"t":"rows","c":"bare","epoch":"bare","from":null,"to":1,"set":{"row":"', '"},"del":[]}'
    return f"{head}$stamp{'x' * max(0, size - len(head) - len(tail) - STAMP_BYTES)}{tail}"


def is_alone() -> bool:
    """Say whether server and readers have a core each."""
    return len(cores()) > 1
