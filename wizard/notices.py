"""The authority's door: signed notices about applications (the only view without a CSRF token).

A notice moves nothing that reading would not move: `take_in` follows the insurer's moves by
compare-and-set, and an older file never replaces a newer one. So a notice may come twice, late, in
the wrong order or not at all, and everything is as if it had been read.
"""

from __future__ import annotations

import logging
import time

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from wizard.models import Application, World
from wizard.singlewindow import notices
from wizard.transitions import take_in

log = logging.getLogger(__name__)


@csrf_exempt
@require_POST
@never_cache
def notice(request: HttpRequest) -> HttpResponse:
    """Take one notice in: 400 unless genuine, 200 for everything that is, known or not."""
    body = request.read(notices.LARGEST_NOTICE + 1)
    if len(body) > notices.LARGEST_NOTICE:
        return JsonResponse({"result": "too-large"}, status=413)
    try:
        notices.check(
            settings.SINGLEWINDOW_NOTICE_SECRETS,
            timestamp=request.headers.get(notices.TIMESTAMP_HEADER, ""),
            signed=request.headers.get(notices.SIGNATURE_HEADER, ""),
            body=body,
            now=time.time(),
        )
        found = notices.read(body)
    except notices.NotGenuine as reason:
        log.warning("A notice was refused: %s", reason)
        return JsonResponse({"result": "refused"}, status=400)
    except ValueError:
        log.warning("A genuine notice could not be read")
        return JsonResponse({"result": "unreadable"}, status=400)
    result = _take(found) if found else "unknown-type"
    if result.startswith("unknown"):
        log.warning("A genuine notice was passed over: %s", result)
    return JsonResponse({"result": result})


def _take(found: notices.Notice) -> str:
    world = World.objects.filter(key=found.world, purged_at=None).first()
    if world is None:
        return "unknown-world"
    known = Application.objects.filter(world=world, number=found.file.number).first()
    if known is not None and known.file.get("version", 0) > found.file.version:
        return "older"
    take_in(world=world, file=found.file)
    return "taken-in"
