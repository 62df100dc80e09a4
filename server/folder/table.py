"""Tables: comma-separated text and spreadsheets, with columns found by their headers.

Owns    delimiters, header rows, cells as text, and the numbers of lines and rows.
Never   runs a formula or reads what a cell means.
Used by `agenda_table` and `attendees`.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import PurePath
from typing import NamedTuple

import python_calamine

from server.folder.faults import Report, did_you_mean
from server.folder.files import MAX_BYTES, SHEETS, text_of
from server.folder.wording import quoted
from server.folder.words import key

_DELIMITERS = ",;\t|"
_HEADER_WITHIN = 20
_CELL_LIMIT = 1 << 20


class Line(NamedTuple):
    """One line of a table: where it stands, and its cells as text."""

    number: int
    cells: list[str]


class Entry(NamedTuple):
    """One row below the header: where it stands, and its cells by the names of the known columns."""

    number: int
    cells: dict[str, str]

    def get(self, column: str) -> str:
        """Return a cell, empty where there is none."""
        return self.cells.get(column, "")


class Table(NamedTuple):
    """What lies below the header, and which columns it has."""

    header: int
    columns: frozenset[str]
    entries: list[Entry]


def read_table(raw: bytes, name: str, known: Mapping[str, str], report: Report) -> Table | None:
    """Return the table in a file, or None after saying why there is none.

    Args:
        raw: the file's bytes.
        name: the file's name; its suffix tells a spreadsheet from text.
        known: header (as `words.key` makes it) → the name of its column.
        report: what is told of faults.
    """
    if PurePath(name).suffix.lower() in SHEETS:
        lines = _best_sheet(raw, known, report)
    else:
        lines = _text_lines(raw, known, report)
    return None if lines is None else _below_header(lines, known, report)


def _below_header(lines: Sequence[Line], known: Mapping[str, str], report: Report) -> Table | None:
    place, recognised = _header_of(lines, known)
    if not recognised:
        wanted = ", ".join(dict.fromkeys(known.values()))
        report.fault(1, f"No row names columns that are known; begin the table with a header row: {wanted}.")
        return None
    header = lines[place]
    columns = _columns(header, known, report)
    entries: list[Entry] = []
    for line in lines[place + 1 :]:
        if not any(line.cells):
            continue
        if any(line.cells[len(header.cells) :]):
            report.fault(line.number, "The row has more cells than the header; put texts with a delimiter in quotes.")
            continue
        entries.append(
            Entry(line.number, {column: line.cells[at] for column, at in columns.items() if at < len(line.cells)})
        )
    return Table(header.number, frozenset(columns), entries)


def _header_of(lines: Sequence[Line], known: Mapping[str, str]) -> tuple[int, int]:
    """Return which of the first lines names most known columns, and how many."""
    counts = [len({known[key(cell)] for cell in line.cells if key(cell) in known}) for line in lines[:_HEADER_WITHIN]]
    best = max(counts, default=0)
    return (counts.index(best), best) if best else (0, 0)


def _columns(header: Line, known: Mapping[str, str], report: Report) -> dict[str, int]:
    """Return where each known column stands; a column's own name wins over its synonyms, then the leftmost."""
    found: dict[str, int] = {}
    for at, cell in enumerate(header.cells):
        column = known.get(key(cell))
        if column is None:
            _doubt(cell, header.number, known, report)
        elif column not in found:
            found[column] = at
        elif key(cell) == key(header.cells[found[column]]):
            report.warn(header.number, f"The column {quoted(cell)} is there twice and the first is taken; remove one.")
        elif key(cell) == key(column):
            found[column] = at
    return found


def _doubt(cell: str, line: int, known: Mapping[str, str], report: Report) -> None:
    """Warn of a header that is nearly a known one: it is probably misspelt."""
    meant = did_you_mean(key(cell), [word for word in known if len(word) > 3]) if len(key(cell)) > 3 else "."
    if meant != ".":
        report.warn(line, f"The column {quoted(cell)} is not known and is left out{meant}")


def _text_lines(raw: bytes, known: Mapping[str, str], report: Report) -> list[Line] | None:
    text = text_of(raw, report)
    if text is None:
        return None
    options = [_split(text, delimiter, _HEADER_WITHIN, None) for delimiter in _DELIMITERS]
    best = max(range(len(options)), key=lambda at: (_header_of(options[at], known)[1], -at))
    return _split(text, _DELIMITERS[best], None, report)


def _split(text: str, delimiter: str, most: int | None, report: Report | None) -> list[Line]:
    csv.field_size_limit(_CELL_LIMIT)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    lines: list[Line] = []
    begin = 1
    try:
        for cells in reader:
            lines.append(Line(begin, [cell.strip() for cell in cells]))
            begin = reader.line_num + 1
            if most is not None and len(lines) >= most:
                break
    except csv.Error as error:
        if report is not None:
            report.fault(begin, f"The row cannot be split into cells ({error}); check its quotation marks.")
    return lines


def _best_sheet(raw: bytes, known: Mapping[str, str], report: Report) -> list[Line] | None:
    """Return the rows of the sheet whose header names most known columns, the first of equals."""
    if _unpacked_size(raw) > 2 * MAX_BYTES:
        report.fault(None, "The spreadsheet unpacks to more than can be read; save only the sheet that is needed.")
        return None
    try:
        book = python_calamine.load_workbook(io.BytesIO(raw))
        sheets = [
            _sheet_lines(book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in book.sheet_names
        ]
    except python_calamine.PasswordError:
        report.fault(None, "The spreadsheet has a password; save it without one.")
        return None
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        report.fault(None, f"The spreadsheet cannot be read ({quoted(str(error))}); save it again as XLSX or CSV.")
        return None
    return max(sheets, key=lambda lines: _header_of(lines, known)[1], default=[])


def _unpacked_size(raw: bytes) -> int:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            return sum(part.file_size for part in archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return 0  # an older format, or broken: the reader of spreadsheets says which


def _sheet_lines(rows: Iterable[Sequence[object]]) -> list[Line]:
    return [Line(number, [_cell(cell) for cell in row]) for number, row in enumerate(rows, 1)]


def _cell(cell: object) -> str:
    """Return a spreadsheet's cell as a person would have typed it."""
    match cell:
        case bool():
            return "yes" if cell else "no"
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime():
            # Spreadsheets keep times as fractions of a day, which miss the second by a little.
            return (cell + timedelta(milliseconds=500)).replace(microsecond=0).isoformat(" ")
        case date():
            return cell.isoformat()
        case time():
            return cell.isoformat("seconds")
        case timedelta():
            seconds = round(cell.total_seconds())
            return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
        case _:
            return str(cell).strip()
