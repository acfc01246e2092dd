from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from gateway.json_line import write_json


@given(st.text(st.characters(), max_size=40))
def test_any_text_comes_back_and_commands_no_terminal(text: str) -> None:
    """Also the control characters above ASCII, which JSON leaves alone, and halves of characters."""
    line = write_json({"text": text})
    assert line.isprintable()
    assert json.loads(line) == json.loads(json.dumps({"text": text}))


def test_letters_stay_readable() -> None:
    """Reviewers read these lines."""
    assert write_json({"name": "Zoë › Łódź"}) == '{"name": "Zoë › Łódź"}'
