"""Pictures as a camera makes them, as far as their segments go."""

from __future__ import annotations

import random
import zlib


def jpeg(width: int = 640, scan: int = 400, exif: bytes = b"", behind: bytes = b"") -> bytes:
    """Return the segments of a JPEG, 480 pixels high; `scan` is how many bytes its coded picture has."""

    def segment(marker: int, body: bytes) -> bytes:
        return bytes((0xFF, marker)) + (len(body) + 2).to_bytes(2) + body

    size = bytes((8,)) + (480 if width else 0).to_bytes(2) + width.to_bytes(2) + bytes((1, 1, 0x11, 0))
    coded = (b"\x12\xff\x00\x34\xff\xd0" * (scan // 6 + 1))[:scan].rstrip(b"\xff")
    return b"".join(
        (
            b"\xff\xd8",
            segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"),
            segment(0xE1, exif) if exif else b"",
            segment(0xDB, bytes(65)),
            segment(0xC0, size),
            segment(0xDA, bytes((1, 1, 0, 0, 63, 0))),
            coded,
            b"\xff\xd9",
            behind,
        )
    )


def png(width: int, height: int) -> bytes:
    """Return a picture that a browser can read: noise, so that it does not become small by itself."""
    rows = b"".join(b"\0" + random.Random(line).randbytes(3 * width) for line in range(height))

    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4) + kind + body + zlib.crc32(kind + body).to_bytes(4)

    size = width.to_bytes(4) + height.to_bytes(4) + bytes((8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b"")
