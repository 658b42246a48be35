"""Rules of 企业实名认证: three ways, one success is enough."""

from __future__ import annotations

import dataclasses
from datetime import datetime

from wizard.singlewindow.faults import Fault, FaultCode
from wizard.singlewindow.port import CertificationMethod
from wizard.singlewindow.simulator.world import Company


def certify(company: Company, method: CertificationMethod, now: datetime) -> None:
    """Note the success of one way; an earlier success of the same way keeps its time.

    Raises `Fault(REGISTRY_MISMATCH)` where what was filled in differs from the registers.
    """
    if method in company.registry_mismatch:
        raise Fault(FaultCode.REGISTRY_MISMATCH)
    company.certified_at.setdefault(method, now)
    company.profile = dataclasses.replace(company.profile, certified=True)
