"""Frames: what RFC 6455 allows is read however it is cut up, what it forbids ends the connection by its code."""

from __future__ import annotations

import secrets
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.client import ClientProtocol
from websockets.extensions.permessage_deflate import PerMessageDeflate
from websockets.frames import Frame, Opcode
from websockets.protocol import State
from websockets.uri import parse_uri

from server import framing
from server.framing import MAX_MESSAGE, Fault, Message, Op, Parcel, Reader


def sent(op: int, body: bytes, fin: bool = True, mask: bool = True) -> bytes:
    """Return a frame as a peer sends it."""
    return Frame(Opcode(op), body, fin).serialize(mask=mask)


def read(*pieces: bytes) -> list[Message]:
    reader = Reader()
    return [message for piece in pieces for message in reader.feed(piece)]


def until_a_fault(data: bytes) -> tuple[list[Message], int | None]:
    """Return what is read of `data`, and the code of the fault that ended it."""
    reading = Reader().feed(data)
    messages: list[Message] = []
    while True:
        try:
            messages.append(next(reading))
        except StopIteration:
            return messages, None
        except Fault as found:
            return messages, found.code


def fault(*pieces: bytes) -> int:
    with pytest.raises(Fault) as caught:
        read(*pieces)
    return caught.value.code


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536, MAX_MESSAGE])
def test_a_message_of_any_length_is_read(size: int) -> None:
    body = secrets.token_bytes(size)

    assert read(sent(Op.TEXT, body)) == [(Op.TEXT, body)]


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536])
def test_what_is_written_is_what_a_peer_reads(size: int) -> None:
    body = b"x" * size
    frame = framing.text(body)

    assert frame.wire == Frame(Opcode.TEXT, body).serialize(mask=False)
    assert frame.text == body


def test_frames_that_go_together_are_joined_once() -> None:
    frames = [framing.text(b"one"), framing.text(b"two")]

    assert Parcel(frames).wire == frames[0].wire + frames[1].wire


MESSAGES = st.lists(
    st.tuples(
        st.sampled_from([Op.TEXT, Op.BINARY, Op.PING, Op.PONG]),
        st.binary(max_size=125) | st.binary(min_size=126, max_size=300),
        st.integers(1, 3),
    ).filter(lambda each: each[0] <= Op.BINARY or len(each[1]) <= 125),
    max_size=6,
)


@settings(max_examples=100, deadline=None)
@given(messages=MESSAGES, cuts=st.lists(st.integers(1, 40), min_size=1, max_size=20))
def test_messages_are_the_same_however_they_are_cut_up(messages: list[tuple[Op, bytes, int]], cuts: list[int]) -> None:
    stream = b""
    for op, body, parts in messages:
        if op in (Op.PING, Op.PONG) or parts == 1:
            stream += sent(op, body)
            continue
        # In fragments, with a ping between them as it is allowed.
        stream += sent(op, body[:1], fin=False) + sent(Op.PING, b"?") + sent(0, body[1:])
    pieces: list[bytes] = []
    at = 0
    while at < len(stream):
        size = cuts[len(pieces) % len(cuts)]
        pieces.append(stream[at : at + size])
        at += size
    found = [message for message in read(*pieces) if message != (Op.PING, b"?")]

    assert found == [(op, body) for op, body, _ in messages if (op, body) != (Op.PING, b"?")]


