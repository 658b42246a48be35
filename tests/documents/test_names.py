"""A company signs and is believed whatever characters its registered name is written with."""

from __future__ import annotations

import pytest
from asn1crypto import x509
from django.utils import timezone

from tests.documents.samples import LONG_NAME, RARE, RARE_NAME, made, papers
from tests.documents.signatures import KEYS, one_more
from wizard.documents.signing.verification import examine


@pytest.mark.filterwarnings("ignore:Attribute's length must be")
@pytest.mark.parametrize("name", [RARE_NAME, LONG_NAME])
def test_who_signs_under_a_rare_or_long_name_is_believed(name: str) -> None:
    signed = one_more(made(papers(name)["agreement"]).content, 0, exporter=name)
    revoked = KEYS.revocations(at=timezone.now())
    (finding,) = examine(signed, root=KEYS.authority_certificate(), revocations=revoked).findings
    assert finding.signer == name
    assert finding.good


@pytest.mark.parametrize("character", RARE)
def test_names_differ_by_a_rare_character(character: str) -> None:
    one, same, other = (
        x509.Name.build({"common_name": name})
        for name in (f"示例{character}", f"示例{character}", "示例")
    )
    assert one == same
    assert one.hashable == same.hashable
    assert one.hashable != other.hashable


@pytest.mark.parametrize("sign", ["\U000e0080", "\ue000"], ids=["unassigned", "private"])
def test_what_is_no_character_is_still_no_part_of_a_name(sign: str) -> None:
    with pytest.raises(ValueError, match=r"X\.509 Name"):
        _ = x509.Name.build({"common_name": sign}).hashable
