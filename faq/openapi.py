"""The OpenAPI 3.1 description of `/api/faq/…`, made from the types in `faq.apitypes`."""

from __future__ import annotations

import functools
from typing import Any, Final

from django.urls import reverse
from pydantic import TypeAdapter

from faq import apitypes

_TYPES: Final = (
    apitypes.EntryList,
    apitypes.EntryDetail,
    apitypes.SearchAnswer,
    apitypes.Problem,
)
_QUERY: Final = {"type": "string", "maxLength": 200}


def document(*, origin: str) -> dict[str, Any]:
    """The description for the site at `origin` (`https://host`)."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "小微投保向导（演示）常见问题接口",
            "version": "1",
            "description": (
                "只读。每个回答都有 ETag，可用 If-None-Match 得到 304；允许任何网站跨域读取。"
                "同一地址每分钟请求过多时返回 429，等 Retry-After 秒后再来。演示网站，非官方。"
            ),
        },
        "servers": [{"url": origin}],
        "paths": {
            reverse("faq:api-entries"): _get(
                "listEntries", "所有已发布的条目", "EntryList", [_text("stage", "只要这个办理阶段")]
            ),
            reverse("faq:api-entry", args=["ID"]).replace("ID", "{id}"): _get(
                "getEntry",
                "一个条目的全部内容；旧编号 301 到现在的地址",
                "EntryDetail",
                [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
                missing=True,
            ),
            reverse("faq:api-search"): _get(
                "search",
                "搜索：词语、报错原文、拼音或错误代码",
                "SearchAnswer",
                [
                    {**_text("q", "搜索文字"), "schema": _QUERY},
                    {
                        **_text("limit", "最多几条"),
                        "schema": {"type": "integer", "minimum": 1, "maximum": 20, "default": 5},
                    },
                ],
            ),
        },
        "components": {"schemas": _schemas()},
    }


@functools.cache
def _schemas() -> dict[str, Any]:
    _map, found = TypeAdapter.json_schemas(
        [(kind, "serialization", TypeAdapter(kind)) for kind in _TYPES],
        ref_template="#/components/schemas/{model}",
    )
    schemas: dict[str, Any] = found["$defs"]
    return schemas


def _text(name: str, about: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": about, "schema": {"type": "string"}}


def _get(
    name: str,
    about: str,
    kind: str,
    parameters: list[dict[str, Any]],
    *,
    missing: bool = False,
) -> dict[str, Any]:
    headers = {"ETag": {"schema": {"type": "string"}}}
    answers: dict[str, Any] = {
        "200": {"description": "OK", "headers": headers, "content": _json(kind)},
        "304": {"description": "与 If-None-Match 相同，没有变化"},
        "429": {
            "description": "请求过多",
            "headers": {"Retry-After": {"schema": {"type": "integer", "minimum": 1}}},
            "content": _json("Problem"),
        },
    }
    if missing:
        answers["404"] = {"description": "没有这个条目", "content": _json("Problem")}
    return {
        "get": {
            "operationId": name,
            "summary": about,
            "parameters": parameters,
            "responses": answers,
        }
    }


def _json(kind: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{kind}"}}}
