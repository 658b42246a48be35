"""The requests of the log as commands for a terminal: what is set once, and each one as curl.

What was typed is not in the log: secrets and contact are variables, set to what the demonstration's
enterprise has in its data.
"""

from __future__ import annotations

import dataclasses
import functools
import json
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _

from wizard import papers
from wizard.documents import texts
from wizard.files import file_of
from wizard.models import Application, Document, World
from wizard.singlewindow import wire
from wizard.singlewindow.port import CertificationMethod, SingleWindow
from wizard.singlewindow.simulator.personas import persona_named, rules
from wizard.singlewindow.simulator.store import Request

PORT: Final = 8200
# Out of the single quotes, the variable, and into them again.
VARIABLE: Final = "'\"${name}\"'"
NO_HASH: Final = "0" * 64


def preparation(world: World) -> str:
    """What is set once: address, card, token and the texts that are in no log."""
    persona = persona_named(world.persona)
    contact = json.dumps(dataclasses.asdict(persona.contact), ensure_ascii=False)
    return "\n".join(
        [
            *_address(),
            f'W="$SINGLEWINDOW_URL/worlds/{wire.spell(world.key)}"',
            _("# 改过密码的，换成新的"),
            f"PIN={rules().initial_pin} PASSWORD={_quoted(persona.account.password)}",
            f"CONTACT={_quoted(contact)}",
            f'SERIAL=$(curl -s "$W/reader" | {_pick("card", "serial")})',
            f'TOKEN=$(curl -s "$W/sign-in-with-card" --json {_body(world, "sign_in_with_card")}'
            f" | {_pick('token')})",
        ]
    )


def _pick(*names: str) -> str:
    """A filter that takes one value out of an answer."""
    place = "".join(f'["{name}"]' for name in names)
    return f"python3 -c 'import json, sys; print(json.load(sys.stdin){place})'"


def command(world: World, request: Request, application: Application | None) -> str:
    """One request of the log; empty for what is no operation of the port."""
    operation = _operations().get(request.operation)
    if operation is None:
        return ""
    path = operation.path.replace("{number}", request.application_number or "$NUMBER")
    path = path.replace("{seal_id}", "$SEAL")
    asked = "&".join(f"{name}=${name.upper()}" for name in operation.in_query)
    parts = [f'curl -si -X {operation.method} "$W{path}{"?" + asked if asked else ""}"']
    if operation.token:
        parts.append('-H "Authorization: Bearer $TOKEN"')
    if request.key:
        parts.append(f"-H {_quoted(f'{wire.KEY_HEADER}: {request.key}')}")
    if operation.in_body:
        parts.append(f"--json {_body(world, request.operation, application)}")
    return " \\\n  ".join(parts)


def _address() -> list[str]:
    """Where the worlds are served; an embedded simulator's file can be served by one's own."""
    if settings.SINGLEWINDOW_URL:
        return [f"SINGLEWINDOW_URL={settings.SINGLEWINDOW_URL}"]
    path = settings.SIMULATOR_PATH
    if path.is_relative_to(settings.BASE_DIR):
        path = path.relative_to(settings.BASE_DIR)
    serve = f".venv/bin/python -m wizard.singlewindow.simulator --port {PORT} --path {path}"
    return [
        _("# 先在项目目录的另一个终端启动：%(command)s") % {"command": serve},
        f"SINGLEWINDOW_URL=http://127.0.0.1:{PORT}",
    ]


def _body(world: World, name: str, application: Application | None = None) -> str:
    """The JSON in single quotes, its secrets as variables."""
    persona = persona_named(world.persona)
    file = file_of(application) if application else None
    pin = _text(VARIABLE.format(name="PIN"))
    known = {
        "serial": _text(VARIABLE.format(name="SERIAL")),
        "pin": pin,
        "old_pin": pin,
        "new_pin": _text("20261123"),
        "username": _text(persona.account.username),
        "password": _text(VARIABLE.format(name="PASSWORD")),
        "uscc": _text(persona.enterprise.uscc),
        "legal_person": _text(persona.enterprise.legal_person),
        "mobile": _text(persona.contact.mobile),
        "contact": VARIABLE.format(name="CONTACT"),
        "declaration_sha256": _text(texts.declaration().sha256),
        "agreement_sha256": _text((file.agreement_sha256 if file else "") or NO_HASH),
        "policy_sha256": _text(_policy_hash(application)),
        "method": _text(CertificationMethod.LEGAL_CARD.value),
    }
    members = ", ".join(f'"{field}": {known[field]}' for field in _operations()[name].in_body)
    return f"'{{{members}}}'"


def _policy_hash(application: Application | None) -> str:
    """Of the policy that is kept here, which is the one that 收悉 was said to."""
    policy = papers.kept(application).get(Document.Kind.POLICY) if application else None
    return policy.sha256 if policy else NO_HASH


def _text(value: str) -> str:
    return f'"{value}"'


def _quoted(text: str) -> str:
    """In single quotes, for a POSIX shell."""
    return "'" + text.replace("'", "'\\''") + "'"


@functools.cache
def _operations() -> dict[str, wire.Operation]:
    return {operation.name: operation for operation in wire.operations(SingleWindow)}
