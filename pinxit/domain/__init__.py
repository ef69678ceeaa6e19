"""The words as frozen values. Standard library only, no I/O, no clock."""
