"""Where Redis is: the address given to `--redis`, taken apart.

Owns    the forms of the address, and what of it may be shown.
Never   connects.
Used by the connections to Redis.

    redis://[USER:PASSWORD@]HOST[:PORT][/DB]                     one Redis
    redis+sentinel://[USER:PASSWORD@]HOST[:PORT],…/NAME[/DB]     the primary that these Sentinels call NAME
    redis+cluster://[USER:PASSWORD@]HOST[:PORT],…                a cluster, found by any of these nodes
    rediss://…   rediss+sentinel://…   rediss+cluster://…        the same over TLS
    unix:///PATH[?db=DB]                                         a socket of this machine

Options follow a question mark: `ca`, `cert`, `key` (files, for TLS), `password_file`, `sentinel_username`,
`sentinel_password`, and `replicas` (how many replicas must have a command before it is acknowledged).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from server.errors import ConfigError

PORT = 6379
SENTINEL_PORT = 26379
OPTIONS = frozenset({"ca", "cert", "key", "password_file", "sentinel_username", "sentinel_password", "replicas", "db"})

Host = tuple[str, int]


@dataclass(frozen=True)
class Address:
    """A parsed address. Its text form holds no secret."""

    scheme: str
    hosts: tuple[Host, ...] = ()
    name: str = ""
    db: int = 0
    path: str = ""
    username: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    sentinel_username: str | None = field(default=None, repr=False)
    sentinel_password: str | None = field(default=None, repr=False)
    ca: str | None = None
    cert: str | None = None
    key: str | None = None
    replicas: int = 0

    @property
    def is_tls(self) -> bool:
        """Whether the connections are encrypted."""
        return self.scheme.startswith("rediss")

    @property
    def is_sentinel(self) -> bool:
        """Whether Sentinels say which Redis is the primary."""
        return self.scheme.endswith("+sentinel")

    @property
    def is_cluster(self) -> bool:
        """Whether the event's hash slot says which node is asked."""
        return self.scheme.endswith("+cluster")

    def __str__(self) -> str:
        """Return it as it may be logged."""
        if self.path:
            return f"unix://{self.path}"
        where = ",".join(f"[{host}]:{port}" if ":" in host else f"{host}:{port}" for host, port in self.hosts)
        return f"{self.scheme}://{where}" + (f"/{self.name}" if self.name else "")

    def without_secrets(self, text: str) -> str:
        """Return `text` with every password of this address blotted out."""
        for secret in (self.password, self.sentinel_password):
            if secret:
                text = text.replace(secret, "…")
        return text


def parse(url: str) -> Address:
    """Return the address that `url` is.

    Raises:
        ConfigError: it is none; no password is repeated in what it says.
    """
    try:
        return _parse(urlsplit(url))
    except (ValueError, OSError) as error:
        raise ConfigError([f"--redis: {error}; write for instance redis://10.0.0.5:6379/0"]) from None


def _parse(parts: SplitResult) -> Address:
    base, _, kind = parts.scheme.partition("+")
    options = _options(parts.query)
    if base == "unix" and not kind:
        return _with(Address("unix", path=unquote(parts.path), db=_number(options.pop("db", "0"), "db")), options)
    if base not in ("redis", "rediss") or kind not in ("", "sentinel", "cluster"):
        raise ValueError(f"the address begins with redis://, rediss:// or unix://, not with {parts.scheme!r}")
    user, _, where = parts.netloc.rpartition("@")
    hosts = tuple(_host(each, SENTINEL_PORT if kind == "sentinel" else PORT) for each in where.split(",") if each)
    if not hosts:
        raise ValueError("the address names no host")
    if len(hosts) > 1 and not kind:
        raise ValueError("several hosts are for redis+sentinel:// or redis+cluster://")
    steps = [unquote(step) for step in parts.path.split("/") if step]
    name = steps.pop(0) if kind == "sentinel" and steps else ""
    if kind == "sentinel" and not name:
        raise ValueError("after the Sentinels comes the name of their primary, as in …:26379/mymaster")
    db = _number(steps[0] if steps else options.pop("db", "0"), "the database")
    if kind == "cluster" and db:
        raise ValueError("a cluster has database 0 only")
    username, password = _user(user)
    return _with(Address(parts.scheme, hosts, name, db, "", username, password), options)


def _options(query: str) -> dict[str, str]:
    options = dict(parse_qsl(query, keep_blank_values=True, strict_parsing=True)) if query else {}
    unknown = sorted(options.keys() - OPTIONS)
    if unknown:
        raise ValueError(f"unknown option {unknown[0]}; there are {', '.join(sorted(OPTIONS))}")
    return options


def _with(address: Address, options: dict[str, str]) -> Address:
    password = options.pop("password_file", None)
    return Address(
        **{
            **vars(address),
            "password": address.password if password is None else Path(password).read_text("utf-8").strip(),
            "replicas": _number(options.pop("replicas", "0"), "replicas"),
            **options,
        }
    )


def _user(text: str) -> tuple[str | None, str | None]:
    username, colon, password = text.partition(":")
    return unquote(username) or None, unquote(password) if colon else None


def _host(text: str, port: int) -> Host:
    host, bracket, rest = text.rpartition("]")
    if not bracket:
        host, _, rest = text.partition(":")
        rest = f":{rest}" if rest else ""
    return host.removeprefix("["), _number(rest[1:], "the port") if rest else port


def _number(text: str, what: str) -> int:
    if not text.isdecimal():
        raise ValueError(f"{what} is a number, not {text!r}")
    return int(text)
