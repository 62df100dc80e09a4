"""`event.toml`: what the organisers say about their event.

Owns    its keys, their types and defaults, and on which line each of them stands.
Never   reads another file.
Used by `server.folder.read`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from datetime import UTC
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, available_timezones

import msgspec

from server.folder.entries import entry_of
from server.folder.faults import Report, did_you_mean
from server.folder.wording import clean, derived, identifier, language_tag, quoted
from server.plan import (
    USUAL_MESSAGES,
    CallLeads,
    PlannedContact,
    PlannedDevice,
    PlannedLane,
    PlannedList,
    PlannedMessage,
    PlannedRoom,
    PlannedRule,
    QuestionRules,
)

T = TypeVar("T", bound=msgspec.Struct)
Path = tuple[str | int, ...]

KEYS = (
    *("title", "timezone", "id", "languages", "agenda", "attendees", "target_end"),
    *("rooms", "lists", "lanes", "devices", "contacts", "rules", "questions", "calls", "messages", "notify"),
)
PAGE_LANGUAGES = ("zh-Hans", "en")
_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\[\]#]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"""^\s*(["']?)([^"'=#\[\]]+?)\1\s*=""")


class TomlLines:
    """Finds the line on which a key stands, by scanning: the parser of TOML does not tell."""

    def __init__(self, text: str) -> None:
        self._lines: dict[Path, int] = {}
        counts: dict[str, int] = {}
        table: Path = ()
        for number, line in enumerate(text.splitlines(), 1):
            if (header := _HEADER.match(line)) is not None:
                table = self._table(header, counts)
                self._lines.setdefault(table[:1], number)
                self._lines.setdefault(table, number)
            elif (key := _KEY.match(line)) is not None:
                self._lines.setdefault((*table, *_parts(key[2])), number)

    def line(self, *path: str | int) -> int | None:
        """Return the line of a key, else that of the nearest table around it, else None."""
        return next((self._lines[path[:size]] for size in range(len(path), 0, -1) if path[:size] in self._lines), None)

    @staticmethod
    def _table(header: re.Match[str], counts: dict[str, int]) -> Path:
        parts = _parts(header[2])
        if header[1] == "[":
            return parts
        number = counts.get(header[2], -1) + 1
        counts[header[2]] = number
        return (*parts, number)


class EventFile(msgspec.Struct, kw_only=True):
    """What event.toml says, with the zone already found (UTC while that is a fault).

    Attributes:
        places: (table, id) → which entry of the array it is, as written.
        target_end: as written; `targets` makes it instants once the days are known.
    """

    lines: TomlLines
    places: dict[tuple[str, object], int] = {}
    title: str = ""
    timezone: str = "UTC"
    zone: Any = UTC
    id: str | None = None
    languages: tuple[str, ...] = PAGE_LANGUAGES
    agenda: str | None = None
    attendees: str | None = None
    target_end: object = None
    rooms: tuple[PlannedRoom, ...] = ()
    lists: tuple[PlannedList, ...] = ()
    lanes: tuple[PlannedLane, ...] = ()
    devices: tuple[PlannedDevice, ...] = ()
    contacts: tuple[PlannedContact, ...] = ()
    rules: tuple[PlannedRule, ...] = ()
    questions: QuestionRules = QuestionRules()
    calls: CallLeads = CallLeads()
    messages: tuple[PlannedMessage, ...] = USUAL_MESSAGES


def read_toml(raw: bytes, report: Report) -> EventFile | None:
    """Return what the file says, or None when it is not TOML at all. Faulty parts are told and left out."""
    text = ""
    try:
        text = raw.decode("utf-8-sig")
        document = tomllib.loads(text)
    except UnicodeDecodeError as error:
        report.fault(
            raw.count(b"\n", 0, error.start) + 1, "The text is not UTF-8 from here on; save the file as UTF-8."
        )
    except tomllib.TOMLDecodeError as error:
        report.fault(_error_line(str(error), text), f"The TOML is broken here ({error}); correct it.")
    except RecursionError:
        report.fault(None, "The TOML is nested too deeply; write plain tables.")
    else:
        return _Reader(document, TomlLines(text), report).read()
    return None


class _Reader:
    """Goes through the document key by key."""

    def __init__(self, document: dict[str, Any], lines: TomlLines, report: Report) -> None:
        self.document = document
        self.report = report
        self.file = EventFile(lines=lines)

    def read(self) -> EventFile:
        for name in self.document:
            if name not in KEYS:
                self._fault(f"The key {quoted(name)} is not known{did_you_mean(name, KEYS)}", name)
        self.file.title = self._required("title")
        self._read_zone()
        self._read_languages()
        self.file.id = self._optional_text("id")
        self.file.agenda = self._optional_text("agenda")
        self.file.attendees = self._optional_text("attendees")
        self.file.target_end = self.document.get("target_end")
        self._read_tables()
        if not isinstance(self.document.get("notify", {}), dict):
            self._fault("notify is a table; write it as [notify] with keys below.", "notify")
        return self.file

    def _read_tables(self) -> None:
        file = self.file
        file.rooms = self._tables("rooms", PlannedRoom, _titled)
        file.lists = self._tables("lists", PlannedList, _numbered)
        file.lanes = self._tables("lanes", PlannedLane, _titled)
        file.devices = self._tables("devices", PlannedDevice, _named)
        file.contacts = self._tables("contacts", PlannedContact, _contact)
        file.rules = self._tables("rules", PlannedRule, _as_written)
        file.questions = self._table("questions", QuestionRules) or QuestionRules()
        file.calls = self._table("calls", CallLeads) or CallLeads()
        file.messages = self._messages() or USUAL_MESSAGES

    def _messages(self) -> tuple[PlannedMessage, ...]:
        found = self._tables("messages", PlannedMessage, _message)
        for message in found:
            if not (message.text or message.zh or message.en):
                number = self.file.places["messages", message.id]
                self._fault("A message says something: give it a text, or zh and en.", "messages", number)
        return found

    def _table(self, name: str, kind: type[T]) -> T | None:
        """Return a table, or None when it has faults."""
        written = self.document.get(name, {})
        if isinstance(written, dict):
            return entry_of(kind, written, self._teller(name))
        self._fault(f"{name} is a table; write it as [{name}] with keys below.", name)
        return None

    def _tables(
        self, name: str, kind: type[T], complete: Callable[[Mapping[str, Any]], dict[str, Any]]
    ) -> tuple[T, ...]:
        """Return the entries of an array of tables; twins by id are told."""
        written = self.document.get(name, [])
        if not isinstance(written, list) or not all(isinstance(entry, dict) for entry in written):
            self._fault(f"{name} is a list of tables; begin each with [[{name}]].", name)
            return ()
        found: dict[object, T] = {}
        for number, entry in enumerate(written):
            read = entry_of(kind, complete(entry), self._teller(name, number))
            if read is None:
                continue
            ident: object = getattr(read, "id", None)
            if ident in found:
                self._fault(
                    f"The id {ident!r} is taken by an earlier entry of {name}; choose another.", name, number, "id"
                )
            found.setdefault(ident, read)
            self.file.places.setdefault((name, ident), number)
        return tuple(found.values())

    def _teller(self, *place: str | int) -> Callable[[str, str], None]:
        return lambda key, message: self._fault(message, *place, key)

    def _fault(self, message: str, *path: str | int) -> None:
        self.report.fault(self.file.lines.line(*path), message)

    def _required(self, name: str) -> str:
        text = self._optional_text(name)
        if text is None and name not in self.document:
            self.report.fault(1, f'The key {name} is missing; add a line {name} = "…" above the first table.')
        return text or ""

    def _optional_text(self, name: str) -> str | None:
        written = self.document.get(name)
        if written is None:
            return None
        if not isinstance(written, str) or not clean(written):
            self._fault(f"{name} must be a text in quotes that is not empty.", name)
            return None
        return self.report.text(self.file.lines.line(name), name, written, 200)

    def _read_zone(self) -> None:
        name = self._required("timezone")
        if not name:
            return
        try:
            self.file.zone = ZoneInfo(name)
        except (ValueError, OSError, LookupError):
            near = did_you_mean(name, available_timezones())
            self._fault(f"The time zone {quoted(name)} is not an IANA name like Asia/Shanghai{near}", "timezone")
            return
        self.file.timezone = name

    def _read_languages(self) -> None:
        written = self.document.get("languages", list(PAGE_LANGUAGES))
        tags = [_page_language(tag) for tag in written] if isinstance(written, list) else []
        good = [tag for tag in tags if tag is not None]
        if not good or len(good) != len(tags):
            self._fault('languages must be a list of language tags; write it like ["zh-Hans", "en"].', "languages")
            return
        for tag in good:
            if tag not in PAGE_LANGUAGES:
                line = self.file.lines.line("languages")
                self.report.warn(line, f"There are no pages in {tag}; its readers get the first of zh-Hans and en.")
        self.file.languages = tuple(dict.fromkeys(good))


def _page_language(written: object) -> str | None:
    """Return a language tag, the many names of simplified Chinese as the one that pages have."""
    tag = language_tag(written) if isinstance(written, str) else None
    if tag is not None and tag.casefold() in {"zh", "zh-cn", "zh-sg", "zh-hans", "zh-hans-cn"}:
        return "zh-Hans"
    return tag


def _error_line(message: str, text: str) -> int | None:
    match = re.search(r"at line (\d+)", message)
    return int(match[1]) if match else len(text.splitlines())


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))


def _as_written(entry: Mapping[str, Any]) -> dict[str, Any]:
    return _with_id(dict(entry))


def _titled(entry: Mapping[str, Any]) -> dict[str, Any]:
    return _with_id({"title": _text(entry.get("id")), **entry})


def _named(entry: Mapping[str, Any]) -> dict[str, Any]:
    return _with_id({"name": _text(entry.get("id")), **entry})


def _numbered(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": f"List {entry.get('id', '')}", **entry}


def _contact(entry: Mapping[str, Any]) -> dict[str, Any]:
    return _with_id({"id": f"c{derived(entry.get('name', ''), entry.get('role', ''))}", **entry})


def _message(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": f"m{derived(*(_text(entry.get(name, '')) for name in ('text', 'zh', 'en')))}", **entry}


def _with_id(entry: dict[str, Any]) -> dict[str, Any]:
    """Make an id fit for keys and paths; a number is taken for its digits."""
    if "id" in entry and isinstance(entry["id"], str | int):
        entry["id"] = identifier(_text(entry["id"]))
    return entry


def _text(value: object) -> str:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
