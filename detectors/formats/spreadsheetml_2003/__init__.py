"""What the XML Spreadsheet of Office 2003 keeps (Microsoft, "XML Spreadsheet Reference"), and where it hides."""
