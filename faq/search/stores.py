"""Which store the streams are kept in: `settings.FAQ_SEARCH_ENGINE`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from faq.search.memory import MemoryStore
from faq.search.model import Document, Store


def store_named(name: str, version: str) -> Callable[[Sequence[Document]], Store]:
    """`memory` or `tantivy`; `version` is that of the documents. Raises `ValueError`."""
    if name == "memory":
        return MemoryStore
    raise ValueError(f"FAQ_SEARCH_ENGINE is memory or tantivy, not {name!r}")
