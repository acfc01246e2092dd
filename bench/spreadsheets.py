"""Processor time and memory of reading large workbooks, beside other readers of the same bytes in the same run.

usage: python -m bench.spreadsheets [--records N] [--rows N] [--growth N N N] [--rounds N]

  pivot   N pivot records of 15 fields behind a summary of one cell. Yardstick: expat over the records' XML, counting elements.
  cells   N visible rows of 12 columns. Yardsticks: openpyxl (read-only), python-calamine, iscc-tika where they are installed.
  growth  the same at several sizes, which should cost the same time a row and the same memory, by us alone.
Every reading is a process of its own, in alternating order; figures are medians of the rounds.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from demo.samples import make_people

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
ARROWS = "http://schemas.openxmlformats.org/package/2006/relationships"
RECORDS = "xl/pivotCache/pivotCacheRecords1.xml"
FIELDS = ("Crime Reference", "Role", "Surname", "Forename", "DOB", "Offence", "Email", "Phone", "Postcode", "Ward")
MORE = ("Count", "Outcome", "Address", "Beat", "MO")


def arrows(*targets: tuple[str, str]) -> str:
    """A relationships part."""
    items = "".join(
        f'<Relationship Id="r{n}" Type="{RELS}/{kind}" Target="{to}"/>' for n, (kind, to) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{ARROWS}">{items}</Relationships>'


def make_records(number: int) -> Iterator[str]:
    """Pivot records as Excel writes them: shared items by index, the rest inline."""
    people = make_people(min(number, 5_000))
    yield f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<pivotCacheRecords xmlns="{MAIN}" count="{number}">'
    for index in range(number):
        person = people[index % len(people)]
        reference, role, surname, forename = f"36/{10_000 + index}/21", index % 3, person[2], person[3]
        yield (
            f'<r><s v="{reference}"/><x v="{role}"/><s v="{surname}"/><s v="{forename}"/>'
            f'<d v="{1950 + index % 50}-0{1 + index % 9}-1{index % 9}T00:00:00"/><x v="{index % 12}"/>'
            f'<s v="p{index}@public.example"/><s v="07700 {900_000 + index % 99_999}"/><s v="NR{1 + index % 9} {index % 10}AB"/>'
            f'<x v="{index % 40}"/><n v="{index}"/><x v="{index % 5}"/><s v="{index} High Street"/><m/><s v="entered by the rear"/></r>'
        )
    yield "</pivotCacheRecords>"


def make_pivot(file: Path, number: int) -> None:
    """A workbook of one visible cell, with the records in its pivot cache."""
    shared = {"Role": ["Victim", "Witness", "Suspect"], "Offence": [f"Burglary {n}" for n in range(12)]}
    shared |= {"Ward": [f"Ward {n}" for n in range(40)], "Outcome": [f"Outcome {n}" for n in range(5)]}
    fields = "".join(
        f'<cacheField name="{name}"><sharedItems>'
        + "".join(f'<s v="{item}"/>' for item in shared.get(name, []))
        + "</sharedItems></cacheField>"
        for name in (*FIELDS, *MORE)
    )
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": arrows(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELS}"><sheets><sheet name="Summary" sheetId="1" r:id="r1"/></sheets>'
        '<pivotCaches><pivotCache cacheId="1" r:id="r2"/></pivotCaches></workbook>',
        "xl/_rels/workbook.xml.rels": arrows(
            ("worksheet", "worksheets/sheet1.xml"), ("pivotCacheDefinition", "pivotCache/pivotCacheDefinition1.xml")
        ),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1"><v>7</v></c></row></sheetData></worksheet>',
        "xl/pivotCache/pivotCacheDefinition1.xml": f'<pivotCacheDefinition xmlns="{MAIN}" xmlns:r="{RELS}" r:id="r1">'
        f"<cacheFields>{fields}</cacheFields></pivotCacheDefinition>",
        "xl/pivotCache/_rels/pivotCacheDefinition1.xml.rels": arrows(("pivotCacheRecords", "pivotCacheRecords1.xml")),
    }
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
        with archive.open(RECORDS, "w") as stream:
            for text in make_records(number):
                stream.write(text.encode())


def make_cells(file: Path, rows: int) -> None:
    """A workbook of visible figures and shared strings, by a common library."""
    import xlsxwriter

    with tempfile.TemporaryDirectory() as folder:
        book = xlsxwriter.Workbook(file, {"tmpdir": folder})
        sheet = book.add_worksheet("Figures")
        for row in range(rows):
            for column in range(12):
                sheet.write(row, column, row * column if column % 3 == 0 else f"text {row * column % 20_000}")
        book.close()


def make_long(file: Path, rows: int) -> None:
    """The same figures and shared strings in as many rows as there may be, written at once."""
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": arrows(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELS}"><sheets><sheet name="Figures" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": arrows(("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml")),
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">' + "".join(f"<si><t>text {n}</t></si>" for n in range(20_000)) + "</sst>",
    }  # fmt: skip
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
        with archive.open("xl/worksheets/sheet1.xml", "w") as stream:
            stream.write(f'<worksheet xmlns="{MAIN}"><sheetData>'.encode())
            for row in range(1, rows + 1):
                cells = "".join(
                    f'<c r="{name}{row}" t="s"><v>{row * column % 20_000}</v></c>'
                    if column % 3
                    else f'<c r="{name}{row}"><v>{row * column}</v></c>'
                    for column, name in enumerate("ABCDEFGHIJKL")
                )
                stream.write(f'<row r="{row}" spans="1:12">{cells}</row>'.encode())
            stream.write(b"</sheetData></worksheet>")


# Readings: each returns how many cells or elements it saw.


def read_with_expat(file: Path) -> int:
    """The least that an XML reader can do."""
    import pyexpat

    seen = 0

    def start(_: str, __: list[str]) -> None:
        nonlocal seen
        seen += 1

    parser = pyexpat.ParserCreate(namespace_separator=" ")
    parser.ordered_attributes, parser.buffer_text = True, True
    parser.StartElementHandler = start
    with zipfile.ZipFile(file) as archive, archive.open(RECORDS) as stream:
        while chunk := stream.read(256 * 1024):
            parser.Parse(chunk, False)
    parser.Parse(b"", True)
    return seen


@dataclass(frozen=True, slots=True)
class OnDisk:
    """A file that is read as it is needed, as the child reads a message."""

    path: Path

    def open(self) -> BinaryIO:
        """A seekable stream."""
        return self.path.open("rb")


def read_with_us(file: Path) -> int:
    """Our reader, every row taken."""
    from detectors.model import Budget, Limits, Location, Part, Step, Table, Visibility
    from detectors.readers import recognise

    limits = Limits(12, 5000, 10**9, 10**10, 10**6, 6e3, 6e3, 6000, 10**10, 0)
    part = Part(Location((Step("file", "file"),)), Visibility.SHOWN, OnDisk(file), Budget.of(limits))
    reader = recognise(part)
    assert reader is not None
    return sum(len(row.cells) for each in reader.read(part) if isinstance(each, Table) for row in each.rows)


def read_and_detect(file: Path) -> int:
    """Our reader with detection behind it, as the child does it."""
    from detectors.child import read
    from detectors.model import Budget, Limits, Location, Part, Step, Visibility
    from detectors.personal_data import Detection, load_vocabulary

    limits = Limits(12, 5000, 10**9, 10**10, 10**6, 6e3, 6e3, 6000, 10**10, 0)
    part = Part(Location((Step("file", "file"),)), Visibility.SHOWN, OnDisk(file), Budget.of(limits))
    detection = Detection(load_vocabulary(Path("config/vocabulary")), b"k" * 16)
    read(part, detection.observe)
    return detection.take().people.total


def read_with_openpyxl(file: Path) -> int:
    """Openpyxl as it reads large files."""
    import openpyxl

    book = openpyxl.load_workbook(file, read_only=True)
    return sum(len(row) for row in book["Figures"].iter_rows(values_only=True))


def read_with_calamine(file: Path) -> int:
    """calamine, in Rust."""
    import python_calamine

    return sum(map(len, python_calamine.CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python()))


def read_with_tika(file: Path) -> int:
    """Apache Tika, native."""
    import iscc_tika

    return len(iscc_tika.Extractor().set_extract_string_max_length(10**9).extract_file_to_string(str(file))[0])


READINGS: dict[str, Callable[[Path], int]] = {
    "expat": read_with_expat,
    "ours": read_with_us,
    "ours with detection": read_and_detect,
    "openpyxl": read_with_openpyxl,
    "calamine": read_with_calamine,
    "tika": read_with_tika,
}


def measure(reading: str, file: Path) -> dict[str, Any] | None:
    """One reading in a process of its own; None where its library is missing or fails."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.spreadsheets", "--one", reading, str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    result: dict[str, Any] | None = json.loads(done.stdout) if done.returncode == 0 else None
    return result


