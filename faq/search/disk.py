"""The streams in a `tantivy` index on disk: for thousands of entries, shared by all processes.

tantivy finds the candidates; their scores are worked out from the weights stored with them, so
that both stores rank alike.
"""

from __future__ import annotations

import functools
import itertools
import json
import operator
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import tantivy

from faq.search.analysis import analyse, lines_with, mean_lengths, rarity
from faq.search.model import K1, Candidate, Document, Lines
from faq.terms import Term

FORMAT: Final = "1"  # of the files; a new one makes every process build anew
HEAP_BYTES: Final = 64 * 1024 * 1024
KEPT_ENTRIES: Final = 2_000  # unpacked, per process
KEPT_TERMS: Final = 50_000
KEPT_VERSIONS: Final = 2
MOST_REPEATS: Final = 8
NOTES: Final = "notes.json"


class DiskStore:
    """See the module and `Store`. `version` names what the documents are; it is built once."""

    def __init__(self, documents: Sequence[Document], *, folder: Path, version: str) -> None:
        """Open the index of this version in `folder`, or build it. Raises `OSError`."""
        place = folder / f"{FORMAT}-{version}"
        if not (place / NOTES).exists():
            _build(documents, place)
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
        return rarity(self._total, self._searcher.doc_freq("terms", _token(term)))

    def candidates(self, terms: Mapping[Term, float], *, most: int) -> list[Candidate]:
        """See `Store`."""
        parts = [
            (tantivy.Occur.Should, tantivy.Query.boost_query(self._asks(term), weight))
            for term, weight in terms.items()
        ]
        if not parts:
            return []
        hits = self._searcher.search(tantivy.Query.boolean_query(parts), most).hits
        found = [self._candidate(address, terms) for _score, address in hits]
        return sorted(found, key=lambda one: (-one.score, one.slug))

    def words(self) -> Iterable[str]:
        """See `Store`."""
        return self._words

    def _asks(self, term: Term) -> tantivy.Query:
        return tantivy.Query.term_query(self._index.schema, "terms", _token(term), "freq")

    def _candidate(self, address: Any, terms: Mapping[Term, float]) -> Candidate:
        slug, weights, lines = self._unpacked(address.segment_ord, address.doc)
        score = 0.0
        for term in terms.keys() & weights.keys():
            weight = weights[term]
            score += terms[term] * self.rarity(term) * (K1 + 1) * weight / (K1 + weight)
        return Candidate(slug, score, weights, lines)

    def _unpack(self, segment: int, doc: int) -> tuple[str, dict[Term, float], Lines]:
        stored = self._searcher.doc(tantivy.DocAddress(segment, doc))
        entry: Any = stored.get_first("entry")
        slug, streams, weights, places, norms = json.loads(bytes(entry))
        terms = [(stream, text) for stream, texts in streams for text in texts]
        holding = {term: at for term, at in zip(terms, places, strict=True) if at}
        return slug, dict(zip(terms, weights, strict=True)), Lines(holding, norms)


def _token(term: Term) -> str:
    """A term as one token of tantivy's; blanks part tokens there."""
    return f"{term[0]}:{term[1].replace(' ', '_')}"


def _build(documents: Sequence[Document], place: Path) -> None:
    """Write the index beside its place, then move it there: nobody sees half of it."""
    place.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix="building-", dir=place.parent))
    try:
        words = _write(documents, aside)
        notes = {"total": len(documents), "words": sorted(words)}
        (aside / NOTES).write_text(json.dumps(notes), encoding="utf-8")
        try:
            aside.rename(place)
        except OSError:
            # Another process was faster; what it built is the same.
            if not (place / NOTES).exists():
                raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _write(documents: Sequence[Document], folder: Path) -> set[str]:
    """Every document into a new index; the Latin words of all of them.

    Twice over: how rare a term is, and so how long a line, is known only after the last document.
    """
    mean = mean_lengths(documents)
    holding: Counter[Term] = Counter()
    with tempfile.TemporaryFile("w+", encoding="utf-8") as spool:
        for document in documents:
            weights, lines = analyse(document, mean)
            holding.update(weights.keys())
            terms = sorted(weights)
            numbers = {term: number for number, term in enumerate(terms)}
            numbered = [sorted(numbers[term] for term in line) for line in lines]
            row = [document.slug, terms, [round(weights[term], 4) for term in terms], numbered]
            spool.write(json.dumps(row, ensure_ascii=False) + "\n")
        rare = {term: rarity(len(documents), count) for term, count in holding.items()}
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("terms", tokenizer_name="whitespace", index_option="freq")
        builder.add_bytes_field("entry", stored=True, indexed=False)
        writer = tantivy.Index(builder.build(), path=str(folder)).writer(HEAP_BYTES, 1)
        spool.seek(0)
        for line in spool:
            writer.add_document(_document(json.loads(line), rare))
        writer.commit()
        writer.wait_merging_threads()
    return {text for stream, text in holding if stream == "word"}


def _document(row: list[Any], rare: Mapping[Term, float]) -> tantivy.Document:
    """One document as it is stored: found by its terms, unpacked by `DiskStore._unpack`."""
    slug, pairs, weights, numbered = row
    terms: list[Term] = [(stream, text) for stream, text in pairs]
    lines = lines_with([[terms[at] for at in line] for line in numbered], rare.__getitem__)
    streams = [
        (stream, [text for _stream, text in group])
        for stream, group in itertools.groupby(terms, key=operator.itemgetter(0))
    ]
    places = [lines.holding.get(term, ()) for term in terms]
    norms = [round(norm, 4) for norm in lines.norms]
    packed = [slug, streams, weights, places, norms]
    tokens = (
        token
        for token, weight in zip(map(_token, terms), weights, strict=True)
        for _time in range(min(max(round(weight), 1), MOST_REPEATS))
    )
    entry = json.dumps(packed, ensure_ascii=False, separators=(",", ":"))
    return tantivy.Document(terms=" ".join(tokens), entry=entry.encode())


def _tidy(folder: Path, *, keep: Path) -> None:
    """Take old versions away, but for the last: another process may be about to open it."""
    others = [place for place in folder.iterdir() if place != keep and (place / NOTES).exists()]
    others.sort(key=lambda place: place.stat().st_mtime, reverse=True)
    for place in others[KEPT_VERSIONS - 1 :]:
        shutil.rmtree(place, ignore_errors=True)
