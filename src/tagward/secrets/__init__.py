"""Which secrets there are, how true ones are told from placeholders, and where they may stand; nothing is read here."""
