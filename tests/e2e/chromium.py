"""Which Chromium the browser tests and the scripts that take pictures drive."""

from __future__ import annotations

import os
import shutil
from typing import Final

# The shell is the same engine without the windows around it: a page costs a third of the CPU.
NAMES: Final = ("chromium-headless-shell", "chromium")


def executable() -> str:
    """Its path: `CHROMIUM`, or what Debian has installed. Raises `FileNotFoundError`."""
    for name in (os.environ.get("CHROMIUM"), *NAMES):
        found = shutil.which(name) if name else None
        if found:
            return found
    raise FileNotFoundError(f"None of {', '.join(NAMES)} is installed")
