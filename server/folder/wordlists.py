"""Lists of words that hold a question back, as an organiser writes them.

Owns    the format of these files, which of them are read, and the list that comes with the program.
Never   looks for a word in a text.
Used by `server.folder.read`.

A list is a text file of one entry a line. `[hold]`, `[refuse]`, `[mask]`, `[note]` and `[allow]` begin its sections;
above the first of them may stand `owner:`, `date:` and `licence:`. A line that begins with `#` is a remark.
"""

from __future__ import annotations

import re
from pathlib import Path

from server import filters
from server.filters import TIERS, Tier, Wordlist, folded
from server.folder.faults import Report, did_you_mean
from server.folder.files import content, text_of
from server.folder.wording import derived, quoted

PATTERN = "filters*.txt"
STARTER = Path(filters.__file__).parent / "starter.txt"
MOST_ENTRIES = 50_000
LONGEST = 100

_HEADERS = ("owner", "date", "licence")
_SECTION = re.compile(r"\[\s*(\w+)\s*\]")
_HEADER = re.compile(r"(\w+)\s*:\s*(.*)")


def read_wordlist(raw: bytes, name: str, report: Report) -> Wordlist | None:
    """Return what a file lists, or None when it is no text. Faulty lines are told and left out."""
    text = text_of(raw, report)
    if text is None:
        return None
    return _Reader(name, report).read(text)


def starter() -> Wordlist:
    """Return the list that comes with the program."""
    raw, report = STARTER.read_bytes(), Report(STARTER.name)
    found = read_wordlist(raw, "starter", report)
    assert found is not None, report.faults
    return found


def listed(folder: Path) -> list[Path]:
    """Return the lists of a folder, as they are found when event.toml names none."""
    return sorted(path for path in folder.glob(PATTERN) if path.is_file())


def read_listed(path: Path, report: Report) -> Wordlist | None:
    """Return what the file at `path` lists, or None after saying why it cannot be used."""
    raw = content(path, report)
    return None if raw is None else read_wordlist(raw, path.name, report)


class _Reader:
    """Goes through a list line by line."""

    def __init__(self, name: str, report: Report) -> None:
        self.name = name
        self.report = report
        self.tier: Tier | None = None
        self.headers: dict[str, str] = {}
        self.words: dict[Tier, dict[str, None]] = {}
        self.lines: dict[str, int] = {}

    def read(self, text: str) -> Wordlist:
        for number, line in enumerate(text.splitlines(), 1):
            written = line.strip()
            if written and not written.startswith("#"):
                self._line(number, written)
        if len(self.lines) > MOST_ENTRIES:
            self.report.fault(None, f"The list has more than {MOST_ENTRIES} entries; keep those that matter.")
        if not self.lines:
            self.report.warn(None, "The list has no entries; write some below [hold].")
        version = " ".join(part for part in (self.headers.get("date"), derived(text)[:6]) if part)
        return Wordlist(name=self.name, version=version, words={tier: tuple(all_) for tier, all_ in self.words.items()})

    def _line(self, number: int, written: str) -> None:
        section, header = _SECTION.fullmatch(written), _HEADER.fullmatch(written)
        if section is not None:
            self._begin(number, section[1])
        elif self.tier is not None:
            self._entry(number, written)
        elif header is not None and header[1].casefold() in _HEADERS:
            self.headers[header[1].casefold()] = header[2][:LONGEST]
        else:
            tiers = ", ".join(f"[{tier}]" for tier in TIERS)
            self.report.fault(number, f"{quoted(written)} stands above the first section; begin one with {tiers}.")

    def _begin(self, number: int, name: str) -> None:
        self.tier = next((tier for tier in TIERS if tier == name.casefold()), None)
        if self.tier is None:
            self.report.fault(number, f"The section {quoted(name)} is not known{did_you_mean(name, TIERS)}")
            # What follows is of no tier, which was told once; each line of it need not be.
            self.tier = "note"

    def _entry(self, number: int, written: str) -> None:
        assert self.tier is not None
        key = folded(written.removesuffix("*").strip()).chars.strip()
        if not any(char.isalnum() for char in key):
            self.report.fault(number, f"The entry {quoted(written)} has no letter that can be looked for; remove it.")
        elif len(written) > LONGEST:
            self.report.fault(number, f"The entry is longer than {LONGEST} characters; list words, not sentences.")
        elif key in self.lines:
            self.report.warn(number, f"The entry {quoted(written)} stands already on line {self.lines[key]}.")
        else:
            if len(key) == 1 and key.isascii():
                self.report.warn(number, f"The entry {quoted(written)} is a single letter and will be found often.")
            self.lines[key] = number
            self.words.setdefault(self.tier, {})[written] = None
