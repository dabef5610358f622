"""Samples of the pages that belong to nobody else: signing in, and what went wrong."""

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, ResetPasswordForm

from palier.entrypoints.design.gallery import Sample


def _login() -> dict[str, Any]:
    return {"form": LoginForm()}


def _login_wrong() -> dict[str, Any]:
    form = LoginForm({"login": "alice", "password": ""})
    form.is_valid()
    return {"form": form}


def _reset() -> dict[str, Any]:
    return {"form": ResetPasswordForm()}


def _change() -> dict[str, Any]:
    return {"form": ChangePasswordForm()}


SAMPLES = {
    "sign-in": Sample("account/login.html", signed_in=False, context=_login),
    "sign-in-wrong": Sample("account/login.html", signed_in=False, context=_login_wrong),
    "sign-out": Sample("account/logout.html"),
    "password-forgotten": Sample("account/password_reset.html", signed_in=False, context=_reset),
    "password-forgotten-done": Sample("account/password_reset_done.html", signed_in=False),
    "own-password": Sample("account/password_change.html", context=_change),
    **{
        f"error-{code.replace('_', '-')}": Sample(f"{code}.html", signed_in=False)
        for code in ("400", "403", "403_csrf", "404", "429", "500")
    },
}
