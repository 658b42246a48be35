"""Check the evidence pack in this folder: the trail's chain, and the documents that it names.

Runs with Python 3.8 or later and nothing else. Exit code 0: all is well; 1: the fault is named.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path


def main(folder: Path) -> int:
    lines = json.loads((folder / "trail" / "trail.json").read_text("utf-8"))
    previous = "0" * 64
    for number, line in enumerate(lines, start=1):
        content = {name: value for name, value in line.items() if name != "hash"}
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
        if (line["sequence"], line["previous"], line["hash"]) != (number, previous, digest):
            sys.stdout.write(f"BAD: trail line {number} / 操作记录第 {number} 行被改动\n")
            return 1
        previous = digest
    papers = sorted((folder / "documents").glob("*.pdf"))
    hashes = {hashlib.sha256(paper.read_bytes()).hexdigest() for paper in papers}
    for line in lines:
        if line["outcome"] == "done" and line["document_sha256"] not in hashes | {""}:
            sys.stdout.write(
                f"BAD: document of trail line {line['sequence']} is not here / "
                f"操作记录第 {line['sequence']} 行的文件不在包里，或被改动\n"
            )
            return 1
    sys.stdout.write(f"OK: {len(lines)} lines, {len(papers)} documents, head {previous}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(__file__).resolve().parent))
