"""A window of somebody's browser: what it shows, what was sent from it, and what may never come."""

from __future__ import annotations

import dataclasses
from http import HTTPStatus
from typing import Any

from django.test import Client

from tests.journeys.place import Killed
from tests.journeys.reading import Form, Page, read
from wizard.singlewindow.faults import FaultCode


@dataclasses.dataclass
class Tab:
    """Looks, follows redirects and sends forms; every answer is judged as it comes."""

    client: Client
    page: Page | None = None
    sent: tuple[str, dict[str, str]] | None = None

    def look(self, url: str) -> None:
        """Open an address and go where it leads."""
        try:
            answer: Any = self.client.get(url, follow=True)
        except Killed:
            self.page = None
            raise
        chain = answer.redirect_chain
        self._saw(chain[-1][0] if chain else url, answer)

    def send(self, url: str, data: dict[str, str]) -> Any:
        """Post, and look where the answer leads; returns the answer to the post itself."""
        self.sent = url, data
        answer = self.client.post(url, data)
        if answer.status_code in {HTTPStatus.FOUND, HTTPStatus.SEE_OTHER}:
            self.look(answer["Location"])
        else:
            self._saw(url, answer)
        return answer

    def form_with(self, name: str) -> Form | None:
        """The form into which this is typed, if the window shows one."""
        forms = self.page.forms if self.page else []
        return next((form for form in forms if name in form.typed), None)

    def form_of_step(self) -> Form | None:
        """The form of the open step, if the window shows one: it carries the revision."""
        forms = self.page.forms if self.page else []
        return next(
            (form for form in forms if "rev" in form.hidden and "idem" in form.hidden), None
        )

    def _saw(self, url: str, answer: Any) -> None:
        """Never a 500; a page that can say nothing else says X-704; always something to press."""
        status, html = answer.status_code, ""
        silent = status == HTTPStatus.SERVICE_UNAVAILABLE
        assert silent or status < HTTPStatus.INTERNAL_SERVER_ERROR, (url, status)
        if answer.get("Content-Type", "").startswith("text/html") and answer.content:
            html = answer.content.decode()
            assert not silent or FaultCode.NO_RESPONSE in html, (url, html)
            self.page = read(html, address=url)
            # Elsewhere a list's links are what one came for.
            of_the_application = url.startswith("/apply/") and status != HTTPStatus.NOT_FOUND
            on = self.page.has_a_way_on or (bool(self.page.links) and not of_the_application)
            assert on, (url, status, html)
