from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.model import Finding, Location, People, Records, Report, Step, Unread, Visibility, Why
from gateway.policy import Action, Policy, PolicyError, explain_policy, find_shipped, judge, load

HERE = Location((Step("message", "message"),))
CLEAN = Report()
SHIPPED = load(find_shipped("policy.toml"))


def finding(kind: str) -> Finding:
    return Finding(kind, HERE, Visibility.SHOWN, 1.0, "Q••", "format")


def unread(why: Why) -> Report:
    return Report(unread=(Unread(HERE, why),))


@pytest.mark.parametrize(
    ("report", "action", "rules"),
    [
        (CLEAN, Action.FORWARD, ()),
        (Report(people=People(total=5)), Action.FORWARD, ()),
        (Report(people=People(total=1, hidden=1)), Action.QUARANTINE, ("hidden-people",)),
        (Report(people=People(total=1, exposed=1)), Action.QUARANTINE, ("exposed-people",)),
        (Report(records=(Records(HERE, Visibility.PIVOT_CACHE, 9, 9),)), Action.QUARANTINE, ("hidden-records",)),
        (Report(records=(Records(HERE, Visibility.SHOWN, 9, 0),)), Action.FORWARD, ()),
        (Report(findings=(finding("nino"),)), Action.QUARANTINE, ("strong-identifier",)),
        (Report(findings=(finding("postcode"), finding("email"))), Action.FORWARD, ()),
        (unread(Why.ENCRYPTED), Action.BOUNCE, ("encrypted",)),
        (unread(Why.EXECUTABLE), Action.BOUNCE, ("executable",)),
        *((unread(why), Action.QUARANTINE, ("unread",)) for why in Why if why not in {Why.ENCRYPTED, Why.EXECUTABLE}),
    ],
)
def test_the_default_policy_is_the_table_of_the_design(report: Report, action: Action, rules: tuple[str, ...]) -> None:
    """Design §9, row by row; every reason for not having read reaches a rule."""
    verdict = judge(report, SHIPPED)
    assert (verdict.action, verdict.rules) == (action, rules)


def test_the_strictest_rule_wins() -> None:
    """A message is bounced even though something in it alone would only be held."""
    report = replace(unread(Why.ENCRYPTED), people=People(total=1, hidden=1))
    verdict = judge(report, SHIPPED)
    assert verdict.action is Action.BOUNCE
    assert set(verdict.rules) == {"hidden-people", "encrypted"}


def test_shadow_mode_decides_but_forwards() -> None:
    """A force sees what would be held before anything is."""
    verdict = judge(unread(Why.ENCRYPTED), SHIPPED.model_copy(update={"shadow": True}))
    assert (verdict.action, verdict.carried_out) == (Action.BOUNCE, Action.FORWARD)


@given(st.lists(st.sampled_from(list(Why))))
def test_nothing_unread_is_ever_forwarded(reasons: list[Why]) -> None:
    """Promise 1: silence is not success."""
    report = Report(unread=tuple(Unread(HERE, why) for why in reasons))
    assert (judge(report, SHIPPED).action is Action.FORWARD) == (not reasons)


RULE = '[[rule]]\nname = "unread"\nwhen = "unread"\naction = "quarantine"\nreason = "why"\n'
OTHERS = "".join(RULE.replace("unread", each) for each in ("encrypted", "executable"))
TOP = 'version = "1"\n'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "field 'version': is missing."),
        ('version = "1"\n', "field 'rule': is missing."),
        (TOP + "rules = 3\n" + OTHERS + RULE, "field 'rules': there is no such field."),
        ('version = "1"\ndigest = "x"\n' + RULE, "there is no field 'digest' in a policy."),
        (TOP + OTHERS + RULE + RULE, "field 'rule': there are two rules named 'unread'."),
        ('version = "1"\n' + RULE + "limit = 3\n", "rule 'unread', field 'limit': there is no such field."),
        (
            'version = "1"\n' + RULE.replace('"quarantine"', '"hold"'),
            "rule 'unread', field 'action': must be one of forward,",
        ),
        (
            'version = "1"\n' + RULE.replace('when = "unread"', 'when = "bad"'),
            "rule 'unread', field 'when': must be",
        ),
        ('version = "1"\n' + RULE.replace('name = "unread"\n', ""), "rule 1, field 'name': is missing."),
        (
            'version = "1"\n' + RULE.replace("quarantine", "forward"),
            "field 'rule': a rule with when = 'unread' and at_least = 1",
        ),
        (TOP + OTHERS + RULE + "at_least = 2\n", "field 'rule': a rule with when = 'unread' and at_least = 1"),
        (TOP + RULE, "field 'rule': a rule with when = 'encrypted' and at_least = 1"),
        (
            TOP + OTHERS.replace('"executable"\naction = "quarantine"', '"executable"\naction = "forward"') + RULE,
            "field 'rule': a rule with when = 'executable' and at_least = 1",
        ),
        (
            TOP + OTHERS + RULE + "at_least = true\n",
            "rule 'unread', field 'at_least': must be a whole number.",
        ),
        (TOP + 'shadow = "yes"\n' + OTHERS + RULE, "field 'shadow': must be true or false."),
        (TOP + RULE.replace('"quarantine"', '["drop"]'), "rule 'unread', field 'action': must be one of forward,"),
        (TOP + RULE.replace('"why"', '"why\\u001b[31m"'), "rule 'unread', field 'reason': must be one line"),
        (TOP + RULE + 'kinds = ["nino"]\n', "rule 'unread': 'kinds' says something only with when ="),
        (
            TOP + RULE.replace('when = "unread"', 'when = "strong_identifier"') + 'kinds = ["ninos"]\n',
            "rule 'unread', field 'kinds': there is no kind 'ninos'; there are asn,",
        ),
        ("version = ", "not valid TOML:"),
    ],
)
def test_a_bad_policy_is_one_sentence_with_file_rule_and_field(tmp_path: Path, text: str, expected: str) -> None:
    """An officer who edits the rules learns where the mistake is."""
    file = tmp_path / "policy.toml"
    file.write_text(text)
    with pytest.raises(PolicyError) as error:
        load(file)
    assert str(error.value).startswith(f"{file}: {expected}")
    assert "\n" not in str(error.value)


def test_the_version_names_the_content(tmp_path: Path) -> None:
    """Two policies with one version text are still told apart in the log."""
    labels = set()
    for reason in ("why", "why not"):
        file = tmp_path / "policy.toml"
        file.write_text(TOP + OTHERS + RULE.replace("why", reason))
        labels.add(load(file).label)
    assert len(labels) == 2


def test_explain_says_every_rule(tmp_path: Path) -> None:
    """The officer reads what the file means."""
    text = explain_policy(SHIPPED, tmp_path)
    for rule in SHIPPED.rule:
        assert rule.name in text
        assert rule.reason in text
    shadow: Policy = SHIPPED.model_copy(update={"shadow": True})
    assert "Shadow mode" in explain_policy(shadow, tmp_path)


def test_a_policy_may_name_a_kind_of_the_forces_own(tmp_path: Path) -> None:
    """And no other that nobody finds."""
    text = find_shipped("policy.toml").read_text().replace('"nino",', '"nino", "exhibit_number",')
    path = tmp_path / "policy.toml"
    path.write_text(text)
    policy = load(path, ("exhibit_number",))
    verdict = judge(Report(findings=(finding("exhibit_number"),)), policy)
    assert verdict.rules == ("strong-identifier",)
    assert "exhibit_number" in verdict.fired[0].kinds
    with pytest.raises(PolicyError, match="there is no kind 'exhibit_number'"):
        load(path)
