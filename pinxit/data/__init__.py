"""The only place with SQL, and the files beside it."""
