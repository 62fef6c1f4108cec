"""What PyPI would answer to a file, told from the file alone; pure, and dated (see `rules`)."""
