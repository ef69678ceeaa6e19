"""The chat in the browser: pages, what their buttons do, and a stream of what changes."""
