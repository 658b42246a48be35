"""Resident memory (MB) of a web worker with the whole site after so many documents.

Started by `benchmarks.documents` as a process of its own. It loads what `scripts/serve` loads and
makes papers in two threads, as `wizard.making` does: forms and agreements of ever new companies,
every tenth signed by three.
"""

from __future__ import annotations

import dataclasses
import os
import re
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FAMILY = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
TRADES = [
    "灯饰",
    "五金",
    "陶瓷",
    "箱包",
    "玩具",
    "袜业",
    "家具",
    "电子",
    "机械",
    "纺织",
    "塑料",
    "工艺",
]


def environment() -> dict[str, str]:
    """The knobs of the memory allocator that `scripts/serve` sets."""
    said = (ROOT / "scripts" / "serve").read_text("utf-8")
    return dict(re.findall(r'export (MALLOC_\w+)="\$\{\w+:-(\d+)\}"', said))


def _load() -> None:
    # Only the tools of the tests bring these; the HTTP client takes them along where it finds them.
    sys.modules.update(dict.fromkeys(("click", "pygments", "rich")))  # type: ignore[arg-type]
    later = import_module("wizard.later")
    with later.loaded_on_call(*later.SIGNING):
        import_module("wizard.wsgi")
        import_module("wizard.urls")
    warming = threading.Thread(target=import_module("wizard.documents").warm_up)
    warming.start()
    warming.join()


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _make(number: int) -> None:
    samples, documents = import_module("tests.documents.samples"), import_module("wizard.documents")
    signatures = import_module("tests.documents.signatures")
    first, second = divmod(number, len(FAMILY))
    company = f"广东示例{FAMILY[first]}{FAMILY[second]}{TRADES[number % len(TRADES)]}有限公司"
    offered = samples.application(company)
    if number % 2:
        paper = documents.application_form(offered)
    else:
        paper = documents.agreement(offered, made_at=samples.at(3, 10, 18))
    content = documents.pdf(dataclasses.replace(paper, address=samples.ADDRESS)).content
    if number % 10 == 0:
        for party in range(3):
            content = signatures.one_more(content, party, exporter=company)


def main() -> None:
    """Print the memory after loading, and after as many documents as the argument says."""
    _load()
    print(f"{_resident():.1f}")
    with ThreadPoolExecutor(2) as threads:
        for number in range(int(sys.argv[1])):
            threads.submit(_make, number).result()
    print(f"{_resident():.1f}")


if __name__ == "__main__":
    main()
