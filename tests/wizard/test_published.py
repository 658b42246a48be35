"""What the site serves to programs that check its signatures: CA certificate, revocation list."""

from __future__ import annotations

import io
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.test import Client
from django.utils import timezone
from pyhanko.pdf_utils.reader import PdfFileReader

from tests.worlds import Person
from wizard import papers
from wizard.models import Document
from wizard.process import State

pytestmark = pytest.mark.django_db


def asked(url: str) -> bytes:
    """What stands at an address that a certificate names; the address must be this site's."""
    assert url.startswith(f"{settings.PUBLIC_URL}/")
    response = Client().get(urlsplit(url).path)
    assert response.status_code == 200
    content: bytes = response.content
    return content


def test_every_signer_s_certificate_leads_to_its_issuer_and_to_a_list_that_holds(
    owner: Person,
) -> None:
    done = owner.application(State.UNDER_REVIEW)
    content = papers.content(papers.ensure(done, Document.Kind.AGREEMENT))
    signatures = PdfFileReader(io.BytesIO(content)).embedded_signatures
    signers = [x509.load_der_x509_certificate(one.signer_cert.dump()) for one in signatures]
    assert len(signers) == 3
    for signer in signers:
        extensions = signer.extensions
        [access] = extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
        [point] = extensions.get_extension_for_class(x509.CRLDistributionPoints).value
        assert point.full_name is not None
        root = x509.load_der_x509_certificate(asked(access.access_location.value))
        signer.verify_directly_issued_by(root)
        revocations = x509.load_der_x509_crl(asked(point.full_name[0].value))
        key = root.public_key()
        assert isinstance(key, ec.EllipticCurvePublicKey)
        assert revocations.is_signature_valid(key)
        assert revocations.get_revoked_certificate_by_serial_number(signer.serial_number) is None


def test_the_list_is_current() -> None:
    revocations = x509.load_der_x509_crl(Client().get("/verify/crl").content)
    assert revocations.next_update_utc is not None
    now = timezone.now()
    assert now - timedelta(days=1) <= revocations.last_update_utc <= now
    assert now + timedelta(days=5) <= revocations.next_update_utc


@pytest.mark.parametrize(
    ("path", "media"), [("/verify/ca.crt", "pkix-cert"), ("/verify/crl", "pkix-crl")]
)
def test_programs_may_keep_it_for_an_hour_and_get_no_cookie(path: str, media: str) -> None:
    first = Client().get(path)
    assert first["Content-Type"] == f"application/{media}"
    assert first["Cache-Control"] == "public, max-age=3600"
    assert not first.cookies
    again = Client().get(path, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
