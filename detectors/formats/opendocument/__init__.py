"""What OpenDocument (ODF 1.3) and its forerunner keep, and where it hides."""
