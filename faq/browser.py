"""Name browser and system from a User-Agent, for the lines that a caller reads out to support."""

from __future__ import annotations

import re
from typing import Final

LONGEST: Final = 500  # a real one is shorter; what follows is not looked at

# Name and pattern, the more special first: everybody also says Chrome and Safari.
_BROWSERS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    ("微信", re.compile(r"MicroMessenger/(\d{1,3})")),
    ("QQ 浏览器", re.compile(r"M?QQBrowser/(\d{1,3})")),
    ("360 浏览器", re.compile(r"(?:QIHU 360|360)[SE]E(?:/(\d{1,3}))?")),
    ("Edge", re.compile(r"Edg(?:e|A|iOS)?/(\d{1,3})")),
    ("Firefox", re.compile(r"(?:Firefox|FxiOS)/(\d{1,3})")),
    ("Chrome", re.compile(r"(?:Chrome|CriOS)/(\d{1,3})")),
    ("Safari", re.compile(r"Version/(\d{1,3})[^ ]* .*Safari/")),
    ("IE", re.compile(r"MSIE (\d{1,2})")),
    ("IE", re.compile(r"Trident/.*rv:(\d{1,2})")),
)
_SYSTEMS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    ("Windows 10 / 11", re.compile(r"Windows NT 10\.0")),
    ("Windows 8.1", re.compile(r"Windows NT 6\.3")),
    ("Windows 8", re.compile(r"Windows NT 6\.2")),
    ("Windows 7", re.compile(r"Windows NT 6\.1")),
    ("Windows XP", re.compile(r"Windows NT 5\.")),
    ("Android", re.compile(r"Android")),
    ("iPhone / iPad", re.compile(r"iPhone|iPad")),
    ("macOS", re.compile(r"Macintosh")),
    ("Linux", re.compile(r"Linux|X11")),
)


def describe(user_agent: str) -> str:
    """`Chrome 109，Windows 7`; what is not known is left out, so it may be empty."""
    text = user_agent[:LONGEST]
    return "，".join(part for part in (_browser(text), _system(text)) if part)


def _browser(text: str) -> str:
    for name, pattern in _BROWSERS:
        if match := pattern.search(text):
            return f"{name} {match[1]}" if match[1] else name
    return ""


def _system(text: str) -> str:
    return next((name for name, pattern in _SYSTEMS if pattern.search(text)), "")
