"""docs/protocol.md: the whole interface, read from the channels, the frames and the errors.

Owns    the text of that page.
Never   names a channel.
Used by server.documents.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from server import wire
from server.channels.base import Channel, Verb
from server.documents import preface
from server.documents.tables import Member, described, members, shown, table
from server.errors import CloseCode, error_types
from server.roles import Role
from server.schemas import summary

Channels = Mapping[str, Channel[Any]]

CLOSINGS: Mapping[CloseCode, tuple[str, str]] = {
    CloseCode.RESTART: ("the server restarts", "come back"),
    CloseCode.HEARTBEAT_LOST: ("one side has not heard the other", "come back"),
    CloseCode.TOO_SLOW: ("the peer takes no bytes, or leaves its answers unread", "come back"),
    CloseCode.RESYNC: ("the positions held are of no use any more", "come back and begin anew"),
    CloseCode.UNAUTHENTICATED: ("the key is forged, revoked, or missing for the role asked for", "get another link"),
    CloseCode.FORBIDDEN: ("another site's page used the sign-in", "do not come back"),
    CloseCode.VERSION: ("the server does not speak what was offered", "reload the page"),
    CloseCode.REPLACED: ("the same screen connected again", "do not come back"),
    CloseCode.ABUSIVE: ("too many frames that are no frames", "mend the program"),
}
"""Close code → why it is sent, and what the peer does about it."""

_FRAMES = (wire.Subscribe, wire.Unsubscribe, wire.Command, wire.Ping)


def protocol(channels: Channels) -> str:
    """Return the page."""
    parts = [preface.HEAD, *_frames(), preface.SOCKET, "", preface.HTTP, "", "## Channels", "", _overview(channels)]
    for name, channel in channels.items():
        parts += ["", *_channel(name, channel)]
    return "\n".join([*parts, "", *_errors(), "", *_closings(), "", preface.LIMITS])


def _frames() -> Iterable[str]:
    yield "### What a client sends\n"
    rows = []
    for kind in _FRAMES:
        tag = kind.__struct_config__.tag
        said = ", ".join(_argument(member) for member in members(kind))
        rows.append((f"`{tag}`", said, summary(kind)))
    yield table(("`t`", "members", "meaning"), rows)
    yield ""


def _overview(channels: Channels) -> str:
    rows = []
    for name, channel in channels.items():
        topics = f"`{name}`" + (f", `{name}/ROOM`" if channel.by_room and channel.room_roles else "")
        rows.append((f"[{name}](#{name})", topics, ", ".join(f"`{key}`" for key in channel.row_types)))
    return table(("channel", "topics", "rows"), rows)


def _channel(name: str, channel: Channel[Any]) -> Iterable[str]:
    yield f"## {name}\n"
    yield f"{channel.title['en']} · {channel.title['zh-Hans']}. {summary(type(channel))}\n"
    topics = [(f"`{name}`", _roles(channel.bare_roles))]
    if channel.by_room:
        topics.append((f"`{name}/ROOM`", _roles(channel.room_roles)))
    if _is_own(channel):
        topics.append(("`me`", "attendee: the rows that are their own"))
    yield table(("topic", "read by"), topics)
    if channel.live:
        yield f"\n{preface.LIVE}"
    if channel.gather:
        yield f"\nChanges that may wait are collected for {channel.gather} ms before they are sent."
    yield "\n### Rows\n" if channel.row_types else ""
    for key, kind in channel.row_types.items():
        yield f"#### `{key}`\n\n{summary(kind)}\n"
        yield table(("member", "type", "meaning"), described(kind)) + "\n"
    yield "### Verbs\n"
    yield table(("verb", "args", "who", "what it does"), [_verb(verb, spec) for verb, spec in channel.verbs.items()])


def _verb(name: str, verb: Verb) -> tuple[str, str, str, str]:
    plan = name == "import"
    args = preface.IMPORT_ARGS if plan else ", ".join(_argument(member) for member in members(verb.args))
    help_ = (verb.help or summary(verb.args)) + (" Live only: the answer says `live: true`." if verb.live else "")
    return f"`{name}`", args or "none", _roles(verb.roles, verb.own), help_


def _argument(member: Member) -> str:
    mark = "" if member.required else "?"
    usual = "" if member.required or not member.default else f", default {shown(member.default)}"
    said = f": {member.help.rstrip('.')}" if member.help else ""
    type_ = member.type.removesuffix(" or null") if member.default is None else member.type
    return f"`{member.name}`{mark} {type_}{usual}{said}"


def _roles(roles: Iterable[Role], own: Iterable[Role] = ()) -> str:
    wanted = set(roles)
    said = [f"{role.value} (own)" if role in set(own) else role.value for role in Role if role in wanted]
    return ", ".join(said) if said else "nobody"


def _is_own(channel: Channel[Any]) -> bool:
    return type(channel).mine is not Channel.mine


def _errors() -> Iterable[str]:
    yield "## Errors\n"
    yield table(
        ("code", "HTTP", "retry", "meaning"),
        [(f"`{kind.code}`", str(kind.status), "yes" if kind.retry else "no", summary(kind)) for kind in error_types()],
    )


def _closings() -> Iterable[str]:
    yield "## Close codes\n"
    yield table(("code", "why", "then"), [(str(code.value), *CLOSINGS[code]) for code in CloseCode])
