"""The release workflows: what they look like, how they are read, and which actions they may use."""
