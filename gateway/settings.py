"""How the gateway runs: the settings of `config/settings.toml`, read once at start."""

from __future__ import annotations

import dataclasses
import os
import re
import socket
import tomllib
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from detectors.faults import say_fault
from detectors.model import Limits

ENVIRONMENT_PREFIX = "FOI_GATEWAY_"


class SettingsError(Exception):
    """A setting that cannot be used; the text is one sentence for the person who starts the gateway."""


class Section(BaseModel):
    """A group of settings: unknown names are errors, values never change."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, allow_inf_nan=False)


def check_address(value: str) -> str:
    """`host:port`, the host of an IPv6 address in brackets."""
    host, colon, port = value.rpartition(":")
    if not (colon and host and port.isdigit() and int(port) < 65536):
        raise ValueError("must be HOST:PORT, for instance 127.0.0.1:2525")
    return value


def check_optional_address(value: str) -> str:
    """An address, or nothing."""
    return check_address(value) if value else value


def read_network(value: object) -> IPv4Network | IPv6Network:
    """A network as `192.0.2.0/24` or a single address."""
    try:
        return ip_network(str(value), strict=False)
    except ValueError:
        raise ValueError("must be a network such as 192.0.2.0/24, or an address") from None


def check_route(value: str) -> str:
    """`maildir:PATH` or `smtp:HOST:PORT`, of which there may be several with commas between them."""
    kind, _, rest = value.partition(":")
    if kind == "maildir" and rest:
        return value
    if kind == "smtp":
        for address in rest.split(","):
            check_address(address.strip())
        return value
    raise ValueError("must be maildir:PATH or smtp:HOST:PORT")


def check_optional_route(value: str) -> str:
    """A route, or nothing."""
    return check_route(value) if value else value


PLAIN_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,253}[A-Za-z0-9])?|\[[0-9A-Fa-f:.IPv]+\]")
PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")


def check_hostname(value: str) -> str:
    """A host name or address literal, or nothing."""
    if value and not PLAIN_NAME.fullmatch(value):
        raise ValueError("must be a host name of letters, digits, dots and hyphens")
    return value


def check_sender(value: str) -> str:
    """An address as RFC 5321 writes plain ones."""
    if not PLAIN_ADDRESS.fullmatch(value):
        raise ValueError("must be an address such as foi-gateway@force.police.uk")
    return value


def check_line(value: str) -> str:
    """One line that can be shown anywhere."""
    if not value.isprintable():
        raise ValueError("must be one line without control characters")
    return value


Hostname = Annotated[str, AfterValidator(check_hostname)]
Sender = Annotated[str, AfterValidator(check_sender)]
Line = Annotated[str, AfterValidator(check_line)]
Wait = Annotated[float, Field(ge=0, le=30 * 24 * 3600)]
Address = Annotated[str, AfterValidator(check_address)]
OptionalAddress = Annotated[str, AfterValidator(check_optional_address)]
Networks = tuple[Annotated[IPv4Network | IPv6Network, BeforeValidator(read_network)], ...]
PRIVATE_NETWORKS = tuple(
    map(read_network, ("127.0.0.0/8", "::1", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"))
)
TlsVersion = Literal["1.2", "1.3"]
Route = Annotated[str, AfterValidator(check_route)]
OptionalRoute = Annotated[str, AfterValidator(check_optional_route)]


class Smtp(Section):
    """The listener."""

    listen: Address = Field("127.0.0.1:2525", description="Address and port of the SMTP listener")
    hostname: Hostname = Field("", description="Name in the greeting and in Received; empty: this machine's name")
    listen_tls: OptionalAddress = Field(
        "",
        description="Address and port of a second listener with TLS from the first byte, as on port 465; empty: none",
    )
    tls: Literal["never", "offered", "required"] = Field(
        "never", description="STARTTLS for clients: never, offered, or required before MAIL"
    )
    tls_minimum: TlsVersion = Field("1.2", description="Lowest version of TLS: 1.2 or 1.3")
    tls_certificate: Path | None = Field(
        None, description="Certificate (PEM, with those it is signed by) for clients; read again when it changes"
    )
    tls_key: Path | None = Field(None, description="Its key; empty: in the file of the certificate")
    client_networks: Networks = Field(
        PRIVATE_NETWORKS, description="Networks that may send; the default is loopback and private addresses"
    )
    client_authorities: Path | None = Field(
        None,
        description="File with the certificates (PEM) that client certificates are signed by; empty: none is asked for",
    )
    client_certificates: tuple[Line, ...] = Field(
        (), description="Clients that may send from anywhere: SHA-256 of a certificate, or a DNS name in it"
    )
    sender_domains: tuple[Line, ...] = Field(
        (), description="Domains of the senders whose mail is taken, besides the null sender; empty: all"
    )
    proxy_networks: Networks = Field(
        (), description="Balancers, whose connections to `listen` must begin with a PROXY header (version 1 or 2)"
    )
    xforward_networks: Networks = Field(
        (), description="Mail servers whose XFORWARD and XCLIENT are believed, such as a Postfix in front"
    )
    max_message_bytes: int = Field(50_000_000, ge=1024, description="Largest message taken; larger is answered 552")
    max_recipients: int = Field(1000, ge=1, description="Recipients a message; the next is answered 452")
    max_connections: int = Field(100, ge=1, description="Connections at once; the next is answered 421")
    max_client_connections: int = Field(
        50, ge=1, description="Connections of one client at once; the next is answered 421"
    )
    max_client_messages: int = Field(
        10_000,
        ge=1,
        description="Messages of one client in a minute; the next MAIL is answered 452. The default is against a program that runs wild: "
        "the one mail server in front, emptying its queue after a fault, has some hundreds a minute inspected and must not meet it; "
        "lower it where several clients share the gateway",
    )
    max_bytes: int = Field(
        2_000_000_000, ge=1024, description="Bytes of all messages on their way; MAIL with more is answered 452"
    )
    max_inspections: int = Field(4, ge=1, description="Messages inspected at once; further ones wait for their turn")
    answer_seconds: float = Field(
        60,
        gt=0,
        description="How long a client waits for a verdict, well below its own patience after the final dot; then the message is held, "
        "inspected on, and released by itself if it is clean",
    )
    command_seconds: float = Field(300, gt=0, description="How long a client may be silent between commands")
    data_seconds: float = Field(180, gt=0, description="How long a client may be silent within DATA")

    @model_validator(mode="after")
    def check_tls(self) -> Self:
        """TLS needs a certificate, and so do certificates of clients."""
        if self.tls_certificate is None and (self.tls != "never" or self.listen_tls):
            raise ValueError("'tls' and 'listen_tls' need a 'tls_certificate'")
        if self.client_certificates and (self.client_authorities is None or self.tls_certificate is None):
            raise ValueError("'client_certificates' need 'client_authorities' and a 'tls_certificate'")
        return self

    def name(self) -> str:
        """The host name that we give ourselves."""
        return self.hostname or socket.gethostname()


class NextHop(Section):
    """Where forwarded and released mail goes."""

    route: Route = Field(
        "maildir:var/outgoing",
        description="maildir:PATH or smtp:HOST:PORT; of several, smtp:HOST:PORT,HOST:PORT, the first that answers",
    )
    tls: Literal["never", "opportunistic", "required", "implicit"] = Field(
        "opportunistic",
        description="TLS to the next hop: opportunistic (STARTTLS where it is offered, nothing verified), required (certificate and "
        "name verified), implicit (the same, from the first byte, as on port 465), never",
    )
    tls_minimum: TlsVersion = Field("1.2", description="Lowest version of TLS: 1.2 or 1.3")
    tls_authorities: Path | None = Field(
        None, description="File with the certificates (PEM) that the next hop's may be signed by; empty: the system's"
    )
    tls_certificate: Path | None = Field(
        None, description="Certificate (PEM) that we show to the next hop, for instance to Exchange Online; empty: none"
    )
    tls_key: Path | None = Field(None, description="Its key; empty: in the file of the certificate")
    user: Line = Field("", description="Name to log in with (AUTH PLAIN, under TLS only); empty: no login")
    password_file: Path | None = Field(None, description="File with the password")
    idle_seconds: float = Field(10, ge=0, description="How long a connection is kept for the next message")
    connect_seconds: float = Field(30, gt=0, description="How long to wait for a connection and its greeting")
    reply_seconds: float = Field(300, gt=0, description="How long to wait for a reply to a command")
    final_seconds: float = Field(
        600, gt=0, description="How long to wait for the reply to the final dot (RFC 5321: 10 min)"
    )
    retry_seconds: tuple[Wait, ...] = Field(
        (5, 30, 120, 600, 1800),
        min_length=1,
        description="Waits between tries at delivering released mail; the last repeats",
    )

    give_up_seconds: float = Field(
        432_000,
        gt=0,
        description="How long delivering released mail is tried (RFC 5321: 4 to 5 days); then its sender is told",
    )

    @model_validator(mode="after")
    def check_login(self) -> Self:
        """A login needs a password and TLS."""
        if self.user and (self.password_file is None or self.tls in {"never", "opportunistic"}):
            raise ValueError("a 'user' needs a 'password_file', and 'tls' must be required or implicit")
        return self

    def password(self) -> str:
        """The password. Raises OSError when its file cannot be read."""
        return self.password_file.read_text(encoding="utf-8").strip() if self.password_file is not None else ""


class Notices(Section):
    """Mail to the person whose message was held, returned or released."""

    enabled: bool = Field(True, description="Whether senders are told")
    route: OptionalRoute = Field(
        "", description="How notices leave; empty: maildir:var/notices beside a maildir next hop, else the next hop"
    )
    sender: Sender = Field(
        "foi-gateway@localhost", description="From address of notices; their envelope sender is always <>"
    )
    contact: Line = Field("your information governance team", description="Whom the texts tell people to ask")


class Health(Section):
    """The loopback port of health checks and metrics."""

    listen: Address = Field("127.0.0.1:8025", description="Address and port of /livez, /readyz and /metrics")


class Store(Section):
    """Held messages and the outbox."""

    folder: Path = Field(Path("var"), description="Folder of the database, the held messages and the spool")
    hold_days: float = Field(
        30,
        gt=0,
        le=3650,
        description="Days after which a held message that nobody decided is given up, and its sender told",
    )
    master_key: Path | None = Field(
        None, description="File with the 32-byte master key in hex; empty: FOLDER/master.key, made at the first start"
    )


class InspectionLimits(Section):
    """What one message may cost. Reaching a limit makes the rest of the message unread, hence held."""

    depth: int = Field(12, ge=1, le=100, description="Containers within containers")
    parts: int = Field(5_000, ge=1, le=20_000, description="Parts a message, everything nested counted")
    part_bytes: int = Field(200_000_000, ge=1024, description="Decoded bytes of one part")
    total_bytes: int = Field(1_000_000_000, ge=1024, description="Decoded bytes of a whole message")
    ratio: int = Field(
        200, ge=2, description="How many times larger than its packed form a member of an archive may be"
    )
    wall_seconds: float = Field(60, gt=0, description="Time for one message, from start to end")
    overtime_seconds: float = Field(
        1800, gt=0, description="Time for a message that is inspected on after its sending server was answered"
    )
    part_seconds: float = Field(
        40, gt=0, description="Time for one part of a message; the parts after it still get theirs"
    )
    cpu_seconds: int = Field(60, ge=1, description="Processor time of one inspecting process")
    memory_bytes: int = Field(
        1_000_000_000, ge=100_000_000, description="Memory that a message may make an inspecting process use"
    )
    restarts: int = Field(8, ge=0, description="Fresh processes for one message after one was killed")

    def limits(self) -> Limits:
        """The same as the detectors know them."""
        return Limits(**self.model_dump(exclude={"overtime_seconds"}))

    def overtime(self) -> Limits:
        """The same where nobody waits."""
        seconds = self.overtime_seconds
        return dataclasses.replace(
            self.limits(), wall_seconds=seconds, part_seconds=seconds, cpu_seconds=max(1, round(seconds))
        )


class Policy(Section):
    """Where the rules are."""

    file: Path | None = Field(None, description="Policy file; empty: ./config/policy.toml, else the one shipped")
    vocabulary: Path | None = Field(
        None, description="Vocabulary folder; empty: ./config/vocabulary, else the one shipped"
    )
    recognisers: Path | None = Field(
        None, description="The force's own recognisers; empty: ./config/recognisers.yaml, else the one shipped"
    )
    allowances: Path | None = Field(
        None, description="What may stand in visible text; empty: ./config/allowances.toml, else the one shipped"
    )


class Settings(Section):
    """All settings."""

    smtp: Smtp = Field(default_factory=Smtp)
    next_hop: NextHop = Field(default_factory=NextHop)
    notices: Notices = Field(default_factory=Notices)
    health: Health = Field(default_factory=Health)
    store: Store = Field(default_factory=Store)
    limits: InspectionLimits = Field(default_factory=InspectionLimits)
    policy: Policy = Field(default_factory=Policy)


def load(path: Path | None, environment: Mapping[str, str]) -> Settings:
    """Settings from `path`, else ./config/settings.toml, else the defaults; `FOI_GATEWAY_SMTP__LISTEN` overrides.

    Raises SettingsError with one sentence that names file, setting and what is wrong.
    """
    source = path or Path("config/settings.toml")
    values: dict[str, Any] = {}
    if path is not None or source.exists():
        values = read_toml(source)
    overridden = overlay(values, environment)
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise SettingsError(explain(error, source, overridden)) from None


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of a TOML file; raises SettingsError when it cannot be read."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {os.strerror(error.errno or 0)}.") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: not valid TOML: {error}.") from None


def overlay(values: dict[str, Any], environment: Mapping[str, str]) -> dict[str, str]:
    """Put `FOI_GATEWAY_SECTION__NAME` variables over `values`; returns the variable behind each setting set so."""
    overridden: dict[str, str] = {}
    for variable in sorted(environment):
        section, separator, name = variable.removeprefix(ENVIRONMENT_PREFIX).lower().partition("__")
        if not variable.startswith(ENVIRONMENT_PREFIX):
            continue
        if not separator:
            check_variable(variable)
            continue
        table = values.setdefault(section, {})
        if isinstance(table, dict):
            text = environment[variable]
            table[name] = [each for each in text.split(",") if each] if name in LISTS else text or None
            overridden[f"{section}.{name}"] = variable
    return overridden


LISTS = frozenset(
    {
        "retry_seconds",
        "client_networks",
        "client_certificates",
        "sender_domains",
        "proxy_networks",
        "xforward_networks",
    }
)
"""Settings that hold several values; commas are between them in the environment."""


def check_variable(variable: str) -> None:
    """Refuse a variable that looks like a setting and would be ignored. Raises SettingsError."""
    name = variable.removeprefix(ENVIRONMENT_PREFIX).lower()
    for section in Settings.model_fields:
        if name.startswith(f"{section}_"):
            meant = f"{ENVIRONMENT_PREFIX}{section}__{name.removeprefix(f'{section}_')}".upper()
            raise SettingsError(f"{variable}: two underscores stand between section and name: {meant}.")


def explain(error: ValidationError, source: Path, overridden: Mapping[str, str]) -> str:
    """The first fault of a settings file as one sentence."""
    fault = error.errors(include_url=False, include_input=False)[0]
    setting = ".".join(str(step) for step in fault["loc"])
    origin = overridden.get(setting, str(source))
    if fault["type"] == "extra_forbidden":
        return f"{origin}: there is no setting '{setting}'."
    return f"{origin}: '{setting}' is wrong: {say_fault(fault)}."
