"""Pages from templates, under a Content-Security-Policy that runs nothing but our own files."""

from importlib.resources import files

import jinja2
from fastapi.responses import HTMLResponse

_templates = jinja2.Environment(
    loader=jinja2.FileSystemLoader(str(files("rightsd") / "web" / "portal" / "templates")),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
)

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self';"
        " base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


def page(template: str, status: int = 200, **values: object) -> HTMLResponse:
    """Return a page; everything that goes into it is escaped."""
    text = _templates.get_template(template).render(**values)
    return HTMLResponse(text, status_code=status, headers=HEADERS)
