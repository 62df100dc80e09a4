"""Which files of a folder are meant, and their bytes as text.

Owns    the choice of the agenda's and the attendees' file, size limits, and character sets.
Never   looks outside the folder.
Used by the readers of this package.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import charset_normalizer

from server.folder.faults import Report, did_you_mean
from server.folder.wording import quoted

MAX_BYTES = 256 * 1024 * 1024
SHEETS = frozenset({".xlsx", ".xlsm", ".xls", ".ods"})
TABLES = frozenset({".csv", ".tsv", ".txt"})
AGENDA_SUFFIXES = frozenset({".json", ".xml", ".ics"}) | SHEETS | TABLES
ATTENDEE_SUFFIXES = frozenset({".json"}) | SHEETS | TABLES
AGENDA_PATTERNS = ("agenda.*", "*.schedule.json", "*.schedule.xml", "schedule.*", "*.opass.json", "*.ics")
ATTENDEE_PATTERNS = ("attendees.*",)
_SAMPLE = 256 * 1024
_OTHER_CHARSETS = ["big5", "cp950", "shift_jis", "euc_kr", "cp1250", "cp1251", "cp1252"]


def chosen(folder: Path, named: str | None, report: Report, line: int | None) -> Path | None:
    """Return the file that event.toml names, or None after saying why it cannot be used."""
    if named is None:
        return None
    path = folder / named
    if Path(named).is_absolute() or ".." in Path(named).parts:
        report.fault(line, f"The file {quoted(named)} lies outside the event folder; put it inside.")
        return None
    if not path.is_file():
        there = [entry.name for entry in folder.iterdir() if entry.is_file()]
        report.fault(line, f"There is no file {quoted(named)} in the folder{did_you_mean(named, there)}")
        return None
    return path


def found(folder: Path, patterns: Sequence[str], suffixes: frozenset[str], key: str, report: Report) -> Path | None:
    """Return the file that fits the first of `patterns` that any file fits; more than one is a fault."""
    for pattern in patterns:
        fitting = [path for path in sorted(folder.glob(pattern)) if _is_meant(path, suffixes)]
        if len(fitting) > 1:
            names = ", ".join(quoted(path.name) for path in fitting)
            report.fault(None, f'The files {names} could all be meant; say which with {key} = "FILE".')
            return None
        if fitting:
            return fitting[0]
    return None


def content(path: Path, report: Report) -> bytes | None:
    """Return a file's bytes, or None after saying why there are none to use."""
    try:
        if path.stat().st_size > MAX_BYTES:
            report.fault(None, f"The file is larger than {MAX_BYTES >> 20} MiB; leave out what is not needed.")
            return None
        raw = path.read_bytes()
    except OSError as error:
        report.fault(None, f"The file cannot be read ({error.strerror}); check its permissions.")
        return None
    if not raw.strip():
        report.fault(None, "The file is empty; fill or remove it.")
        return None
    return raw


def text_of(raw: bytes, report: Report) -> str | None:
    """Return the text of a file, or None after saying why it has none.

    UTF-8 is taken when it fits, with or without a byte order mark; then UTF-16 by its mark; then GB18030 when what
    comes out is everyday Chinese; then what detection finds most likely, with a warning.
    """
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decoded(raw, "utf-16", report)
    if b"\x00" in raw:
        report.fault(None, "The file is not text; save it in one of the formats that are read.")
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if _is_everyday_chinese(raw):
            return _decoded(raw, "gb18030", report)
        return _guessed(raw, raw.count(b"\n", 0, error.start) + 1, report)


def _is_meant(path: Path, suffixes: frozenset[str]) -> bool:
    return path.suffix.lower() in suffixes and path.is_file() and not path.name.startswith((".", "~"))


def _decoded(raw: bytes, charset: str, report: Report) -> str | None:
    try:
        return raw.decode(charset)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        report.fault(line, f"The text is not {charset.upper()} from here on; save the file as UTF-8.")
        return None


def _is_everyday_chinese(raw: bytes) -> bool:
    """Say whether most of what is not ASCII are characters of GB 2312: in Latin or Big5 text taken for it, few are."""
    try:
        beyond = [character for character in raw.decode("gb18030")[:_SAMPLE] if ord(character) > 127]
    except UnicodeDecodeError:
        return False
    common = sum(_in_gb2312(character) for character in beyond)
    return common >= 0.7 * len(beyond)


def _in_gb2312(character: str) -> bool:
    try:
        return len(character.encode("gb2312")) == 2
    except UnicodeEncodeError:
        return False


def _guessed(raw: bytes, line: int, report: Report) -> str | None:
    best = charset_normalizer.from_bytes(raw[:_SAMPLE], cp_isolation=["gb18030", *_OTHER_CHARSETS]).best()
    if best is None:
        report.fault(line, "The text is neither UTF-8 nor GB18030 from here on; save the file as UTF-8.")
        return None
    report.warn(
        line, f"The text is not UTF-8 and is taken for {best.encoding.upper()}; save the file as UTF-8 to be sure."
    )
    return _decoded(raw, best.encoding, report)
