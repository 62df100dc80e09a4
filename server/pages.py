"""The pages: shells that the panels fill, signing in by link, QR codes, and the static files.

Owns    which page needs which role, the language of a page, and what a shell tells its scripts.
Never   names a channel: the shells loop over those that ask for a page.
Used by app.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple, Protocol
from urllib.parse import parse_qsl, urlencode

import segno
from babel import Locale, UnknownLocaleError, negotiate_locale
from babel.messages.pofile import read_po
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Match, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from server import __version__
from server.api import read_body, set_key_cookie
from server.auth import Grant
from server.channels.base import Channel
from server.errors import AppError, Malformed, NotFound, WrongMethod
from server.gate import Gate, cookie_name
from server.modules import needed
from server.plan import PlannedRoom
from server.roles import PAGE_ROLES, Role

WEB = Path(__file__).parent.parent / "web"
LANGUAGE_COOKIE = "cuedesk_language"
LANGUAGES = {"zh-Hans": "zh_Hans", "en": "en"}
"""Language tag → name of its catalog."""

_POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; media-src 'self' blob:; "
    "connect-src 'self'; frame-ancestors 'self'; base-uri 'none'; form-action 'self'; object-src 'none'"
)


class Page(NamedTuple):
    """A page of the contract: its path, and the roles that may open it (the first that is signed in speaks)."""

    name: str
    path: str
    roles: tuple[Role, ...]


PATHS = (
    ("attendee", "/"),
    ("attendee", "/r/{room}"),
    ("wall", "/wall"),
    ("control", "/control"),
    ("moderate", "/moderate/{room}"),
    ("stage", "/stage/{room}"),
    ("overlay", "/overlay/{room}"),
    ("door", "/door"),
)
PAGES = tuple(Page(name, path, PAGE_ROLES[name]) for name, path in PATHS)


class House(Protocol):
    """What the pages need to know of the event."""

    gate: Gate
    channels: Mapping[str, Channel[Any]]

    def about(self) -> Mapping[str, object]:
        """Return `id`, `title`, `timezone` and `languages` of the event."""
        ...

    def rooms(self) -> Sequence[PlannedRoom]:
        """Return the event's rooms as they are now."""
        ...

    def newcomer(self) -> tuple[Grant, str]:
        """Return the grant and key of a new attendee."""
        ...


@cache
def catalog(language: str) -> dict[str, str]:
    """Return English → `language` for everything that shells and shared scripts say."""
    path = WEB / "locale" / LANGUAGES[language] / "LC_MESSAGES" / "cuedesk.po"
    if not path.exists():
        return {}
    with path.open("rb") as file:
        messages = read_po(file, locale=LANGUAGES[language])
    return {str(message.id): str(message.string) for message in messages if message.id and message.string}


