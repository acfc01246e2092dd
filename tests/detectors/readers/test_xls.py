"""XLS: records that lie, strings in pieces, sheets that hide behind others, passwords."""

from __future__ import annotations

import io
import struct
from dataclasses import replace
from pathlib import Path

import msoffcrypto
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.formats.appearance import Look
from detectors.formats.biff.encryption import find_decryption
from detectors.formats.biff.formulas import read_literals
from detectors.formats.biff.office_art import read_pictures, read_shapes
from detectors.formats.biff.record_texts import find_all_texts, find_long_texts, find_strays
from detectors.formats.biff.strings import Segments, Strings, codec_of
from detectors.formats.biff.structures import clean_path, read_strings, read_user
from detectors.formats.biff.styles import Styles
from detectors.formats.compound_file import open_compound_file
from detectors.formats.number_formats import read_format
from detectors.model import OverLimit, Why
from detectors.readers.xls import Xls
from tests.cost import cost_at_most
from tests.detectors.readers.reading import LIMITS, read_all, reasons, root, texts
from tests.detectors.readers.test_golden import FIXTURES, make
from tests.detectors.readers.xls_making import (
    EOF,
    bof,
    cell_label,
    cell_number,
    cell_text,
    column,
    compound,
    number_format,
    record,
    shared,
    sheet,
    string,
    text_token,
    words,
    workbook,
)

CORPUS = Path(__file__).parents[4] / "shared" / "corpus"
BARE = {name: make(FIXTURES / "xls" / name) for name in ("hidden", "behind", "links", "bare2")}


# Recognition.


def test_a_workbook_is_known_by_its_stream_whatever_its_case() -> None:
    """Crystal Reports writes BOOK, others WorkBook."""
    book = workbook(b"", [("A", 0, 0, sheet(cell_label(0, 0, "words")))])
    for name in ("Workbook", "WorkBook", "BOOK", "Book"):
        assert "words" in texts(read_all(compound({name: book})))


@pytest.mark.parametrize(
    "untrusted",
    [
        b"",
        b"\x09\x08",
        b"\t\x08tabbed,text\n",
        b"\x09\x08\x10\x00\x00\x06\x99\x00" + bytes(12),
        compound({"Other": b"x"}),
    ],
)
def test_what_has_no_workbook_is_none(untrusted: bytes) -> None:
    """By content, and never with an exception."""
    assert not Xls().recognises(root(untrusted))


def test_a_compound_file_that_olefile_cannot_open_is_left_to_others() -> None:
    """Then it is damaged, and that is said."""
    untrusted = compound({"Workbook": BARE["hidden"]})[:700]
    assert not Xls().recognises(root(untrusted))
    assert reasons(read_all(untrusted)) == {Why.DAMAGED}


def test_a_directory_as_deep_as_it_is_long_is_read() -> None:
    """A tree whose every entry hangs on the one before: nothing of ours goes down it by calling itself."""
    streams = {"Workbook": BARE["links"], **{f"stream {number}": b"" for number in range(3000)}}
    assert "5 cases" in texts(read_all(compound(streams)))


# Lies.


@pytest.mark.parametrize("name", BARE)
def test_a_stream_that_is_cut_is_never_clean(name: str) -> None:
    """At every seventh byte, as far as the workbook says what there should be."""
    untrusted = BARE[name].removesuffix(sheet(cell_label(0, 0, "on no list")) + b"behind the last record")
    for end in range(8, len(untrusted) - 1, 7):
        assert reasons(read_all(untrusted[:end])), end


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(BARE)), st.data())
def test_damage_in_a_stream_ends_in_content_or_unread(name: str, data: st.DataObject) -> None:
    """Lengths and counts above all."""
    untrusted = bytearray(BARE[name])
    for _ in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, len(untrusted) - 1))
        untrusted[start : start + 2] = data.draw(st.binary(min_size=1, max_size=4))
    read_all(bytes(untrusted))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 0x8FF), st.binary(max_size=60)), max_size=20))
def test_any_records_end_in_content_or_unread(records: list[tuple[int, bytes]]) -> None:
    """Every kind of record with any data."""
    body = b"".join(record(kind, data) for kind, data in records)
    read_all(workbook(body, [("A", 0, 0, sheet(body)), ("B", 0, 0, sheet(body, kind=0x20))]))
    read_all(bof(0x10, 0x500) + body + EOF)
    read_all(record(0x209, words(3, 0x10, 0)) + body + EOF)
    read_all(compound({"Workbook": workbook(body, []), "_SX_DB_CUR/0001": body, "Revision Log": body}))


