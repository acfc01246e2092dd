"""The parts of an XLSB workbook: records of MS-XLSB."""
