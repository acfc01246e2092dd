"""SMTP on both sides: the listener, the next hop, the courier of the outbox."""