def test_a_sheet_behind_a_length_that_lies_is_found_by_its_pointer() -> None:
    """Excel goes by BOUNDSHEET, so that a record of no known kind may swallow a sheet on its way."""
    second = sheet(cell_label(0, 0, "swallowed"))
    lie = struct.pack("<HH", 0x4242, len(second) + 4) + second
    first = bof(0x10) + cell_label(0, 0, "seen") + lie + EOF + EOF
    untrusted = bytearray(workbook(b"", [("A", 0, 0, first), ("B", 0, 0, b"")]))
    pointer = untrusted.index(b"\x85\0", untrusted.index(b"\x85\0") + 2) + 4
    untrusted[pointer : pointer + 4] = struct.pack("<I", untrusted.index(second))
    said = texts(read_all(bytes(untrusted)))
    assert "sheet 'B' › A1 | swallowed" in said
    assert "sheet 'A' › A1 | seen" in said


def test_sheets_inside_one_another_are_not_gone_through_again_and_again() -> None:
    """Ten thousand pointers into one long sheet without an end."""
    inside = b"".join(bof(0x10) for _ in range(3000))
    lie = struct.pack("<HH", 0x4242, len(inside)) + inside
    sheets = [("A", 0, 0, bof(0x10) + lie + EOF)] + [("B", 0, 0, b"")] * 3000
    untrusted = bytearray(workbook(b"", sheets))
    at, pointer = untrusted.index(inside), 0
    for number in range(3000):
        pointer = untrusted.index(b"\x85\0\x09\0", pointer) + 4
        untrusted[pointer : pointer + 4] = struct.pack("<I", at + number * len(bof(0x10)))
    with cost_at_most(1600):
        assert reasons(read_all(bytes(untrusted)))


def test_more_substreams_than_any_workbook_has_are_too_many() -> None:
    """A million empty sheets."""
    assert Why.TOO_MANY in reasons(read_all(workbook(b"", []) + sheet() * 20_000))


def test_a_string_that_is_not_there_is_said() -> None:
    """And the other cells are still read."""
    contents = read_all(workbook(shared("one"), [("A", 0, 0, sheet(cell_text(0, 0, 7), cell_text(0, 1, 0)))]))
    assert "B1 | one" in texts(contents)
    assert reasons(contents) == {Why.DAMAGED}


def test_one_long_string_in_many_cells_is_paid_for() -> None:
    """A bomb that no ratio shows."""
    cells = b"".join(cell_text(row, 0, 0) for row in range(60_000))
    untrusted = workbook(shared("x" * 60_000), [("A", 0, 0, sheet(cells))])
    assert Why.TOO_LARGE in reasons(read_all(untrusted, limits=replace(LIMITS, total_bytes=4_000_000)))


def test_the_budget_bounds_a_stream() -> None:
    """OverLimit, not memory."""
    with pytest.raises(OverLimit):
        list(Xls().read(root(BARE["hidden"], limits=replace(LIMITS, part_bytes=100))))


def test_cells_in_one_place_are_all_kept() -> None:
    """Linear, too: every one of twenty thousand."""
    cells = b"".join(cell_label(3, 3, f"number {index}") for index in range(20_000))
    with cost_at_most(400):
        said = texts(read_all(workbook(b"", [("A", 0, 0, sheet(cells))])))
        assert "number 0 " in said
        assert "number 19999" in said


def test_cells_out_of_order_come_in_rows() -> None:
    """So that a name in a hidden column stays beside its offence."""
    cells = [cell_label(row, column, f"{row}/{column}") for column in range(3) for row in range(3)]
    tables = texts(read_all(workbook(b"", [("A", 0, 0, sheet(*cells))]))).splitlines()
    assert [line.rpartition("| ")[2] for line in tables if "| cells |" in line][:4] == ["0/0", "0/1", "0/2", "1/0"]


def test_a_hidden_window_hides_every_sheet() -> None:
    """As PERSONAL.XLS has it."""
    window = record(0x3D, words(0, 0, 0, 0, 1, 0, 0, 1, 600))
    said = texts(read_all(workbook(window, [("A", 0, 0, sheet(cell_label(0, 0, "words")))])))
    assert "hidden_sheet | cells | input › sheet 'A' › A1 | words" in said


def test_a_million_numbers_are_read_in_time() -> None:
    """Linear: 100,000 here, within seconds."""
    cells = b"".join(cell_number(row, column, row * 1.5) for row in range(5_000) for column in range(20))
    with cost_at_most(480):
        read_all(workbook(b"", [("A", 0, 0, sheet(cells))]))


