"""One module per document: from the Single Window's data to a `Paper`."""

from __future__ import annotations
