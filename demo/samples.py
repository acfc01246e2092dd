"""Sample FOI replies made with the standard library: nobody in them exists."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from xml.sax.saxutils import quoteattr

XLSX = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"

FORENAMES = ("Alda", "Brenn", "Corin", "Dessa", "Eorl", "Fenna", "Garrod", "Hesper", "Iolan", "Jory", "Kerrin", "Lowen")
SURNAME_STARTS = ("Ash", "Bram", "Cald", "Dun", "Elm", "Fair", "Gold", "Hazel", "Ivel", "Kel", "Lang", "Mor")
SURNAME_ENDS = ("worthy", "quist", "barrow", "hollow", "stead", "wyke", "thorne", "mere", "combe", "field")
ROLES = ("Victim", "Witness", "Suspect")
OFFENCES = ("Burglary", "Assault occasioning ABH", "Harassment", "Theft from the person", "Domestic assault")
FIELDS = ("Crime ref", "Role", "Surname", "Forename", "DOB", "Home postcode", "Offence")


def make_people(count: int) -> list[tuple[str, ...]]:
    """Crime-report rows, one person each, all different."""
    chance = random.Random(20260101)
    rows: list[tuple[str, ...]] = []
    for n in range(count):
        surname = chance.choice(SURNAME_STARTS) + chance.choice(SURNAME_ENDS)
        born = f"{chance.randint(1945, 2005)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
        postcode = (
            f"NR{chance.randint(1, 35)} {chance.randint(1, 9)}{chance.choice('ABDEFGHJLN')}{chance.choice('PQRSTUWX')}"
        )
        row = (
            f"36/{10000 + n}/21",
            ROLES[n % 3],
            surname,
            chance.choice(FORENAMES),
            born,
            postcode,
            chance.choice(OFFENCES),
        )
        rows.append(row)
    return rows


def make_breach(rows: Sequence[Sequence[str]]) -> bytes:
    """A workbook that shows a small pivot summary; the rows are in its pivot cache and nowhere else."""
    summary = [("Offence", "Count"), *((offence, str(sum(row[-1] == offence for row in rows))) for offence in OFFENCES)]
    parts = {
        "[Content_Types].xml": content_types(),
        "_rels/.rels": relationships(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELS}"><sheets><sheet name="Summary" sheetId="1" r:id="rId1"/>'
        '</sheets><pivotCaches><pivotCache cacheId="1" r:id="rId2"/></pivotCaches></workbook>',
        "xl/_rels/workbook.xml.rels": relationships(
            ("worksheet", "worksheets/sheet1.xml"), ("pivotCacheDefinition", "pivotCache/pivotCacheDefinition1.xml")
        ),
        "xl/worksheets/sheet1.xml": worksheet(summary),
        "xl/worksheets/_rels/sheet1.xml.rels": relationships(("pivotTable", "../pivotTables/pivotTable1.xml")),
        "xl/pivotTables/pivotTable1.xml": f'<pivotTableDefinition xmlns="{MAIN}" name="Pivot" cacheId="1" dataCaption="Values">'
        '<location ref="A1:B6" firstHeaderRow="1" firstDataRow="1" firstDataCol="1"/></pivotTableDefinition>',
        "xl/pivotTables/_rels/pivotTable1.xml.rels": relationships(
            ("pivotCacheDefinition", "../pivotCache/pivotCacheDefinition1.xml")
        ),
        "xl/pivotCache/pivotCacheDefinition1.xml": pivot_definition(rows),
        "xl/pivotCache/_rels/pivotCacheDefinition1.xml.rels": relationships(
            ("pivotCacheRecords", "pivotCacheRecords1.xml")
        ),
        "xl/pivotCache/pivotCacheRecords1.xml": pivot_records(rows),
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, HEAD + text)
    return target.getvalue()


def content_types() -> str:
    """[Content_Types].xml of the breach workbook."""
    kinds = {
        "/xl/workbook.xml": "sheet.main",
        "/xl/worksheets/sheet1.xml": "worksheet",
        "/xl/pivotTables/pivotTable1.xml": "pivotTable",
        "/xl/pivotCache/pivotCacheDefinition1.xml": "pivotCacheDefinition",
        "/xl/pivotCache/pivotCacheRecords1.xml": "pivotCacheRecords",
    }
    prefix = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    overrides = "".join(
        f'<Override PartName="{part}" ContentType="{prefix}.{kind}+xml"/>' for part, kind in kinds.items()
    )
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def relationships(*targets: tuple[str, str]) -> str:
    """A .rels part."""
    items = "".join(
        f'<Relationship Id="rId{n}" Type="{RELS}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{PACKAGE_RELS}">{items}</Relationships>'


def worksheet(rows: Sequence[Sequence[str]]) -> str:
    """A sheet of inline strings."""
    lines = "".join(
        f'<row r="{n}">'
        + "".join(
            f'<c r="{letter}{n}" t="inlineStr"><is><t>{cell}</t></is></c>'
            for letter, cell in zip("AB", row, strict=True)
        )
        + "</row>"
        for n, row in enumerate(rows, 1)
    )
    return f'<worksheet xmlns="{MAIN}"><sheetData>{lines}</sheetData></worksheet>'


def pivot_definition(rows: Sequence[Sequence[str]]) -> str:
    """The cache's fields with the values that they share."""
    fields = "".join(
        f"<cacheField name={quoteattr(name)}><sharedItems>"
        + "".join(f"<s v={quoteattr(value)}/>" for value in values_of(rows, index))
        + "</sharedItems></cacheField>"
        for index, name in enumerate(FIELDS)
    )
    return (
        f'<pivotCacheDefinition xmlns="{MAIN}" xmlns:r="{RELS}" r:id="rId1" recordCount="{len(rows)}">'
        '<cacheSource type="worksheet"><worksheetSource ref="A1:G1231" sheet="Data"/></cacheSource>'
        f'<cacheFields count="{len(FIELDS)}">{fields}</cacheFields></pivotCacheDefinition>'
    )


