"""A synthetic French territory: people who do not exist, with circles, plans, notes and alerts."""
