"""The only rooms with side effects: processes, git, scratch folders, the network."""
