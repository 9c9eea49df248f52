"""How a call is told that its token does not let it in.

https://www.rfc-editor.org/rfc/rfc6750#section-3
https://www.rfc-editor.org/rfc/rfc9470
"""

from cordee.errors import Category, FhirError

REALM = 'Bearer realm="cordee"'


def missing() -> FhirError:
    """Say that a token is needed."""
    text = "This server wants an access token: Authorization: Bearer …"
    return FhirError(Category.UNAUTHENTICATED, text, headers={"WWW-Authenticate": REALM})


def invalid(reason: str) -> FhirError:
    """Say why a token does not hold; `reason` is ASCII and quotes nothing of the token."""
    challenge = f'{REALM}, error="invalid_token", error_description="{reason}"'
    return FhirError(Category.UNAUTHENTICATED, reason, headers={"WWW-Authenticate": challenge})


def too_weak(acr: str) -> FhirError:
    """Say that the person must authenticate in a stronger way."""
    reason = f"The person did not authenticate at the level {acr}"
    challenge = f'{REALM}, error="insufficient_user_authentication", error_description="{reason}"'
    headers = {"WWW-Authenticate": f'{challenge}, acr_values="{acr}"'}
    return FhirError(Category.UNAUTHENTICATED, reason, headers=headers)


def unscoped() -> FhirError:
    """Say that the token names no scope on resources."""
    headers = {"WWW-Authenticate": f'{REALM}, error="insufficient_scope"'}
    return FhirError(
        Category.FORBIDDEN, "The access token has no scope on resources", headers=headers
    )


def unreachable(what: str) -> FhirError:
    """Say that a token cannot be judged now."""
    text = f"{what} does not answer, so nobody can be let in; try again later"
    return FhirError(Category.UNAVAILABLE, text, headers={"Retry-After": "5"})
