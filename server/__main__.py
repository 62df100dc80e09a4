"""The command line: `cuedesk`, or `python -m server`.

Owns    the commands of the contract, what they print, and their exit codes.
Never   changes an event but through the running server, or through the conductor where none runs.
Used by people and scripts.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import click
import segno
from rich.console import Console
from rich.table import Table

from server import __version__, errand, sample, serving, settings, workers
from server import folder as folders
from server import links as links_of
from server.auth import Keyring, read_secret
from server.channels import discover
from server.clock import SystemClock
from server.errors import AppError, ConfigError
from server.plan import EventPlan, Header
from server.roles import Role
from server.store.sqlite import JOURNAL_FILE

Shift = Literal["now", "today"]
ROWS_SHOWN = 60
_SIGNS = {"new": "+", "gone": "-", "changed": "~"}
out = Console(highlight=False, soft_wrap=True)
Folder = click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Turn every refusal into sentences on standard error and exit code 1."""
    try:
        yield
    except AppError as error:
        for line in error.faults if isinstance(error, ConfigError) else [error.message]:
            click.echo(line, err=True)
        sys.exit(1)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="cuedesk")
def main() -> None:
    """The live desk of a conference crew: agenda clock, check-in, devices and questions on every screen."""


_redis = click.option("--redis", "redis_url", help=f"{settings.Settings.model_fields['redis_url'].description}")
_listening = [
    click.option("--host", help=f"{settings.Settings.model_fields['host'].description}"),
    click.option("--port", type=int, help=f"{settings.Settings.model_fields['port'].description}"),
]