# Strings.


def test_a_string_goes_on_in_the_next_record_in_another_width() -> None:
    """The flag byte comes anew, inside the string (MS-XLS 2.4.58)."""
    parts = [words(6) + b"\0abc", b"\1" + "дef".encode("utf-16-le") + words(1) + b"\0z"]
    data = Segments(parts)
    assert data.string()[0] == "abcдef"
    assert data.string()[0] == "z"
    assert data.ended


def test_formatting_and_phonetics_are_stepped_over() -> None:
    """Runs of four bytes, phonetic data of its own length, both behind the characters."""
    rich = words(2) + b"\x0c" + words(1) + struct.pack("<I", 3) + b"ab" + bytes(4) + b"xyz"
    assert Segments([rich + string("next")]).string() == ("ab", bytes(4), b"xyz")
    assert Strings().counted(rich, 0) == ("ab", len(rich))


def test_strings_that_are_overwritten_are_damage() -> None:
    """Zeros are read as empty strings, and what comes behind them is no longer where it was."""
    strings = record(0xFC, struct.pack("<II", 3, 3) + string("Offence") + bytes(12) + string("Jane Example"))
    assert reasons(read_all(workbook(strings, [("Figures", 0, 0, sheet(cell_text(0, 0, 0)))]))) == {Why.DAMAGED}


def test_a_record_that_swallows_the_list_of_sheets_is_damage() -> None:
    """One bit in its length makes a format as long as all that follows: no sheet is found, and nothing may look clean."""
    swallowing = number_format(164, "0.00")
    whole = workbook(swallowing, [("Figures", 0, 0, sheet(*(cell_number(row, 0, row) for row in range(600))))])
    assert not reasons(read_all(whole))
    long = swallowing[:3] + bytes([swallowing[3] | 0x20]) + swallowing[4:]
    assert Why.DAMAGED in reasons(read_all(whole.replace(swallowing, long)))


@pytest.mark.parametrize(
    ("page", "name"), [(1251, "cp1251"), (10000, "mac-roman"), (0x8001, "cp1252"), (4711, "cp1252")]
)
def test_a_code_page_is_known_or_western(page: int, name: str) -> None:
    """A codec is never loaded at the last moment: a child can open no file."""
    assert codec_of(page) == name


def test_texts_of_every_script_are_found_in_any_record() -> None:
    """Runs for Latin and the like, counts for the others."""
    data = (
        bytes(7)
        + string("作成者 鹿瀬")
        + b"\xff\0"
        + b"plain words"
        + struct.pack("<I", 3)
        + "日本語".encode("utf-16-le")
    )
    found = find_all_texts(data)
    assert {"作成者 鹿瀬", "plain words", "日本語"} <= set(found)


def test_numbers_are_no_strays() -> None:
    """A third as a double is six threes; a name is a name."""
    assert find_strays(struct.pack("<ddd", 0.3, 1 / 3, 0.1)) == []
    assert find_strays(bytes(4) + b"Jane Example, 7 High Street") == ["Jane Example, 7 High Street"]


def test_words_in_a_picture_are_found_in_both_byte_orders() -> None:
    """JPEG has them in either."""
    data = b"\xff\xd8" + "No copyright".encode("utf-16-be") + b"\xff" + b"Adobe Photoshop CS2 Macintosh\xff"
    assert find_long_texts(data) == ["Adobe Photoshop CS2 Macintosh", "No copyright"]


# Formulas, paths, styles, drawings.


@pytest.mark.parametrize(
    ("rgce", "found"),
    [
        (text_token("one") + b"\x24\0\0\0\0" + text_token("two") + b"\x08", ["one", "two"]),
        (b"\x19\x04\x01\0\0\0\0\0" + text_token("behind a choice"), ["behind a choice"]),
        (b"\x44\0\0\0\xc0\x1e\x05\0\x0b" + text_token("sum"), ["sum"]),
        (b"\xff\0\0 unknown tokens", ["unknown tokens"]),
    ],
)
def test_texts_inside_formulas_are_found(rgce: bytes, found: list[str]) -> None:
    """Token by token; where a token is not known, by search."""
    assert [text.strip() for text in read_literals(Strings(), rgce).texts] == found


def test_array_constants_are_read() -> None:
    """They stand behind the tokens."""
    rgcb = bytes([1]) + words(0) + b"\2" + string("in an array") + b"\1" + struct.pack("<d", 7)
    literals = read_literals(Strings(), b"\x60" + bytes(7), rgcb)
    assert (literals.texts, literals.numbers) == (["in an array"], [7.0])


