"""The wire between site and authority, derived from the port: one list of operations, no copy.

`operations(SingleWindow)` and `operations(Control)` read the protocol's signatures; the server, its
OpenAPI document and the HTTP adapter are all made from that list.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import inspect
import math
import re
import types
import typing
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Final

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    create_model,
)

from wizard.singlewindow.port import Receipt

# A name in a path or header. Nothing the authority knows looks otherwise, a world's name excepted.
PLAIN: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
SPELT: Final = r"^[A-Za-z0-9._~-]{1,80}$"
KEY: Final = re.compile(r"[!-~]{1,200}")
# Nothing that is accepted is nearly that long; a longer text is cut and refused all the same.
LONGEST_TEXT: Final = 2000
LARGEST_NUMBER: Final = 10**15
LARGEST_REQUEST: Final = 65_536
# A document on its way to be signed, in base64.
LARGEST_DOCUMENT: Final = 8 * 1024 * 1024
ACTS: Final = ("move_", "purge_", "copy_", "make_", "reset_", "deliver_")
# Fields that become part of an address.
NAMES: Final = frozenset({"number", "id"})
# Collections whose members have addresses of their own.
ADDRESSES: Final[Mapping[str, str]] = {"number": "applications", "seal_id": "seals"}


def _whole(value: object) -> object:
    """JSON knows one kind of number: 202.0 is 202."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


# What an argument of this name looks like, where the port's type says less than its docstring.
SHAPES: Final[Mapping[str, Any]] = {
    # Only said in the document: the engine itself refuses what is outside, with a better reason.
    "declaration_sha256": Annotated[str, Field(json_schema_extra={"pattern": "^[0-9a-f]{64}$"})],
    "agreement_sha256": Annotated[str, Field(json_schema_extra={"pattern": "^[0-9a-f]{64}$"})],
    "policy_sha256": Annotated[str, Field(json_schema_extra={"pattern": "^[0-9a-f]{64}$"})],
    "seconds": Annotated[
        int,
        BeforeValidator(_whole),
        Field(json_schema_extra={"minimum": 0, "maximum": 10**9}),
    ],
    "days_ago": Annotated[
        int, BeforeValidator(_whole), Field(json_schema_extra={"minimum": 0, "maximum": 1000})
    ],
    "working_days": Annotated[
        int, BeforeValidator(_whole), Field(json_schema_extra={"minimum": 0, "maximum": 1000})
    ],
    "working_minutes": Annotated[
        int, BeforeValidator(_whole), Field(json_schema_extra={"minimum": 0, "maximum": 1000})
    ],
    "reads": Annotated[
        int, BeforeValidator(_whole), Field(json_schema_extra={"minimum": 0, "maximum": 1000})
    ],
    "times": Annotated[
        int,
        BeforeValidator(_whole),
        Field(json_schema_extra={"minimum": 0, "maximum": 1000}),
    ],
}
PAGE: Final = 50
LARGEST_PAGE: Final = 200
PROBLEMS: Final = "urn:single-window:"
FAULT: Final = PROBLEMS + "fault"
NOT_FOUND: Final = PROBLEMS + "not-found"
INVALID: Final = PROBLEMS + "invalid"
IN_FLIGHT: Final = PROBLEMS + "in-flight"
NOT_SIGNED: Final = PROBLEMS + "signature-refused"
KEY_HEADER: Final = "Idempotency-Key"
REPLAYED_HEADER: Final = "Idempotent-Replayed"
# Sent with a request and given back with its answer: an answer to another question is none.
REQUEST_ID: Final = "X-Request-Id"


class Problem(BaseModel):
    """RFC 9457. `code`, `facts` and `retryable` stand there when the authority refused."""

    type: str
    title: str
    status: int
    detail: str
    code: str | None = None
    facts: dict[str, str | int | bool] | None = None
    retryable: bool | None = None


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Operation:
    """One method of the port on the wire.

    `path` is relative to the world's own address where `scoped`, else to the root. `writes`: takes
    a key and answers with a receipt. `in_query` and `in_body` name the remaining arguments.
    """

    name: str
    about: str
    method: str
    path: str
    token: bool
    scoped: bool
    writes: bool
    in_path: tuple[str, ...]
    in_query: Mapping[str, Any]
    in_body: Mapping[str, Any]
    defaults: Mapping[str, Any]
    returns: Any

    @property
    def largest_request(self) -> int:
        """Bytes that the body may have at most; only a request to sign something is large."""
        return LARGEST_DOCUMENT if "request" in self.in_body else LARGEST_REQUEST

    @property
    def returns_a_list(self) -> bool:
        """Whether the port says list; else a page is gathered into a tuple."""
        return typing.get_origin(self.returns) is list

    @property
    def full_path(self) -> str:
        """The address from the root, with `{world}` where a world is named."""
        return ("/worlds/{world}" if self.scoped else "") + self.path

    @property
    def paged(self) -> bool:
        """Whether the answer is a list, which is given page by page."""
        return item_type(self.returns) is not None