def pivot_records(rows: Sequence[Sequence[str]]) -> str:
    """The records: an index into the shared values a field."""
    indices = [{value: n for n, value in enumerate(values_of(rows, index))} for index in range(len(FIELDS))]
    records = "".join(
        "<r>" + "".join(f'<x v="{indices[index][value]}"/>' for index, value in enumerate(row)) + "</r>" for row in rows
    )
    return f'<pivotCacheRecords xmlns="{MAIN}" count="{len(rows)}">{records}</pivotCacheRecords>'


def values_of(rows: Sequence[Sequence[str]], index: int) -> list[str]:
    """The different values of a field, in order of appearance."""
    return list(dict.fromkeys(row[index] for row in rows))


def make_figures() -> bytes:
    """An ordinary aggregate reply: burglaries by district and month."""
    chance = random.Random(7)
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    districts = ("Norwich", "Great Yarmouth", "King's Lynn", "Breckland", "Broadland", "North Norfolk", "South Norfolk")
    lines = [",".join(("District", *months))]
    lines += [",".join((district, *(str(chance.randint(5, 90)) for _ in months))) for district in districts]
    return "\r\n".join(lines).encode() + b"\r\n"


def make_locked() -> bytes:
    """A ZIP whose only member is protected by a password (its encryption flag says so; the bytes are noise)."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("figures.csv", random.Random(3).randbytes(400))
    data = bytearray(target.getvalue())
    data[6] |= 1
    data[data.rfind(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def make_mail(subject: str, name: str, kind: tuple[str, str], attachment: bytes) -> EmailMessage:
    """A reply from the FOI desk with one attachment."""
    mail = EmailMessage()
    mail["From"] = "FOI desk <foi@force.example>"
    mail["To"] = "A Requester <requester@public.example>"
    mail["Subject"] = subject
    mail["Date"] = format_datetime(datetime.now(UTC))
    mail["Message-ID"] = make_msgid(domain="force.example")
    mail.set_content("Dear requester,\n\nplease find attached the information that you asked for.\n\nThe FOI desk\n")
    mail.add_attachment(attachment, maintype=kind[0], subtype=kind[1], filename=name)
    return mail


def samples() -> Iterator[tuple[str, EmailMessage]]:
    """What the demo sends, each with a line about it."""
    people = make_people(1230)
    yield (
        "figures by month, nothing hidden",
        make_mail("FOI 101: burglary", "figures.csv", ("text", "csv"), make_figures()),
    )
    yield (
        "a pivot summary with 1,230 people in its cache",
        make_mail("FOI 102", "summary.xlsx", XLSX, make_breach(people)),
    )
    yield "a password-protected archive", make_mail("FOI 103", "figures.zip", ("application", "zip"), make_locked())
