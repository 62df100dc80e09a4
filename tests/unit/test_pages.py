"""Pages: the language a browser gets, and what a shell tells its scripts."""

from __future__ import annotations

import json

import pytest
from starlette.requests import Request

from server.pages import _script_json, catalog, choose_language

OFFERED = ["zh-Hans", "en"]


def request(accept: str = "", query: str = "", cookie: str = "") -> Request:
    headers = [(b"accept-language", accept.encode()), (b"cookie", cookie.encode())]
    return Request({"type": "http", "path": "/", "query_string": query.encode(), "headers": headers})


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        ("", "zh-Hans"),
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"),
        ("zh-TW", "zh-Hans"),
        ("fr-FR,en;q=0.5", "en"),
        ("fr-FR", "zh-Hans"),
        ("*", "zh-Hans"),
        (";;;,,q=,💥".encode().decode("latin-1"), "zh-Hans"),
    ],
)
def test_a_page_speaks_what_the_browser_prefers(accept: str, language: str) -> None:
    assert choose_language(request(accept), OFFERED) == language


def test_what_a_person_chose_counts_more() -> None:
    assert choose_language(request("en", cookie="cuedesk_language=zh-Hans"), OFFERED) == "zh-Hans"
    assert choose_language(request("zh-CN", "lang=en", "cuedesk_language=zh-Hans"), OFFERED) == "en"
    assert choose_language(request("en", "lang=xx"), OFFERED) == "en"


def test_what_scripts_are_told_cannot_end_the_script_element() -> None:
    text = _script_json({"title": "</script><script>alert(1)</script>&\u2028"})

    assert "<" not in text
    assert json.loads(text) == {"title": "</script><script>alert(1)</script>&\u2028"}


def test_the_catalog_speaks_chinese_and_leaves_english_alone() -> None:
    assert catalog("en") == {}
    assert len(catalog("zh-Hans")) > 20
