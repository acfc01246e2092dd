"""What makes the data that is shipped from packages of public registries; nothing here runs in the gateway."""
