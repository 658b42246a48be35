"""The OpenAPI 3.1 document, made from the same operations as the server's routes."""

from __future__ import annotations

import dataclasses
import functools
import json
from typing import Any, Final

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, JsonSchemaValue

from wizard.singlewindow import wire
from wizard.singlewindow.port import SingleWindow
from wizard.singlewindow.signing import SigningAuthority
from wizard.singlewindow.simulator.certificates import CA_FILE, LIST_FILE
from wizard.singlewindow.simulator.control import ServedControl
from wizard.singlewindow.simulator.published import QUERY, REPLY, TSA_FILE

REFERENCE: Final = "#/components/schemas/{model}"
VERSION: Final = "1.0.0"
# RFC 4648 §5, with what pads it, and no bits beyond the last byte.
BASE64URL: Final = (
    "^([A-Za-z0-9_-]{4})*([A-Za-z0-9_-]{2}[AEIMQUYcgkosw048]=|[A-Za-z0-9_-][AQgw]==)?$"
)


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A protocol that the server serves below `prefix`."""

    tag: str
    prefix: str
    protocol: type


SERVICE: Final = Part(tag="service", prefix="", protocol=SingleWindow)
SIGNING: Final = Part(tag="signing", prefix="/signing", protocol=SigningAuthority)
CONTROL: Final = Part(tag="control", prefix="/control", protocol=ServedControl)


def parts(*, control: bool) -> tuple[Part, ...]:
    """What is served: the demonstrator's hand only where it is on."""
    return (SERVICE, SIGNING, CONTROL) if control else (SERVICE, SIGNING)


@functools.cache
def document_bytes(*, control: bool) -> bytes:
    """The document as JSON in UTF-8."""
    return json.dumps(document(control=control), ensure_ascii=False, indent=1).encode()


def document(*, control: bool) -> dict[str, Any]:
    """The document; with the demonstrator's hand where it is on."""
    schemas = _Schemas()
    paths: dict[str, dict[str, Any]] = {}
    for part in parts(control=control):
        for operation in wire.operations(part.protocol):
            path = part.prefix + operation.full_path
            described = _described(operation, schemas, part=part)
            paths.setdefault(path, {})[operation.method.lower()] = described
    paths |= _published()
    problem = schemas.of(wire.Problem, "serialization")
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "单一窗口（演示）",
            "version": VERSION,
            "description": "A simulated authority. Every company in it is invented.",
        },
        "paths": paths,
        "components": {
            "schemas": schemas.found,
            "securitySchemes": {
                "signIn": {"type": "http", "scheme": "bearer"},
                **({"control": {"type": "http", "scheme": "bearer"}} if control else {}),
            },
            "responses": {
                "Problem": {
                    "description": "A refusal (RFC 9457)",
                    "content": {"application/problem+json": {"schema": problem}},
                }
            },
        },
    }


def _published() -> dict[str, dict[str, Any]]:
    """What `published.py` answers in the formats of other standards."""
    files = {CA_FILE: "application/pkix-cert", LIST_FILE: "application/pkix-crl"}
    found: dict[str, dict[str, Any]] = {
        f"/{file}": {
            "get": {
                "operationId": f"published_{file.replace('.', '_')}",
                "tags": ["published"],
                "responses": {
                    "200": {"description": "DER (RFC 5280)", "content": {media: {}}},
                    "304": {"description": "Not changed since the ETag in If-None-Match"},
                },
            }
        }
        for file, media in files.items()
    }
    found[f"/{TSA_FILE}"] = {
        "post": {
            "operationId": "published_tsa",
            "tags": ["published"],
            "requestBody": {"required": True, "content": {QUERY: {}}},
            "responses": {
                "200": {"description": "DER (RFC 3161)", "content": {REPLY: {}}},
                "default": {"$ref": "#/components/responses/Problem"},
            },
        }
    }
    return found


class _Json(GenerateJsonSchema):
    """Says of bytes what is taken and given, which a word for the format alone does not."""

    def bytes_schema(self, schema: Any) -> JsonSchemaValue:  # noqa: ARG002
        return {"type": "string", "contentEncoding": "base64url", "pattern": BASE64URL}


