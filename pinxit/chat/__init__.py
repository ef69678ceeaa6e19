"""What every chat shares, ours in the browser included: commands, cards and buttons, as values without any markup."""
