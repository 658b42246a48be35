"""Addresses of this site from their names, each worked out once: a page of ours has a dozen."""

from __future__ import annotations

import functools

from django.conf import settings
from django.urls import get_script_prefix, reverse
from django.utils.translation import get_language


def place() -> tuple[str | None, str, str]:
    """Language and address plan of this request: what words and addresses of a page depend on.

    The plan is the same for all requests: none sets one of its own (`HttpRequest.urlconf`).
    """
    return get_language(), settings.ROOT_URLCONF, get_script_prefix()


def address(name: str, **parts: str) -> str:
    """`reverse(name, kwargs=parts)` from memory. Raises `NoReverseMatch`."""
    return _address(name, tuple(parts.items()), place())


@functools.lru_cache(maxsize=4096)
def _address(name: str, parts: tuple[tuple[str, str], ...], _place: tuple[object, ...]) -> str:
    return reverse(name, kwargs=dict(parts))
