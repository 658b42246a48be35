"""Why an answer did not help: one click more after 没解决."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from faq import answers
from faq.desk.signing import see_other
from faq.models_desk import FeedbackReason


@require_POST
def reason(request: HttpRequest, slug: str) -> HttpResponse:
    """`r`: a reason for the vote that this browser gave. Without such a vote nothing is kept."""
    entry, given = answers.own_vote(request, slug)
    chosen = request.POST.get("r", "")
    back = entry.get_absolute_url()
    if given is None or given.helpful or chosen not in FeedbackReason.Reason.values:
        return see_other(back)
    FeedbackReason.objects.update_or_create(feedback=given, defaults={"reason": chosen})
    return see_other(f"{back}?{urlencode({'voted': '0', 'said': '1'})}#feedback")
