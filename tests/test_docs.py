"""What the documents promise is what the code has; `pytest --update-golden` writes the generated ones anew."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from detectors import model
from gateway.logs import EVENTS
from gateway.metrics import Metrics
from gateway.policy import Condition
from gateway.settings import Settings

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"


def sections() -> dict[str, dict[str, FieldInfo]]:
    """Every section of the settings with its fields."""
    found = {}
    for name, field in Settings.model_fields.items():
        section = field.annotation
        assert isinstance(section, type)
        assert issubclass(section, BaseModel)
        found[name] = section.model_fields
    return found


def show(value: object) -> str:
    """A default as TOML writes it."""
    match value:
        case bool():
            return str(value).lower()
        case int() | float():
            return f"{value:_}" if isinstance(value, int) and value >= 10_000 else str(value)
        case tuple():
            return "[" + ", ".join(show(each) for each in value) + "]"
    return f'"{value}"'


def make_settings_file() -> str:
    """config/settings.toml: every setting with its default, commented out where it has none."""
    lines = [
        "# How the gateway runs. Every setting with its default; nothing here needs to be set for a first try.",
        "# An environment variable FOI_GATEWAY_SECTION__NAME overrides SECTION.NAME.",
    ]
    for section, fields in sections().items():
        lines += ["", f"[{section}]"]
        for name, field in fields.items():
            lines.append(f"# {field.description}.")
            lines.append(f"# {name} =" if field.default is None else f"{name} = {show(field.default)}")
    return "\n".join(lines) + "\n"


def make_settings_page() -> str:
    """docs/settings.md."""
    lines = [
        "# Settings",
        "",
        "In `config/settings.toml`, in the file that `--settings` names, or in the environment: `FOI_GATEWAY_SMTP__LISTEN` is",
        "`listen` of `[smtp]`. A setting that is wrong stops the start with one sentence.",
    ]
    for section, fields in sections().items():
        lines += ["", f"## {section}", "", "| Setting | Default | Meaning |", "|---|---|---|"]
        for name, field in fields.items():
            default = "" if field.default is None else f"`{show(field.default)}`"
            lines.append(f"| `{name}` | {default} | {field.description} |")
    return "\n".join(lines) + "\n"


def find_channels() -> dict[tuple[str, str], tuple[set[str], set[str]]]:
    """By format and channel, what the golden texts of the readers say: how hidden it came out, and in which cases."""
    found: dict[tuple[str, str], tuple[set[str], set[str]]] = {}
    for golden in sorted((ROOT / "tests" / "fixtures").glob("*/*/expected.txt")):
        reader, case = golden.parts[-3:-1]
        for line in golden.read_text().splitlines():
            visibility, _, rest = line.partition(" | ")
            if visibility in LIGHTS:
                channel = rest.partition(" | ")[0]
                seen, cases = found.setdefault((reader, re.sub(r":.*", ":…", channel)), (set(), set()))
                seen.add(visibility)
                cases.add(case)
    return found


LIGHTS = [visibility.label for visibility in model.Visibility]


def make_hidden_places() -> str:
    """docs/hidden-places.md."""
    lines = [
        "# Hidden places",
        "",
        "Where the readers look, by format and channel, and how hidden what they find there can be. Generated from the golden texts in",
        "`tests/fixtures/FORMAT/CASE/expected.txt`: every line here is tried by the cases that it names. Bytes that no channel claims",
        "come out as `unclaimed`; what cannot be decoded, and is not known to be harmless, is `Unread`.",
        "A cell that a conditional format may hide is told as hidden: formulas are not computed, only comparisons with numbers are.",
        "",
        "| Format | Channel | How hidden | Tried by |",
        "|---|---|---|---|",
    ]
    for (reader, channel), (seen, cases) in sorted(find_channels().items()):
        shades = ", ".join(sorted(seen, key=LIGHTS.index))
        lines.append(f"| {reader} | `{channel}` | {shades} | {', '.join(sorted(cases))} |")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("file", "text"),
    [
        (ROOT / "config" / "settings.toml", make_settings_file()),
        (DOCS / "settings.md", make_settings_page()),
        (DOCS / "hidden-places.md", make_hidden_places()),
    ],
    ids=["settings.toml", "settings.md", "hidden-places.md"],
)
def test_what_is_generated_is_what_the_code_has(file: Path, text: str, request: pytest.FixtureRequest) -> None:
    """An administrator reads one file and knows all settings; a reviewer, all places."""
    if request.config.getoption("--update-golden"):
        file.write_text(text)
    assert file.read_text() == text


def test_every_event_is_explained_to_operations() -> None:
    """A line in the log that nobody can look up is noise."""
    page = (DOCS / "operations.md").read_text()
    assert [event for event in sorted(EVENTS) if f"`{event}`" not in page] == []


def test_every_event_is_written_somewhere() -> None:
    """The vocabulary has no words that are never said."""
    source = "".join(file.read_text() for file in (ROOT / "gateway").rglob("*.py") if file.name != "logs.py")
    assert [event for event in sorted(EVENTS) if f'"{event}"' not in source] == []


def test_every_metric_is_explained_and_every_alert_uses_one() -> None:
    """Alerts on metrics that do not exist never fire."""
    names = set(re.findall(r"^# TYPE (\w+)", Metrics().render().decode(), re.MULTILINE)) - {""}
    names = {name for name in names if not name.endswith("_created")}
    page = (DOCS / "operations.md").read_text()
    assert [name for name in sorted(names) if f"`{name}`" not in page] == []
    alerts = (ROOT / "deploy" / "prometheus" / "alerts.yml").read_text()
    assert set(re.findall(r"foi_gateway_\w+", alerts)) <= names


def test_every_word_of_the_model_is_in_the_glossary() -> None:
    """One word, one meaning."""
    page = (DOCS / "glossary.md").read_text()
    own = [name for name, each in vars(model).items() if inspect.isclass(each) and each.__module__ == model.__name__]
    assert [name for name in own if f"**{name}**" not in page] == []


def test_every_condition_of_a_policy_is_in_the_shipped_one() -> None:
    """The shipped policy is the example that forces start from."""
    text = (ROOT / "config" / "policy.toml").read_text()
    assert [condition for condition in Condition if f'when = "{condition}"' not in text] == []


def test_links_between_documents_lead_somewhere() -> None:
    """Relative links in the README and the documents."""
    pages = (ROOT / "README.md", ROOT / "HACKING.md", *DOCS.rglob("*.md"))
    links = [(page, target) for page in pages for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text())]
    assert [f"{page.name}: {target}" for page, target in links if not (page.parent / target).exists()] == []
