"""Signing in and out of the desk, and choosing a password after a one-time one."""

from __future__ import annotations

from typing import Any, Final

from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator

from faq.desk.access import SEE_OTHER, private, staff_of
from faq.desk.forms import StaffSignInForm
from faq.models_desk import StaffAccount

SESSION_SECONDS: Final = 8 * 3600


def see_other(url: str) -> HttpResponse:
    """303: after a POST, look there."""
    return HttpResponse(status=SEE_OTHER, headers={"Location": url})


@method_decorator(private, name="dispatch")
class SignIn(LoginView):
    """/faq/desk/login/: one sentence for every reason to refuse."""

    template_name = "desk/login.html"
    form_class = StaffSignInForm

    def get_default_redirect_url(self) -> str:
        """The desk, where no page of ours was asked for."""
        return reverse("faq:desk:home")

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """A sign-in lasts a working day."""
        super().form_valid(form)
        self.request.session.set_expiry(SESSION_SECONDS)
        return see_other(self.get_success_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """For the frame: the title says so after an error."""
        context = super().get_context_data(**kwargs)
        return {**context, "nav": "faq", "has_error": bool(context["form"].errors)}


class SignOut(LogoutView):
    """POST only; back to the sign-in page."""

    def get_default_redirect_url(self) -> str:
        """To the door."""
        return reverse("faq:desk:login")


@method_decorator(private, name="dispatch")
class ChoosePassword(LoginRequiredMixin, PasswordChangeView):
    """A password of one's own; it opens the desk to whoever came with a one-time one."""

    template_name = "desk/password.html"
    login_url = reverse_lazy("faq:desk:login")
    success_url = reverse_lazy("faq:desk:home")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """For signed-in people."""
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        """Only an account that was made with a one-time password becomes staff here."""
        with transaction.atomic():
            super().form_valid(form)
            user = staff_of(self.request)
            fresh = StaffAccount.objects.filter(user=user, password_once=True)
            if fresh.update(password_once=False):
                user.is_staff = True
                user.save(update_fields=["is_staff"])
        return see_other(reverse("faq:desk:home"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """For the frame, and whether this is the first password."""
        context = super().get_context_data(**kwargs)
        first = StaffAccount.objects.filter(user=staff_of(self.request), password_once=True)
        return {
            **context,
            "nav": "faq",
            "first": first.exists(),
            "has_error": bool(context["form"].errors),
        }
