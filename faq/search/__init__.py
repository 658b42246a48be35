"""Find entries from half a sentence, a pasted message, pinyin or a typo: `Index`, `Result`."""

from __future__ import annotations

from faq.search.index import MAYBE_SHARE, SURE_SHARE, Index
from faq.search.model import Confidence, Document, Hit, Result
from faq.search.query import Reading
from faq.search.stores import store_named

__all__ = [
    "MAYBE_SHARE",
    "SURE_SHARE",
    "Confidence",
    "Document",
    "Hit",
    "Index",
    "Reading",
    "Result",
    "store_named",
]
