"""Data in, bytes out: the documents as PDF, their fixed texts, and the drawing of the seal.

A document is made in two moves: `application_form`, `agreement`, `policy` and `receipt` turn the
Single Window's data into a `Paper` (plain text in sections, which a page can show as it is), and
`pdf` sets a paper as PDF. The fixed texts with their versions and hashes are in `texts`.
"""

from __future__ import annotations

from wizard.documents import texts
from wizard.documents.data import (
    Milestone,
    Paper,
    Pdf,
    RenewalRecord,
    Row,
    SealFace,
    Section,
    SignatureBox,
    Signatures,
    SignedFile,
    Style,
    VerifyAddress,
)
from wizard.documents.glyphs import (
    MissingGlyph,
    Unprintable,
    describe_character,
    has_glyph,
    unsupported_characters,
)
from wizard.documents.papers.agreement import agreement
from wizard.documents.papers.application_form import application_form
from wizard.documents.papers.policy import policy, policy_front
from wizard.documents.papers.receipt import receipt
from wizard.documents.papers.record import record
from wizard.documents.render import NotOurs, TextTooLong, pdf, self_test, warm_up
from wizard.documents.seal import SealDrawing, SealShape, draw_seal, seal_svg

__all__ = [
    "Milestone",
    "MissingGlyph",
    "NotOurs",
    "Paper",
    "Pdf",
    "RenewalRecord",
    "Row",
    "SealDrawing",
    "SealFace",
    "SealShape",
    "Section",
    "SignatureBox",
    "Signatures",
    "SignedFile",
    "Style",
    "TextTooLong",
    "Unprintable",
    "VerifyAddress",
    "agreement",
    "application_form",
    "describe_character",
    "draw_seal",
    "has_glyph",
    "pdf",
    "policy",
    "policy_front",
    "receipt",
    "record",
    "seal_svg",
    "self_test",
    "texts",
    "unsupported_characters",
    "warm_up",
]
