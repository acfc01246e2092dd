"""Save the breach workbook with LibreOffice: run by the system's Python, which has UNO.

usage: make_breach.py PEOPLE.json OUT.xlsx

A pivot table on sheet 'Summary' over a sheet of records that is deleted before saving: what a busy officer does.
"""

import contextlib
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.sheet.DataPilotFieldOrientation import DATA, ROW
from com.sun.star.sheet.GeneralFunction import COUNT
from com.sun.star.table import CellAddress


def connect(pipe):
    """The desktop of the office listening on a pipe."""
    context = uno.getComponentContext()
    resolver = context.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", context)
    for _ in range(240):
        with contextlib.suppress(Exception):
            office = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            return office.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", office)
        time.sleep(0.25)
    raise SystemExit("LibreOffice did not start")


def save(desktop, rows, target):
    """A workbook with a pivot table whose records are in its cache and nowhere else."""
    document = desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, ())
    sheets = document.Sheets
    data = sheets.getByIndex(0)
    data.Name = "Data"
    sheets.insertNewByName("Summary", 0)
    area = data.getCellRangeByPosition(0, 0, len(rows[0]) - 1, len(rows) - 1)
    area.setDataArray(tuple(tuple(row) for row in rows))
    pivots = sheets.getByName("Summary").DataPilotTables
    pivot = pivots.createDataPilotDescriptor()
    pivot.setSourceRange(area.RangeAddress)
    pivot.DataPilotFields.getByName("Offence").Orientation = ROW
    count = pivot.DataPilotFields.getByName("Crime ref")
    count.Orientation, count.Function = DATA, COUNT
    pivots.insertNewByName("Pivot", CellAddress(0, 0, 0), pivot)
    sheets.removeByName("Data")
    document.storeToURL(
        Path(target).absolute().as_uri(), (PropertyValue("FilterName", 0, "Calc MS Excel 2007 XML", 0),)
    )
    document.close(True)


def main():
    rows = json.loads(Path(sys.argv[1]).read_text())
    with tempfile.TemporaryDirectory() as profile:
        pipe = f"breach{Path(profile).name}"
        office = subprocess.Popen(
            [
                "soffice",
                "--headless",
                "--norestore",
                "--nolockcheck",
                f"-env:UserInstallation={Path(profile).as_uri()}",
                f"--accept=pipe,name={pipe};urp;",
            ]
        )
        try:
            desktop = connect(pipe)
            save(desktop, rows, sys.argv[2])
            with contextlib.suppress(Exception):
                desktop.terminate()
            office.wait(30)
        finally:
            office.kill()
            office.wait()


main()
