"""What is wrong with an event's files, said so that a person can put it right.

Owns    faults and warnings, where they are, and how they read.
Never   stops at the first one.
Used by every reader of this package, and by the command line that prints them.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

import msgspec

from server.folder.wording import clean, quoted


class Fault(msgspec.Struct, frozen=True):
    """One thing to put right.

    Attributes:
        file: the file's name inside the folder.
        line: counted from 1 (of a spreadsheet: the row); None when it is about the file as a whole.
        message: one sentence that says what to do.
    """

    file: str
    line: int | None
    message: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.message}"


class Report:
    """Collects everything that one file has to be told."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []
        self.warnings: list[Fault] = []

    def fault(self, line: int | None, message: str) -> None:
        """Note that the file cannot be used as it is."""
        self.faults.append(Fault(self.file, line, message))

    def warn(self, line: int | None, message: str) -> None:
        """Note what is odd, but can be served."""
        self.warnings.append(Fault(self.file, line, message))

    def text(self, line: int | None, what: str, written: object, limit: int = 500) -> str:
        """Return `written` as one clean line of at most `limit` characters; warn when it had to be cut."""
        text = clean("" if written is None else str(written))
        if len(text) <= limit:
            return text
        self.warn(line, f"The {what} {quoted(text)} is longer than {limit} characters and is cut; shorten it.")
        return text[:limit].rstrip()


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `; did you mean "x"?` for the known word that is nearest to `word`, or `.` when none is near."""
    options = {option.casefold(): option for option in known}
    near = difflib.get_close_matches(word.casefold(), options, n=1, cutoff=0.6)
    return f'; did you mean "{options[near[0]]}"?' if near else "."
