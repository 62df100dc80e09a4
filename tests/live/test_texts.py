"""Whatever is typed is refused by name, held, or taken; and what is taken is kept as it was typed."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from server.roles import Role
from tests.support.program import Program, Screen, make_folder, serving
from tests.support.texts import TEXTS, Typed

pytestmark = pytest.mark.server

CODES = {"too_large": 413, "malformed": 400}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    with serving(make_folder(tmp_path_factory.mktemp("event"))) as program:
        yield program
    assert "Traceback" not in (program.folder / "log.txt").read_text()


def as_json(text: str) -> str:
    """Return a body that says it letter by letter, half of a pair too."""
    return json.dumps({"room": "R0", "body": text})


@pytest.mark.parametrize("typed", TEXTS.values(), ids=TEXTS)
def test_a_text_meets_its_fate_and_is_kept_as_typed(desk: Program, typed: Typed) -> None:
    with desk.http() as client:
        answer = client.post("/api/v1/questions/submit", content=as_json(typed.text))
    if typed.fate in CODES:
        assert (answer.status_code, answer.json()["code"]) == (CODES[typed.fate], typed.fate)
        return
    result = answer.raise_for_status().json()
    moderator = Screen(desk, desk.key(Role.MODERATOR, "R0"))
    row = moderator.subscribe("questions/R0")[f"q/{result['id']}"]
    moderator.close()

    assert (result["state"], row["state"], row["body"]) == (typed.fate, typed.fate, typed.text)
    assert bool(row["hits"]) == (typed.fate == "held")


@pytest.mark.parametrize("typed", TEXTS.values(), ids=TEXTS)
def test_a_comment_of_another_platform_meets_the_same_fate(desk: Program, typed: Typed) -> None:
    with desk.http(desk.key(Role.CONTROL)) as client:
        answer = client.post("/api/v1/inlet/R1", content=json.dumps({"body": typed.text}))

    if typed.fate in CODES:
        assert answer.json()["code"] == typed.fate
    else:
        assert answer.raise_for_status().json()["state"] == typed.fate


def test_a_name_goes_the_same_way(desk: Program) -> None:
    with desk.http() as client:
        held = client.post("/api/v1/questions/submit", json={"room": "R1", "body": "Who am I?", "name": "Captain Shit"})
        long = client.post("/api/v1/questions/submit", json={"room": "R1", "body": "Who?", "name": "x" * 81})

    assert (held.json()["state"], long.json()["code"]) == ("held", "too_large")


def test_an_edit_goes_the_same_way(desk: Program) -> None:
    asker = Screen(desk)
    key = asker.ask("questions", "submit", {"room": "R1", "body": "What about this?"})["result"]["id"]
    refused = asker.ask("questions", "edit", {"question": key, "body": "x" * 501})
    held = asker.ask("questions", "edit", {"question": key, "body": "What about this shit?"})
    asker.close()

    assert (refused["code"], held["result"]["state"]) == ("too_large", "held")
