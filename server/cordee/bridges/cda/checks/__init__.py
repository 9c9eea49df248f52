"""Our own rules for CI-SIS documents: the header, and what the official rules do not look at."""
