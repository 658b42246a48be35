"""The demo as it starts: its CA is made at set-up, and its certificates lead back to it."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.site import Site
from tests.openssl import checks_out


def test_the_ca_is_there_at_the_start_and_openssl_finds_its_way_by_the_certificates(
    site: Site, tmp_path: Path
) -> None:
    made = {path.name for path in (site.var_dir / "keys").glob("*.pem")}
    assert {"ca.pem", "tsa.pem"} <= made
    assert {path.stat().st_mode & 0o777 for path in (site.var_dir / "keys").iterdir()} == {0o600}
    named = checks_out(f"{site.url}/verify/tsa", tmp_path)
    assert named == {"crl": f"{site.url}/verify/crl", "issuer": f"{site.url}/verify/ca.crt"}
