"""Settings of the sign-in: the second factor and the provider of OpenID Connect."""

from __future__ import annotations

import pytest

from headrope.config.environment import SETTINGS, Provider, SettingError, choice, provider

SOUND = {
    "HEADROPE_OIDC_URL": "https://login.example.org/realms/group/",
    "HEADROPE_OIDC_ID": "headrope",
    "HEADROPE_OIDC_SECRET": "secret",
}


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for setting in SETTINGS:
        monkeypatch.delenv(setting.name, raising=False)


def given(monkeypatch: pytest.MonkeyPatch, **settings: str) -> Provider | None:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    return provider()


def test_provider_is_none_until_one_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert provider() is None
    assert given(monkeypatch, HEADROPE_OIDC_ID="x", HEADROPE_OIDC_URL=" ") is None


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, ("OpenID Connect", "mail")),
        ({"HEADROPE_OIDC_NAME": "集团登录", "HEADROPE_OIDC_MATCH": "name"}, ("集团登录", "name")),
        ({"HEADROPE_OIDC_NAME": "", "HEADROPE_OIDC_MATCH": ""}, ("OpenID Connect", "mail")),
    ],
)
def test_provider_is_read(monkeypatch: pytest.MonkeyPatch, more: dict[str, str], expected: tuple[str, str]) -> None:
    assert given(monkeypatch, **SOUND, **more) == Provider("https://login.example.org/realms/group", "headrope", "secret", *expected)  # fmt: skip


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080", "http://localhost/realm"])
def test_provider_on_the_same_machine_needs_no_https(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    assert given(monkeypatch, **SOUND | {"HEADROPE_OIDC_URL": url}) is not None


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"HEADROPE_OIDC_URL": "http://login.example.org"}, "HEADROPE_OIDC_URL: 'http://login.example.org' is not an address that begins with https://."),
        ({"HEADROPE_OIDC_URL": "https://"}, "HEADROPE_OIDC_URL: 'https:' is not an address that begins with https://."),
        ({"HEADROPE_OIDC_URL": "login.example.org"}, "HEADROPE_OIDC_URL: 'login.example.org' is not an address that begins with https://."),
        ({"HEADROPE_OIDC_URL": "http://localhost.example.org"}, "HEADROPE_OIDC_URL: 'http://localhost.example.org' is not an address that begins with https://."),
        ({"HEADROPE_OIDC_ID": ""}, "HEADROPE_OIDC_ID: is not set. HEADROPE_OIDC_URL needs the id and the secret that the provider gave."),
        ({"HEADROPE_OIDC_SECRET": ""}, "HEADROPE_OIDC_SECRET: is not set. HEADROPE_OIDC_URL needs the id and the secret that the provider gave."),
        ({"HEADROPE_OIDC_MATCH": "guess"}, "HEADROPE_OIDC_MATCH: 'guess' is none of mail, name."),
    ],
)  # fmt: skip
def test_provider_that_cannot_be_used_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], said: str
) -> None:
    with pytest.raises(SettingError) as found:
        given(monkeypatch, **SOUND | settings)

    assert str(found.value) == said


@pytest.mark.parametrize(("value", "expected"), [(None, "optional"), ("", "optional"), ("required", "required")])
def test_choice_is_one_of_the_words_and_else_the_first(
    monkeypatch: pytest.MonkeyPatch, value: str | None, expected: str
) -> None:
    if value is not None:
        monkeypatch.setenv("HEADROPE_MFA", value)

    assert choice("HEADROPE_MFA", "optional", "required") == expected
    monkeypatch.setenv("HEADROPE_MFA", "Required")
    with pytest.raises(SettingError, match="'Required' is none of optional, required"):
        choice("HEADROPE_MFA", "optional", "required")
