"""Somebody with openssl and nothing of ours: gets a time stamp, and checks it by what it names."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Final

import httpx
from asn1crypto import pem, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import AuthorityInformationAccessOID

QUERY: Final = {"Content-Type": "application/timestamp-query"}


def openssl(folder: Path, *arguments: str) -> str:
    """What openssl says; it must be content."""
    done = subprocess.run(
        ["openssl", *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def addresses(certificate: x509.Certificate) -> dict[str, str]:
    """Where the certificate sends whoever checks it."""
    [point] = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    assert point.full_name is not None
    access = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    assert [one.access_method for one in access] == [AuthorityInformationAccessOID.CA_ISSUERS]
    return {
        "crl": point.full_name[0].value,
        "issuer": access[0].access_location.value,
    }


def why_none(reply: bytes, folder: Path) -> str:
    """Why a time-stamp service gave no stamp, in openssl's words."""
    (folder / "reply").write_bytes(reply)
    said = openssl(folder, "ts", "-reply", "-in", "reply", "-text")
    assert "Status: Rejected." in said
    [why] = re.findall(r"^Failure info: (.*)$", said, re.MULTILINE)
    return str(why)


def stampers(reply: bytes) -> list[x509.Certificate]:
    """The certificates in the answer of a time-stamp service, CAs left out."""
    token = tsp.TimeStampResp.load(reply)["time_stamp_token"]
    return [
        x509.load_der_x509_certificate(one.chosen.dump())
        for one in token["content"]["certificates"]
        if one.chosen.ca is not True
    ]


def checks_out(url: str, folder: Path) -> dict[str, str]:
    """A time stamp of the service at `url`, verified; the addresses that its certificate names."""
    (folder / "data").write_bytes(b"what is stamped")
    openssl(folder, "ts", "-query", "-data", "data", "-sha256", "-cert", "-out", "query")
    reply = httpx.post(url, content=(folder / "query").read_bytes(), headers=QUERY)
    assert (reply.status_code, reply.headers["Content-Type"]) == (
        200,
        "application/timestamp-reply",
    )
    (folder / "reply").write_bytes(reply.content)
    [stamper] = stampers(reply.content)
    named = addresses(stamper)
    (folder / "stamper.pem").write_bytes(stamper.public_bytes(Encoding.PEM))
    issuer = httpx.get(named["issuer"])
    assert issuer.headers["Content-Type"] == "application/pkix-cert"
    root = asn1_x509.Certificate.load(issuer.content)
    (folder / "ca.pem").write_bytes(pem.armor("CERTIFICATE", root.dump()))
    ours = ["-CAfile", "ca.pem"]
    assert "Verification: OK" in openssl(
        folder, "ts", "-verify", "-data", "data", "-in", "reply", *ours
    )
    # openssl itself fetches the list from the address in the certificate.
    checked = openssl(folder, "verify", *ours, "-crl_check", "-crl_download", "stamper.pem")
    assert checked.endswith("OK\n")
    return named
