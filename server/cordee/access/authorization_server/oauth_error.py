"""What the token endpoint answers to a request that it refuses.

https://www.rfc-editor.org/rfc/rfc6749#section-5.2
"""

STATUSES = {"invalid_client": 401, "temporarily_unavailable": 503}
"""Error codes whose status is not 400."""


class OAuthError(Exception):
    """A refusal: `code` is one of the RFC's, the text is for people and quotes no secret."""

    def __init__(self, code: str, description: str) -> None:
        """Keep both."""
        super().__init__(description)
        self.code = code
        self.description = description

    @property
    def status(self) -> int:
        """Give the HTTP status."""
        return STATUSES.get(self.code, 400)
