"""Seals and signatures on finished PDFs: fields, appearances, revisions. Keys are elsewhere."""

from __future__ import annotations

from wizard.documents.signing.names import allow_characters_of_today

allow_characters_of_today()
