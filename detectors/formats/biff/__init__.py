"""BIFF2 to BIFF8, the records of .xls workbooks (MS-XLS, and the OpenOffice.org description of the older versions)."""
