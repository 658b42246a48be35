"""What the server says when it does not give what was asked for (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from wizard.singlewindow import wire
from wizard.singlewindow.faults import Fault, FaultCode

STATUS_OF: Final[Mapping[FaultCode, HTTPStatus]] = {
    FaultCode.SESSION_EXPIRED: HTTPStatus.UNAUTHORIZED,
    FaultCode.KEY_REUSED: HTTPStatus.UNPROCESSABLE_ENTITY,
}


class Refusal(Exception):  # noqa: N818 - says what happened
    """A problem on its way to the caller."""

    def __init__(
        self,
        status: HTTPStatus,
        detail: str,
        *,
        type_: str = wire.INVALID,
        headers: Mapping[str, str] | None = None,
        fault: Fault | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.headers = dict(headers or {})
        self.problem = wire.Problem(
            type=type_,
            title=status.phrase,
            status=status.value,
            detail=detail,
            code=fault.code.value if fault else None,
            facts=dict(fault.facts) if fault else None,
            retryable=fault.retryable if fault else None,
        )

    @property
    def body(self) -> bytes:
        """The problem as JSON."""
        return self.problem.model_dump_json(exclude_none=True).encode()


def of_fault(fault: Fault) -> Refusal:
    """The authority understood and refused: 401 without a good token, 422 for a key that was used
    for something else, 409 for everything else."""
    status = STATUS_OF.get(fault.code, HTTPStatus.CONFLICT)
    unauthorized = status is HTTPStatus.UNAUTHORIZED
    return Refusal(
        status,
        fault.code.name.replace("_", " ").capitalize(),
        type_=wire.FAULT,
        headers={"WWW-Authenticate": "Bearer"} if unauthorized else None,
        fault=fault,
    )


def not_found(what: str) -> Refusal:
    """The port's `NotFound`: there is no such thing for this caller."""
    return Refusal(HTTPStatus.NOT_FOUND, what, type_=wire.NOT_FOUND)


def not_signed(why: str) -> Refusal:
    """These bytes are not signed for this party."""
    return Refusal(HTTPStatus.CONFLICT, why or "Not signed.", type_=wire.NOT_SIGNED)


def invalid(status: HTTPStatus, detail: str, **headers: str) -> Refusal:
    """A request that no correct client sends."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Refusal(status, detail, headers=named)


def in_flight(seconds: int) -> Refusal:
    """A request under the same key is being carried out: ask again in so many seconds."""
    return Refusal(
        HTTPStatus.CONFLICT,
        "A request under this key is being carried out. Send it again for its answer.",
        type_=wire.IN_FLIGHT,
        headers={"Retry-After": str(seconds)},
    )


def unavailable(detail: str) -> Refusal:
    """Nobody can say whether the request was carried out; the same key settles it."""
    return Refusal(
        HTTPStatus.SERVICE_UNAVAILABLE,
        detail,
        type_=wire.PROBLEMS + "unavailable",
        headers={"Retry-After": "2"},
    )
