"""What may leave: rules in plain words that map a Report to an Action."""

from __future__ import annotations

import enum
import hashlib
import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from detectors.faults import say_fault
from detectors.model import IDENTIFIER_KINDS, Finding, Report, Why, printable


class PolicyError(Exception):
    """A policy that cannot be used; the text is one sentence that names file, rule and field."""


class Action(enum.IntEnum):
    """What happens to a message; of several rules the strictest wins."""

    FORWARD = 0
    QUARANTINE = 1
    BOUNCE = 2

    @property
    def label(self) -> str:
        """The name in policies, logs and JSON: `quarantine`."""
        return self.name.lower()


class Condition(enum.StrEnum):
    """What a rule can ask of a Report. Each counts something; the rule applies from `at_least` on."""

    HIDDEN_PEOPLE = "hidden_people"
    HIDDEN_RECORDS = "hidden_records"
    EXPOSED_PEOPLE = "exposed_people"
    STRONG_IDENTIFIER = "strong_identifier"
    ENCRYPTED = "encrypted"
    UNREAD = "unread"
    EXECUTABLE = "executable"


STRONG_KINDS = (
    "nino",
    "nhs_number",
    "pnc_id",
    "cro",
    "asn",
    "court_case_reference",
    "prison_number",
    "probation_number",
    "driving_licence",
    "passport",
    "bank_account",
)
"""Identifiers that name one person by themselves: found by check digits, or only beside words that say what they are."""


GUARDED = (Condition.UNREAD, Condition.ENCRYPTED, Condition.EXECUTABLE)
"""What nobody has looked into. A policy must stop all of it: doubt never lets mail out."""


def check_line(value: str) -> str:
    """One line that can be shown anywhere."""
    if not value.isprintable():
        raise ValueError("must be one line without control characters")
    return value


Line = Annotated[str, AfterValidator(check_line)]


class Rule(BaseModel):
    """One rule as the policy file writes it."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    name: str = Field(pattern=r"^[a-z][a-z0-9-]{0,40}$", description="Short name, in logs and on the case")
    when: Condition = Field(description="What the rule asks of the report")
    action: Action = Field(description="forward, quarantine or bounce")
    reason: Line = Field(min_length=1, max_length=200, description="Why, in plain words; people read it")
    at_least: int = Field(1, ge=1, strict=True, description="From how many on the rule applies")
    kinds: tuple[str, ...] = Field(STRONG_KINDS, min_length=1, description="For strong_identifier: which kinds count")

    @field_validator("action", mode="before")
    @classmethod
    def read_action(cls, value: Any) -> Action:
        """The action by its name in the file."""
        names = {action.label: action for action in Action}
        if not isinstance(value, str) or value not in names:
            raise ValueError(f"must be one of {', '.join(names)}")
        return names[value]

    @field_validator("kinds")
    @classmethod
    def check_kinds(cls, kinds: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        """A kind that no detector finds would make a rule that never applies."""
        known = (*IDENTIFIER_KINDS, *(info.context or ()))
        for kind in kinds:
            if kind not in known:
                raise ValueError(f"there is no kind '{printable(kind)}'; there are {', '.join(known)}")
        return kinds

    @model_validator(mode="after")
    def check_use(self) -> Self:
        """Kinds belong to one condition."""
        if "kinds" in self.model_fields_set and self.when is not Condition.STRONG_IDENTIFIER:
            raise ValueError("'kinds' says something only with when = 'strong_identifier'")
        return self


class Policy(BaseModel):
    """All rules of a force; the default for whatever no rule names is to forward."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Line = Field(min_length=1, max_length=40, description="Shown with every verdict; change it with the rules")
    shadow: bool = Field(False, strict=True, description="Decide and log, but forward anyway")
    rule: tuple[Rule, ...] = Field(min_length=1, description="The rules")
    digest: str = ""

    @field_validator("rule")
    @classmethod
    def check_names(cls, rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
        """No two rules of one name, and a rule that stops each kind of thing that nobody has looked into."""
        names = [rule.name for rule in rules]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"there are two rules named '{name}'")
        stopped = {rule.when for rule in rules if rule.at_least == 1 and rule.action > Action.FORWARD}
        for condition in GUARDED:
            if condition not in stopped:
                raise ValueError(f"a rule with when = '{condition}' and at_least = 1 must quarantine or bounce")
        return rules

    @property
    def label(self) -> str:
        """Version and content of the rules in a word: `2026-11/3f9a0c12`."""
        return f"{self.version}/{self.digest[:8]}"


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that applies to a report."""

    rule: str
    condition: Condition
    action: Action
    reason: str
    kinds: tuple[str, ...] = ()
    """Of a rule about strong identifiers: which count."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to happen to a message, and why. In shadow mode `action` is decided but not carried out."""

    action: Action
    fired: tuple[Fired, ...]
    report: Report
    policy_version: str
    shadow: bool = False

    @property
    def rules(self) -> tuple[str, ...]:
        """The names of the rules that applied."""
        return tuple(fired.rule for fired in self.fired)

    @property
    def carried_out(self) -> Action:
        """What really happens: in shadow mode everything is forwarded."""
        return Action.FORWARD if self.shadow else self.action


def count_strong(rule: Rule, report: Report) -> int:
    """How many strong identifiers of the rule's kinds there are."""
    return sum(finding.count for finding in report.findings if is_strong(finding, rule))


