"""Modules that libraries import and seldom use, loaded when something in them is called.

An import takes what `sys.modules` has under the name: a stand-in is there while the library loads,
and the library keeps it. `tests/test_later.py` loads the whole site that way and calls one of each,
so an upgrade that begins to need them at import is noticed there.
"""

from __future__ import annotations

import contextlib
import importlib
import sys
import types
from collections.abc import Iterator
from typing import Any, Final

# The signing library's HTTP clients: our time stamps and revocation lists come another way. 8 MB.
SIGNING: Final = (
    "pyhanko.sign.timestamps.aiohttp_client",
    "pyhanko_certvalidator.fetchers.aiohttp_fetchers",
)
# What the layout library needs for variable fonts, where libharfbuzz-subset is missing, and for
# documents that are no XML. 15 MB.
LAYOUT: Final = ("fontTools.subset", "fontTools.varLib.instancer", "tinyhtml5")


class _Later(types.ModuleType):
    """Stands for a module whose functions and classes are only ever called."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)

        def call(*args: Any, **more: Any) -> Any:
            return getattr(importlib.import_module(self.__name__), name)(*args, **more)

        return call


@contextlib.contextmanager
def loaded_on_call(*modules: str) -> Iterator[None]:
    """Whoever imports one of these within gets it on call; afterwards imports are as ever.

    Only for imports: a call within would find the stand-in again, without end.
    """
    stand_ins = {name: _Later(name) for name in modules if name not in sys.modules}
    sys.modules.update(stand_ins)
    try:
        yield
    finally:
        for name in stand_ins:
            del sys.modules[name]
