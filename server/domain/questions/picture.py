"""The picture of a paper slip, as far as a server has to look into one.

Owns    the check that it is a JPEG of a bearable size, and taking off what a camera adds: places, times, thumbnails.
Never   draws, scales or keeps a picture.
Used by the channel, before a slip is decided.

A JPEG is a chain of segments: `FF`, a marker, a length, what it is about; only the coded picture (after `SOS`) has
no length and runs up to the next marker.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator

from server.errors import Malformed, TooLarge

MOST_BYTES = 200_000
MOST_PIXELS = 4_096
"""The longest side of a picture."""

_START, _END, _SCAN = 0xD8, 0xD9, 0xDA
_SIZES = frozenset({0xC0, 0xC1, 0xC2})
_KEPT = frozenset({0xDB, 0xC4, 0xDD, 0xE0, 0xEE, _SCAN, _END}) | _SIZES
"""Tables, sizes, what is coded, and the two segments of an application that say how colours are meant."""


def checked_picture(text: str) -> str:
    """Return a picture in base64, cleaned.

    Raises:
        TooLarge: it has more than 200 kB, or a side of more than 4096 pixels.
        Malformed: it is not a JPEG.
    """
    if len(text) > MOST_BYTES * 4 // 3 + 4:
        raise TooLarge("The picture is larger than 200 kB; take it again from farther away, or send the text alone.")
    try:
        picture = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise _no_picture() from None
    return base64.b64encode(cleaned(picture)).decode()


def cleaned(picture: bytes) -> bytes:
    """Return a JPEG without what is not the picture itself: neither place and time, nor anything behind its end.

    Raises:
        Malformed: it is none.
        TooLarge: a side is longer than 4096 pixels.
    """
    if picture[:2] != bytes((0xFF, _START)):
        raise _no_picture()
    kept, seen = [picture[:2]], set()
    for marker, segment in _segments(picture):
        seen.add(marker)
        if marker in _SIZES:
            _check_size(segment)
        if marker in _KEPT:
            kept.append(segment)
    if not {_SCAN, _END} <= seen or _SIZES.isdisjoint(seen):
        raise _no_picture()
    return b"".join(kept)


def _segments(picture: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield every marker with its segment, a scan with the coded picture behind it, up to the end marker."""
    at = 2
    while at + 1 < len(picture) and picture[at] == 0xFF:
        marker = picture[at + 1]
        if marker == _END:
            yield marker, picture[at : at + 2]
            return
        end = at + 2 + int.from_bytes(picture[at + 2 : at + 4])
        if marker == _SCAN:
            end = _coded_until(picture, end)
        yield marker, picture[at:end]
        at = end


def _coded_until(picture: bytes, start: int) -> int:
    """Return where the coded picture ends: at a marker that is neither a stuffed byte nor a restart."""
    at = picture.find(0xFF, start)
    while 0 <= at < len(picture) - 1:
        following = picture[at + 1]
        if following != 0 and not 0xD0 <= following <= 0xD7:
            return at
        at = picture.find(0xFF, at + 2)
    return len(picture)


def _check_size(segment: bytes) -> None:
    height, width = int.from_bytes(segment[5:7]), int.from_bytes(segment[7:9])
    if not height or not width:
        raise _no_picture()
    if max(height, width) > MOST_PIXELS:
        raise TooLarge("The picture has a side of more than 4096 pixels; send a smaller one.")


def _no_picture() -> Malformed:
    return Malformed("This is not a JPEG picture; photograph the slip again, or send the text alone.")
