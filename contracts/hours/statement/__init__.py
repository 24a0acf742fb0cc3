"""The statement of hours over a period: on screen, as PDF and as a workbook."""