def run_one(reading: str, file: Path) -> None:
    """In the process of a reading: do it, print the figures."""
    started = time.process_time()
    seen = READINGS[reading](file)
    print(json.dumps({"seen": seen, "seconds": time.process_time() - started, "megabytes": peak_memory()}))


def peak_memory() -> int:
    """Megabytes that this process held at most. What `getrusage` says is the parent's where that held more (proc(5): VmHWM)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) // 1024


def compare(title: str, file: Path, readings: list[str], rounds: int) -> None:
    """A table of medians; ratios are to the first reading."""
    results: dict[str, list[dict[str, Any]]] = {reading: [] for reading in readings}
    for number in range(rounds):
        for reading in readings if number % 2 == 0 else reversed(readings):
            result = measure(reading, file)
            if result is not None:
                results[reading].append(result)
    print(f"\n{title} ({file.stat().st_size / 1e6:.1f} MB)")
    base = 0.0
    for reading, each in results.items():
        if not each:
            print(f"  {reading:20} not here, or failed")
            continue
        seconds = statistics.median(one["seconds"] for one in each)
        base = base or seconds
        peak, seen = max(one["megabytes"] for one in each), each[0]["seen"]
        print(f"  {reading:20} {seconds:8.2f} s CPU  {seconds / base:6.2f} ×  {peak:6} MB  {seen:>12,} seen")


def grow(file: Path, sizes: list[int]) -> None:
    """Time a row and peak memory at each size."""
    print("\nvisible rows × 12 columns, growing")
    for rows in sizes:
        make_long(file, rows)
        for reading in ("ours", "ours with detection"):
            result = measure(reading, file)
            assert result is not None
            each = 1e6 * result["seconds"] / rows
            print(f"  {rows:>12,} rows  {reading:20} {each:8.1f} µs CPU a row  {result['megabytes']:6} MB")


def main() -> None:
    """Make the files, read them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=200_000)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--growth", type=int, nargs="*", default=[100_000, 300_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--one", nargs=2, metavar=("READING", "FILE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        run_one(options.one[0], Path(options.one[1]))
        return
    with tempfile.TemporaryDirectory() as folder:
        pivot, cells = Path(folder) / "pivot.xlsx", Path(folder) / "cells.xlsx"
        make_pivot(pivot, options.records)
        compare(
            f"{options.records:,} pivot records × 15 fields",
            pivot,
            ["expat", "ours", "ours with detection"],
            options.rounds,
        )
        make_cells(cells, options.rows)
        compare(
            f"{options.rows:,} visible rows × 12 columns",
            cells,
            ["ours", "ours with detection", "openpyxl", "calamine", "tika"],
            options.rounds,
        )
        grow(Path(folder) / "growth.xlsx", options.growth)


if __name__ == "__main__":
    main()
