"""The rules and engines of care coordination: circle, plan, pathway, agenda, alert, referral."""
