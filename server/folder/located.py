"""JSON and XML whose parts know on which line they begin.

Owns    parsing, safely: no entities, no traceback on broken input, no depth that exhausts the stack.
Never   knows a format.
Used by the readers of JSON and XML files.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl, InputSource

import defusedxml.sax
from defusedxml.common import DefusedXmlException

from server.folder.faults import Report
from server.folder.files import text_of

_MARK = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\n]', re.DOTALL)
_MAX_DEPTH = 100


class Located(dict[str, Any]):
    """A JSON object, or an XML element as one, and the line on which it begins."""

    line: int = 1

    def text(self, *names: str) -> str:
        """Return the first of these members that is a text or a number, as text; else an empty one."""
        for name in names:
            value = self.get(name)
            if isinstance(value, str) and value.strip():
                return value
            if isinstance(value, int | float) and not isinstance(value, bool):
                return str(value)
        return ""

    def objects(self, name: str) -> list[Located]:
        """Return the objects in the list that is this member; what is none is left out."""
        value = self.get(name)
        return [part for part in value if isinstance(part, Located)] if isinstance(value, list) else []

    def object(self, name: str) -> Located:
        """Return the object that is this member, or an empty one."""
        value = self.get(name)
        return value if isinstance(value, Located) else Located()


def read_json(raw: bytes, report: Report) -> object | None:
    """Return what a JSON file holds, objects as `Located`; None after saying why it cannot be parsed."""
    text = text_of(raw, report)
    if text is None:
        return None
    lines = _closing_order(text)

    def located(pairs: list[tuple[str, Any]]) -> Located:
        found = Located(pairs)
        found.line = next(lines)
        return found

    try:
        parsed: object = json.loads(text, object_pairs_hook=located)
    except json.JSONDecodeError as error:
        report.fault(error.lineno, f"The JSON is broken here ({error.msg}); export the file again.")
    except (RecursionError, ValueError, StopIteration):
        report.fault(None, "The JSON is nested too deeply or has a number without end; export the file again.")
    else:
        if parsed is None:
            report.fault(1, "The JSON holds nothing but null; export the file again.")
        return parsed
    return None


def _closing_order(text: str) -> Iterator[int]:
    """Yield the line of each object's opening brace, in the order in which the objects close: the parser's order."""
    line, open_lines = 1, []
    for match in _MARK.finditer(text):
        mark = match[0]
        if mark == "\n":
            line += 1
        elif mark == "{":
            open_lines.append(line)
        elif mark == "}" and open_lines:
            yield open_lines.pop()


class Element:
    """An XML element: attributes, text and children, and the line on which it begins."""

    def __init__(self, tag: str, attributes: dict[str, str], line: int) -> None:
        self.tag = tag
        self.attributes = attributes
        self.line = line
        self.words: list[str] = []
        self.children: list[Element] = []

    @property
    def text(self) -> str:
        """The text directly inside."""
        return "".join(self.words).strip()

    def all(self, tag: str) -> list[Element]:
        """Return the children with this tag."""
        return [child for child in self.children if child.tag == tag]

    def first(self, tag: str) -> Element:
        """Return the first child with this tag, or an empty one."""
        return next(iter(self.all(tag)), Element(tag, {}, self.line))


class _Tree(ContentHandler):
    """Builds elements from what the parser meets."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = [Element("", {}, 1)]
        self.locator: Any = None

    def setDocumentLocator(self, locator: Any) -> None:
        self.locator = locator

    def startElement(self, name: str, attrs: AttributesImpl) -> None:
        if len(self.stack) > _MAX_DEPTH:
            raise SAXParseException("nested too deeply", None, self.locator)
        element = Element(name, dict(attrs.items()), self.locator.getLineNumber())
        self.stack[-1].children.append(element)
        self.stack.append(element)

    def endElement(self, name: str) -> None:
        self.stack.pop()

    def characters(self, content: str) -> None:
        self.stack[-1].words.append(content)


def read_xml(raw: bytes, report: Report) -> Element | None:
    """Return the outermost element of an XML file, or None after saying why it cannot be parsed."""
    tree, source = _Tree(), InputSource()
    parser = defusedxml.sax.make_parser()
    parser.setContentHandler(tree)
    source.setByteStream(BytesIO(raw))
    try:
        parser.parse(source)
    except SAXParseException as error:
        report.fault(error.getLineNumber(), f"The XML is broken here ({error.getMessage()}); export the file again.")
    except DefusedXmlException:
        report.fault(None, "The XML defines entities, which are not read; export it without a DOCTYPE.")
    except (LookupError, ValueError):
        report.fault(1, "The XML says it is in a character set that is not known; export it as UTF-8.")
    else:
        return tree.stack[0].children[0]
    return None
