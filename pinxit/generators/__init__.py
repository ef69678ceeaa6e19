"""Things that make images: a file or folder per kind, found by its name."""
