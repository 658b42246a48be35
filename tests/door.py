"""The site's door for notices, as the postman finds it."""

from __future__ import annotations

import json
from typing import Final
from urllib.parse import urlsplit

import httpx
from django.test import Client

from wizard.singlewindow import notices

HEADERS: Final = (notices.TIMESTAMP_HEADER, notices.SIGNATURE_HEADER)


class Door(httpx.BaseTransport):
    """Hands what is posted to the site in this process; `shut` it does not open."""

    def __init__(self) -> None:
        self.shut = False
        self.versions: list[int] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self.shut:
            raise httpx.ConnectError("shut")
        body = request.read()
        self.versions.append(json.loads(body)["file"]["version"])
        response = Client().post(
            urlsplit(str(request.url)).path,
            data=body,
            content_type="application/json",
            headers={name: request.headers[name] for name in HEADERS},
        )
        return httpx.Response(response.status_code)
