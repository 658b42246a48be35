"""What the page tells an outsider to type works as it stands, with the tools it names."""

from __future__ import annotations

import hashlib
import html
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from django.test import Client

from tests.verify import forgeries
from tests.verify.conftest import Kind


def commands() -> str:
    """The commands of the page, as somebody would copy them."""
    said = Client().get("/verify/").content.decode()
    found = re.search(r'<pre [^>]*id="v-commands"[^>]*>(.*?)</pre>', said, re.DOTALL)
    assert found
    return html.unescape(found[1])


def typed(content: bytes, folder: Path) -> str:
    """What they print, in a folder that holds the file and the certificate from the page."""
    (folder / "file.pdf").write_bytes(content)
    (folder / "ca.crt").write_bytes(Client().get("/verify/ca.crt").content)
    done = subprocess.run(
        ["bash", "-c", commands()], cwd=folder, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize(("kind", "signatures"), [(Kind.AGREEMENT, 3), (Kind.POLICY_RECEIVED, 2)])
def test_signatures_hash_and_time_stamp(
    issued: Mapping[str, bytes], db: None, tmp_path: Path, kind: Kind, signatures: int
) -> None:
    content = issued[kind.value]
    printed = typed(content, tmp_path)
    assert printed.count("Signature is Valid") == signatures
    assert hashlib.sha256(content).hexdigest() in printed
    assert "Verification: OK" in printed


def test_they_see_a_changed_byte(agreement: bytes, db: None, tmp_path: Path) -> None:
    printed = typed(forgeries.flipped(agreement), tmp_path)
    assert "Signature is Valid" not in printed
    assert hashlib.sha256(agreement).hexdigest() not in printed