@pytest.mark.parametrize(
    ("stored", "path"),
    [
        ("\x01\x01CCases\x03raw.xls", "C:\\Cases\\raw.xls"),
        ("\x01\x01@server\x03share\x03raw.xls", "\\\\server\\share\\raw.xls"),
        ("\x01\x05\x1ahttps://intranet/raw.xls", "https://intranet/raw.xls"),
        ("\x01[raw.xls]Sheet", "[raw.xls]Sheet"),
        ("", ""),
    ],
)
def test_paths_are_said_as_people_write_them(stored: str, path: str) -> None:
    """Control characters stand for drives and folders."""
    assert clean_path(stored) == path


def test_a_link_to_a_file_is_read_in_its_own_script() -> None:
    """A file moniker has the name twice: for old programs, and as it is."""
    name = "作業リスト.xls".encode("utf-16-le")
    file = bytes.fromhex("0303000000000000c000000000000046") + words(0) + struct.pack("<I", 4) + b"a.x\0" + bytes(24)
    file += struct.pack("<IIH", 6 + len(name), len(name), 3) + name
    place = "表!A1\0".encode("utf-16-le")
    data = (
        words(0, 0, 0, 0) + bytes(16) + struct.pack("<II", 2, 0x9) + file + struct.pack("<I", len(place) // 2) + place
    )
    assert read_strings(0x1B8, Strings(), data) == ["a.x", "作業リスト.xls", "表!A1"]


def test_columns_without_a_width_are_hidden_unless_they_are_named() -> None:
    """DEFCOLWIDTH of nothing."""
    cells = record(0x55, words(0)) + column(1, 1) + cell_label(0, 0, "no width") + cell_label(0, 1, "wide")
    said = texts(read_all(workbook(b"", [("A", 0, 0, sheet(cells))])))
    assert "hidden_column | cells | input › sheet 'A' › A1 | no width" in said
    assert "shown | cells | input › sheet 'A' › B1 | wide" in said


def test_a_workbook_of_excel_4_has_its_sheets_one_in_another() -> None:
    """A workspace with a header and a substream a sheet."""

    def bof4(kind: int) -> bytes:
        return record(0x409, words(4, kind, 0))

    label = record(0x204, words(0, 0, 0, 5) + b"words")
    formula = record(0x406, words(1, 0, 0) + b"\0\0\0\0\0\0\xff\xff" + words(0, 7) + b"\x17\x05quiet")
    inner = bof4(0x10) + label + formula + record(0x207, words(5) + b"aloud") + EOF
    said = texts(read_all(bof4(0x100) + record(0x8F, struct.pack("<I", len(inner)) + b"\x04Raws") + inner + EOF))
    assert "shown | cells | input › sheet 1 › A1 | words" in said
    assert "shown | cells | input › sheet 1 › A2 | aloud" in said
    assert "'quiet'" in said
    assert "Raws" in said


def test_colours_beyond_the_palette_hide_text() -> None:
    """XFExt says white by its red, green and blue."""
    styles = Styles()
    styles.take(0x31, words(200, 0, 8) + bytes(10))
    styles.take(0xE0, bytes(20))
    styles.take(0x87D, bytes(14) + words(0, 0, 1) + words(0x0D, 20, 2, 0) + b"\xff\xff\xff\xff" + bytes(8))
    assert styles.finish()[0].hides_text


@pytest.mark.parametrize(
    ("code", "number", "text"),
    [
        (";;;@", True, False),
        ("0;0;0;", False, True),
        ("[White]@", True, True),
        ("[White]0", True, False),
        ("[h]", False, False),
    ],
)
def test_a_format_hides_numbers_or_texts_or_both(code: str, number: bool, text: bool) -> None:
    """What a cell holds decides which section shows it."""
    form = read_format(code)
    assert (form.conceals_number(Look()), form.conceals_text(Look())) == (number, text)


def test_the_name_of_whoever_saved_is_read_without_a_count() -> None:
    """As xlwt writes it."""
    assert read_user(Strings(), b"Jane Doe".ljust(112)) == ["Jane Doe".ljust(112)]


def test_a_picture_and_the_name_of_its_file_are_found_in_a_drawing() -> None:
    """OfficeArt: a store, an entry, the picture behind it."""
    name = "victim.png\0".encode("utf-16-le")
    properties = struct.pack("<HI", 0xC105, len(name)) + name
    shape = struct.pack("<HHI", 1 << 4 | 3, 0xF00B, len(properties)) + properties
    blip = bytes(17) + b"\x89PNG"
    entry = bytes(36) + struct.pack("<HHI", 0x6E0 << 4, 0xF01E, len(blip)) + blip
    data = struct.pack("<HHI", 0xF, 0xF001, 8 + len(entry)) + struct.pack("<HHI", 2, 0xF007, len(entry)) + entry + shape
    assert [picture.untrusted for picture in read_pictures(data)] == [b"\x89PNG"]
    assert read_shapes(data).texts == ["victim.png"]


# Passwords.


def test_another_program_opens_what_we_open() -> None:
    """The fixture is as real programs write it."""
    locked = make(FIXTURES / "xls" / "default_password")
    file = msoffcrypto.OfficeFile(io.BytesIO(locked))
    file.load_key(password="VelvetSweatshop")
    opened = io.BytesIO()
    file.decrypt(opened)
    stream = open_compound_file(root(locked)).read("Workbook")
    decrypt = find_decryption(stream)
    assert decrypt is not None
    ours = decrypt(stream)
    theirs = open_compound_file(root(opened.getvalue())).read("Workbook")
    sheet_at = ours.index(b"\x09\x08", 20)
    assert ours[sheet_at:] == theirs[sheet_at:]


@pytest.mark.parametrize(
    "data", [b"", words(1), words(1, 2), words(1, 1, 1) + bytes(48), words(1, 2, 2) + bytes(200), bytes(6)]
)
def test_any_other_password_is_encrypted(data: bytes) -> None:
    """FILEPASS cut short, too."""
    assert reasons(read_all(bof(5) + record(0x2F, data) + EOF)) == {Why.ENCRYPTED}


# Real files.


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("051a683d-TestExcel_2040.xls", "Kathiravan"),
        ("e804b2fb-SampleTableWithQueryTable.xls", "SELECT * FROM [DummyData]"),
        ("8f1ee99b-56450.xls", "F:\\koike\\Excel帳票\\シャボン玉.xls"),
        ("87fea444-dbfuns.xls", "Jukka Iivonen"),
    ],
)
def test_what_is_known_to_be_in_real_files_comes_out(file: str, text: str) -> None:
    """Places that no library reads."""
    path = CORPUS / "spreadsheets" / file
    if not path.exists():
        pytest.skip("no corpus here")
    assert text in texts(read_all(path.read_bytes())).replace("\\\\", "\\")


