"""Who may send mail through us, and whose word about somebody else is believed."""

from __future__ import annotations

import hashlib
import ssl
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any

from gateway.settings import Smtp as SmtpSettings

Network = IPv4Network | IPv6Network


@dataclass(frozen=True)
class Gate:
    """The lists of the settings."""

    clients: tuple[Network, ...]
    certificates: frozenset[str]
    domains: frozenset[str]
    proxies: tuple[Network, ...]
    forwarders: tuple[Network, ...]

    @classmethod
    def of(cls, settings: SmtpSettings) -> Gate:
        """As the settings say."""
        return cls(
            settings.client_networks,
            frozenset(each.lower().replace(":", "") for each in settings.client_certificates),
            frozenset(each.lower() for each in settings.sender_domains),
            settings.proxy_networks,
            settings.xforward_networks,
        )

    def admits(self, address: str, tls: ssl.SSLObject | None) -> bool:
        """Whether a client may send: by its address, or by the certificate that it shows."""
        return is_in(address, self.clients) or (tls is not None and self.knows(tls))

    def may_admit(self, address: str) -> bool:
        """Whether a client may come to be admitted: by a certificate that it has yet to show."""
        return bool(self.certificates) or is_in(address, self.clients)

    def knows(self, tls: ssl.SSLObject) -> bool:
        """Whether a client's certificate, verified in the handshake, is on the list: by SHA-256 or by a name in it."""
        shown = tls.getpeercert(binary_form=True)
        if not shown:
            return False
        said: Any = tls.getpeercert() or {}
        names = {value.lower() for kind, value in said.get("subjectAltName", ()) if kind == "DNS"}
        return bool(self.certificates & {hashlib.sha256(shown).hexdigest(), *names})

    def admits_sender(self, untrusted_address: bytes) -> bool:
        """Whether mail of a sender is ours to send; the null sender's always is."""
        if not self.domains or not untrusted_address:
            return True
        domain = untrusted_address.rpartition(b"@")[2].decode("ascii", "replace").lower()
        return domain in self.domains

    def is_proxy(self, address: str) -> bool:
        """Whether connections from an address begin with a PROXY header."""
        return is_in(address, self.proxies)

    def believes(self, address: str) -> bool:
        """Whether XFORWARD and XCLIENT from an address are taken for true."""
        return is_in(address, self.forwarders)


def is_in(address: str, networks: tuple[Network, ...]) -> bool:
    """Whether an address is in one of some networks; what is no address is in none."""
    parsed = read_address(address) if networks else None
    return parsed is not None and any(parsed in network for network in networks)


@lru_cache(maxsize=1024)
def read_address(address: str) -> IPv4Address | IPv6Address | None:
    """An address, that of IPv4 where it is written as one of IPv6; None when it is no address."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return None
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is not None:
        return parsed.ipv4_mapped
    return parsed
