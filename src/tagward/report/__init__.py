"""Renderings of what was found; nothing is decided here."""
