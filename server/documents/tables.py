"""Types and tables as Markdown.

Owns    how a type of the wire is named to people, and how a table is drawn.
Never   knows a channel.
Used by the documents of this package.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import msgspec
from msgspec.inspect import Type

_SCALARS: dict[type[Type], str] = {
    msgspec.inspect.BoolType: "boolean",
    msgspec.inspect.NoneType: "null",
    msgspec.inspect.AnyType: "any",
    msgspec.inspect.RawType: "any",
    msgspec.inspect.DateTimeType: "ISO 8601 text",
}
_AGES = 10**8
_ATTRIBUTE = re.compile(r"^    ([a-z_, ]+): (.*)$")


class Member(NamedTuple):
    """One member of a frame, a row or a verb's arguments."""

    name: str
    type: str
    required: bool
    default: object
    help: str


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; a bar inside a cell is escaped."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def members(kind: type[Any]) -> list[Member]:
    """Return the members of a Struct, in order, with what its docstring says of each."""
    sentences = attributes(kind)
    found = []
    for field in _struct(kind).fields:
        default = None if field.required else _default(field)
        said = sentences.get(field.name, "")
        found.append(Member(field.encode_name, named(field.type), field.required, default, said))
    return found


def described(kind: type[Any]) -> list[tuple[str, str, str]]:
    """Return (member, type, meaning) of each member of a row, drawn for a table."""
    return [(f"`{member.name}`", member.type, member.help) for member in members(kind)]


def attributes(kind: type[Any]) -> dict[str, str]:
    """Return member → sentence, from the `Attributes:` of a type's docstring and of those it derives from."""
    found: dict[str, str] = {}
    for parent in reversed(kind.__mro__):
        names: list[str] = []
        _, _, section = (inspect.cleandoc(parent.__doc__ or "")).partition("Attributes:\n")
        for line in section.splitlines():
            if (match := _ATTRIBUTE.match(line)) is not None:
                names = [name.strip() for name in match[1].split(",")]
                found.update(dict.fromkeys(names, match[2].strip()))
            elif line.strip() and names:
                found.update({name: f"{found[name]} {line.strip()}" for name in names})
            else:
                names = []
    return {name: re.sub(r"\bNone\b", "null", sentence) for name, sentence in found.items()}


def named(kind: Type) -> str:
    """Return the words for a type of the wire."""
    if type(kind) in _SCALARS:
        return _SCALARS[type(kind)]
    return next((tell(kind) for family, tell in _FAMILIES if isinstance(kind, family)), "text")


def shown(value: object) -> str:
    """Return a value as it would stand in JSON, in code marks."""
    return f"`{msgspec.json.encode(value).decode()}`"


def _struct(kind: type[Any]) -> msgspec.inspect.StructType:
    found = msgspec.inspect.type_info(kind)
    assert isinstance(found, msgspec.inspect.StructType)
    return found


def _default(field: msgspec.inspect.Field) -> object:
    if field.default_factory is not msgspec.NODEFAULT:
        return field.default_factory()
    return field.default


def _union(kind: Any) -> str:
    plain = [each for each in kind.types if not isinstance(each, msgspec.inspect.NoneType)]
    return " or ".join([*(named(each) for each in plain), *(["null"] if len(plain) < len(kind.types) else [])])


def _literal(kind: Any) -> str:
    return " or ".join(shown(value) for value in kind.values)


def _enum(kind: Any) -> str:
    return " or ".join(shown(each.value) for each in kind.cls)


def _text(kind: Any) -> str:
    return "text" + _bounds(kind.min_length, kind.max_length)


def _number(kind: Any) -> str:
    word = "integer" if isinstance(kind, msgspec.inspect.IntType) else "number"
    low = kind.ge if kind.ge is not None else kind.gt
    high = kind.le if kind.le is not None else kind.lt
    # Bounds as wide as time itself only keep nonsense out; telling them would hide the type.
    return word if high is not None and high >= _AGES else word + _bounds(low, high)


def _bounds(low: float | None, high: float | None) -> str:
    if high is None:
        return "" if low is None else f" (≥ {low})"
    return f" (≤ {high})" if low is None else f" ({low}…{high})"


def _items(kind: Any) -> str:
    return f"list of {named(kind.item_type)}"


def _pair(kind: Any) -> str:
    return "[" + ", ".join(named(each) for each in kind.item_types) + "]"


def _object(kind: Any) -> str:
    return "{" + ", ".join(f"{field.encode_name}: {named(field.type)}" for field in kind.fields) + "}"


def _mapping(kind: Any) -> str:
    return f"object of {named(kind.value_type)} by {named(kind.key_type)}"


_FAMILIES: tuple[tuple[type[Type] | tuple[type[Type], ...], Callable[[Any], str]], ...] = (
    (msgspec.inspect.UnionType, _union),
    (msgspec.inspect.LiteralType, _literal),
    (msgspec.inspect.EnumType, _enum),
    (msgspec.inspect.StrType, _text),
    ((msgspec.inspect.IntType, msgspec.inspect.FloatType), _number),
    (msgspec.inspect.TupleType, _pair),
    (
        (
            msgspec.inspect.ListType,
            msgspec.inspect.VarTupleType,
            msgspec.inspect.SetType,
            msgspec.inspect.FrozenSetType,
        ),
        _items,
    ),
    (msgspec.inspect.DictType, _mapping),
    (msgspec.inspect.StructType, _object),
)
