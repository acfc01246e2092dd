"""The way of a message: SMTP in, verdict, and the next hop, the quarantine or a refusal."""
