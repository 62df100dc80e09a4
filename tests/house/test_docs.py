"""What is written about the program is true, and everything that people read is written in both languages."""

from __future__ import annotations

import inspect
import re
import shlex
import textwrap
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import click
import pytest
from babel.messages.pofile import read_po

from server import documents
from server.__main__ import main
from server.channels import discover
from server.channels.base import Channel
from server.domain.questions import STEPS
from server.folder import read
from tests.house import ROOT, WEB, faults, files, place, text

LANGUAGES = ("en", "zh-Hans")
PANELS = WEB / "static" / "js" / "panels"
CATALOG = WEB / "locale" / "zh_Hans" / "LC_MESSAGES" / "cuedesk.po"

_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)|<img[^>]*\bsrc=\"([^\"]+)\"")
_STRING = r'"((?:[^"\\]|\\.)*)"'
_TABLE = re.compile(r'\btranslate\("zh-Hans",')
_COMMENT = re.compile(r"^\s*(//|/\*|\*).*$", re.MULTILINE)
_KEY = re.compile(rf"(?:^|[{{,\n])\s*(?:{_STRING}|([A-Za-z_]\w*))\s*:", re.DOTALL)
_COMPARED = re.compile(rf"(?:[!=]==\s*|\[\s*){_STRING}|{_STRING}\s*(?:[!=]==|\])")
_TEMPLATE_WORD = re.compile(rf"\b_\({_STRING}")


@cache
def own_channels() -> Mapping[str, Channel[Any]]:
    """Return the product's channels, without those that tests add."""
    home = ROOT / "server"
    found = discover()
    return {name: each for name, each in found.items() if Path(inspect.getfile(type(each))).is_relative_to(home)}


def linked(path: Path) -> Iterator[str]:
    """Yield every file that a page of the documents points to, as written."""
    for match in _LINK.finditer(text(path)):
        target = match[1] or match[2]
        if "://" not in target and not target.startswith(("#", "mailto:")):
            yield target.partition("#")[0]