@settings(max_examples=200, deadline=None)
@given(data=st.binary(max_size=200))
def test_garbage_is_a_fault_or_nothing(data: bytes) -> None:
    messages, code = until_a_fault(data)

    assert code in (None, 1002, 1007, 1009)
    assert sum(len(message.data) for message in messages) <= len(data)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (sent(Op.TEXT, b"bare", mask=False), 1002),
        (b"\xc1\x80\0\0\0\0", 1002),
        (b"\x83\x80\0\0\0\0", 1002),
        (sent(Op.PING, b"x" * 10)[:1] + b"\xfe\x00\x80" + b"\0" * 132, 1002),
        (sent(0, b"continues nothing"), 1002),
        (sent(Op.TEXT, b"a", fin=False) + sent(Op.TEXT, b"b"), 1002),
        (b"\x81\xff" + (MAX_MESSAGE + 1).to_bytes(8), 1009),
    ],
    ids=["unmasked", "a reserved bit", "a reserved opcode", "a long ping", "no beginning", "no end", "too large"],
)
def test_what_is_forbidden_is_named_by_its_code(data: bytes, code: int) -> None:
    assert fault(data) == code


def test_what_came_before_a_fault_was_read() -> None:
    assert until_a_fault(sent(Op.TEXT, b"good") + b"\xff\xff") == ([(Op.TEXT, b"good")], 1002)


def test_a_close_is_answered_with_its_code() -> None:
    (message,) = read(framing.close(1000, "bye")[:1] + sent(Op.CLOSE, b"\x03\xe8bye")[1:])

    assert framing.close_echo(message.data) == framing.close(1000)
    assert framing.close_echo(b"") == b"\x88\x00"


def test_a_reason_for_closing_is_cut_between_characters() -> None:
    frame = framing.close(4504, "句" * 100)

    assert len(frame) <= 127
    assert frame[4:].decode() == "句" * 41


def deflated(body: bytes) -> bytes:
    """Return a text frame that says of its body that it is deflated."""
    plain = sent(Op.TEXT, body)
    return bytes((framing.DEFLATED_TEXT,)) + plain[1:]


def library(inflates: bool = True) -> ClientProtocol:
    """Return the library's own peer, with deflation agreed upon as the server answers it."""
    peer = ClientProtocol(parse_uri("ws://x/"), state=State.OPEN)
    if inflates:
        peer.extensions = [PerMessageDeflate(True, True, 15, 15)]
    return peer


def heard(peer: ClientProtocol, data: bytes) -> list[bytes]:
    peer.receive_data(data)
    assert peer.parser_exc is None
    return [bytes(event.data) for event in peer.events_received() if isinstance(event, Frame)]


@pytest.mark.parametrize("size", [0, 255, 256, 5_000, 100_000])
def test_what_is_deflated_once_every_peer_inflates(size: int) -> None:
    message = ("行 row " * size).encode()[:size]
    frame = framing.text(message)

    assert heard(library(), frame.small) == [message]
    assert heard(library(), Parcel([frame, frame]).small) == [message, message]
    assert (len(frame.small) < len(frame.wire)) == (size >= 256)


def test_what_does_not_get_smaller_is_sent_as_it_is() -> None:
    frame = framing.text(secrets.token_bytes(1_000))

    assert frame.small is frame.wire


@pytest.mark.parametrize("size", [1, 1_000, 200_000])
def test_what_a_peer_deflates_is_inflated(size: int) -> None:
    message, peer = b"ask " * size, library()
    peer.send_text(message[: size // 2], fin=False)
    peer.send_continuation(message[size // 2 :], fin=True)
    peer.send_text(message)
    data = b"".join(peer.data_to_send())
    reader = Reader(inflates=True)

    assert [m.data for cut in range(0, len(data), 1_000) for m in reader.feed(data[cut : cut + 1_000])] == [message] * 2


@pytest.mark.parametrize(
    ("body", "code"),
    [(b"\xff" * 20, 1002), (zlib.compress(b"\0" * 30_000_000, 9, -15)[:60_000], 1009)],
    ids=["no deflated bytes", "a bomb"],
)
def test_what_does_not_inflate_to_a_message_is_named_by_its_code(body: bytes, code: int) -> None:
    with pytest.raises(Fault) as caught:
        list(Reader(inflates=True).feed(deflated(body)))

    assert caught.value.code == code


def test_deflated_frames_are_a_fault_where_none_were_agreed_upon() -> None:
    assert fault(deflated(b"x")) == 1002
