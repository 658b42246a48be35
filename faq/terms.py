"""Turn what somebody typed, or what an entry says, into the terms that the index compares.

A *stream* is one way to cut a text into terms; a new one (pinyin, initials) is one more function in
`STREAMS` and one more weight in `faq.search`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Final

MAX_QUERY: Final = 200

# What people say around a question. Longest first; never the whole query.
FILLERS: Final[tuple[str, ...]] = tuple(
    sorted(
        (
            "怎么办",
            "如何操作",
            "怎么操作",
            "如何处理",
            "怎么处理",
            "怎么弄",
            "怎么回事",
            "是什么原因",
            "什么原因",
            "请问一下",
            "请问",
            "你好",
            "您好",
            "麻烦",
            "可以吗",
            "能不能",
            "可不可以",
            "为什么",
            "为啥",
            "怎么",
            "如何",
            "是什么",
            "一下",
            "谢谢",
        ),
        key=len,
        reverse=True,
    )
)
_FILLER = re.compile("|".join(map(re.escape, FILLERS)))
# Characters that say little alone; in pairs they count.
COMMON_CHARS: Final = frozenset(
    "的了吗呢啊吧呀么我你您他它们是在就都也和与及或要会能把被给跟请对这那个什怎为有没不到去来上下里说还"
)
# Spellings that mean the same; the single window's own texts use the right-hand side.
_SAME: Final = str.maketrans({"帐": "账", "陆": "录"})
_CODE = re.compile(r"^([a-z])[\s_-]*([0-9]{3})$")
WORD = re.compile(r"[a-z0-9]+(?:[._:/-][a-z0-9]+)*")
_PART = re.compile(r"[a-z]+|[0-9]+")
CJK_RUN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")


def clean(text: str) -> str:
    """One spelling for what looks the same: NFKC, lower case, no invisible characters, one space.

    Cut at `MAX_QUERY` characters. Never raises, whatever the text holds.
    """
    # Twice: what NFKC unfolds may be many times as long (U+FDFA), and it is slow on huge texts.
    text = unicodedata.normalize("NFKC", text[: MAX_QUERY * 2])
    visible = (
        " " if character.isspace() else character
        for character in text
        if character.isspace() or unicodedata.category(character)[0] != "C"
    )
    return " ".join("".join(visible).lower().split())[:MAX_QUERY]


def normalise(text: str) -> str:
    """`clean`, without the fillers around the question unless nothing else is left."""
    text = clean(text).translate(_SAME)
    stripped = " ".join(_FILLER.sub(" ", text).split())
    return stripped if any(map(str.isalnum, stripped)) else text


def as_code(text: str) -> str:
    """`C-103` for c103, C 103, ｃ－１０３ …; empty when the text is no error code."""
    match = _CODE.match(clean(text).replace("‐", "-").replace("–", "-").replace("－", "-"))
    return f"{match[1].upper()}-{match[2]}" if match else ""


def _pairs(text: str) -> list[str]:
    pairs = (run[at : at + 2] for run in CJK_RUN.findall(text) for at in range(len(run) - 1))
    return [pair for pair in pairs if not COMMON_CHARS.issuperset(pair)]


def _chars(text: str) -> list[str]:
    return [c for run in CJK_RUN.findall(text) for c in run if c not in COMMON_CHARS]


def words(text: str) -> list[str]:
    """Runs of Latin letters and digits, whole and in parts: sl.symcb.com, ie9."""
    found: list[str] = []
    for word in WORD.findall(text):
        found.append(word)
        parts = [part for piece in re.split(r"[^a-z0-9]", word) for part in _PART.findall(piece)]
        found += [part for part in parts if part != word and (len(part) > 1 or part.isdigit())]
    return found


STREAMS: Final[dict[str, Callable[[str], list[str]]]] = {
    "pair": _pairs,
    "char": _chars,
    "word": words,
}

Term = tuple[str, str]  # stream, term


def terms_of(text: str) -> list[Term]:
    """Every term of the text in every stream, repetitions included."""
    return [(name, term) for name, stream in STREAMS.items() for term in stream(text)]


def holds(query: str, term: str) -> bool:
    """Whether a normalised query names the term; Latin terms as whole words only."""
    term = spelling(term)
    return term in (words(query) if term.isascii() else query)


def spelling(text: str) -> str:
    """A document's text in the same spelling as a query, at any length."""
    return unicodedata.normalize("NFKC", text).lower().translate(_SAME)
