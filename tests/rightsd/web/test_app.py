"""What an application is made of."""

from typing import cast

from fastapi.routing import APIRoute

from rightsd.runtime import Runtime
from rightsd.web.app import PAGES, RESOURCES, create_app


def test_applications_share_their_routes() -> None:
    """To build them is half a second: a server's first request waited for it."""
    one, other = (
        [route for route in create_app(cast("Runtime", None)).routes if isinstance(route, APIRoute)]
        for _ in range(2)
    )

    assert len(one) == sum(len(module.router.routes) for module in (*RESOURCES, *PAGES)) > 300
    assert all(here is there for here, there in zip(one, other, strict=True))
