"""What differs between two states of a PDF, in a reader's terms: pages, notes, fields, layers.

Two states are a signed revision and the file as it is, or the issued file and one that somebody
saved anew: so nothing here depends on numbers of objects, on compression or on how numbers and
strings are written.
"""

from __future__ import annotations

import dataclasses
import difflib
import hashlib
from collections.abc import Iterator
from enum import StrEnum
from typing import Any, Final

from pyhanko.pdf_utils import generic

from wizard.documents.signing.broken import BROKEN

MOST_PAGES: Final = 200
DEEPEST: Final = 40
# What a page looks like; a page may have it from the tree above it (ISO 32000-2 §7.7.3.4).
LOOKS: Final = ("/Contents", "/Resources", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit")
# How a thing is stored, where it hangs, and what another program counts anew.
FORM_ONLY: Final = frozenset(
    {"/Parent", "/P", "/StructParent", "/StructParents", "/Length", "/Filter", "/DecodeParms"}
)


class Change(StrEnum):
    """What was changed."""

    PAGE = "page"
    ANNOTATION = "annotation"
    FORM = "form"
    SIGNATURE = "signature"  # one was taken away
    SEAL = "seal"  # how a signature looks on the page
    LAYER = "layer"  # what is shown and what is hidden
    ATTACHMENT = "attachment"
    ACTION = "action"  # what a viewer does by itself
    OTHER = "other"


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Differences:
    """Numbers of pages count from 1: `gone` in the first state, all others in the second."""

    changes: frozenset[Change] = frozenset()
    changed: tuple[int, ...] = ()
    added: tuple[int, ...] = ()
    gone: tuple[int, ...] = ()
    moved: tuple[int, ...] = ()
    noted: tuple[int, ...] = ()


NOTHING: Final = Differences()


def between(before: Any, after: Any) -> Differences:
    """What differs between two catalogs. Raises `BROKEN` for what cannot be read."""
    then, now = _State(before), _State(after)
    found = _pages(then.pages, now.pages)
    changes = set(found.changes)
    noted = tuple(
        number for number, (old, new) in enumerate(_pairs(then, now, found), 1) if old != new
    )
    if noted:
        changes.add(Change.ANNOTATION)
    if then.signed() - now.signed():
        changes.add(Change.SIGNATURE)
    for change, old, new in (
        (Change.FORM, then.fields(), now.fields()),
        (Change.SEAL, then.seals(now.signed()), now.seals(then.signed())),
        (Change.LAYER, then.entry("/OCProperties"), now.entry("/OCProperties")),
        (Change.ATTACHMENT, then.name("/EmbeddedFiles"), now.name("/EmbeddedFiles")),
        (Change.ACTION, then.actions(), now.actions()),
    ):
        if old != new:
            changes.add(change)
    return dataclasses.replace(found, changes=frozenset(changes), noted=noted)


def _pages(old: list[str], new: list[str]) -> Differences:
    """Which pages were changed, added, taken away or moved, by their fingerprints."""
    if old == new:
        return NOTHING
    changes = frozenset({Change.PAGE})
    if sorted(old) == sorted(new):
        moved = tuple(n for n, (a, b) in enumerate(zip(old, new, strict=True), 1) if a != b)
        return Differences(changes=changes, moved=moved)
    changed: list[int] = []
    added: list[int] = []
    gone: list[int] = []
    steps = difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes()
    for kind, a, a_end, b, b_end in steps:
        if kind != "equal":
            both = min(a_end - a, b_end - b)
            changed += range(b + 1, b + both + 1)
            gone += range(a + both + 1, a_end + 1)
            added += range(b + both + 1, b_end + 1)
    return Differences(
        changes=changes, changed=tuple(changed), added=tuple(added), gone=tuple(gone)
    )


def _pairs(then: _State, now: _State, found: Differences) -> Iterator[tuple[list[str], list[str]]]:
    """The notes of every page now, beside those of the same page then."""
    before = [notes for n, notes in enumerate(then.notes, 1) if n not in found.gone]
    if found.moved:
        by_page = dict(zip(then.pages, then.notes, strict=True))
        before = [by_page[page] for page in now.pages]
    rest = iter(before)
    for number, notes in enumerate(now.notes, 1):
        yield ([] if number in found.added else next(rest, [])), notes


class _State:
    """One state of a document as fingerprints."""

    def __init__(self, root: Any) -> None:
        self.root = root
        self._done: dict[tuple[int, int], str] = {}
        leaves = list(_leaves(root["/Pages"]))
        self.pages = [
            _hash(*(self._print(_inherited(page, key), key) for key in LOOKS)) for page in leaves
        ]
        self.notes = [self._notes(page) for page in leaves]
        self._leaves = leaves

    def _notes(self, page: Any) -> list[str]:
        """The annotations that belong to no form."""
        notes = _items(page.get("/Annots", ()))
        return [self._print(note) for note in notes if note.get("/Subtype") != "/Widget"]

    def entry(self, key: str) -> str:
        """An entry of the catalog."""
        return self._print(_raw(self.root, key))

    def name(self, key: str) -> str:
        """A tree of names."""
        names = self.root.get("/Names", {})
        return self._print(_raw(names, key))

    def actions(self) -> str:
        """What a viewer does when the document or a page is opened or printed."""
        pages = [self._print(page.raw_get("/AA")) for page in self._leaves if "/AA" in page]
        return _hash(self.entry("/OpenAction"), self.entry("/AA"), self.name("/JavaScript"), *pages)

    def _fields(self) -> Iterator[Any]:
        form = self.root.get("/AcroForm", {})
        yield from _items(form.get("/Fields", ()) if form else ())

    def signed(self) -> frozenset[str]:
        """Names of the signature fields that have a value."""
        return frozenset(
            str(field.get("/T", ""))
            for field in self._fields()
            if field.get("/FT") == "/Sig" and field.get("/V")
        )

    def fields(self) -> list[tuple[str, str]]:
        """Names and fingerprints of the fields that are no signatures."""
        return [
            (str(field.get("/T", "")), self._print(field))
            for field in self._fields()
            if field.get("/FT") != "/Sig"
        ]

    def seals(self, others: frozenset[str]) -> dict[str, str]:
        """How the signature fields look that are signed here and in the other state."""
        both = self.signed() & others
        return {
            str(field.get("/T", "")): _hash(
                *(self._print(_raw(field, key)) for key in ("/AP", "/Rect", "/F", "/MK"))
            )
            for field in self._fields()
            if str(field.get("/T", "")) in both
        }

    def _print(self, thing: Any, key: str = "", depth: int = 0) -> str:
        """A hash over an object and all that hangs from it, parents left out."""
        if depth > DEEPEST:
            return "deep"
        if isinstance(thing, generic.IndirectObject):
            name = (thing.idnum, thing.generation)
            if name not in self._done:
                self._done[name] = "again"  # met on the way down: a circle
                self._done[name] = self._print(thing.get_object(), key, depth + 1)
            return self._done[name]
        if key == "/Contents" and not isinstance(thing, str | bytes | type(None)):
            streams = thing if isinstance(thing, list) else [thing]
            return _hash(b"\n".join(_decoded(one) for one in _items(streams)))
        if isinstance(thing, generic.DictionaryObject):
            parts = [
                f"{name}={self._print(thing.raw_get(name), '', depth + 1)}"
                for name in sorted(thing, key=str)
                if name not in FORM_ONLY
            ]
            own = _decoded(thing) if isinstance(thing, generic.StreamObject) else b""
            return _hash("<<", *parts, own)
        if isinstance(thing, list):
            return _hash("[", *(self._print(part, "", depth + 1) for part in _raw_items(thing)))
        return _hash(_plain(thing))


def _leaves(node: Any, depth: int = 0) -> Iterator[Any]:
    """Leaves of the page tree, `MOST_PAGES` of each node at most."""
    if depth > DEEPEST:
        return
    for number, kid in enumerate(_items(node.get("/Kids", ()))):
        if number >= MOST_PAGES:
            return
        if kid.get("/Type") == "/Pages":
            yield from _leaves(kid, depth + 1)
        else:
            yield kid


def _inherited(page: Any, key: str) -> Any:
    for _level in range(DEEPEST):
        if key in page:
            return page.raw_get(key)
        page = page.get("/Parent")
        if not isinstance(page, generic.DictionaryObject):
            break
    return None


def _items(array: Any) -> Iterator[Any]:
    """The objects of an array; iterating it would give references to them."""
    for thing in array:
        yield thing.get_object() if isinstance(thing, generic.IndirectObject) else thing


def _raw_items(array: Any) -> Iterator[Any]:
    yield from list.__iter__(array)


def _raw(thing: Any, key: str) -> Any:
    return thing.raw_get(key) if key in thing else None


def _decoded(stream: Any) -> bytes:
    """What a stream holds, however it is packed; as it lies there where it cannot be unpacked."""
    if not isinstance(stream, generic.StreamObject):
        return b""
    try:
        return bytes(stream.data)
    except BROKEN:
        return bytes(stream.encoded_data)


def _plain(thing: Any) -> str | bytes:
    """A value however it is written: 100 and 100.0, (a) and <61>."""
    if isinstance(thing, generic.TextStringObject | generic.ByteStringObject):
        return b"(" + bytes(thing.original_bytes)
    if isinstance(thing, bool | generic.BooleanObject):
        return f"is {bool(thing)}"
    if isinstance(thing, int | float) or hasattr(thing, "as_integer_ratio"):
        return f"{float(thing):.3f}"
    return f"{type(thing).__name__} {thing!s}"


def _hash(*parts: str | bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        whole = part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass")
        digest.update(len(whole).to_bytes(8, "big") + whole)
    return digest.hexdigest()
