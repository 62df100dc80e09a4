"""How texts are measured and compared."""

from __future__ import annotations

import pytest

from server.domain.questions.text import NEAR, check_body, graphemes, likeness, print_of
from server.errors import TooLarge


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("abc", 3),
        ("为什么？", 4),
        ("e\u0301", 1),
        ("a" + "\u0301" * 400, 1),
        ("\U0001f469\u200d\U0001f469\u200d\U0001f467", 1),
        ("\U0001f44d\U0001f3fd", 1),
        ("\U0001f1e8\U0001f1f3\U0001f1eb\U0001f1f7", 2),
        ("\r\n", 1),
        ("\u1112\u1161\u11ab", 1),
        ("\u0301", 1),
    ],
    ids=[
        "empty",
        "latin",
        "chinese",
        "accent",
        "zalgo",
        "family",
        "skin tone",
        "flags",
        "line end",
        "jamo",
        "lone mark",
    ],
)
def test_characters_are_counted_as_people_count_them(text: str, count: int) -> None:
    assert graphemes(text) == count


def test_five_hundred_characters_fit_in_any_script() -> None:
    for text in ("x" * 500, "问" * 500, "\U0001f469\u200d\U0001f4bb" * 500):
        check_body(text)


def test_a_character_that_stands_for_eighteen_is_measured_by_what_it_stands_for() -> None:
    with pytest.raises(TooLarge):
        check_body("\ufdfa" * 400)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Does it scale?", "DOES it scale"),
        ("Ｗｈｙ？", "why"),
        ("为什么 呢？", "为什么呢"),
        ("sca\u00adle\u200b", "scale"),
        ("👍", " 👍 "),
    ],
)
def test_case_width_space_and_punctuation_make_no_difference(one: str, other: str) -> None:
    assert print_of(one).key == print_of(other).key


@pytest.mark.parametrize(
    ("one", "other"),
    [("👍", "👎"), ("Is it 5?", "Is it 6?"), ("C++", "C#"), ("可以吗", "不可以吗")],
)
def test_what_says_something_else_is_not_equal(one: str, other: str) -> None:
    assert print_of(one).key != print_of(other).key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("How does the scheduler handle priority inversion?", "How is priority inversion handled by the scheduler?"),
        ("大会的视频什么时候上传？", "视频什么时候会上传？"),
    ],
)
def test_near_questions_are_near(one: str, other: str) -> None:
    assert likeness(print_of(one), print_of(other)) >= NEAR


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Will version 5 support ARM?", "Will version 6 support ARM?"),
        ("Does it support ARM boards?", "Does it not support ARM boards?"),
        ("Why did you use Rust here?", "Why didn't you use Rust here?"),
        ("Is it written in C++?", "Is it written in C#?"),
        ("这个项目支持三个平台吗", "这个项目支持四个平台吗"),
        ("可以公开录像吗", "不可以公开录像吗"),
        ("What is your favourite editor?", "How large is the memory?"),
        ("?", "!"),
    ],
)
def test_a_number_or_a_negation_keeps_questions_apart(one: str, other: str) -> None:
    assert likeness(print_of(one), print_of(other)) < NEAR
