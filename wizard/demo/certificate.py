"""The demonstrator has the enterprise's certificate revoked, as when its card was lost."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wizard.authority import control
from wizard.models import World

# Value, words, and how many days before the world's now.
DAYS_AGO: Final = {"now": 0, "week": 7}
SINCE: Final[dict[str, Promise]] = {
    "now": gettext_lazy("从现在起：以前签的仍然有效"),
    "week": gettext_lazy("从一周前起：一周内签的无效"),
}


def revoke(world: World, since: str) -> str:
    """Revoke it; returns in words what follows.

    Raises `ValueError` for what the page does not offer, `NotFound`, `OutcomeUnknown`.
    """
    if since not in DAYS_AGO:
        raise ValueError(since)
    control().revoke_certificate(world.key, days_ago=DAYS_AGO[since])
    return _("企业证书已吊销。现在签名会停在 C-104；“文件验真”页会说明已签的文件还算不算数")
