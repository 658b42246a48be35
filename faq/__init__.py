"""The help site: the source's questions and answers, their search, and the help panel."""

from __future__ import annotations