def choose_language(request: Request, offered: Sequence[str]) -> str:
    """Return the page's language: as asked for in the address, remembered, or preferred by the browser."""
    for wanted in (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        if wanted in offered:
            return str(wanted)
    preferred = [
        part.split(";")[0].strip().replace("-", "_") for part in request.headers.get("accept-language", "").split(",")
    ]
    known = {_script(tag): tag for tag in offered}
    found = negotiate_locale([_script(tag) for tag in preferred if tag], list(known))
    return known[found] if found else offered[0]


def _script(tag: str) -> str:
    """Return the tag with its script, as people write it without (`zh-CN` is simplified Chinese)."""
    try:
        locale = Locale.parse(tag.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return tag
    if locale.language == "zh":
        return "zh_Hans"
    return locale.language


class Shells:
    """Renders the pages' shells."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._environments = {language: _environment(language) for language in LANGUAGES}

    def render(
        self,
        request: Request,
        page: str,
        role: Role | None,
        room: PlannedRoom | None,
        status_code: int = 200,
        **more: object,
    ) -> Response:
        """Return a page's shell."""
        house = self._house
        about = dict(house.about())
        offered = [tag for tag in about["languages"] if tag in LANGUAGES] or list(LANGUAGES)  # type: ignore[attr-defined]
        language = choose_language(request, offered)
        panels = self._panels(page, language)
        rooms = [{"id": each.id, "title": each.title} for each in house.rooms()]
        here = None if room is None else {"id": room.id, "title": room.title}
        context: dict[str, object] = {
            "page": page,
            "role": None if role is None else role.value,
            "room": here,
            "rooms": rooms,
            "event": about,
            "language": language,
            "languages": offered,
            "panels": panels,
            "scripts": [] if room is None else _scripts(panels, page),
        }
        boot = {
            **{key: context[key] for key in ("page", "role", "rooms", "event", "language")},
            "room": None if room is None else room.id,
            "ws": None if role is None else f"/ws?as={role.value}",
            "panels": [panel["name"] for panel in panels],
            "catalog": catalog(language),
            "version": __version__,
        }
        html = (
            self._environments[language].get_template(f"{page}.html").render(**context, boot=_script_json(boot), **more)
        )
        response = HTMLResponse(html, status_code)
        response.headers["content-security-policy"] = _POLICY
        response.headers["cache-control"] = "no-store"
        response.headers["referrer-policy"] = "same-origin"
        response.headers["x-content-type-options"] = "nosniff"
        if request.query_params.get("lang") in offered:
            response.set_cookie(LANGUAGE_COOKIE, language, max_age=365 * 86_400, samesite="lax")
        return response

    def _panels(self, page: str, language: str) -> list[dict[str, object]]:
        shown = [channel for channel in self._house.channels.values() if page in channel.pages]
        shown.sort(key=lambda channel: (channel.pages[page], channel.name))
        return [
            {
                "name": channel.name,
                "title": channel.title.get(language, channel.name),
                "styles": _styles(channel.name, page),
                "leads": page in channel.leads,
                "waits": page not in channel.leads and any(page in each.leads for each in shown),
            }
            for channel in shown
        ]


@cache
def _styles(panel: str, page: str) -> tuple[str, ...]:
    """Return the addresses of the styles that a panel brings: its own, and those of its view on the page."""
    wanted = (f"css/panels/{panel}.css", f"css/panels/{panel}/{page}.css")
    return tuple(f"/static/{path}" for path in wanted if (WEB / "static" / path).exists())


def _scripts(panels: list[dict[str, object]], page: str) -> list[str]:
    """Return the addresses of the scripts that a page needs before the panel that leads there stands."""
    leading = [str(panel["name"]) for panel in panels if panel["leads"]]
    return [f"/static/{script}" for name in leading for script in needed(WEB / "static", name, page)]


def _environment(language: str) -> Environment:
    """Return the templates in one language."""
    words = catalog(language)
    environment = Environment(
        loader=FileSystemLoader(WEB / "templates"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # the extension adds it
        lambda text: words.get(text, text), lambda one, many, n: words.get(one, one if n == 1 else many), newstyle=True
    )
    return environment


def routes(house: House) -> list[Route | Mount]:
    """Return the routes of all pages and static files."""
    shells = Shells(house)
    return [
        *(Route(page.path, _page(house, shells, page)) for page in PAGES),
        Route("/login", _login(house, shells), methods=["GET", "POST"]),
        Route("/qr.svg", _qr),
        Route("/static/vendor/plotly.min.js", _plotly),
        Mount("/static", Static(directory=WEB / "static")),
    ]


def error_page(house: House, request: Request, status: int, sentence: str) -> Response:
    """Return a page that says what went wrong and what to do."""
    return Shells(house).render(request, "error", None, None, status, status=status, sentence=sentence)


class Static(StaticFiles):
    """The static files; a browser asks again each time and is mostly told `not modified`."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return a file, to be revalidated."""
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = "no-cache"
        return response


Endpoint = Callable[[Request], Awaitable[Response]]


def _page(house: House, shells: Shells, page: Page) -> Endpoint:
    async def show(request: Request) -> Response:
        if "key" in request.query_params:
            return _sign_in(house, request)
        room = _room(house, request)
        if page.roles == (Role.ATTENDEE,):
            return _attendee(house, shells, request, room)
        for role in page.roles:
            key = request.cookies.get(cookie_name(role))
            if key is None:
                continue
            try:
                actor = house.gate.grant(key).actor()
            except AppError:
                continue
            if room is None or actor.acts_in((room.id,)):
                return shells.render(request, page.name, role, room)
        return shells.render(request, "login", None, None, 401, next=request.url.path, wrong=False)

    return show


def _attendee(house: House, shells: Shells, request: Request, room: PlannedRoom | None) -> Response:
    response = shells.render(request, "attendee", Role.ATTENDEE, room)
    try:
        house.gate.grant(request.cookies.get(cookie_name(Role.ATTENDEE), ""))
    except AppError:
        grant, key = house.newcomer()
        set_key_cookie(response, request, grant.role, key)
    return response


def _room(house: House, request: Request) -> PlannedRoom | None:
    wanted = request.path_params.get("room")
    if wanted is None:
        return None
    for room in house.rooms():
        if room.id == wanted:
            return room
    raise NotFound(f"There is no room {wanted!r} in this event.")


def _sign_in(house: House, request: Request) -> Response:
    address = request.client.host if request.client is not None else ""
    grant = house.gate.try_key(request.query_params["key"], address)
    rest = [(name, value) for name, value in parse_qsl(request.url.query, keep_blank_values=True) if name != "key"]
    clean = request.url.path + (f"?{urlencode(rest)}" if rest else "")
    response = RedirectResponse(clean, 303, {"cache-control": "no-store", "referrer-policy": "no-referrer"})
    set_key_cookie(response, request, grant.role, request.query_params["key"])
    return response


def _login(house: House, shells: Shells) -> Endpoint:
    async def login(request: Request) -> Response:
        onward = request.query_params.get("next", "")
        if request.method == "GET":
            return shells.render(request, "login", None, None, next=onward, wrong=False)
        form = dict(parse_qsl((await read_body(request, 16_384)).decode(errors="replace")))
        key = form.get("key", "").strip()
        key = dict(parse_qsl(key.partition("?")[2])).get("key", key)
        address = request.client.host if request.client is not None else ""
        try:
            grant = house.gate.try_key(key, address)
        except AppError as error:
            return shells.render(request, "login", None, None, error.status, next=onward, wrong=True)
        onward = form.get("next", onward)
        home = grant.path(key).partition("?")[0]
        local = onward.startswith("/") and not onward.startswith(("//", "/\\", "/login"))
        response = RedirectResponse(onward if local else home, 303)
        set_key_cookie(response, request, grant.role, key)
        return response

    return login


async def _qr(request: Request) -> Response:
    text = request.query_params.get("text", "")
    if not 1 <= len(text) <= 1_024:
        raise Malformed("A QR code holds 1 to 1024 characters; give them as `text`.")
    svg = segno.make(text, error="m", micro=False).svg_inline(scale=4, border=2, dark="#000", light="#fff")
    svg = svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1) if "xmlns=" not in svg else svg
    return Response(svg, media_type="image/svg+xml", headers={"cache-control": "private, max-age=3600"})


@cache
def _plotly_packed() -> bytes:
    return gzip.compress(files("plotly").joinpath("package_data/plotly.min.js").read_bytes(), 6)


async def _plotly(request: Request) -> Response:
    packed = await run_in_threadpool(_plotly_packed)
    headers = {"cache-control": "public, max-age=86400", "vary": "accept-encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(packed, media_type="text/javascript", headers={**headers, "content-encoding": "gzip"})
    return Response(await run_in_threadpool(gzip.decompress, packed), media_type="text/javascript", headers=headers)


def _script_json(value: object) -> str:
    """Return JSON that is safe inside a script element."""
    text = json.dumps(value, ensure_ascii=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026").replace("\u2028", "\\u2028")


def is_page(request: Request) -> bool:
    """Say whether a browser asks for a page, rather than a program for an answer."""
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/api/")


def not_found(request: Request, error: Exception) -> AppError | None:
    """Return the refusal that a framework's 404 or 405 stands for."""
    if not isinstance(error, HTTPException) or error.status_code not in (404, 405):
        return None
    if error.status_code == 405 and (methods := _methods(request)):
        sentence = f"{request.url.path} does not take {request.method}; ask with {' or '.join(methods)}."
        return WrongMethod(sentence, methods)
    return NotFound(f"There is nothing at {request.method} {request.url.path}.")


def _methods(request: Request) -> Sequence[str]:
    """Return the methods that an address takes on any of its routes."""
    routes = (route for route in request.app.routes if isinstance(route, Route))
    ways = (route.methods or () for route in routes if route.matches(request.scope)[0] is not Match.NONE)
    return sorted(set().union(*ways))
