"""Addresses of sign-in, service centre, policies and user system; included at the root."""

from __future__ import annotations

from django.urls import path

from wizard.account import (
    views_account,
    views_centre,
    views_desk,
    views_pin,
    views_register,
    views_seals,
    views_signin,
)

urlpatterns = [
    path("login/", views_signin.login, name="login"),
    path("login/card/", views_signin.login_card, name="login-card"),
    path("login/card/insert/", views_desk.insert_card, name="login-insert"),
    path("login/desk/", views_desk.repair, name="desk-repair"),
    path("login/publish/", views_desk.publish, name="demo-publish"),
    path("login/handover/", views_register.handover, name="handover"),
    path("register/", views_register.register, name="register"),
    path("register/username/", views_register.find_username, name="find-username"),
    path("register/username/search/", views_register.ask, name="ask-username"),
    path("register/username/<str:number>/", views_register.searched, name="searched-username"),
    path("login/card/centre/", views_desk.card_centre, name="login-card-centre"),
    path("login/password/", views_signin.login_password, name="login-password"),
    path("login/nocard/", views_signin.login_nocard, name="login-nocard"),
    path("login/blocked/", views_signin.blocked, name="login-blocked"),
    path("login/change-pin/", views_pin.change_pin, name="change-pin"),
    path("logout/", views_signin.logout, name="logout"),
    path("center/", views_centre.centre, name="centre"),
    path("policies/", views_centre.policies, name="policies"),
    path("policies/<str:number>.pdf", views_centre.policy_pdf, name="policy-pdf"),
    path("policies/<str:number>/", views_centre.policy, name="policy"),
    path("account/", views_account.account, name="account"),
    path("account/password/", views_register.set_password, name="set-password"),
    path("account/seals/", views_seals.seals, name="seals"),
    path("account/seals/<str:seal_id>/delete/", views_seals.delete, name="seal-delete"),
    path("account/verify/", views_account.verify, name="verify"),
]
