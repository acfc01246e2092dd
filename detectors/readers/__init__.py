"""Bytes to content: one file a family of formats. Loaded in the child only."""

from __future__ import annotations

from detectors.model import Part, Reader
from detectors.readers.control import Control
from detectors.readers.csv import Delimited
from detectors.readers.data_model import DataModel
from detectors.readers.dif import Dif
from detectors.readers.executable import Executable
from detectors.readers.html import Html
from detectors.readers.image import Image
from detectors.readers.metafile import Metafile
from detectors.readers.mime import Mime
from detectors.readers.ole import Ole
from detectors.readers.opc import Opc
from detectors.readers.opendocument import drawings, presentations, spreadsheets, texts
from detectors.readers.pdf import Pdf
from detectors.readers.spreadsheetml_2003 import Spreadsheetml2003
from detectors.readers.svg import Svg
from detectors.readers.sylk import Sylk
from detectors.readers.text import Text
from detectors.readers.unknown import Unknown
from detectors.readers.xls import Xls
from detectors.readers.xlsb import Xlsb
from detectors.readers.xlsx import Xlsx
from detectors.readers.xml import Xml
from detectors.readers.zip import Zip

READERS: tuple[Reader, ...] = (
    Executable(),
    Xlsx(),
    Xlsb(),
    spreadsheets(),
    texts(),
    presentations(),
    drawings(),
    Opc(),
    Zip(),
    Xls(),
    Ole(),
    Pdf(),
    Image(),
    Metafile(),
    Control(),
    DataModel(),
    Svg(),
    Spreadsheetml2003(),
    Mime(),
    Xml(),
    Html(),
    Sylk(),
    Dif(),
    Delimited(),
    Text(),
    Unknown(),
)
"""In the order in which they are asked: a workbook is also an archive, a message is also text."""


def recognise(part: Part) -> Reader | None:
    """The first reader that knows the bytes; None for a format that none knows. May raise OverLimit or ValueError."""
    return next((reader for reader in READERS if reader.recognises(part)), None)