NUMERIC = (0x0C, 0x1C, 0x31, 0x3D, 0x55, 0x5D, 0x7D, 0x85, 0xE5, 0xEC, 0x1B6, 0x203, 0x27E, 0x41E)


def test_what_continues_a_record_that_is_never_too_long_is_read() -> None:
    """Numbers, cells, drawings, names: programs skip a CONTINUE behind them, and show the workbook."""
    records = [record(kind, bytes(20)) + record(0x3C, b"\0Jane Needle %d of all" % kind) for kind in NUMERIC]
    book = workbook(b"", [("A", 0, 0, sheet(cell_label(0, 0, "seen"), *records))])
    said = texts(read_all(book))
    assert [kind for kind in NUMERIC if f"Jane Needle {kind} of all" not in said] == []


def test_an_author_that_goes_on_in_another_record_is_whole() -> None:
    """NOTE, then CONTINUE with a flag of its own."""
    note = record(0x1C, words(3, 2, 0, 1) + string("Jane Needle")[:7]) + record(0x3C, b"\0 Needle")
    assert "Jane Needle" in texts(read_all(workbook(b"", [("A", 0, 0, sheet(note))])))


def test_a_pivot_cache_that_is_cut_short_keeps_its_rows_and_hides_no_other() -> None:
    """The caches behind it are read too."""
    field = record(0xC6, words(2, 0, 1, 0, 0, 1, 1, 0, 1) + string("J Roe")) + record(
        0xC7, words(0, 0, 0, 0, 0, 0, 0) + string("Name")
    )
    rows = record(0xCD, string("first of two")) + record(0xCD, string("second of two"))
    caches = {"_SX_DB_CUR/0001": field + rows[:-4], "_SX_DB_CUR/0002": field + record(0xCD, string("in the next"))}
    contents = read_all(compound({"Workbook": workbook(b"", [("A", 0, 0, sheet(cell_label(0, 0, "seen")))]), **caches}))
    said = texts(contents)
    assert [words for words in ("first of two", "second of", "in the next") if words not in said] == []
    assert reasons(contents) == {Why.DAMAGED}
