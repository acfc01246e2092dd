"""From the words of a setting to a next hop."""

from __future__ import annotations

from pathlib import Path

from gateway.message import NextHop
from gateway.settings import NextHop as NextHopSettings
from gateway.settings import Settings
from gateway.smtp.maildir import Maildir
from gateway.smtp.next_hop import Host, SmtpNextHop


def open_route(route: str, settings: NextHopSettings, hostname: str) -> NextHop:
    """The next hop that `maildir:PATH` or `smtp:HOST:PORT` names.

    Raises OSError for a maildir that cannot be made, SettingsError for a certificate that cannot be used.
    """
    kind, _, rest = route.partition(":")
    if kind == "maildir":
        maildir = Maildir(Path(rest))
        maildir.prepare()
        return maildir
    hosts = tuple(read_host(address.strip()) for address in rest.split(","))
    return SmtpNextHop(hosts, hostname, settings)


def read_host(address: str) -> Host:
    """A host and its port."""
    host, _, port = address.rpartition(":")
    return host.strip("[]"), int(port)


def open_routes(settings: Settings) -> dict[str, NextHop]:
    """The routes of the outbox: `mail` for messages, `notice` for ours.

    Beside a maildir, notices go to a maildir of their own: what the world would get and what officers get are not mixed.
    """
    beside = f"maildir:{settings.store.folder}/notices"
    own = beside if settings.next_hop.route.startswith("maildir:") else settings.next_hop.route
    return {
        "mail": open_route(settings.next_hop.route, settings.next_hop, settings.smtp.name()),
        "notice": open_route(settings.notices.route or own, settings.next_hop, settings.smtp.name()),
    }
