"""Reading a request strictly: whatever is odd is refused with a reason, nothing is guessed."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qsl

from pydantic import ValidationError

from wizard.singlewindow import wire
from wizard.singlewindow.simulator import problems

Environ = dict[str, Any]
DEEPEST: Final = 32
LONGEST_QUERY: Final = 4096
MOST_DIGITS: Final = 60


def body_arguments(environ: Environ, operation: wire.Operation) -> dict[str, Any]:
    """The arguments in the body. Raises `Refusal`: 400, 413, 415, 422."""
    largest = operation.largest_request
    content = environ["wsgi.input"].read(largest + 1)
    if len(content) > largest:
        raise problems.invalid(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            f"The body has more than {largest} bytes.",
            Connection="close",
        )
    if not content and not operation.in_body:
        return {}
    media = environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
    if media != "application/json":
        raise problems.invalid(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Send JSON as application/json.")
    _check_json(content)
    try:
        body = wire.body_model(operation).model_validate_json(content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "body"
        detail = f"{place}: {first['msg']}"
        raise problems.invalid(HTTPStatus.UNPROCESSABLE_ENTITY, detail) from None
    return {name: getattr(body, name) for name in operation.in_body}


def _check_json(content: bytes) -> None:
    """Raises `Refusal` for what lenient readers take: NaN, duplicate names, endless depth."""
    try:
        value = json.loads(
            content.decode("utf-8"),
            object_pairs_hook=_no_name_twice,
            parse_constant=_no_constant,
            parse_float=_finite,
            parse_int=_short,
        )
        _check_depth(value, DEEPEST)
    except (ValueError, RecursionError) as error:
        reason = "too deep" if isinstance(error, RecursionError) else str(error)
        detail = f"No JSON in UTF-8: {reason}"
        raise problems.invalid(HTTPStatus.BAD_REQUEST, _printable(detail)) from None


def _no_name_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands there twice")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number")


def _finite(text: str) -> float:
    number = float(text)
    if number in {float("inf"), float("-inf")}:
        raise ValueError("a number has no end")
    return number


def _short(text: str) -> int:
    if len(text) > MOST_DIGITS:
        raise ValueError("a number has too many digits")
    return int(text)


def _check_depth(value: Any, left: int) -> None:
    if not left:
        raise ValueError("too deep")
    if isinstance(value, str) and any("\ud800" <= sign <= "\udfff" for sign in value):
        raise ValueError("half a sign")
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    if isinstance(value, dict):
        for name in value:
            _check_depth(name, left)
    for one in inner:
        _check_depth(one, left - 1)


def query_arguments(environ: Environ, allowed: frozenset[str]) -> dict[str, str]:
    """The query's arguments, each known and there once. Raises `Refusal`: 400, 414."""
    query = environ.get("QUERY_STRING", "")
    if len(query) > LONGEST_QUERY:
        raise problems.invalid(HTTPStatus.REQUEST_URI_TOO_LONG, "The query is too long.")
    try:
        pairs = parse_qsl(
            query, keep_blank_values=True, strict_parsing=bool(query), errors="strict"
        )
    except ValueError:
        raise problems.invalid(HTTPStatus.BAD_REQUEST, "The query cannot be read.") from None
    found = dict(pairs)
    if len(found) != len(pairs):
        raise problems.invalid(HTTPStatus.BAD_REQUEST, "A name stands in the query twice.")
    strange = found.keys() - allowed
    if strange:
        detail = f"Unknown in the query: {_printable(min(strange))}"
        raise problems.invalid(HTTPStatus.BAD_REQUEST, detail)
    return found


def page_size(text: str | None) -> int:
    """How many members one page has. Raises `Refusal`: 400."""
    if text is None:
        return wire.PAGE
    if text.isascii() and text.isdecimal() and not text.startswith("0") and len(text) < MOST_DIGITS:
        size = int(text)
        if 1 <= size <= wire.LARGEST_PAGE:
            return size
    detail = f"limit: 1 to {wire.LARGEST_PAGE}"
    raise problems.invalid(HTTPStatus.BAD_REQUEST, detail)


def bearer(environ: Environ) -> str | None:
    """The token of `Authorization: Bearer …`, or None."""
    scheme, _, token = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def idempotency_key(environ: Environ) -> str:
    """Raises `Refusal`: 400 where the header is missing or cannot be a key."""
    key: str | None = environ.get("HTTP_IDEMPOTENCY_KEY")
    if key is None:
        detail = f"{wire.KEY_HEADER} is missing: give every write a key of its own."
        raise problems.invalid(HTTPStatus.BAD_REQUEST, detail)
    if not wire.is_key(key):
        detail = "A key is 1 to 200 printable ASCII signs"
        raise problems.invalid(HTTPStatus.BAD_REQUEST, detail)
    return key


def _printable(text: str) -> str:
    return "".join(sign if sign.isprintable() else "?" for sign in text)[:200]
