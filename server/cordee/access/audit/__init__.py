"""Who did what to whose record: recorded, chained, and shown as AuditEvents."""
