"""The two roles of the staff as groups: support drafts, editors review and publish."""

from __future__ import annotations

from typing import Any, Final

from django.apps import AppConfig
from django.apps import apps as all_apps
from django.db import transaction

SUPPORT: Final = "support"
EDITOR: Final = "editor"
ROLES: Final = (SUPPORT, EDITOR)

_LISTS: Final = (
    "stage",
    "errorcode",
    "helppage",
    "hotquery",
    "uncovered",
    "contact",
    "branchcontact",
    "glossaryterm",
)
_SEEN: Final = ("view_feedback", "view_feedbackreason", "view_searchlog", "view_redirect")
PERMISSIONS: Final[dict[str, frozenset[str]]] = {
    # What support may change of an entry is decided by its status too: see faq.admin.
    SUPPORT: frozenset(
        {
            "use_desk",
            "add_alias",
            "view_entry",
            "add_entry",
            "change_entry",
            *_SEEN,
            *(f"view_{name}" for name in _LISTS),
        }
    ),
    EDITOR: frozenset(
        {
            "use_desk",
            "add_alias",
            "review_entry",
            "publish_entry",
            "exchange_content",
            "view_entry",
            "add_entry",
            "change_entry",
            "delete_redirect",
            *_SEEN,
            *(f"{act}_{name}" for act in ("view", "add", "change", "delete") for name in _LISTS),
        }
    ),
}


def make_roles(sender: AppConfig | None = None, **kwargs: Any) -> None:
    """Bring both groups to what stands here; after every migration, when permissions exist.

    Permissions that somebody added to a group by hand stay; ones of ours come back.
    """
    del sender, kwargs
    group_model = all_apps.get_model("auth", "Group")
    permission_model = all_apps.get_model("auth", "Permission")
    with transaction.atomic():
        for role, names in PERMISSIONS.items():
            group, _made = group_model.objects.get_or_create(name=role)
            group.permissions.add(
                *permission_model.objects.filter(content_type__app_label="faq", codename__in=names)
            )
