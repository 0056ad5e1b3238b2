"""Pages from templates, under a Content-Security-Policy that runs nothing but our own files."""

from collections.abc import Mapping, Sequence
from importlib.resources import files

import jinja2
from fastapi.responses import HTMLResponse

_templates = jinja2.Environment(
    loader=jinja2.FileSystemLoader(str(files("rightsd") / "web" / "portal" / "templates")),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
)

# Where the bar at the top of each page leads.
NAVIGATION: Mapping[str, Sequence[tuple[str, str]]] = {
    "en": (
        ("/notices/new", "Report"),
        ("/optouts/new", "Opt out"),
        ("/rules", "Rules"),
        ("/transparency", "Notices"),
        ("/openapi.json", "API"),
        ("/log/checkpoint", "Log"),
    ),
    "ja": (
        ("/notices/new?lang=ja", "通知する"),
        ("/optouts/new?lang=ja", "オプトアウト"),
        ("/rules?lang=ja", "ルール"),
        ("/transparency?lang=ja", "通知の記録"),
        ("/openapi.json", "API"),
        ("/log/checkpoint", "ログ"),
    ),
}

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
    """Return a page; everything that goes into it is escaped. Its `language` is English if none."""
    navigation = NAVIGATION[str(values.get("language", "en"))]
    text = _templates.get_template(template).render(**values, navigation=navigation)
    return HTMLResponse(text, status_code=status, headers=HEADERS)
