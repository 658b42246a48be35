"""Template tags that public pages take from the support desk."""

from __future__ import annotations

from typing import Any

from django import template

from faq.models_desk import FeedbackReason

register = template.Library()


@register.inclusion_tag("desk/search_log.html")
def search_log(query: str) -> dict[str, Any]:
    """`{% search_log query %}` on a page of results: lets a script note what was searched."""
    return {"query": query}


@register.simple_tag
def feedback_reasons() -> list[tuple[str, str]]:
    """`{% feedback_reasons as reasons %}`: value and label of each reason after 没解决."""
    return [(value, str(label)) for value, label in FeedbackReason.Reason.choices]
