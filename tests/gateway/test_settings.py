from __future__ import annotations

from pathlib import Path

import pytest

from gateway.settings import SettingsError, load


def test_no_file_gives_the_defaults_of_the_design(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`serve` in any folder needs no settings."""
    monkeypatch.chdir(tmp_path)
    settings = load(None, {})
    assert (settings.smtp.listen, settings.health.listen) == ("127.0.0.1:2525", "127.0.0.1:8025")
    assert settings.next_hop.route == "maildir:var/outgoing"
    assert settings.store.folder == Path("var")


def test_the_environment_overrides_the_file(tmp_path: Path) -> None:
    """Containers are configured by environment."""
    file = tmp_path / "settings.toml"
    file.write_text('[smtp]\nlisten = "127.0.0.1:1"\nmax_recipients = 7\n')
    settings = load(file, {"FOI_GATEWAY_SMTP__LISTEN": "0.0.0.0:25", "FOI_GATEWAY_NEXT_HOP__RETRY_SECONDS": "1,2"})
    assert settings.smtp.listen == "0.0.0.0:25"
    assert settings.smtp.max_recipients == 7
    assert settings.next_hop.retry_seconds == (1.0, 2.0)


@pytest.mark.parametrize(
    ("text", "environment", "expected"),
    [
        (
            '[smtp]\nlisten = "here"\n',
            {},
            "{file}: 'smtp.listen' is wrong: must be HOST:PORT, for instance 127.0.0.1:2525.",
        ),
        ("[smtp]\nlisten = 25\n", {}, "{file}: 'smtp.listen' is wrong: must be text in quotes."),
        ("[smtp]\nport = 25\n", {}, "{file}: there is no setting 'smtp.port'."),
        ("[mail]\nport = 25\n", {}, "{file}: there is no setting 'mail'."),
        (
            '[next_hop]\nroute = "lmtp:x:24"\n',
            {},
            "{file}: 'next_hop.route' is wrong: must be maildir:PATH or smtp:HOST:PORT.",
        ),
        (
            '[next_hop]\nroute = "maildir:"\n',
            {},
            "{file}: 'next_hop.route' is wrong: must be maildir:PATH or smtp:HOST:PORT.",
        ),
        ("[limits]\ndepth = 0\n", {}, "{file}: 'limits.depth' is wrong: must be greater than or equal to 1."),
        ("", {"FOI_GATEWAY_LIMITS__DEPTH": "x"}, "FOI_GATEWAY_LIMITS__DEPTH: 'limits.depth' is wrong: "),
        ("smtp = ", {}, "{file}: not valid TOML: "),
        ("[next_hop]\nretry_seconds = [nan]\n", {}, "{file}: 'next_hop.retry_seconds.0' is wrong: must be"),
        ("[next_hop]\nretry_seconds = [-1]\n", {}, "{file}: 'next_hop.retry_seconds.0' is wrong: must be"),
        (
            "[next_hop]\nreply_seconds = inf\n",
            {},
            "{file}: 'next_hop.reply_seconds' is wrong: must be a finite",
        ),
        ('[smtp]\nhostname = "a\\r\\nb"\n', {}, "{file}: 'smtp.hostname' is wrong: must be a host name"),
        ('[notices]\nsender = "a@b>\\nBcc: c@d"\n', {}, "{file}: 'notices.sender' is wrong: must be an address"),
        ('[notices]\nsender = "nobody"\n', {}, "{file}: 'notices.sender' is wrong: must be an address"),
        ('[notices]\ncontact = "a\\nb"\n', {}, "{file}: 'notices.contact' is wrong: must be one line"),
        (
            "",
            {"FOI_GATEWAY_SMTP_LISTEN": "x:1"},
            "FOI_GATEWAY_SMTP_LISTEN: two underscores stand between section and name:",
        ),
        ("", {"FOI_GATEWAY_NEXT_HOP_TLS": "x"}, "FOI_GATEWAY_NEXT_HOP_TLS: two underscores stand"),
    ],
)
def test_a_bad_setting_is_one_clear_sentence(
    tmp_path: Path, text: str, environment: dict[str, str], expected: str
) -> None:
    """The start stops with file, setting and what is wrong."""
    file = tmp_path / "settings.toml"
    file.write_text(text)
    with pytest.raises(SettingsError) as error:
        load(file, environment)
    assert str(error.value).startswith(expected.format(file=file))
    assert "\n" not in str(error.value)


def test_a_settings_file_that_was_named_must_be_there(tmp_path: Path) -> None:
    """A typing mistake must not fall back to the defaults."""
    with pytest.raises(SettingsError, match="cannot be read: No such file"):
        load(tmp_path / "nothing.toml", {})
