"""The report of a comparison: one page and one workbook that stand on their own."""
