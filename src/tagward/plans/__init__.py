"""Pure: facts in, the steps that a command would take out; nothing is written here."""
