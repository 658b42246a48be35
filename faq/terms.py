"""Turn what somebody typed, or what an entry says, into the terms that the index compares.

A *stream* is one way to cut a text into terms: pairs of characters, single characters, Latin words,
pairs of syllables, syllables, initials. What a query makes of them is in `faq.search.reading`.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import Final

import opencc

from faq.pinyin import fold, sounds

MAX_QUERY: Final = 200

# What people say around a question. Longest first; never the whole query.
FILLERS: Final[tuple[str, ...]] = tuple(
    sorted(
        (
            "该怎么办",
            "怎么办",
            "怎么处理",
            "怎么操作",
            "怎么解决",
            "怎么回事",
            "怎么弄",
            "怎么搞",
            "怎么样",
            "怎样",
            "怎么",
            "咋办",
            "咋弄",
            "咋整",
            "咋回事",
            "如何操作",
            "如何处理",
            "如何解决",
            "如何",
            "是什么原因",
            "什么原因",
            "是什么意思",
            "什么意思",
            "为什么",
            "为啥",
            "请问一下",
            "请问",
            "请教",
            "我想问",
            "想问",
            "问一下",
            "你好",
            "您好",
            "麻烦",
            "帮忙",
            "求助",
            "谢谢",
            "一下",
            "到底",
        ),
        key=len,
        reverse=True,
    )
)
_FILLER = re.compile("|".join(map(re.escape, FILLERS)))
# Characters that say little alone; in pairs they count.
COMMON_CHARS: Final = frozenset(
    "的了吗呢啊吧呀么嘛哦噢我你您他它们咱是在就都也还又再才和与及或要会能可以行想把被给跟对请让叫"
    "这那个什怎为有没不到去来上下里说"
)
# Spellings that mean the same, or that are mistaken for each other at sight; the single window's
# own texts use the right-hand side.
_SAME: Final = str.maketrans({"帐": "账", "陆": "录", "咔": "卡", "巳": "已", "己": "已"})
_CODE = re.compile(r"^([a-z])[\s_-]*([0-9]{3})$")
WORD = re.compile(r"[a-z0-9]+(?:[._:/-][a-z0-9]+)*")
_PART = re.compile(r"[a-z]+|[0-9]+")
CJK_RUN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
LONGEST_RUN: Final = 3  # initials

Term = tuple[str, str]  # stream, term


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
    """`clean` in simplified characters, without the fillers unless nothing else is left."""
    text = simplified(clean(text)).translate(_SAME)[:MAX_QUERY]
    stripped = " ".join(_FILLER.sub(" ", text).split())
    return stripped if any(map(str.isalnum, stripped)) else text


def simplified(text: str) -> str:
    """Traditional characters and Taiwan's words as the mainland writes them."""
    if text.isascii():
        return text
    converted: str = _converter().convert(text)
    return converted


@functools.cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("tw2sp")


def as_code(text: str) -> str:
    """`C-103` for c103, C 103, ｃ－１０３ …; empty when the text is no error code."""
    match = _CODE.match(clean(text).replace("‐", "-").replace("–", "-").replace("－", "-"))
    return f"{match[1].upper()}-{match[2]}" if match else ""


def words(text: str) -> list[str]:
    """Runs of Latin letters and digits, whole and in parts: sl.symcb.com, ie9."""
    found: list[str] = []
    for word in WORD.findall(text):
        found.append(word)
        parts = [part for piece in re.split(r"[^a-z0-9]", word) for part in _PART.findall(piece)]
        found += [part for part in parts if part != word and (len(part) > 1 or part.isdigit())]
    return found


def says_little(pair: str) -> bool:
    """Whether a pair of characters is no term: both are common ones."""
    return COMMON_CHARS.issuperset(pair)


def terms_of(text: str, *, short: bool = False) -> list[Term]:
    """Every term of a document's text (in `spelling`), repetitions included.

    `short` texts (titles, aliases, messages) also get initials.
    """
    found: list[Term] = [("word", word) for word in words(text)]
    for run in CJK_RUN.findall(text):
        heard = [fold(syllable) for syllable in sounds(run)]
        for at, character in enumerate(run):
            if character not in COMMON_CHARS:
                found += [("char", character), ("syllable", heard[at])]
            pair = run[at : at + 2]
            if len(pair) > 1 and not says_little(pair):
                found += [("pair", pair), ("sounds", f"{heard[at]} {heard[at + 1]}")]
        if short:
            found += initials_of("".join(sound[:1] for sound in heard))
    return found


def initials_of(letters: str) -> list[Term]:
    """Runs of 2 and 3 initials."""
    return [
        ("initials", letters[at : at + size])
        for size in range(2, LONGEST_RUN + 1)
        for at in range(len(letters) - size + 1)
    ]


def holds(query: str, term: str) -> bool:
    """Whether a normalised query names the term; Latin terms as whole words only."""
    term = _spelt(term)
    return term in (words(query) if term.isascii() else query)


@functools.lru_cache(maxsize=1024)
def _spelt(term: str) -> str:
    return spelling(term)


def spelling(text: str) -> str:
    """A document's text in the same spelling as a query, at any length."""
    text = unicodedata.normalize("NFKC", text).lower()
    return simplified(text).translate(_SAME)
