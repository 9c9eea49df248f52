"""Access tokens: whose they are, whether they hold, and where the keys come from."""
