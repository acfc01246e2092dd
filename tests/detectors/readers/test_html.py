"""Web pages that lie about their markup, and tables that may be none."""

from __future__ import annotations

import pytest

from tests.cost import cost_at_most
from tests.detectors.readers.reading import read_all, reasons, say, texts


@pytest.mark.parametrize(
    "page",
    [
        "<html><p>before</p><![endbody ]>words</html>",
        "<html><![ style='display:n'>words",
        "<html><table><tr><td colspan=99999999 rowspan=99999999>words<td>x<tr><td>y<td>z</table>",
        "<html><table><tr><td>words<tr></table></table></td></tr>",
        "<html><td>words</td><tr><td>x</table>",
        "<html><table><table><table><tr><td>words",
        "<html><iframe srcdoc='<p>words</p>'></iframe>",
        "<html><table><caption>words</caption><tr><td>a<td>b<tr><td>c<td>d</table>",
    ],
)
def test_odd_markup_loses_no_words(page: str) -> None:
    """Browsers forgive all of it."""
    contents = read_all(page.encode())
    assert "words" in texts(contents)
    assert reasons(contents) == set()


def test_a_table_streams() -> None:
    """A sheet saved as a page, of a twenty thousand rows."""
    with cost_at_most(1200):
        said = say(read_all(b"<html><table>" + b"<tr><td>Jane</td><td>4</td></tr>" * 20_000 + b"</table>"))
        assert said[-1] == "shown | html:table | input › table 1 › B20000 | 4"


def test_spans_over_everything_cost_little() -> None:
    """Cells that cover a thousand columns and rows, over and over."""
    with cost_at_most(800):
        read_all(b"<html><table>" + b"<tr><td colspan=1000 rowspan=1000>x<td>y" * 300 + b"</table>")


@pytest.mark.parametrize("text", ["/*" * 500_000, "a" * 1_000_000, "{" * 1_000_000, "content:" * 100_000])
def test_a_style_sheet_of_a_megabyte_costs_little(text: str) -> None:
    """Nothing in it ends."""
    with cost_at_most(400):
        read_all(f"<html><style>{text}</style>words".encode())
