from array import array
from collections.abc import Sequence

def send_many(fds: array[int], start: int, stop: int, data: bytes, /) -> Sequence[tuple[int, int]]: ...