class _Schemas:
    """The schemas that have been met so far, by name."""

    def __init__(self) -> None:
        self.found: dict[str, Any] = {}

    def of(self, hint: Any, mode: JsonSchemaMode) -> dict[str, Any]:
        """The schema of a type; what it refers to is kept in `found`."""
        schema = wire.adapter(hint).json_schema(
            ref_template=REFERENCE, mode=mode, schema_generator=_Json
        )
        self.found |= schema.pop("$defs", {})
        return schema


def _described(operation: wire.Operation, schemas: _Schemas, *, part: Part) -> dict[str, Any]:
    summary, _, about = operation.about.partition("\n")
    described: dict[str, Any] = {
        "operationId": ("" if part is SERVICE else f"{part.tag}_") + operation.name,
        "tags": [part.tag],
        "summary": summary,
        "description": about.strip(),
        "parameters": _parameters(operation, schemas),
        "responses": _responses(operation, schemas),
    }
    if part is CONTROL:
        described["security"] = [{"control": []}]
    elif operation.token:
        described["security"] = [{"signIn": []}]
    if operation.in_body:
        schema = schemas.of(wire.body_model(operation), "validation")
        described["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schema}},
        }
    return described


def _parameters(operation: wire.Operation, schemas: _Schemas) -> list[dict[str, Any]]:
    named = {"type": "string", "pattern": wire.SPELT}
    found = [
        {"name": name, "in": "path", "required": True, "schema": named}
        for name in (("world", *operation.in_path) if operation.scoped else operation.in_path)
    ]
    found += [
        {
            "name": name,
            "in": "query",
            "required": True,
            "schema": schemas.of(hint, "validation"),
        }
        for name, hint in operation.in_query.items()
    ]
    if operation.writes:
        key = {"type": "string", "pattern": f"^{wire.KEY.pattern}$"}
        found.append({"name": wire.KEY_HEADER, "in": "header", "required": True, "schema": key})
    if operation.paged:
        size = {"type": "integer", "minimum": 1, "maximum": wire.LARGEST_PAGE, "default": wire.PAGE}
        found.append({"name": "limit", "in": "query", "required": False, "schema": size})
        cursor = {"type": "string"}
        found.append({"name": "cursor", "in": "query", "required": False, "schema": cursor})
    return found


def _responses(operation: wire.Operation, schemas: _Schemas) -> dict[str, Any]:
    item = wire.item_type(operation.returns)
    if item is None:
        schema = schemas.of(operation.returns, "serialization")
    else:
        schema = {
            "type": "object",
            "properties": {
                "items": {"type": "array", "items": schemas.of(item, "serialization")},
                "next": {"type": ["string", "null"]},
            },
            "required": ["items", "next"],
        }
    good: dict[str, Any] = {
        "description": "Done" if operation.method == "POST" else "As it stands",
        "content": {"application/json": {"schema": schema}},
    }
    if operation.writes:
        flag = {"type": "string", "enum": ["true", "false"]}
        good["headers"] = {wire.REPLAYED_HEADER: {"schema": flag}}
    problem = {"$ref": "#/components/responses/Problem"}
    responses: dict[str, Any] = {"200": good, "default": problem}
    if operation.writes:
        problem_schema = schemas.of(wire.Problem, "serialization")
        content = {"application/problem+json": {"schema": problem_schema}}
        wait = {"description": "Only while the key is in flight", "schema": {"type": "integer"}}
        responses["409"] = {
            "description": "Refused (`code`), or a request under this key is being carried out",
            "headers": {"Retry-After": wait},
            "content": content,
        }
        responses["422"] = {
            "description": "The key was used for something else (X-706), or a value is impossible",
            "content": content,
        }
    if operation.method == "GET":
        tag = {"ETag": {"required": True, "schema": {"type": "string"}}}
        good["headers"] = tag
        responses["304"] = {
            "description": "Not changed since the ETag in If-None-Match",
            "headers": tag,
        }
    return responses
