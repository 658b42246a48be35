"""The four steps in process order, one file each: its form, its call, what it leaves behind."""

from __future__ import annotations

from typing import Final

from wizard.steps.base import StepCommit
from wizard.steps.confirm_application import ConfirmApplication
from wizard.steps.make_seal import MakeSeal
from wizard.steps.receive_policy import ReceivePolicy
from wizard.steps.sign_agreement import SignAgreement

COMMITS: Final[dict[str, StepCommit]] = {
    commit.slug: commit
    for commit in (ConfirmApplication(), MakeSeal(), SignAgreement(), ReceivePolicy())
}


def file_name(slug: str) -> str:
    """The name that file, templates and tests of a step share: `make_seal` for "seal"."""
    return type(COMMITS[slug]).__module__.rpartition(".")[2]
