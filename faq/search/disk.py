"""The streams in a `tantivy` index on disk: for thousands of entries, shared by all processes.

tantivy finds the candidates; their scores are worked out from the weights stored with them, so
that both stores rank alike. A new version is the last one with the changed entries replaced; only
when much has changed since everything was weighed together is everything weighed anew.
"""

from __future__ import annotations

import functools
import hashlib
import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import tantivy

from faq.search.analysis import analyse, lines_with, mean_lengths, rarity
from faq.search.model import K1, Candidate, Document, Lines
from faq.terms import Term

FORMAT: Final = "2"  # of the files; a new one makes every process build anew
HEAP_BYTES: Final = 64 * 1024 * 1024
KEPT_ENTRIES: Final = 2_000  # unpacked, per process
KEPT_TERMS: Final = 50_000
KEPT_VERSIONS: Final = 2
MOST_REPEATS: Final = 8
NOTES: Final = "notes.json"
# Mean lengths and the rarity inside stored lines may be this much out of date.
STALE_SHARE: Final = 0.1


class DiskStore:
    """See the module and `Store`. `version` names what the documents are; it is built once."""

    def __init__(self, documents: Sequence[Document], *, folder: Path, version: str) -> None:
        """Open the index of this version in `folder`, or build it. Raises `OSError`."""
        place = folder / f"{FORMAT}-{version}"
        if not (place / NOTES).exists():
            _build(documents, place, last=_newest(folder))
        notes = json.loads((place / NOTES).read_text(encoding="utf-8"))
        self._total: int = notes["total"]
        self._words: list[str] = notes["words"]
        self._index = tantivy.Index.open(str(place))
        self._searcher = self._index.searcher()
        # Per instance: a cache must not outlive the version that it is of.
        self.rarity = functools.lru_cache(KEPT_TERMS)(self._rarity)
        self._unpacked = functools.lru_cache(KEPT_ENTRIES)(self._unpack)
        _tidy(folder, keep=place)

    def _rarity(self, term: Term) -> float:
        return _rarity_in(self._searcher, self._total, term)

    def candidates(self, terms: Mapping[Term, float], *, most: int) -> list[Candidate]:
        """See `Store`."""
        asked = [
            (term, _token(term), worth * self.rarity(term) * (K1 + 1))
            for term, worth in terms.items()
        ]
        parts = [
            (tantivy.Occur.Should, tantivy.Query.boost_query(self._asks(token), terms[term]))
            for term, token, _factor in asked
        ]
        if not parts:
            return []
        hits = self._searcher.search(tantivy.Query.boolean_query(parts), most).hits
        found = [self._candidate(address, asked) for _score, address in hits]
        return sorted(found, key=lambda one: (-one.score, one.slug))

    def words(self) -> Iterable[str]:
        """See `Store`."""
        return self._words

    def _asks(self, token: str) -> tantivy.Query:
        return tantivy.Query.term_query(self._index.schema, "terms", token, "freq")

    def _candidate(self, address: Any, asked: Sequence[tuple[Term, str, float]]) -> Candidate:
        slug, held, norms = self._unpacked(address.segment_ord, address.doc)
        weights: dict[Term, float] = {}
        holding: dict[Term, list[int]] = {}
        score = 0.0
        for term, token, factor in asked:
            kept = held.get(token)
            if kept:
                first, *places = kept.split(",")
                weights[term] = weight = float(first)
                holding[term] = list(map(int, places))
                score += factor * weight / (K1 + weight)
        return Candidate(slug, score, weights, Lines(holding, norms))

    def _unpack(self, segment: int, doc: int) -> tuple[str, dict[str, str], list[float]]:
        """Slug, what is kept of each term by its token, norms of the lines.

        Strings are cut apart at what is asked only: thousands of lists would cost more than the
        search, most of it in the garbage collector.
        """
        stored = self._searcher.doc(tantivy.DocAddress(segment, doc))
        entry: Any = stored.get_first("entry")
        slug, tokens, kept, norms = json.loads(bytes(entry))
        return slug, dict(zip(tokens.split("\n"), kept.split("\n"), strict=True)), norms


def _token(term: Term) -> str:
    """A term as one token of tantivy's; blanks part tokens there."""
    return f"{term[0]}:{term[1].replace(' ', '_')}"


def _rarity_in(searcher: tantivy.Searcher, total: int, term: Term) -> float:
    # An entry that was replaced is counted until its segment is merged.
    holding = searcher.doc_freq("terms", _token(term))
    return rarity(max(total, holding), holding)


