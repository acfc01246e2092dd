"""Pictures: what is written beside their pixels, and the text of drawings."""
