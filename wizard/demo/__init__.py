"""The demo console: scenarios, worlds, clock, reset; its addresses do not exist in production."""

from __future__ import annotations