def _build(documents: Sequence[Document], place: Path, *, last: Path | None) -> None:
    """Write the index beside its place, then move it there: nobody sees half of it.

    `last`: an older version to start from.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix="building-", dir=place.parent))
    try:
        notes = _amended(documents, aside, last=last) if last else None
        if notes is None:
            notes = _written(documents, aside)
        (aside / NOTES).write_text(json.dumps(notes), encoding="utf-8")
        try:
            aside.rename(place)
        except OSError:
            # Another process was faster; what it built is the same.
            if not (place / NOTES).exists():
                raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _newest(folder: Path) -> Path | None:
    """The version that was built last; None where there is none of this format."""
    places = [notes.parent for notes in folder.glob(f"{FORMAT}-*/{NOTES}")]
    return max(places, key=lambda place: place.stat().st_mtime, default=None)


def _digest(document: Document) -> str:
    fields = json.dumps(sorted(document.fields.items()), ensure_ascii=False)
    return hashlib.blake2b(fields.encode(), digest_size=8).hexdigest()


def _amended(documents: Sequence[Document], folder: Path, *, last: Path) -> dict[str, Any] | None:
    """A copy of `last` in which changed entries are replaced: its notes.

    None where too much has changed, or where the copy cannot be had (another process may be
    taking that version away): then everything is to be written.
    """
    try:
        notes: dict[str, Any] = json.loads((last / NOTES).read_text(encoding="utf-8"))
        digests = {document.slug: _digest(document) for document in documents}
        kept: dict[str, str] = notes["digests"]
        gone = [slug for slug, digest in kept.items() if digests.get(slug) != digest]
        fresh = [one for one in documents if kept.get(one.slug) != digests[one.slug]]
        changed = notes["changed"] + len({*gone, *(one.slug for one in fresh)})
        if changed > STALE_SHARE * len(documents):
            return None
        shutil.copytree(last, folder, dirs_exist_ok=True)
        found = _replace(tantivy.Index.open(str(folder)), notes, gone=gone, fresh=fresh)
    except (OSError, ValueError):  # tantivy raises ValueError for an index that is incomplete
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return None
    words = sorted({*notes["words"], *found})
    mean = notes["mean"]
    total = len(documents)
    return {"total": total, "words": words, "mean": mean, "digests": digests, "changed": changed}


def _replace(
    index: tantivy.Index,
    notes: Mapping[str, Any],
    *,
    gone: Iterable[str],
    fresh: Iterable[Document],
) -> set[str]:
    """Take entries out of an index and put others in; the Latin words of those."""
    rare = functools.partial(_rarity_in, index.searcher(), notes["total"])
    found: set[str] = set()
    with index.writer(HEAP_BYTES, 1) as writer:
        for slug in gone:
            writer.delete_documents_by_term("slug", slug)
        for document in fresh:
            row = _row(document, notes["mean"])
            found.update(text for stream, text in row[1] if stream == "word")
            writer.add_document(_document(row, rare))
        writer.commit()
        writer.wait_merging_threads()
    return found


def _row(document: Document, mean: Mapping[str, float]) -> list[Any]:
    """A document before the rarity of its terms is known: slug, terms, weights, lines by term."""
    weights, lines = analyse(document, mean)
    terms = sorted(weights)
    numbers = {term: number for number, term in enumerate(terms)}
    numbered = [sorted(numbers[term] for term in line) for line in lines]
    return [document.slug, terms, [round(weights[term], 4) for term in terms], numbered]


def _written(documents: Sequence[Document], folder: Path) -> dict[str, Any]:
    """Every document into a new index: its notes.

    Twice over: how rare a term is, and so how long a line, is known only after the last document.
    """
    mean = mean_lengths(documents)
    holding: Counter[Term] = Counter()
    with tempfile.TemporaryFile("w+", encoding="utf-8") as spool:
        for document in documents:
            row = _row(document, mean)
            holding.update(row[1])
            spool.write(json.dumps(row, ensure_ascii=False) + "\n")
        rare = {term: rarity(len(documents), count) for term, count in holding.items()}
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("slug", tokenizer_name="raw", index_option="basic")
        builder.add_text_field("terms", tokenizer_name="whitespace", index_option="freq")
        builder.add_bytes_field("entry", stored=True, indexed=False)
        writer = tantivy.Index(builder.build(), path=str(folder)).writer(HEAP_BYTES, 1)
        spool.seek(0)
        for line in spool:
            writer.add_document(_document(json.loads(line), rare.__getitem__))
        writer.commit()
        writer.wait_merging_threads()
    return {
        "total": len(documents),
        "words": sorted({text for stream, text in holding if stream == "word"}),
        "mean": mean,
        "digests": {document.slug: _digest(document) for document in documents},
        "changed": 0,
    }


def _document(row: list[Any], rare: Callable[[Term], float]) -> tantivy.Document:
    """One document as it is stored: found by its terms, unpacked by `DiskStore._unpack`."""
    slug, pairs, weights, numbered = row
    terms: list[Term] = [(stream, text) for stream, text in pairs]
    lines = lines_with([[terms[at] for at in line] for line in numbered], rare)
    names = [_token(term) for term in terms]
    kept = [
        ",".join(map(str, (weight, *lines.holding.get(term, ()))))
        for term, weight in zip(terms, weights, strict=True)
    ]
    norms = [round(norm, 4) for norm in lines.norms]
    packed = [slug, "\n".join(names), "\n".join(kept), norms]
    tokens = (
        name
        for name, weight in zip(names, weights, strict=True)
        for _time in range(min(max(round(weight), 1), MOST_REPEATS))
    )
    entry = json.dumps(packed, ensure_ascii=False, separators=(",", ":"))
    return tantivy.Document(slug=slug, terms=" ".join(tokens), entry=entry.encode())


def _tidy(folder: Path, *, keep: Path) -> None:
    """Take old versions away, but for the last: another process may be about to open it."""
    others = [place for place in folder.iterdir() if place != keep and (place / NOTES).exists()]
    others.sort(key=lambda place: place.stat().st_mtime, reverse=True)
    for place in others[KEPT_VERSIONS - 1 :]:
        shutil.rmtree(place, ignore_errors=True)
