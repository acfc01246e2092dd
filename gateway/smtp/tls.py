"""TLS on both sides: what we show, whom we trust."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from pathlib import Path

from gateway.settings import NextHop as NextHopSettings
from gateway.settings import SettingsError

VERSIONS = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}

Load = Callable[[Path], object]


def make_client_context(settings: NextHopSettings) -> ssl.SSLContext:
    """What is asked of the next hop: chain and name, unless TLS is only taken where it is offered.

    Raises SettingsError for a certificate or key that cannot be used.
    """
    context = ssl.create_default_context()
    context.minimum_version = VERSIONS[settings.tls_minimum]
    if settings.tls_authorities is not None:
        with_file("next_hop.tls_authorities", settings.tls_authorities, context.load_verify_locations)
    if settings.tls_certificate is not None:
        load_certificate("next_hop", context, settings.tls_certificate, settings.tls_key)
    if settings.tls == "opportunistic":  # better sealed from eavesdroppers than in clear, whoever the peer is
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


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
