"""The rules for what people type (domain.md §3): the normalised value, or `Rejected`."""

from __future__ import annotations

from wizard.validation.amounts import amount
from wizard.validation.cleaning import storable
from wizard.validation.codes import (
    citizen_id,
    customs_code,
    customs_code_warning,
    organisation_code,
    seal_code,
    uscc,
    uscc_warning,
)
from wizard.validation.contact import email, mobile, person_name, phone
from wizard.validation.credentials import password, pin, username
from wizard.validation.messages import describe, describe_warning
from wizard.validation.reasons import Reason, Rejected

__all__ = [
    "Reason",
    "Rejected",
    "amount",
    "citizen_id",
    "customs_code",
    "customs_code_warning",
    "describe",
    "describe_warning",
    "email",
    "mobile",
    "organisation_code",
    "password",
    "person_name",
    "phone",
    "pin",
    "seal_code",
    "storable",
    "uscc",
    "uscc_warning",
    "username",
]
