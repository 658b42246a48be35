"""What `/api/faq/…` answers, as types: the JSON and its OpenAPI description are made from them."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import Annotated

from pydantic import Field

Code = Annotated[str, Field(pattern=r"^[A-Z]-\d{3}$", examples=["C-103"])]
Id = Annotated[str, Field(description="编号，用于 /faq/<id>/", examples=["legal-card-locked"])]
Number = Annotated[int, Field(ge=1, description="短链接号，用于 /f/<number>，永久不变")]


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class EntrySummary:
    """A line of the list of entries."""

    id: Id
    number: Number
    kind: Annotated[str, Field(pattern="^(faq|contact|guide)$")]
    stage: Annotated[str, Field(description="办理阶段的编号")]
    title: Annotated[str, Field(description="标题，纯文本")]
    short_answer: Annotated[str, Field(description="简要回答，一句纯文本")]
    codes: Annotated[tuple[Code, ...], Field(description="它回答的错误代码")]
    url: Annotated[str, Field(description="网页的绝对地址")]
    updated_at: Annotated[str, Field(description="最近一次修改，ISO 8601")]


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class EntryList:
    """All published entries by number."""

    version: Annotated[str, Field(description="内容的版本，任何修改都会换一个")]
    count: Annotated[int, Field(ge=0)]
    entries: tuple[EntrySummary, ...]


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """The source's own words, verbatim."""

    category: str
    topic: str
    question: str
    answer: str
    errors: Annotated[tuple[str, ...], Field(description="报错原文")]
    label: Annotated[str, Field(description="出处")]


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class EntryDetail(EntrySummary):
    """One answer with everything that its page shows, as plain text."""

    short_url: Annotated[str, Field(description="永久短链接")]
    steps: Annotated[tuple[str, ...], Field(description="按顺序操作")]
    why: str
    warning: str
    editor_note: Annotated[str, Field(description="编者注：原文过时或互相矛盾之处")]
    source: Source
    related: tuple[Id, ...]
    reviewed_on: Annotated[date | None, Field(description="最近核对")]


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class SearchHit:
    """An entry that a search found; `question` and `answer` are the source's words."""

    id: Id
    question: str
    answer: str
    stage: str
    url: Annotated[str, Field(description="网页的路径")]
    score: Annotated[float, Field(description="同一次搜索里可以比较")]
    title: Annotated[str, Field(description="标题，纯文本")]
    short_answer: Annotated[str, Field(description="简要回答，一句纯文本")]


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class SearchAnswer:
    """Results of a search, best first."""

    query: Annotated[str, Field(description="理解后的搜索文字")]
    confidence: Annotated[str, Field(pattern="^(high|middle|low)$")]
    results: tuple[SearchHit, ...]


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """Why there is no answer, in a sentence."""

    error: Annotated[str, Field(pattern="^(not_found|too_many_requests|method_not_allowed)$")]
    message: str
