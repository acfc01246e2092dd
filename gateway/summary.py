"""A report as the JSON that `scan` and `held show` print."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from detectors.model import Finding, Group, OffenceGroup, Records, Report, join_offences


def describe_people(report: Report) -> dict[str, Any]:
    """How many distinct people: in all, in hidden content (`hidden_only`: and nowhere else), by role, by kind of crime."""
    people = report.people
    return {
        "total": people.total,
        "hidden": people.hidden,
        "hidden_only": people.hidden_only,
        "by_role": {role.value: count for role, count in sorted(people.by_role.items())},
        "by_offence": {group.value: people.by_offence[group] for group in OffenceGroup if group in people.by_offence},
    }


def describe_findings(report: Report) -> list[dict[str, Any]]:
    """People and records by place first, then the identifiers; masked."""
    everything: list[Group | Records | Finding] = [*join_offences(report.groups), *report.records, *report.findings]
    return [describe_finding(finding) for finding in everything]


def describe_finding(finding: Group | Records | Finding) -> dict[str, Any]:
    """One finding as JSON: kind, place, how hidden, mask, confidence, how many."""
    match finding:
        case Group():
            kind, masked, confidence, count = f"person:{finding.role.value}", "", 1.0, finding.count
        case Records():
            kind = "pseudonymous_records" if finding.pseudonymous else "record_level_table"
            masked, confidence, count = "", 1.0, finding.rows
        case Finding():
            kind, masked, confidence, count = finding.kind, finding.masked, finding.confidence, finding.count
    return {
        "kind": kind,
        "where": str(finding.where),
        "visibility": finding.visibility.label,
        "masked": masked,
        "confidence": confidence,
        "count": count,
    }


def describe_shares(report: Report) -> list[dict[str, Any]]:
    """How much of each attachment is shown and hidden."""
    return [{"where": str(each.where), **asdict(each.share)} for each in report.shares]


def describe_unread(report: Report) -> list[dict[str, Any]]:
    """The places that could not be read, and why."""
    return [{"where": str(unread.where), "why": unread.why.value} for unread in report.unread]
