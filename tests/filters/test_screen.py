"""What a word list finds in a text, and what it leaves alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.filters import Wordlist, folded, masked
from server.filters.screen import Screen
from server.folder.wordlists import starter

WORDS = Wordlist(
    name="filters.txt",
    version="2026-05-01",
    words={
        "hold": ("cunt", "fuck*", "ass", "god", "go to hell", "交通", "性交", "口交", "操", "傻逼", "妈的", "臺灣"),
        "allow": ("god bless", "交通大学"),
    },
)
SCREEN = Screen([WORDS])


def found(text: str) -> list[str]:
    return [hit.entry for hit in SCREEN.look(text, "body")]


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("You cunt!", "cunt"),
        ("ＣＵＮＴ", "cunt"),
        ("\u0441unt", "cunt"),
        ("c\u200bu\u200dnt", "cunt"),
        ("cu\u0308nt", "cunt"),
        ("\U0001d554\U0001d566\U0001d55f\U0001d565", "cunt"),
        ("c u n t", "cunt"),
        ("c.u.n.t", "cunt"),
        ("cuuuunt", "cunt"),
        ("fucking hell", "fuck*"),
        ("asssss", "ass"),
        ("go  to\nhell", "go to hell"),
        ("你是cunt吗", "cunt"),
        ("交通堵塞怎么办", "交通"),
        ("傻 逼", "傻逼"),
        ("傻*逼", "傻逼"),
        ("傻\U0001f600逼", "傻逼"),
        ("我操", "操"),
        ("他妈的", "妈的"),
        ("台湾", "臺灣"),
    ],
)
def test_a_listed_word_is_found_however_it_is_dressed(text: str, entry: str) -> None:
    assert found(text) == [entry]


@pytest.mark.parametrize(
    "text",
    [
        "Scunthorpe",
        "a class assignment",
        "as if",
        "good",
        "a fun c key",
        "god bless you",
        "成交通知书何时发出？",
        "异性交往",
        "去路口怎么走，交了吗？",
        "操作系统",
        "体操场地",
        "干妈的菜",
        "交通大学",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466",
        "\U0001f1fa\U0001f1f8\U0001f1ec\U0001f1e9",
        "\ufdfa",
        "=cmd|' /C calc'!A0",
        "<script>alert(1)</script>",
        "می\u200cخواهم",
    ],
)
def test_what_merely_contains_a_listed_word_or_looks_odd_is_left_alone(text: str) -> None:
    assert found(text) == []


def test_a_find_across_two_words_of_chinese_is_none_but_the_word_beside_it_is() -> None:
    assert found("路口交通") == ["交通"]


def test_a_find_names_its_list_its_edition_and_its_place_as_typed() -> None:
    (hit,) = SCREEN.look("Oh, ＣＵ\u200bＮＴ!", "name")

    assert (hit.list, hit.version, hit.entry, hit.tier) == ("filters.txt", "2026-05-01", "cunt", "hold")
    assert (hit.part, hit.start, hit.end) == ("name", 4, 9)


def test_four_hundred_marks_on_one_letter_are_told_once() -> None:
    (hit,) = SCREEN.look("Z" + "\u0301" * 400, "body")

    assert (hit.list, hit.entry, hit.tier) == ("cuedesk", "marks", "hold")


def test_a_text_that_turns_itself_around_is_told() -> None:
    assert found("abc\u202edef") == ["override"]


@pytest.mark.parametrize("text", ["交通 " * 600, "cunt " * 400], ids=["chinese", "english"])
def test_more_finds_than_anybody_reads_are_told_as_one(text: str) -> None:
    (hit,) = SCREEN.look(text, "body")

    assert hit.tier == "hold"


def test_masking_keeps_the_length_and_the_rest() -> None:
    screen = Screen([Wordlist(name="l", version="1", words={"mask": ("damn", "笨蛋")})])
    text = "Damn, 笨 蛋!"

    assert masked(text, screen.look(text, "body"), "body") == "＊＊＊＊, ＊＊＊!"
    assert masked(text, screen.look(text, "body"), "name") == text


def test_without_lists_only_odd_writing_is_told() -> None:
    assert [hit.entry for hit in Screen([]).look("fuck a\u0301\u0301\u0301\u0301\u0301", "body")] == ["marks"]


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=80))
def test_every_text_can_be_looked_through(text: str) -> None:
    """A fault would be told as a hit of its own."""
    for hit in SCREEN.look(text, "body"):
        assert hit.entry in {"marks", "override", *WORDS.words["hold"]}
        assert 0 <= hit.start < hit.end <= len(text)
    whole = folded(text)
    assert len(whole.chars) == len(whole.origins)
    assert whole.origins == sorted(whole.origins)


@settings(max_examples=50, deadline=None)
@given(st.text(alphabet="abcd 交通成知", max_size=40), st.sampled_from(("cunt", "傻逼")), st.text(max_size=5))
def test_a_listed_word_between_spaces_is_found_in_any_company(before: str, word: str, after: str) -> None:
    assert word in found(f"{before} {word} {after}") or "marks" in found(f"{word} {after}")


def test_the_list_that_comes_along_leaves_everyday_questions_alone() -> None:
    screen = Screen([starter()])
    for text in (
        "垃圾回收怎么实现？",
        "How do you assess class action shifts?",
        "体操运动员操作系统",
        "Is Scunthorpe near?",
    ):
        assert screen.look(text, "body") == []
    assert [hit.entry for hit in screen.look("这 是 傻-逼 吗", "body")] == ["傻逼"]
