"""Who may enter the support desk, and the headers that all its pages have."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Final, cast

from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

from faq.models_desk import StaffAccount

View = Callable[..., HttpResponseBase]
SEE_OTHER: Final = 303


def staff_of(request: HttpRequest) -> User:
    """Who is signed in, behind `desk` only."""
    return cast(User, request.user)


def private(view: View) -> View:
    """Never stored and never found by search engines."""

    @functools.wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        add_never_cache_headers(response)
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return inner


def desk(permission: str = "use_desk") -> Callable[[View], View]:
    """`@desk("add_alias")`: signed-in staff with this permission of the app.

    A stranger is led to sign in, one with a one-time password to choose their own, everybody else
    gets 403.
    """

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            user = request.user
            if not user.is_authenticated:
                back = request.get_full_path() if request.method in {"GET", "HEAD"} else ""
                login = reverse("faq:desk:login")
                return redirect_to_login(back or reverse("faq:desk:home"), login)
            if StaffAccount.objects.filter(user=user, password_once=True).exists():
                return redirect("faq:desk:password")
            if not (user.is_staff and user.has_perms({"faq.use_desk", f"faq.{permission}"})):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return private(inner)

    return decorate
