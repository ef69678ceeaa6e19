"""What people can ask, one intent a file; the same on every platform."""
