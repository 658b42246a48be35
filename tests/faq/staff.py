"""The staff of the desk: support, editor, and somebody without a role; each with a browser."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group, User
from django.test import Client

from faq.models import Entry, Stage

PASSWORD = "Linden-trunk-77"


def make_staff(name: str, role: str = "", *, staff: bool = True) -> User:
    """An account; `role`: a group."""
    user = User.objects.create_user(name, password=PASSWORD, is_staff=staff)
    if role:
        user.groups.add(Group.objects.get(name=role))
    return user


def at_desk(role: str = "support", **options: Any) -> Client:
    """A browser in which somebody of this role is signed in; the account has the role's name."""
    client = Client(**options)
    client.force_login(make_staff(role or "nobody", role))
    return client


def draft(**fields: Any) -> Entry:
    """A stored draft."""
    first = Stage.objects.first()
    assert first is not None
    given = {
        "slug": "new-answer",
        "stage": first,
        "title": "卡掉水里了怎么办？",
        "question": "卡掉水里了",
        "answer": "联系制卡中心。",
        "short_answer": "联系制卡中心换卡。",
        "status": Entry.Status.DRAFT,
        **fields,
    }
    entry = Entry(**given)
    entry.save()
    return entry


def form_of(entry: Entry, **changes: Any) -> dict[str, Any]:
    """What the admin's form posts for this entry."""
    lists = ("steps", "aliases", "related", "errors", "figures")
    texts = (
        "slug", "kind", "status", "title", "short_answer", "why", "warning", "here_url",
        "here_label", "category", "topic", "question", "question_source", "answer",
        "source_label", "editor_note",
    )  # fmt: skip
    return {
        **{name: getattr(entry, name) for name in texts},
        **{name: "\n".join(getattr(entry, name)) for name in lists},
        "stage": entry.stage_id,
        "reviewed_on": entry.reviewed_on.isoformat() if entry.reviewed_on else "",
        **changes,
    }
