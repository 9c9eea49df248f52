"""Our own authorization server: registered software gets tokens for itself or for a professional.

API Pro Santé Connectée (RFC 8693 over RFC 8705) and SMART backend services share it.
"""
