"""The machine-readable interface: OpenAPI for HTTP, AsyncAPI for WebSockets, made from the channels.

Owns    turning verbs, rows, errors and close codes into the two documents.
Never   names a channel, or describes by hand what the code says already.
Used by app and the generated documents.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from server import __version__, wire
from server.channels.base import Channel
from server.errors import CloseCode, error_types

_REF = "#/components/schemas/{name}"

Channels = Mapping[str, Channel[Any]]


class Problem(msgspec.Struct):
    """An RFC 9457 problem document; members of the refusal's detail stand beside these."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    retry: bool


class RowsAnswer(msgspec.Struct):
    """The rows of a topic and the position they are true at."""

    epoch: str
    offset: int
    rows: dict[str, dict[str, Any]]


def openapi(channels: Channels) -> Mapping[str, object]:
    """Return the OpenAPI 3.1 document."""
    kinds = [verb.args for _, _, verb in verbs(channels)]
    refs, components = _components([*kinds, Problem, RowsAnswer])
    paths: dict[str, Any] = {}
    for name, verb_name, verb in verbs(channels):
        paths[f"/api/v1/{name}/{verb_name}"] = {
            "post": {
                "operationId": f"{name}_{verb_name}",
                "tags": [name],
                "summary": verb.help or summary(verb.args),
                "description": "For " + ", ".join(sorted(role.value for role in verb.roles)) + ".",
                "parameters": [
                    _header("Idempotency-Key", "The command's ref: sent again, it gets the first answer.", "string"),
                    _header("If-Match", "The row's `rev` the command was made against.", "string"),
                ],
                "requestBody": {"content": {"application/json": {"schema": refs[verb.args]}}},
                "responses": {"200": {"description": "Done, and durable."}, "default": _refusal(refs[Problem])},
            }
        }
    for name, channel in channels.items():
        paths[f"/api/v1/{name}"] = _read(name, refs)
        if channel.by_room:
            paths[f"/api/v1/{name}/{{room}}"] = _read(name, refs, by_room=True)
    security = {"type": "http", "scheme": "bearer", "description": "An access key of `cuedesk links`."}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Cuedesk", "version": __version__},
        "paths": paths,
        "components": {"schemas": components, "securitySchemes": {"key": security}},
        "security": [{"key": []}, {}],
    }


def asyncapi(channels: Channels) -> Mapping[str, object]:
    """Return the AsyncAPI 3.0 document."""
    frames = [wire.Subscribe, wire.Unsubscribe, wire.Command, wire.Ping]
    rows = [kind for channel in channels.values() for kind in channel.row_types.values()]
    args = [verb.args for _, _, verb in verbs(channels)]
    refs, components = _components([*frames, *rows, *args])
    messages = {kind.__name__: {"summary": summary(kind), "payload": refs[kind]} for kind in frames}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Cuedesk", "version": __version__},
        "channels": {
            "ws": {
                "address": "/ws",
                "messages": messages,
                "bindings": {"ws": {"query": {"type": "object", "properties": {"as": {"type": "string"}}}}},
            }
        },
        "operations": {"receive": {"action": "receive", "channel": {"$ref": "#/channels/ws"}}},
        "components": {"schemas": components},
        "x-subprotocol": wire.SUBPROTOCOL,
        "x-errors": {kind.code: {"status": kind.status, "retry": kind.retry} for kind in error_types()},
        "x-close-codes": {str(code.value): code.name.lower() for code in CloseCode},
        "x-rows": {
            name: {key: refs[kind] for key, kind in channel.row_types.items()} for name, channel in channels.items()
        },
        "x-commands": {f"{name}.{verb_name}": refs[verb.args] for name, verb_name, verb in verbs(channels)},
    }


def verbs(channels: Channels) -> Iterable[tuple[str, str, Any]]:
    """Yield (channel, verb, specification) of every verb, in order."""
    for name, channel in channels.items():
        for verb_name, verb in channel.verbs.items():
            yield name, verb_name, verb


def summary(kind: type[Any]) -> str:
    """Return the first sentence of a type's docstring."""
    return (inspect.getdoc(kind) or "").split("\n\n")[0].replace("\n", " ")


def _components(kinds: list[type[Any]]) -> tuple[dict[type[Any], Any], dict[str, Any]]:
    unique = list(dict.fromkeys(kinds))
    schemas, components = msgspec.json.schema_components(unique, ref_template=_REF)
    return dict(zip(unique, schemas, strict=True)), components


def _header(name: str, text: str, kind: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "description": text, "schema": {"type": kind}}


def _refusal(ref: object) -> dict[str, Any]:
    return {"description": "Refused; nothing was written.", "content": {"application/problem+json": {"schema": ref}}}


def _read(name: str, refs: Mapping[type[Any], Any], by_room: bool = False) -> dict[str, Any]:
    room = {"name": "room", "in": "path", "required": True, "schema": {"type": "string"}}
    content = {"application/json": {"schema": refs[RowsAnswer]}}
    return {
        "get": {
            "operationId": f"{name}_rows" + ("_of_room" if by_room else ""),
            "tags": [name],
            "summary": "The rows as the caller's role sees them.",
            **({"parameters": [room]} if by_room else {}),
            "responses": {"200": {"description": "Rows.", "content": content}, "default": _refusal(refs[Problem])},
        }
    }