def is_strong(finding: Finding, rule: Rule) -> bool:
    """Whether a finding counts as a strong identifier under a rule."""
    return finding.kind in rule.kinds


def count_unread(report: Report, *reasons: Why) -> int:
    """How many places are unread for one of the reasons."""
    return sum(unread.why in reasons for unread in report.unread)


OTHER_REASONS = tuple(why for why in Why if why not in {Why.ENCRYPTED, Why.EXECUTABLE})

COUNTS: Mapping[Condition, Callable[[Rule, Report], int]] = {
    Condition.HIDDEN_PEOPLE: lambda _, report: report.people.hidden,
    Condition.HIDDEN_RECORDS: lambda _, report: sum(records.hidden for records in report.records),
    Condition.EXPOSED_PEOPLE: lambda _, report: report.people.exposed,
    Condition.STRONG_IDENTIFIER: count_strong,
    Condition.ENCRYPTED: lambda _, report: count_unread(report, Why.ENCRYPTED),
    Condition.UNREAD: lambda _, report: count_unread(report, *OTHER_REASONS),
    Condition.EXECUTABLE: lambda _, report: count_unread(report, Why.EXECUTABLE),
}


def judge(report: Report, policy: Policy) -> Verdict:
    """The verdict of a policy on a report: every rule that applies, and the strictest of their actions."""
    fired = tuple(
        Fired(
            rule.name,
            rule.when,
            rule.action,
            rule.reason,
            rule.kinds if rule.when is Condition.STRONG_IDENTIFIER else (),
        )
        for rule in policy.rule
        if COUNTS[rule.when](rule, report) >= rule.at_least
    )
    action = max((rule.action for rule in fired), default=Action.FORWARD)
    return Verdict(action, fired, report, policy.label, policy.shadow)


def find_shipped(name: str) -> Path:
    """A file or folder of `config/`: of the current folder, else the one that came with the package."""
    here = Path(__file__).parent
    for folder in (Path("config"), here / "config", here.parent / "config"):
        if (folder / name).exists():
            return folder / name
    raise PolicyError(f"config/{name} is missing, and no copy of it came with the program.")


def load(path: Path, own_kinds: tuple[str, ...] = ()) -> Policy:
    """The policy in a TOML file, which may name the kinds of the force's own recognisers too; raises PolicyError with one sentence that names file, rule and field."""
    try:
        text = path.read_bytes()
        values = tomllib.loads(text.decode("utf-8"))
    except OSError as error:
        raise PolicyError(f"{path}: cannot be read: {os.strerror(error.errno or 0)}.") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PolicyError(f"{path}: not valid TOML: {error}.") from None
    if "digest" in values:
        raise PolicyError(f"{path}: there is no field 'digest' in a policy.")
    try:
        return Policy.model_validate({**values, "digest": hashlib.sha256(text).hexdigest()}, context=own_kinds)
    except ValidationError as error:
        raise PolicyError(explain(error, path, values)) from None


def explain(error: ValidationError, path: Path, values: Mapping[str, Any]) -> str:
    """The first fault of a policy file as one sentence."""
    fault = error.errors(include_url=False, include_input=False)[0]
    words = "there is no such field" if fault["type"] == "extra_forbidden" else say_fault(fault)
    match fault["loc"]:
        case ("rule", int(number)):
            return f"{path}: {name_rule(values, number)}: {words}."
        case ("rule", int(number), *field):
            return f"{path}: {name_rule(values, number)}, field '{'.'.join(map(str, field))}': {words}."
        case field:
            return f"{path}: field '{'.'.join(map(str, field))}': {words}."


def name_rule(values: Mapping[str, Any], number: int) -> str:
    """A rule as its author knows it: by name, else by its number in the file."""
    name = values["rule"][number].get("name") if isinstance(values["rule"][number], dict) else None
    return f"rule '{name}'" if isinstance(name, str) else f"rule {number + 1}"


COUNTED = {
    Condition.HIDDEN_PEOPLE: "people who can be identified in hidden content",
    Condition.HIDDEN_RECORDS: "hidden records of individuals or incidents",
    Condition.EXPOSED_PEOPLE: "people connected with a crime who can be identified in visible content",
    Condition.STRONG_IDENTIFIER: "numbers that identify one person",
    Condition.ENCRYPTED: "files protected by a password",
    Condition.UNREAD: "places that could not be read",
    Condition.EXECUTABLE: "programs",
}
"""What each condition counts, in words."""


def explain_policy(policy: Policy, path: Path) -> str:
    """A policy in plain words, the strictest rules first."""
    lines = [f"Policy {policy.label} ({path})", ""]
    if policy.shadow:
        lines += ["Shadow mode: everything below is decided and logged, but all mail is forwarded.", ""]
    for rule in sorted(policy.rule, key=lambda rule: -rule.action):
        kinds = f" ({', '.join(rule.kinds)})" if rule.when is Condition.STRONG_IDENTIFIER else ""
        lines.append(f"{rule.action.label:10} {rule.name}: from {rule.at_least} on, {COUNTED[rule.when]}{kinds}.")
        lines.append(f"{'':10} {rule.reason}")
    return "\n".join([*lines, f"{Action.FORWARD.label:10} everything else."])