def anchors(path: Path) -> set[str]:
    """Return the anchors of a page's headings."""
    headings = re.findall(r"^#+ (.+)$", text(path), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def commands(path: Path) -> Iterator[tuple[list[str], int]]:
    """Yield (words, line) of every `cuedesk …` command that a page tells people to type."""
    for number, line in enumerate(text(path).splitlines(), 1):
        for written in re.findall(r"(?:^|[`$ ])cuedesk ([a-z][^`#|]*)", line):
            if "`" in line or line.startswith(("    ", "cuedesk", "$")):
                yield shlex.split(written.strip(), comments=True), number


@cache
def code(path: Path) -> str:
    """Return a script without the lines that are comments, with its line numbers."""
    return _COMMENT.sub("", text(path))


def spoken(path: Path) -> Iterator[tuple[str, int]]:
    """Yield (English text, line) of every text that a script passes to `t` as it stands."""
    source = code(path)
    for call in re.finditer(r"(?<![\w.])t\(", source):
        for word in _words(_first_argument(source, call.end())):
            yield word, source.count("\n", 0, call.start()) + 1


def _first_argument(source: str, start: int) -> str:
    """Return the first argument of a call whose parenthesis opens before `start`."""
    depth, quoted = 0, ""
    for place_, sign in enumerate(source[start:], start):
        if quoted:
            quoted = "" if sign == quoted and source[place_ - 1] != "\\" else quoted
        elif sign in "\"'`":
            quoted = sign
        elif sign in "([{":
            depth += 1
        elif sign in ")]}" or sign == ",":
            if depth == 0:
                return source[start:place_]
            depth -= sign != ","
    return ""


def _words(argument: str) -> Iterator[str]:
    """Yield the texts among the strings of an expression: not those that something is compared with."""
    for match in re.finditer(_STRING, _COMPARED.sub("", argument)):
        if re.search(r"[A-Za-z]", re.sub(r"\{\w+\}", "", match[1])):
            yield unescaped(match[1])


def unescaped(written: str) -> str:
    """Return the text that a JavaScript string stands for."""
    return re.sub(r"\\(.)", lambda match: "\n" if match[1] == "n" else match[1], written)


def own_words(path: Path) -> set[str]:
    """Return the English texts that a script translates itself."""
    source = code(path)
    tables = [_first_argument(source, call.end()) for call in _TABLE.finditer(source)]
    return {unescaped(quoted or bare) for table in tables for quoted, bare in _KEY.findall(table)}


@cache
def catalog() -> frozenset[str]:
    """Return the English texts that the shared catalog has in Chinese."""
    if not CATALOG.exists():
        return frozenset()
    with CATALOG.open("rb") as file:
        return frozenset(str(message.id) for message in read_po(file) if message.id and message.string)


@cache
def panel_words(name: str) -> frozenset[str]:
    """Return what a panel, a script and a folder of its name, has in Chinese."""
    scripts = [PANELS / f"{name}.js", *files("*.js", under=PANELS / name)]
    return frozenset(word for script in scripts if script.exists() for word in own_words(script))


def known_to(path: Path) -> frozenset[str]:
    """Return what a script may say."""
    if not path.is_relative_to(PANELS):
        return catalog() | own_words(path)
    return catalog() | panel_words(path.relative_to(PANELS).parts[0].removesuffix(".js"))


def test_protocol_page_is_what_the_code_says() -> None:
    assert text(ROOT / "docs" / "protocol.md") == documents.protocol(own_channels()), "Run scripts/docs and commit it."


def test_configuration_page_is_what_the_code_says() -> None:
    assert text(ROOT / "docs" / "configuration.md") == documents.configuration(), "Run scripts/docs and commit it."


def test_life_of_a_question_is_drawn_as_its_table_says() -> None:
    page = text(ROOT / "docs" / "questions.md")
    drawn = {(before, verb): after for before, after, verb in re.findall(r"(\w+) --> (\w+): (\w+)", page)}

    assert page == documents.with_lifecycle(page), "Run scripts/docs and commit it."
    assert drawn == {(before, verb): after for verb, steps in STEPS.items() for before, after in steps.items()}


@pytest.mark.parametrize("page", ["agenda.md", "button-boxes.md"])
def test_the_pieces_of_a_page_are_what_the_code_says(page: str) -> None:
    known = text(ROOT / "docs" / page)

    assert "<!-- begin " in known
    assert known == documents.filled(known), "Run scripts/docs and commit it."


def test_the_picture_of_the_button_box_is_what_the_code_says() -> None:
    assert text(ROOT / "docs" / "images" / "button-box.svg") == documents.button_box(), (
        "Run scripts/docs and commit it."
    )


def test_documents_point_at_files_that_exist() -> None:
    found = [
        f"{place(path)} → {target}"
        for path in files("*.md")
        for target in linked(path)
        if not (path.parent / target).exists()
    ]
    faults(found, "Point these at a file that exists, or make it (scripts/screenshots makes the pictures):")


def test_documents_point_at_headings_that_exist() -> None:
    found = []
    for path in files("*.md"):
        for page, anchor in re.findall(r"\]\(([^)#\s:]*)#([^)\s]+)\)", text(path)):
            target = path.parent / page if page else path
            if target.suffix == ".md" and target.exists() and anchor not in anchors(target):
                found.append(f"{place(path)} → {page}#{anchor}")
    faults(found, "Point these at a heading that exists:")


def test_documents_name_commands_that_exist() -> None:
    found = []
    for path in files("*.md"):
        for words, line in commands(path):
            command = main.commands.get(words[0])
            options = set() if command is None else {name for each in command.params for name in each.opts}
            unknown = [word for word in words[1:] if word.startswith("--") and word.partition("=")[0] not in options]
            if command is None or unknown:
                found.append(f"{place(path, line)}: cuedesk {shlex.join(words)}")
    faults(found, "Name a command and options that `cuedesk --help` knows:")


def test_every_script_is_told_of() -> None:
    told = text(ROOT / "scripts" / "README.md")
    names = [path.name for path in sorted((ROOT / "scripts").iterdir()) if path.is_file() and path.suffix != ".md"]
    faults([name for name in names if f"`{name}" not in told], "Say in scripts/README.md what these scripts do:")


def test_every_decision_is_listed() -> None:
    pages = files("*.md", under=ROOT / "docs" / "adr")
    listed = text(ROOT / "docs" / "index.md")
    faults([place(path) for path in pages if f"adr/{path.name}" not in listed], "List these in docs/index.md:")


def test_changes_are_told() -> None:
    assert "## Unreleased" in text(ROOT / "CHANGELOG.md"), "Keep an Unreleased section in CHANGELOG.md."


def test_style_page_stays_short() -> None:
    assert len(text(ROOT / "STYLE.md").splitlines()) <= 150, "Cut STYLE.md to 150 lines; what can be tested is tested."


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_channel_has_a_label(language: str) -> None:
    found = [name for name, channel in own_channels().items() if not channel.title.get(language)]
    faults(found, f"Give these channels a title in {language}:")


def test_every_verb_has_help() -> None:
    found = [
        f"{name}.{verb}"
        for name, channel in own_channels().items()
        for verb, spec in channel.verbs.items()
        if not spec.help.endswith(".")
    ]
    faults(found, "Give these verbs a help sentence:")


def test_every_command_line_option_has_help() -> None:
    found = [
        f"{name} {option.opts[0]}"
        for name, command in main.commands.items()
        for option in command.params
        if isinstance(option, click.Option) and not option.help
    ]
    faults(found, "Give these options a help sentence:")


def test_everything_pages_say_has_a_chinese_translation() -> None:
    found = [
        f"{place(path, line)}: {word}"
        for path in files("*.js", under=WEB / "static" / "js")
        for word, line in spoken(path)
        if word not in known_to(path)
    ]
    faults(found, 'Translate these, with translate("zh-Hans", …) in the panel, or in web/locale for what is shared:')


def test_everything_shells_say_has_a_chinese_translation() -> None:
    found = [
        f"{place(path, number)}: {word}"
        for path in files("*.html", under=WEB / "templates")
        for number, line in enumerate(text(path).splitlines(), 1)
        for word in map(unescaped, _TEMPLATE_WORD.findall(line))
        if word not in catalog()
    ]
    faults(found, "Translate these in web/locale/zh_Hans/LC_MESSAGES/cuedesk.po:")


def test_the_folder_that_organisers_are_shown_can_be_served(tmp_path: Path) -> None:
    page = text(ROOT / "docs" / "event-folder.md")
    blocks = [textwrap.dedent(block) for block in re.findall(r"(?:^    .*\n|^\n)+", page, re.MULTILINE)]
    toml = [block for block in blocks if "timezone" in block]
    agenda = next(block for block in blocks if "id,room,title" in block)
    attendees = next(block for block in blocks if "secret,name" in block)
    for number, event in enumerate(toml):
        folder = tmp_path / str(number)
        folder.mkdir()
        for name, written in (("event.toml", event), ("agenda.csv", agenda), ("attendees.csv", attendees)):
            (folder / name).write_text(written.strip() + "\n", encoding="utf-8")
        reading = read(folder)
        faults(map(str, [*reading.faults, *reading.warnings]), "Correct the example in docs/event-folder.md:")
