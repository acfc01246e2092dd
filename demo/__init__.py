"""Sample replies, and a script that sends them."""
