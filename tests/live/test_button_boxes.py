"""The page about button boxes, pressed key by key and read path by path against the program."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import connect

from server.roles import Role
from tests.support.program import Program, make_folder, serving

pytestmark = pytest.mark.server

PAGE = (Path(__file__).parents[2] / "docs" / "button-boxes.md").read_text(encoding="utf-8")
KEYS = re.findall(r"^\| \*\*(.+?)\*\* \| `POST (\S+)` \| `(\{.*?\})` \|", PAGE, re.MULTILINE)
PATHS = [
    path for row in re.findall(r"^\| (`set\..+?) \|", PAGE, re.MULTILINE) for path in re.findall(r"`(set\.\S+?)`", row)
]
EVENT = 'title = "Small Conference"\ntimezone = "UTC"\n'


def agenda() -> str:
    begin = datetime.now(UTC).replace(second=0, microsecond=0)
    starts = [(begin + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M") for minutes in (0, 20, 40)]
    talks = zip(("t1", "t2", "t3"), ("Opening", "Keynote", "Kernel"), starts, ("Lin", "Wang", "Chen"), strict=True)
    rows = [f"{id_},R0,{title},{start},20,{name}\n" for id_, title, start, name in talks]
    return "id,room,title,start,duration,speakers\n" + "".join(rows)


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    with serving(make_folder(tmp_path / "event", event=EVENT, agenda=agenda())) as program:
        yield program


def test_the_page_has_a_key_for_everything_that_a_box_is_for() -> None:
    wanted = {"next", "start pause", "−1 min", "+1 min", "message 1", "guest late", "adopt plan", "undo", "clear"}
    assert wanted <= {label for label, _, _ in KEYS}


def test_every_key_of_the_page_is_a_request_that_a_moderators_key_may_make(program: Program) -> None:
    with program.http(program.key(Role.MODERATOR, "R0")) as client:
        for label, path, body in KEYS:
            answer = client.post(path, content=body, headers={"content-type": "application/json"})
            assert answer.status_code in (200, 409), f"{label}: {answer.text}"
            assert answer.status_code == 200 or answer.json()["detail"].endswith("."), label


def test_a_double_press_of_next_leaves_one_item(program: Program) -> None:
    path, body = next((path, body) for label, path, body in KEYS if label == "next")
    with program.http(program.key(Role.MODERATOR, "R0")) as client:
        first, second = (client.post(path, content=body).json() for _ in range(2))

    assert (first["item"], second["item"], second["again"]) == ("t1", "t1", True)


def test_what_the_keys_show_comes_without_a_subprotocol_and_at_the_paths_of_the_page(program: Program) -> None:
    key = program.key(Role.MODERATOR, "R0")
    with program.http(key) as client:
        client.post("/api/v1/agenda/advance", json={"room": "R0"})
        client.post("/api/v1/agenda/preset", json={"room": "R0", "number": 1})
    with connect(f"{program.url.replace('http', 'ws', 1)}/ws?key={key}&sub=agenda/R0&sub=nothing") as feed:
        frame: dict[str, Any] = {}
        while frame.get("t") != "rows":
            frame = json.loads(feed.recv(10))
        unknown = json.loads(feed.recv(10))

    assert (unknown["code"], unknown["detail"]["c"]) == ("unknown_channel", "nothing")
    assert len(PATHS) > 10
    for path in PATHS:
        found: Any = frame
        for name in path.split("."):
            found = found if found is None else found[name]
    assert frame["set"]["room"]["item_title"] == "Opening"
    assert frame["set"]["room"]["message"]["text"] in ("5 minutes left", "还剩 5 分钟")
