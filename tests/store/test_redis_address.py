"""The address of Redis: what its forms mean, what is wrong with others, and what is never shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.errors import ConfigError
from server.store.redis.address import parse

SECRET = "p@ss/word:1"


@pytest.mark.parametrize(
    ("url", "what"),
    [
        (f"http://:{SECRET}@host", "begins with redis://"),
        ("redis+sentinel://one,two", "name of their primary"),
        ("redis://one,two", "several hosts"),
        ("redis+cluster://one/3", "database 0"),
        ("redis://one?replica=1", "unknown option replica"),
        ("redis://one:port", "is a number"),
        ("redis://", "names no host"),
        ("redis://one?password_file=/nowhere", "No such file"),
    ],
)
def test_what_is_wrong_with_an_address_is_said(url: str, what: str) -> None:
    with pytest.raises(ConfigError, match=what) as refused:
        parse(url)
    assert SECRET not in str(refused.value)


def test_an_address_is_shown_without_its_secrets(tmp_path: Path) -> None:
    (tmp_path / "password").write_text(f"{SECRET}\n")
    address = parse(f"rediss+sentinel://u:x@[::1]:1,two/cue/2?password_file={tmp_path}/password&sentinel_password=hush")

    assert (address.password, address.db, address.name) == (SECRET, 2, "cue")
    assert address.hosts == (("::1", 1), ("two", 26379))
    assert str(address) == "rediss+sentinel://[::1]:1,two:26379/cue"
    assert not [secret for secret in (SECRET, "hush") if secret in repr(address)]
    assert address.without_secrets(f"said {SECRET} and hush") == "said … and …"
