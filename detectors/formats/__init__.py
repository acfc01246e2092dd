"""What several readers need of a format's lower layers."""
