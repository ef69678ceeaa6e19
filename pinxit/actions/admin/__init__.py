"""What admins can ask: limits, bans, weights, a guild's settings, reports, the books. One intent a file."""