def _listens(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(_listening):
        command = option(command)
    return command


@main.command()
@Folder
@_listens
@_redis
@click.option("--workers", type=int, help=f"{settings.Settings.model_fields['workers'].description}")
@click.option(
    "--shift",
    type=click.Choice(["now", "today"]),
    help="On the first import, move the agenda: its start to a minute from now, or its first day to today.",
)
def serve(folder: Path, shift: Shift | None, **given: str | int | None) -> None:
    """Serve the event in FOLDER until stopped."""
    with _told():
        chosen = settings.load(**given)
        if chosen.workers == 1:
            _serve(folder, chosen, shift)
        elif not chosen.redis_url:
            raise ConfigError(["--workers above 1 needs --redis: one SQLite file has one process"])
        else:
            workers.serve(folder, chosen, shift)


@main.command()
@_listens
@click.option("--speed", default=1.0, show_default=True, help="How many times faster than life the rehearsed day runs.")
@click.option("--folder", type=click.Path(path_type=Path), help="Where the demo event is kept; default: a new one.")
@click.option("--calm", is_flag=True, help="Serve the demo event without the rehearsal.")
def demo(host: str | None, port: int | None, speed: float, folder: Path | None, calm: bool) -> None:
    """Serve the bundled sample event and rehearse a live day against it until stopped."""
    from server.rehearsal import rehearse

    with _told(), contextlib.ExitStack() as stack:
        if folder is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cuedesk-demo-")))
        if not (folder / "event.toml").exists():
            sample.copy_to(folder)
        chosen = settings.load(host=host, port=port)
        where = folder

        async def beside(url: str) -> None:
            await asyncio.to_thread(_print_welcome, where, chosen.public_url or url)
            if not calm:
                await rehearse(where, url, speed)

        _serve(folder, chosen, "now", beside)


@main.command()
@Folder
def check(folder: Path) -> None:
    """Say everything that is wrong with the event in FOLDER, with file and line; exit 1 if it cannot be served."""
    reading = folders.read(folder)
    for warning in reading.warnings:
        click.echo(f"warning: {warning}")
    for fault in reading.faults:
        click.echo(f"fault: {fault}")
    if reading.faults or reading.plan is None:
        click.echo(f"{len(reading.faults)} faults, {len(reading.warnings)} warnings: this event cannot be served yet")
        sys.exit(1)
    plan = reading.plan
    click.echo(
        f"fit to serve: {plan.title} · {len(plan.rooms)} rooms · {len(plan.items)} items · "
        f"{len(plan.attendees)} attendees · {len(plan.devices)} devices · {len(reading.warnings)} warnings"
    )


@main.command()
@Folder
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--url", help="The server's address, for whole links; default: where it is being served.")
@click.option("--qr/--no-qr", default=None, help="Print a QR code under each link; default: in a terminal.")
@click.option("--revoke", metavar="ID", help="Make this link open nothing any more.")
@click.option("--new", metavar="ROLE[:ROOM]", help="Make another link (for role device: device:ID).")
def links(folder: Path, as_json: bool, url: str | None, qr: bool | None, revoke: str | None, new: str | None) -> None:
    """Print the access links of every role and room."""
    with _told():
        if revoke is not None:
            errand.ask(folder, lambda: _plan(folder), "access", "revoke", {"id": revoke})
            click.echo(f"revoked {revoke}", err=True)
        made = None if new is None else _issue(folder, new)
        shown = [link for link in _links(folder) if made in (None, link["id"])]
        if as_json:
            click.echo(json.dumps(shown, ensure_ascii=False, indent=1))
        else:
            where = url or settings.load().public_url or errand.served_at(folder) or ""
            # Without an address a code would lead nowhere.
            _print_links(shown, where, qr=bool(where) and sys.stdout.isatty() if qr is None else qr)


def _issue(folder: Path, new: str) -> str:
    role, _, rest = new.partition(":")
    kind = "device" if role == Role.DEVICE.value else "room"
    plan = _plan(folder)
    known = [each.id for each in (plan.devices if kind == "device" else plan.rooms)]
    if rest and rest not in known:
        raise ConfigError([f"there is no {kind} {rest} in this event; there are: {', '.join(known) or 'none'}"])
    bound = {kind: rest} if rest else {}
    return str(errand.ask(folder, lambda: _plan(folder), "access", "issue", {"role": role, **bound})["id"])


@main.command("import")
@Folder
@click.option("--yes", is_flag=True, help="Do it without asking.")
def import_(folder: Path, yes: bool) -> None:
    """Read agenda and attendees of FOLDER again: show what would change, then do it."""
    with _told():
        preview = errand.post(folder, lambda: _plan(folder), "/api/v1/event/import", {"apply": False})
        for warning in preview["warnings"]:
            click.echo(f"warning: {warning}")
        if not preview["changes"]:
            click.echo("nothing would change")
            return
        for change in preview["changes"]:
            click.echo(f"{change['channel']}: {change['count']} × {change['change']}")
        for row in preview["rows"][:ROWS_SHOWN]:
            click.echo(f"  {_SIGNS[row['change']]} {row['row']}  {row['title']}  {', '.join(row['members'])}".rstrip())
        if len(preview["rows"]) > ROWS_SHOWN:
            click.echo(f"  … and {len(preview['rows']) - ROWS_SHOWN} more rows")
        if yes or click.confirm("Do it?"):
            errand.post(folder, lambda: _plan(folder), "/api/v1/event/import", {"apply": True})
            click.echo("done")


@main.command()
@Folder
@click.option("--url", help="The running server's address; default: where FOLDER is being served.")
@click.option("--speed", default=1.0, show_default=True, help="How many times faster than life.")
def rehearse(folder: Path, url: str | None, speed: float) -> None:
    """Drive a running server with simulated arrivals, devices, moderators and remote attendees."""
    from server.rehearsal import rehearse as play

    with _told():
        where = url or errand.served_at(folder)
        if where is None:
            raise ConfigError([f"{folder} is not being served; start it with `cuedesk serve {folder}`, or give --url"])
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(play(folder, where, speed))


@main.command()
@Folder
@click.argument("person")
def erase(folder: Path, person: str) -> None:
    """Erase the personal data of PERSON (the id of an attendee or ticket); counts stay."""
    with _told():
        gone = errand.post(folder, lambda: _plan(folder), "/api/v1/event/erase", {"people": [person]})["erased"]
        if not gone:
            raise ConfigError([f"nobody here has the id {person}; the check-in list of the control page shows ids"])
        click.echo(f"erased {person}")


@main.command()
@Folder
@click.option("--yes", is_flag=True, help="Do it without asking.")
def purge(folder: Path, yes: bool) -> None:
    """Erase all personal data of the event; counts stay. This cannot be undone."""
    with _told():
        if yes or click.confirm(f"Erase all personal data in {folder} for ever?"):
            gone = errand.post(folder, lambda: _plan(folder), "/api/v1/event/erase", {"everybody": True})["erased"]
            click.echo(f"erased the data of {len(gone)} people")


@main.command("settings")
def settings_() -> None:
    """Print every setting, its environment variable, default and help."""
    table = Table(box=None, pad_edge=False)
    for heading in ("setting", "environment", "default", "help"):
        table.add_column(heading, overflow="fold")
    for row in settings.table():
        table.add_row(*row)
    out.print(table)


@main.command()
def channels() -> None:
    """Print every channel and its verbs."""
    for name, channel in discover().items():
        click.echo(f"{name}: {' '.join(channel.verbs)}")


# Serving --------------------------------------------------------------------------------------------------------


def _serve(
    folder: Path,
    chosen: settings.Settings,
    shift: Shift | None,
    beside: Callable[[str], Awaitable[None]] | None = None,
) -> None:
    serving.serve(folder, _header(folder), chosen, lambda: _plan(folder, shift), beside)


def _plan(folder: Path, shift: Shift | None = None) -> EventPlan:
    reading = folders.read(folder)
    for warning in reading.warnings:
        click.echo(f"warning: {warning}", err=True)
    if reading.plan is None:
        raise ConfigError([str(fault) for fault in reading.faults])
    return folders.shift(reading.plan, SystemClock().now(), shift) if shift else reading.plan


def _header(folder: Path) -> Header:
    """Return what the pages say of the event; once it has a journal, a folder that became faulty is served still."""
    reading = folders.read(folder)
    if reading.plan is not None:
        plan = reading.plan
        return Header(title=plan.title, timezone=plan.timezone, id=plan.id, languages=plan.languages)
    if not (folder / JOURNAL_FILE).exists():
        raise ConfigError([str(fault) for fault in reading.faults])
    for fault in reading.faults:
        click.echo(f"fault: {fault}", err=True)
    return Header(title=folder.resolve().name)


# Links ----------------------------------------------------------------------------------------------------------


def _links(folder: Path) -> list[dict[str, Any]]:
    access = asyncio.run(errand.engine(folder, "access")) if (folder / JOURNAL_FILE).exists() else None
    return links_of.entries(Keyring(read_secret(folder)), _plan(folder), access)


def _print_links(shown: list[dict[str, Any]], url: str, qr: bool = False) -> None:
    width = max((len(link["id"]) for link in shown), default=0)
    for link in shown:
        click.echo(f"{link['id']:{width}}  {url}{link['path']}")
        if qr:
            segno.make(url + link["path"], error="l").terminal(out=sys.stdout, compact=True)


def _print_welcome(folder: Path, url: str) -> None:
    people = [link for link in _links(folder) if link["role"] != Role.DEVICE.value]
    _print_links(people, url)
    click.echo(f"\nattendees join at {url}/")
    segno.make(f"{url}/", error="l").terminal(out=sys.stdout, compact=True)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
