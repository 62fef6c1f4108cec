"""Frozen values: what travels between the rooms, and nothing that acts."""
