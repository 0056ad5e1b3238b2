"""The answers of the C2PA Soft Binding Resolution API 2.4.0, as its OpenAPI document has them.

Restated from the schemas of that document (CC BY 4.0), so that they hold without it; where it lies
beside the repository, the two are compared.
"""

VERSION = r"^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$"

ALGORITHMS = {
    "type": "array",
    "items": {"type": "object", "required": ["alg"], "properties": {"alg": {"type": "string"}}},
}
SCHEMAS = {
    "softBindingAlgList": {
        "properties": {"watermarks": ALGORITHMS, "fingerprints": ALGORITHMS},
    },
    "softBindingQueryResult": {
        "type": "object",
        "properties": {
            "matches": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["manifestId"],
                    "properties": {
                        "manifestId": {"type": "string"},
                        "endpoint": {"type": "string"},
                        "similarityScore": {"type": "integer", "minimum": 0, "maximum": 100},
                    },
                },
            }
        },
    },
    "serviceStatus": {
        "type": "object",
        "required": ["status"],
        "properties": {
            "status": {"type": "string", "enum": ["ok", "degraded", "down"]},
            "timestamp": {"type": "string", "format": "date-time"},
        },
    },
    "serviceCapabilities": {
        "type": "object",
        "required": ["c2paSpecificationVersion", "supportedCapabilities"],
        "properties": {
            "c2paSpecificationVersion": {"type": "string", "pattern": VERSION},
            "supportedCapabilities": {"type": "array", "items": {"type": "string"}},
        },
    },
    "wellKnownDiscovery": {
        "type": "object",
        "required": ["apiEndpoint", "c2paSpecificationVersion"],
        "properties": {
            "apiEndpoint": {"type": "string", "format": "uri"},
            "c2paSpecificationVersion": {"type": "string", "pattern": VERSION},
            "capabilitiesEndpoint": {"type": "string", "format": "uri"},
            "statusEndpoint": {"type": "string", "format": "uri"},
        },
    },
    # Not in the part of the document that can be had; from the standard's text.
    "receipt": {
        "type": "object",
        "required": ["@context", "@type", "repository", "anchor"],
        "properties": {
            "@context": {
                "const": {
                    "c2pa": "https://c2pa.org/ns/",
                    "receipt": "https://c2pa.org/ns/manifest-receipt#",
                }
            },
            "@type": {"const": "org.c2pa.manifest-receipt"},
            "repository": {
                "type": "object",
                "required": ["uri", "manifestId"],
                "properties": {"uri": {"type": "string"}, "manifestId": {"type": "string"}},
            },
            "anchor": {
                "type": "object",
                "required": ["uri", "proof"],
                "properties": {
                    "uri": {"type": "string"},
                    "parameters": {"type": "object"},
                    "proof": {
                        "type": "object",
                        "required": ["alg"],
                        "properties": {"alg": {"type": "string"}},
                    },
                },
            },
            "verified": {"type": "boolean"},
            "error": {"type": "string"},
        },
    },
}
