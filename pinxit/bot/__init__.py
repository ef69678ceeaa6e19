"""Chat platforms, a folder each: parse, act, make a card, show it."""
