"""Which store the streams are kept in: `settings.FAQ_SEARCH_ENGINE`."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from pathlib import Path

from faq.search.memory import MemoryStore
from faq.search.model import Document, Store


def store_named(name: str, *, folder: Path, version: str) -> Callable[[Sequence[Document]], Store]:
    """`memory`, or `tantivy`, which keeps an index of this version in `folder`.

    Raises `ValueError` for another name.
    """
    if name == "memory":
        return MemoryStore
    if name == "tantivy":
        from faq.search.disk import DiskStore  # noqa: PLC0415 - most installations never need it

        return functools.partial(DiskStore, folder=folder, version=version)
    raise ValueError(f"FAQ_SEARCH_ENGINE is memory or tantivy, not {name!r}")
