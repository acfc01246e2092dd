"""TLS on both sides: what we show, whom we trust, and how a new certificate gets in."""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gateway.settings import NextHop as NextHopSettings
from gateway.settings import SettingsError
from gateway.settings import Smtp as SmtpSettings

VERSIONS = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}

Load = Callable[[Path], object]


@dataclass
class Identity:
    """A context whose certificate is read again when its files change, so that renewal needs no restart."""

    context: ssl.SSLContext
    section: str
    certificate: Path
    key: Path | None
    seen: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        self.seen = self.look()
        load_certificate(self.section, self.context, self.certificate, self.key)

    def look(self) -> tuple[int, ...]:
        """What tells one state of the files from another."""
        numbers: list[int] = []
        for file in filter(None, (self.certificate, self.key)):
            with contextlib.suppress(OSError):  # it may be on its way from one state to the other
                state = file.stat()
                numbers += (state.st_mtime_ns, state.st_ino)
        return tuple(numbers)

    def refresh(self) -> bool:
        """Take a new certificate for the connections to come; returns whether there was one.

        Raises SettingsError for one that cannot be used, once; the old one stays.
        """
        seen = self.look()
        if seen == self.seen:
            return False
        self.seen = seen
        load_certificate(self.section, ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), self.certificate, self.key)
        load_certificate(self.section, self.context, self.certificate, self.key)
        return True


def make_server_identity(settings: SmtpSettings) -> Identity | None:
    """What we show to clients; None without a certificate. Raises SettingsError."""
    if settings.tls_certificate is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = VERSIONS[settings.tls_minimum]
    if settings.client_authorities is not None:
        context.verify_mode = ssl.CERT_OPTIONAL
        with_file("smtp.client_authorities", settings.client_authorities, context.load_verify_locations)
    return Identity(context, "smtp", settings.tls_certificate, settings.tls_key)


def make_client_context(settings: NextHopSettings) -> ssl.SSLContext:
    """What is asked of the next hop: chain and name, unless TLS is only taken where it is offered. Raises SettingsError."""
    context = ssl.create_default_context()
    context.minimum_version = VERSIONS[settings.tls_minimum]
    if settings.tls_authorities is not None:
        with_file("next_hop.tls_authorities", settings.tls_authorities, context.load_verify_locations)
    if settings.tls == "opportunistic":  # better sealed from eavesdroppers than in clear, whoever the peer is
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def make_client_identity(settings: NextHopSettings, context: ssl.SSLContext) -> Identity | None:
    """What we show to the next hop; None without a certificate. Raises SettingsError."""
    if settings.tls_certificate is None:
        return None
    return Identity(context, "next_hop", settings.tls_certificate, settings.tls_key)


def load_certificate(section: str, context: ssl.SSLContext, certificate: Path, key: Path | None) -> None:
    """Load what we show. Raises SettingsError."""
    with_file(f"{section}.tls_certificate", certificate, lambda file: context.load_cert_chain(file, key))


def with_file(setting: str, file: Path, load: Load) -> None:
    """Load a file; raises SettingsError that names the setting, not what is in the file."""
    try:
        load(file)
    except FileNotFoundError as error:
        raise SettingsError(f"'{setting}': {error.filename or file}: there is no such file.") from None
    except (ssl.SSLError, OSError, ValueError):
        raise SettingsError(f"'{setting}': {file}: cannot be read as PEM, or does not fit its key.") from None