@functools.cache
def operations(protocol: type) -> tuple[Operation, ...]:
    """Every public method of the protocol, inherited ones first, as an operation on the wire.

    A protocol none of whose methods names a world is one world's view: all of it is scoped.
    """
    scoped = not any(
        "world" in inspect.signature(member).parameters
        for owner in protocol.__mro__
        for member in vars(owner).values()
        if inspect.isfunction(member)
    )
    found: dict[str, Operation] = {}
    for owner in reversed(protocol.__mro__):
        for name, member in vars(owner).items():
            if not name.startswith("_") and inspect.isfunction(member):
                found[name] = _operation(name, member, protocol_is_scoped=scoped)
    return tuple(found.values())


def _operation(name: str, member: types.FunctionType, *, protocol_is_scoped: bool) -> Operation:
    hints = typing.get_type_hints(member, include_extras=True)
    returns = hints.pop("return")
    signature = inspect.signature(member)
    given = {
        key: hints[key] for key in signature.parameters if key not in {"self", "world", "token"}
    }
    writes = "key" in given and returns is Receipt
    # A question names at most what it asks about; nothing personal ever stands in an address.
    if item_type(returns) is not None:
        given.pop("limit", None)  # how many of a list: its pages say so on the wire
    asks = given.keys() <= {*ADDRESSES, "key"} and returns is not type(None) and not writes
    # What moves something says so in its name; nothing else of a protocol tells it from a question.
    post = not asks or name.startswith(ACTS)
    if writes:
        given.pop("key")
    token = "token" in signature.parameters
    in_path = tuple(key for key in ADDRESSES if key in given and token)
    rest = {
        key: SHAPES[key] if key in SHAPES and hint in {str, int} else hint
        for key, hint in given.items()
        if key not in in_path
    }
    path = "".join(f"/{ADDRESSES[key]}/{{{key}}}" for key in in_path)
    if not (in_path and ADDRESSES[in_path[0]] == f"{name}s"):
        path += f"/{name.replace('_', '-')}"
    return Operation(
        name=name,
        about=inspect.getdoc(member) or "",
        method="POST" if post else "GET",
        path=path,
        token=token,
        scoped=protocol_is_scoped or "world" in signature.parameters,
        writes=writes,
        in_path=in_path,
        in_query={} if post else rest,
        in_body=rest if post else {},
        defaults={
            key: parameter.default
            for key, parameter in signature.parameters.items()
            if parameter.default is not inspect.Parameter.empty
        },
        returns=returns,
    )


def item_type(returns: Any) -> Any | None:
    """The members' type of an answer that is a tuple or a list, else None."""
    if typing.get_origin(returns) in {tuple, list}:
        return typing.get_args(returns)[0]
    return None


@functools.cache
def body_model(operation: Operation) -> type[BaseModel]:
    """The shape of a request's body: exact types, every field known, none too many."""
    config = ConfigDict(
        extra="forbid", strict=True, ser_json_bytes="base64", val_json_bytes="base64"
    )
    definitions: dict[str, Any] = {
        key: (hint, operation.defaults.get(key, ...)) for key, hint in operation.in_body.items()
    }
    title = "".join(part.title() for part in operation.name.split("_")) + "Body"
    return create_model(title, __config__=config, **definitions)


@functools.cache
def adapter(hint: Any) -> TypeAdapter[Any]:
    """JSON of a type of the port and back; bytes as base64."""
    if hint is bytes:
        return TypeAdapter(
            hint, config=ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")
        )
    return TypeAdapter(hint)


def is_key(key: str) -> bool:
    """Whether `key` may be an idempotency key."""
    return KEY.fullmatch(key) is not None


def spell(name: str) -> str:
    """`name` as it stands in a path or header; what cannot stand there is named by its SHA-256."""
    if PLAIN.fullmatch(name) and name.strip("."):
        return name
    return "~" + hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()


def tell(value: Any) -> Any:
    """JSON values with texts that a wire can carry: not endless, and NUL for a lone surrogate.

    Whatever is changed here would have been refused unchanged.
    """
    if isinstance(value, str):
        text = value[:LONGEST_TEXT]
        return "".join("\x00" if "\ud800" <= sign <= "\udfff" else sign for sign in text)
    if isinstance(value, dict):
        return {key: tell(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [tell(inner) for inner in value]
    return value


def sound(value: Any) -> Any:
    """`value` as it was read, if everything in it can be kept, compared and printed.

    Its types are right already; raises `ValueError` for a time without zone, a number without end
    or of endless length, an endless text, and for signs that no database keeps.
    """
    if isinstance(value, str):
        if len(value) > LONGEST_TEXT or any(
            s == "\x00" or "\ud800" <= s <= "\udfff" for s in value
        ):
            raise ValueError("A text that cannot be kept")
    elif isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("A time without its zone")
    elif isinstance(value, (int, Decimal)):
        if not math.isfinite(value) or not -LARGEST_NUMBER < value < LARGEST_NUMBER:
            raise ValueError("A number that cannot be")
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            inner = sound(getattr(value, field.name))
            if field.name in NAMES and not PLAIN.fullmatch(inner):
                raise ValueError("A number that cannot stand in an address")
    elif isinstance(value, list | tuple | dict):
        for inner in value.values() if isinstance(value, dict) else value:
            sound(inner)
    return value


def identity(item: Any) -> str:
    """What names a member of a list: its first field."""
    if not dataclasses.is_dataclass(item):
        return str(item)
    return str(getattr(item, dataclasses.fields(item)[0].name))
