"""The statement of hours on paper and as a workbook."""

from __future__ import annotations

import io
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from contracts.hours.statement.statement import Statement, sum_words
from servicedesk.lib import formatting, pdf
from servicedesk.lib.spreadsheet_cells import harmless

_WIDTHS = (12, 16, 16, 52, 24, 10, 10, 16)


def paper(statement: Statement) -> bytes:
    """Return an A4 PDF with the client's logo."""
    client = statement.contract.client
    page = render_to_string(
        "contracts/hours/statement/document.html",
        {
            "statement": statement,
            "client": client,
            "style": pdf.style(),
            "logo": pdf.picture(client.logo),
            "company": settings.COMPANY_NAME,
            "made_on": timezone.localdate(),
            "language": get_language(),
        },
    )
    return pdf.printed(page)


def workbook(statement: Statement) -> bytes:
    """Return an .xlsx file: opening, each movement, closing; the last column adds up by formulas."""
    from openpyxl import Workbook  # half a second: only those who ask for Excel wait for it
    from openpyxl.styles import Font

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = _("Statement")
    bold = Font(bold=True)
    sheet.append(
        [
            _("Date"),
            pgettext("hours", "Entry"),
            _("Number"),
            _("What for"),
            _("Who"),
            _("Hours"),
            _("Left"),
            _("Worked, minutes"),
        ]
    )
    sheet.append([statement.first, _("Opening"), "", "", "", None, statement.opening])
    for row, line in enumerate(statement.lines, 3):
        number = f"{line.reference} → {line.goes_on}" if line.goes_on else line.reference
        text = [str(line.label), number, harmless(line.subject), harmless(line.person)]
        sheet.append([line.day, *text, line.hours, f"=G{row - 1}+F{row}", line.worked])
    sheet.append([statement.last, _("Closing"), "", "", "", None, f"=G{sheet.max_row}"])
    for cell in (*sheet[1], *sheet[2], *sheet[sheet.max_row]):
        cell.font = bold
    _lay_out(sheet)
    _add_sums(book.create_sheet(_("Totals")), statement)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _add_sums(sheet: Any, statement: Statement) -> None:
    """What the movements add up to, hours by what they were."""
    for label, hours in sum_words(statement):
        sheet.append([label, hours])
        sheet.cell(sheet.max_row, 2).number_format = "0.00"
    sheet.append([_("Worked, minutes"), statement.sums.worked])
    if corrected := statement.sums.corrected:
        told = {"hours": formatting.hours(corrected)}
        sheet.append([_("Of the bought hours, %(hours)s h are by correction.") % told])
    sheet.column_dimensions["A"].width = 24


def _lay_out(sheet: Any) -> None:
    """Widths, formats, and lines for long texts."""
    from openpyxl.styles import Alignment

    for letter, width in zip("ABCDEFGH", _WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    formats = {1: "yyyy-mm-dd", 6: "0.00", 7: "0.00"}
    wrapped = Alignment(vertical="top", wrap_text=True)
    for cell in (cell for row in sheet.iter_rows(min_row=2) for cell in row):
        cell.alignment = wrapped
        cell.number_format = formats.get(cell.column, cell.number_format)
    sheet.freeze_panes = "A2"
