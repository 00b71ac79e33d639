"""Tokens as a server gives them."""

from __future__ import annotations

import base64
import json


def jwt(**claims: object) -> str:
    """Write a JSON Web Token of these claims; the library checks no signature."""

    def part(data: dict[str, object]) -> str:
        return base64.urlsafe_b64encode(json.dumps(data).encode()).decode().rstrip("=")

    return f"{part({'alg': 'HS512'})}.{part(claims)}.c2lnbmF0dXJl"
