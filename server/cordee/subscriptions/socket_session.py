"""Tokens of websockets, sealed with the server's key."""

from cordee.operations.subscription_get_ws_binding_token import Tokens
from cordee.subscriptions.seal import Seal

PLACE = "websocket"


def subscription_tokens(seal: Seal) -> Tokens:
    """Give what makes and reads the tokens of websockets."""
    return Tokens(lambda text: seal.close(text, PLACE), lambda text: seal.open(text, PLACE))
