"""Secured health mail (MSSanté): documents sent as XDM, mailboxes collected, receipts followed.

https://esante.gouv.fr/produits-services/mssante
"""
