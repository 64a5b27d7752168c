"""Sheets made for tests."""

import io
import zipfile

import openpyxl

from qunwen.base.papers.reading import OpenSheet


def book(*rows, title="Sheet"):
    """An .xlsx written by openpyxl with these rows."""
    made = openpyxl.Workbook()
    made.active.title = title
    for row in rows:
        made.active.append(list(row))
    return saved(made)


def saved(made):
    buffer = io.BytesIO()
    made.save(buffer)
    buffer.seek(0)
    return buffer


def text_file(text, encoding="utf-8"):
    return io.BytesIO(text.encode(encoding))


def rows_of(source, **options):
    return [values for _number, values in OpenSheet(source, **options).rows()]


def raw_book(sheet_xml, *, strings=None, styles=None, workbook=None, extra=()):
    """An .xlsx put together by hand, for what no library writes."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    parts = {
        "xl/workbook.xml": workbook
        or f'<workbook xmlns="{main}" xmlns:r="{rel}"><sheets><sheet name="A" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{rel}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": sheet_xml.replace("<worksheet>", f'<worksheet xmlns="{main}">'),
    }
    if strings is not None:
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{main}">{strings}</sst>'
    if styles is not None:
        parts["xl/styles.xml"] = f'<styleSheet xmlns="{main}">{styles}</styleSheet>'
    parts.update(extra)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    buffer.seek(0)
    return buffer
