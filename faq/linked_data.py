"""Questions and answers as schema.org data (FAQPage), in a block that no browser executes."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

from django.utils.safestring import SafeString, mark_safe

from faq.markup import plain
from faq.models import Entry

# `</script>` or `<!--` in a text must not end the block; JSON reads the escapes as the same signs.
_ESCAPES: Final = {ord(sign): f"\\u{ord(sign):04X}" for sign in "<>&\u2028\u2029"}


def answer_text(entry: Entry) -> str:
    """The edited answer as plain text: short answer, numbered steps, reason, warning."""
    steps = [f"{place}. {plain(step)}" for place, step in enumerate(entry.steps, start=1)]
    parts = [plain(entry.short_answer), *steps, plain(entry.why), plain(entry.warning)]
    return "\n".join(filter(None, parts))


def faq_page(entries: Iterable[Entry], *, origin: str) -> dict[str, Any]:
    """A schema.org FAQPage; `origin` (`https://host`) makes its addresses absolute."""
    return {
        "@context": "https://schema.org",
        "@type": "FAQPage",
        "inLanguage": "zh-Hans",
        "mainEntity": [
            {
                "@type": "Question",
                "name": plain(entry.title),
                "url": f"{origin}{entry.get_absolute_url()}",
                "acceptedAnswer": {"@type": "Answer", "text": answer_text(entry)},
            }
            for entry in entries
        ],
    }


def script(data: dict[str, Any]) -> SafeString:
    """The data as `<script type="application/ld+json">`.

    That type makes it a data block: nothing runs, so `script-src 'self'` has nothing to refuse.
    """
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)
    block = f'<script type="application/ld+json">{text}</script>'
    return mark_safe(block)  # noqa: S308 - every sign that HTML reads is escaped just above
