"""The house rules, read from the sources: where the files are, and what each says."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
WEB = ROOT / "web"
_SKIPPED = frozenset({".venv", ".git", "node_modules", "__pycache__", "build", "dist", "demo", "tmp", ".mypy_cache"})


def files(*patterns: str, under: Path = ROOT) -> list[Path]:
    """Return the sources whose name matches one of the patterns, sorted; made and fetched folders are left out."""
    return [path for path in _sources() if path.is_relative_to(under) and any(map(path.match, patterns))]


def python(*folders: str) -> list[Path]:
    """Return the Python sources of these folders."""
    return [path for folder in folders for path in files("*.py", under=ROOT / folder)]


@cache
def tree(path: Path) -> ast.Module:
    """Return the syntax of a Python source."""
    return ast.parse(path.read_text("utf-8"), filename=str(path))


@cache
def text(path: Path) -> str:
    """Return a source as it stands."""
    return path.read_text("utf-8")


def place(path: Path, line: int | None = None) -> str:
    """Return where that is, as a person would look it up."""
    name = str(path.relative_to(ROOT))
    return name if line is None else f"{name}:{line}"


def module(path: Path) -> str:
    """Return the dotted name of a Python source."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """Yield (module, line) of everything a source imports, wherever in it; of the house, down to the module."""
    known = _modules()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            inner = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from ((name, node.lineno) for name in dict.fromkeys(_known(name, known) for name in inner))


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Yield (dotted name as written, call) of every call of something that has a name."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and (name := dotted(node.func)):
            yield name, node


def dotted(node: ast.expr | None) -> str:
    """Return `a.b.c` as written; of a longer expression its last names; "" where there is none."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=name):
            return f"{dotted(value)}.{name}".removeprefix(".")
        case _:
            return ""


def faults(found: Iterable[str], what_to_do: str) -> None:
    """Fail with the list of places and the sentence that says what to do about them."""
    listed = list(found)
    assert not listed, f"{what_to_do}\n  " + "\n  ".join(listed)


def _known(name: str, modules: frozenset[str]) -> str:
    """Return the module that a name is, or the one it is taken from."""
    return name if name in modules else name.rpartition(".")[0]


@cache
def _sources() -> tuple[Path, ...]:
    found = []
    for folder, inner, names in os.walk(ROOT):
        inner[:] = sorted(set(inner) - _SKIPPED)
        found += [Path(folder, name) for name in sorted(names)]
    return tuple(found)


@cache
def _modules() -> frozenset[str]:
    return frozenset(module(path) for path in python("server"))
