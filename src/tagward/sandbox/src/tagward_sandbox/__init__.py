"""A small project for rehearsals."""

__version__ = "0.1.0"


def main() -> None:
    """Say which release this is."""
    print(f"tagward-sandbox {__version__}")  # noqa: T201  # a console script speaks on standard output
