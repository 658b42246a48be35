"""What anybody may fetch of the authority, in the formats of the standards instead of JSON.

The certificates name these addresses: the CA's certificate (RFC 5280), its revocation list, and the
time-stamp service (RFC 3161 §3.4). They belong to no world and run by the machine's clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from wizard.singlewindow.simulator import problems, storm
from wizard.singlewindow.simulator.certificates import CA_FILE, LIST_FILE
from wizard.singlewindow.simulator.engine import Engine
from wizard.singlewindow.simulator.signatures import LONGEST_TIME_STAMP_REQUEST
from wizard.singlewindow.simulator.storm import Answer

TSA_FILE: Final = "tsa"
METHODS: Final[Mapping[str, str]] = {
    f"/{CA_FILE}": "GET",
    f"/{LIST_FILE}": "GET",
    f"/{TSA_FILE}": "POST",
}
NO_WORLD: Final = ""
# A revocation is noticed within an hour by whoever keeps the list that long.
CACHE: Final = "public, max-age=3600"
QUERY: Final = "application/timestamp-query"
REPLY: Final = "application/timestamp-reply"


def answer(engine: Engine, environ: dict[str, Any]) -> Answer:
    """The answer at one of `METHODS`. Raises `Refusal`."""
    authority = engine.signatures(NO_WORLD)
    path = environ["PATH_INFO"]
    if path == f"/{CA_FILE}":
        found = Answer(body=authority.authority_certificate(), media="application/pkix-cert")
        return storm.tagged(environ, found, cache=CACHE)
    if path == f"/{LIST_FILE}":
        found = Answer(body=authority.revocations(), media="application/pkix-crl")
        return storm.tagged(environ, found, cache=CACHE)
    if environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower() != QUERY:
        raise problems.invalid(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"Send a request as {QUERY}.")
    request = environ["wsgi.input"].read(LONGEST_TIME_STAMP_REQUEST + 1)
    return Answer(body=authority.time_stamp(request), media=REPLY)
