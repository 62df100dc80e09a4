"""Sizes, words and styles that every file keeps to."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.house import ROOT, WEB, calls, dotted, faults, files, module, place, python, text, tree

FUNCTION_LINES = 50
FILE_LINES = 400
SCRIPT_LINES = 240

BOUNDARIES = {
    "server.judge": "a command that breaks must not take the event with it",
    "server.handshake": "an application that breaks for one peer is no matter of the others",
    "server.proof": "what a library that changed may raise, nobody knows; there is another way",
    "server.history": "an event that an engine cannot apply must not keep the others from being applied",
}
"""Where any exception is caught: it is logged with its traceback, and the peer is told a code only."""

KNOCKING = {
    "tests.support.redis": "another program's port answers when it likes; between two knocks there is a pause",
    "tests.support.crowd": "people ask over a minute and vote within a second, not all at once",
}
"""Where a pause is taken, because what is waited for tells nobody."""

FORBIDDEN = ("/work" + "/", "/tmp" + "/brief", "TO" + "DO", "FIX" + "ME", "pypi" + ".org", "registry.npmjs" + ".org")
TEXTS = ("*.py", "*.js", "*.css", "*.html", "*.md", "*.toml", "*.yaml", "*.po", "*.json", "Dockerfile", "run")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(path: Path) -> Iterator[Function]:
    """Yield every function of a source."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def public(path: Path) -> Iterator[Function | ast.ClassDef]:
    """Yield the public classes of a source, its public functions, and the public methods of both."""
    waiting: list[ast.AST] = [tree(path)]
    while waiting:
        for node in ast.iter_child_nodes(waiting.pop()):
            if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_"):
                yield node
                if isinstance(node, ast.ClassDef):
                    waiting.append(node)


def scripts() -> list[Path]:
    """Return the scripts that are written in Python."""
    folder = ROOT / "scripts"
    return [path for path in sorted(folder.iterdir()) if path.is_file() and "python" in text(path)[:40]]


def test_functions_fit_on_a_page() -> None:
    found = [
        f"{place(path, node.lineno)} {node.name}: {size} lines"
        for path in [*python("server", "tests"), *scripts()]
        for node in functions(path)
        if (size := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LINES
    ]
    faults(found, f"Split these functions; none has more than {FUNCTION_LINES} lines:")


def test_files_stay_small() -> None:
    found = [
        f"{place(path)}: {size} lines"
        for path in [*python("server", "tests"), *scripts()]
        if (size := len(text(path).splitlines())) > FILE_LINES
    ]
    faults(found, f"Make a package of the same name of these, or split them; none has more than {FILE_LINES} lines:")


def test_browser_scripts_stay_small() -> None:
    found = [
        f"{place(path)}: {size} lines"
        for path in files("*.js", under=WEB / "static" / "js")
        if (size := len(text(path).splitlines())) > SCRIPT_LINES
    ]
    faults(found, f"Split these; no browser script has more than {SCRIPT_LINES} lines:")


def test_modules_say_what_they_own() -> None:
    found = []
    for path in python("server"):
        said = ast.get_docstring(tree(path)) or ""
        beats = [beat for beat in ("Owns ", "Never ", "Used by ") if beat not in said]
        if beats and any(not isinstance(node, ast.Expr | ast.Assign) for node in tree(path).body):
            found.append(f"{place(path)}: no {', '.join(beat.strip() for beat in beats)}")
    faults(found, "Begin each module with a sentence and the three beats Owns, Never, Used by:")


def test_what_is_public_is_described() -> None:
    found = [
        f"{place(path, node.lineno)} {node.name}"
        for path in python("server")
        for node in public(path)
        if ast.get_docstring(node) is None
    ]
    faults(found, "Say in one sentence what the caller gets:")


def test_exceptions_are_caught_by_name() -> None:
    found = []
    for path in [*python("server", "tests"), *scripts()]:
        for node in ast.walk(tree(path)):
            broad = isinstance(node, ast.ExceptHandler) and (
                node.type is None or dotted(node.type) in {"Exception", "BaseException"}
            )
            if broad and module(path) not in BOUNDARIES:
                found.append(place(path, getattr(node, "lineno", None)))
    faults(found, "Catch what can happen here by its name; only the boundaries in this file catch anything:")


def test_boundaries_log_what_they_catch() -> None:
    found = []
    for path in python("server"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ExceptHandler) and dotted(node.type) == "Exception":
                said = ast.unparse(node)
                if "logger.exception" not in said and "exc_info" not in said:
                    found.append(place(path, node.lineno))
    faults(found, "A boundary logs the traceback: call logger.exception there:")


def test_tests_never_sleep() -> None:
    found = []
    for path in python("tests"):
        for name, call in calls(path) if module(path) not in KNOCKING else ():
            naps = name in {"time.sleep", "asyncio.sleep", "sleep"} and ast.unparse(call.args[0]) != "0"
            if naps or name.endswith("wait_for_timeout"):
                found.append(f"{place(path, call.lineno)} {ast.unparse(call)}")
    faults(found, "Wait for an answer, a row or a condition, never for time to pass:")


def test_nothing_names_a_place_or_a_plan_of_its_making() -> None:
    found = [
        f"{place(path, number)}: {word}"
        for path in [*files(*TEXTS), *files("*", under=ROOT / "scripts")]
        if path.parent != Path(__file__).parent
        for number, line in enumerate(text(path).splitlines(), 1)
        for word in FORBIDDEN
        if word in line
    ]
    faults(found, "Say it without the machine it was made on, or do what was put off:")


def test_styles_need_no_force() -> None:
    found = [
        f"{place(path, number)}: {line.strip()}"
        for path in files("*.css", under=WEB / "static" / "css")
        for number, line in enumerate(text(path).splitlines(), 1)
        if "!important" in line
    ]
    faults(found, "Put the rule into a later layer, or set a custom property:")


def test_colours_are_tokens() -> None:
    found = [
        f"{place(path, number)}: {line.strip()}"
        for path in files("*.css", under=WEB / "static" / "css")
        if path.name != "tokens.css"
        for number, line in enumerate(text(path).splitlines(), 1)
        if re.search(r":[^;{]*#[0-9a-fA-F]{3,8}\b", line)
    ]
    faults(found, "Name the colour in tokens.css and use its name:")


def test_what_the_image_is_made_of_is_let_into_its_build() -> None:
    let_in = {line[1:] for line in text(ROOT / ".dockerignore").splitlines() if line.startswith("!")}
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", text(ROOT / "Dockerfile"), re.MULTILINE)

    assert {name for names in copied for name in names.split()} == let_in
    assert [name for name in sorted(let_in) if not (ROOT / name).exists()] == []


def test_what_compose_asks_for_can_be_given_in_a_shell() -> None:
    """Bash keeps `UID` and the like for itself: it exports none of them, and does not let them be set."""
    asked = set(re.findall(r"\$\{(\w+)", text(ROOT / "compose.yaml")))

    assert asked
    assert asked & {"UID", "EUID", "GID", "PPID", "HOSTNAME", "USER", "HOME", "PATH"} == set()
