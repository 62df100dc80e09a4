"""Personal data in the journal: readable while its person has a key, and never after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.channels.base import Channel
from server.clock import Instant
from server.domain.base import Event, Recorded
from server.store.codec import Codec
from server.store.vault import Vault


class Spoken(Event, frozen=True):
    """Somebody said something."""

    PERSONAL: ClassVar[Mapping[str, str]] = {"text": "who", "name": "who"}

    who: str
    text: str
    name: str | None
    loud: bool = False


class Renamed(Event, frozen=True):
    """A thing has another name; its first version called it `old`."""

    VERSION: ClassVar[int] = 2

    name: str


class Talk(Channel[Any]):
    """A channel with nothing but events."""

    name = "talk"
    events: ClassVar[Sequence[type[Event]]] = (Spoken, Renamed)
    upcasts: ClassVar[Any] = {("Renamed", 1): lambda body: {"name": body["old"]}}


def recorded(event: Event) -> Recorded:
    return Recorded(1, Instant(5), "control", event)


@pytest.fixture
def vault() -> Vault:
    return Vault({})


@pytest.fixture
def codec(vault: Vault) -> Codec:
    return Codec({"talk": Talk()}, vault)


SAID = Spoken(who="p1", text="a secret wish", name="Zhang 张", loud=True)


def test_what_is_personal_is_not_in_the_stored_bytes(codec: Codec) -> None:
    body = codec.store(recorded(SAID)).body

    assert b"wish" not in body
    assert "张".encode() not in body
    assert b'"loud":true' in body


def test_an_event_comes_back_as_it_was(codec: Codec) -> None:
    assert codec.load(codec.store(recorded(SAID))) == recorded(SAID)


def test_without_the_key_only_the_fact_is_left(codec: Codec, vault: Vault) -> None:
    stored = codec.store(recorded(SAID))
    vault.forget("p1")

    assert codec.load(stored) == recorded(Spoken(who="p1", text="", name=None, loud=True))


def test_a_sealed_text_cannot_be_moved_to_another_place(codec: Codec) -> None:
    stored = codec.store(recorded(SAID))
    body = msgspec.json.decode(stored.body)
    body["text"], body["name"] = body["name"], body["text"]
    found = codec.load(stored._replace(body=msgspec.json.encode(body)))

    assert found == recorded(Spoken(who="p1", text="", name=None, loud=True))


def test_each_new_person_gets_one_key_to_be_stored(vault: Vault) -> None:
    vault.seal("p1", b"a", b"x")
    vault.seal("p1", b"b", b"x")
    vault.seal("p2", b"c", b"x")

    assert set(vault.take_fresh()) == {"p1", "p2"}
    assert vault.take_fresh() == {}


def test_a_key_that_was_never_stored_does_not_outlive_a_reset(vault: Vault) -> None:
    """Otherwise what is sealed next would be unreadable after a restart."""
    vault.seal("p1", b"a", b"x")
    vault.reset({})
    vault.seal("p1", b"b", b"x")

    assert set(vault.take_fresh()) == {"p1"}


def test_an_event_of_an_older_version_is_brought_up_to_date(codec: Codec) -> None:
    stored = codec.store(recorded(Renamed(name="new")))._replace(version=1, body=b'{"old":"hall"}')

    assert codec.load(stored) == recorded(Renamed(name="hall"))


def test_an_event_that_nobody_knows_any_more_is_passed_over(codec: Codec) -> None:
    assert codec.load(codec.store(recorded(SAID))._replace(type="Sung")) is None


@given(text=st.text(min_size=1))
def test_any_text_survives_sealing(text: str) -> None:
    vault = Vault({})
    sealed = vault.seal("p1", text.encode("utf-8", "surrogatepass"), b"x")

    assert vault.open("p1", sealed, b"x") == text.encode("utf-8", "surrogatepass")
    assert vault.open("p1", sealed, b"y") is None
