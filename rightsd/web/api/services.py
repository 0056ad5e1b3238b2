"""What the Soft Binding Resolution API says of itself, to everyone. api-specs/resolution.md."""

from datetime import datetime
from typing import Literal

from fastapi import APIRouter

from rightsd.domain.resolution import BASE, CAPABILITIES, SPEC_VERSION, WELL_KNOWN
from rightsd.web.api.fields import Out
from rightsd.web.auth import Rt
from rightsd.workflows import resolutions

router = APIRouter(tags=["resolution"])

CAPABILITIES_PATH = BASE + "/services/capabilities"
STATUS_PATH = BASE + "/services/status"


class AlgorithmOut(Out):
    """An algorithm, by its name."""

    alg: str


class AlgorithmsOut(Out):
    """The algorithms by which files are searched."""

    watermarks: list[AlgorithmOut]
    fingerprints: list[AlgorithmOut]


class CapabilitiesOut(Out):
    """What of the API there is beyond what there must be."""

    c2paSpecificationVersion: str  # noqa: N815 -- The standard's name, as are those below.
    supportedCapabilities: list[str]  # noqa: N815


class StatusOut(Out):
    """How the service is."""

    status: Literal["ok", "degraded", "down"]
    timestamp: datetime


class DiscoveryOut(Out):
    """Where the API is: addresses."""

    apiEndpoint: str  # noqa: N815
    c2paSpecificationVersion: str  # noqa: N815
    capabilitiesEndpoint: str  # noqa: N815
    statusEndpoint: str  # noqa: N815


@router.get(WELL_KNOWN)
def show_discovery(rt: Rt) -> DiscoveryOut:
    """Say where the Soft Binding Resolution API is."""
    return DiscoveryOut(
        apiEndpoint=rt.issuer.url + BASE,
        c2paSpecificationVersion=SPEC_VERSION,
        capabilitiesEndpoint=rt.issuer.url + CAPABILITIES_PATH,
        statusEndpoint=rt.issuer.url + STATUS_PATH,
    )


@router.get(BASE + "/services/supportedAlgorithms")
def show_algorithms() -> AlgorithmsOut:
    """Name the algorithms by which files are searched."""
    return AlgorithmsOut(
        watermarks=[AlgorithmOut(alg=alg) for alg in resolutions.WATERMARKS],
        fingerprints=[AlgorithmOut(alg=alg) for alg in resolutions.FINGERPRINTS],
    )


@router.get(CAPABILITIES_PATH)
def show_capabilities() -> CapabilitiesOut:
    """Name what of the API there is beyond what there must be."""
    return CapabilitiesOut(
        c2paSpecificationVersion=SPEC_VERSION, supportedCapabilities=list(CAPABILITIES)
    )


@router.get(STATUS_PATH)
def show_status(rt: Rt) -> StatusOut:
    """Say whether anything can be found now."""
    return StatusOut(status="ok" if resolutions.is_up(rt) else "down", timestamp=rt.clock())
