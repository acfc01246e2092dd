"""The pinned language model: that it is the one, that it works confined, that nothing is fetched."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from detectors.personal_data import LanguageModel
from detectors.personal_data.language_model import (
    DIGESTS,
    TEXT_CHARACTERS,
    find_model,
    load_language_model,
)

CONFINED = """
import json, os, sys
from detectors import confinement, warm
from detectors.model import Limits
confinement.cut_off()
from detectors.personal_data import load_language_model
import presidio_analyzer
model = load_language_model()
warm.check_single_thread()
read, write = os.pipe()
if os.fork() == 0:
    confinement.confine(Limits(1, 1, 1, 1, 1, 5.0, 5.0, 20, 200_000_000, 1))
    text = "The shop said that Jane Doe had left."
    names = [[text[start:end] for start, end in spans] for spans in model.find_people([text] * 300)]
    os.write(write, json.dumps({"names": names[-1], "denied": confinement.try_escapes()}).encode())
    os._exit(0)
os.wait()
print(os.read(read, 4096).decode())
try:
    __import__("socket").socket()
except PermissionError:
    print("cut off")
"""


def test_it_finds_a_name_and_not_a_place(model: LanguageModel) -> None:
    """Enough to know that the weights are those they should be."""
    text = "Yesterday John Smith told the Environment Agency that Norwich was flooded."
    ((span,),) = model.find_people([text])
    assert text[slice(*span)] == "John Smith"


def test_a_long_text_is_refused(model: LanguageModel) -> None:
    """Its memory grows with the text; who asks must cut windows."""
    with pytest.raises(ValueError, match="too long"):
        list(model.find_people(["a" * (TEXT_CHARACTERS + 1)]))


def test_the_weights_are_pinned() -> None:
    """Those of en_core_web_md 3.7.1 as its makers published it."""
    assert DIGESTS["ner/model"].startswith("ebc6013e")
    assert DIGESTS["ner/model"].endswith("71ec")


@pytest.mark.parametrize("name", ["ner/model", "vocab/vectors", "config.cfg"])
def test_a_file_that_differs_stops_the_start(tmp_path: Path, name: str) -> None:
    """One sentence that says which file, and what to do."""
    for each in DIGESTS:
        (tmp_path / each).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(find_model() / each, tmp_path / each)
    with (tmp_path / name).open("ab") as file:
        file.write(b"x")
    with pytest.raises(ValueError) as fault:
        load_language_model(tmp_path)
    assert str(fault.value) == (
        f"the language model's file {name} is not the one that was tested: install what requirements/runtime.txt lists."
    )


def test_a_file_that_is_missing_stops_the_start(tmp_path: Path) -> None:
    """As one that differs."""
    with pytest.raises(ValueError, match=r"config\.cfg cannot be read"):
        load_language_model(tmp_path)


def test_it_works_where_no_socket_can_be_made_and_in_a_confined_child() -> None:
    """Loading fetches nothing, leaves one thread, and inference needs no more than computing."""
    done = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, '.')\n{CONFINED}"],
        capture_output=True,
        text=True,
        check=False,
        env={"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stderr
    told, cut_off = done.stdout.splitlines()
    assert json.loads(told)["names"] == ["Jane Doe"]
    assert "open a socket" in json.loads(told)["denied"]
    assert cut_off == "cut off"
