"""The parts of an XLSX workbook: ECMA-376 part 1, section 18."""
