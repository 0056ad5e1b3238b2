"""Settings, from environment variables named RIGHTSD_… and nowhere else."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from rightsd.domain.trust import Stamping


class Settings(BaseSettings):
    """All settings. Read once, by `bootstrap`; the rest of the code is handed plain values."""

    model_config = SettingsConfigDict(env_prefix="RIGHTSD_", frozen=True)

    home: Path = Field(
        default=Path(".rightsd"),
        description="Folder of keys, files under way and, unless said otherwise, everything else",
    )
    database_url: str | None = Field(
        default=None,
        description="A Postgres 15 or newer; without it the daemon runs its own, in the home",
    )
    blobs_url: str | None = Field(
        default=None, description="file:///folder or s3://bucket/prefix; without it, in the home"
    )
    key_passphrase: str | None = Field(
        default=None,
        description="Encrypts the keys at rest; without it a private file in the home does",
    )
    kms_url: str | None = Field(
        default=None,
        description="OpenBao or HashiCorp Vault, whose transit engine then holds the log's keys"
        " and the passphrase of the others; set once, for good",
    )
    kms_token_file: Path | None = Field(
        default=None, description="File with the token for it, read anew for every request"
    )
    log_origin: str = Field(
        default="rightsd.example/log",
        description="Name of the transparency log; set once, for good",
    )
    witness_policy: Path | None = Field(
        default=None,
        description="File of the witnesses, with URLs, that must cosign what is published",
    )
    witness_private: bool = Field(
        default=False, description="Those witnesses may be at private addresses and without TLS"
    )
    webhook_private: bool = Field(
        default=False,
        description="Endpoints of platforms may be at private addresses and without TLS, for"
        " development",
    )
    deposit_anything: bool = Field(
        default=False,
        description="Clients may deposit bytes that are no manifest store, as the conformance"
        " harness of the Soft Binding Resolution API does",
    )
    mirror_url: str | None = Field(
        default=None,
        description="file:///folder or s3://bucket/prefix to keep the log in as plain files",
    )
    claim_chain: Path | None = Field(
        default=None,
        description="PEM file of the certificate that signs outputs and the CAs above it, without"
        " the root; read anew for every output. Without it, a development CA in the home",
    )
    claim_key: Path | None = Field(
        default=None, description="PEM file of its private key, P-256, not encrypted"
    )
    claim_kms_key: str | None = Field(
        default=None,
        description="Instead: name of an ecdsa-p256 key in the transit engine of"
        " `RIGHTSD_KMS_URL`, which signs by its first version",
        pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$",
    )
    claim_pkcs11: str | None = Field(
        default=None,
        description="Instead: PKCS #11 URI (RFC 7512) of a P-256 private key in a hardware token,"
        " with `module-path=/…` and `pin-source=file:/…`; needs the extra `hsm`",
    )
    trust_list: Path | None = Field(
        default=None,
        description="File of those who may vouch for signers of outputs: PEM, or a C2PA trust list"
        " (JSON). Without it, the development CA alone",
    )
    tsa_trust_list: Path | None = Field(
        default=None, description="The same of those who may vouch for time-stamping authorities"
    )
    tsa_url: str | None = Field(default=None, description="RFC 3161 time-stamping authority")
    time_stamps: Stamping | None = Field(
        default=None,
        description="`required`: nothing is signed without a trusted time-stamp; `preferred`:"
        " without one if there is none to be had; `none`. Without it, required if there is an"
        " authority",
    )
    models: Path | None = Field(
        default=None,
        description="Folder of the models that recognise faces and voices; without it,"
        " share/rightsd/models of the Python environment",
    )
    face_model: Path | None = Field(
        default=None,
        description="TOML file that describes the operator's own model of faces, which then"
        " recognises them",
    )
    engine: str = Field(
        default="procedural",
        description="Which generator makes the clips: `procedural`, `procedural-espeak`, `film`, or"
        " a model that others trained, `diffusion:FOLDER` or `diffusion:OWNER/NAME@COMMIT`",
    )
    index_shards: str | None = Field(
        default=None,
        description="Addresses of the shards of the fingerprint index, in their order, with spaces"
        " between shards and commas between replicas of one; without it, every process holds the"
        " whole index",
    )
    index_token_file: Path | None = Field(
        default=None,
        description="File with the token, 32 characters or more, that shards ask for; read anew for"
        " every request",
    )
    milvus_url: str | None = Field(
        default=None,
        description="A Milvus in which a shard keeps its codes; without it, in its memory. Needs"
        " the extra `milvus`",
    )
    milvus_token_file: Path | None = Field(
        default=None, description="File with the token or user:password for it"
    )
    host: str = Field(default="127.0.0.1", description="Address to serve on")
    port: int = Field(default=8734, description="Port to serve on", ge=1, le=65535)
    forwarded_by: str | None = Field(
        default=None,
        description="Addresses or networks of reverse proxies, with commas, whose X-Forwarded-For"
        " says where requests come from; without it, that header is not believed",
    )
    looked_at_per_minute: int = Field(
        default=60,
        description="Files that one network address may have looked at without an account in a"
        " minute, by one process",
        ge=1,
    )
    public_url: str | None = Field(
        default=None,
        description="Address by which others reach the daemon, which its credentials name;"
        " without it, http://HOST:PORT",
    )
    operator: str = Field(
        default="the operator of this daemon",
        description="Name of whoever runs the daemon, as consent receipts and outputs give it",
        min_length=1,
        max_length=200,
    )
    aigc_producer: str | None = Field(
        default=None,
        description="Code or name of the content producer under GB 45438-2025 (China); with it,"
        " outputs carry an AIGC label in their metadata",
        min_length=1,
        max_length=200,
    )
    claim_share_max: float = Field(
        default=0.02,
        description="Share of the last week's requests that a claim may refuse before a reviewer"
        " has seen it, if it is more than `RIGHTSD_CLAIM_REQUESTS_MAX` as well",
        ge=0,
        le=1,
    )
    claim_requests_max: int = Field(
        default=100, description="How many of these requests a claim may refuse at once", ge=0
    )
    sample_allowed: float = Field(
        default=0.005,
        description="Probability with which an allowed request is shown to a reviewer who is not"
        " told so",
        ge=0,
        le=1,
    )
    sample_refused: float = Field(
        default=0.02, description="The same for a refused request", ge=0, le=1
    )
    smtp_url: str | None = Field(
        default=None,
        description="smtps://user@host:465 or, for STARTTLS, smtp://user@host:587, to send mail by;"
        " without it, mail is put in the folder outbox in the home",
    )
    smtp_password_file: Path | None = Field(
        default=None, description="File with the password for it, read anew for every letter"
    )
    mail_from: str = Field(default="rightsd@localhost", description="Address that mail comes from")
    dsa_token_file: Path | None = Field(
        default=None,
        description="File with the token for the DSA Transparency Database, read anew for every"
        " request; without it, statements of reasons are kept and not sent",
    )
    dsa_url: str = Field(
        default="https://transparency.dsa.ec.europa.eu",
        description="Where that database is",
    )
    # Asking witnesses and writing the mirror each keep a connection while others do the work.
    pool_size: int = Field(
        default=10, description="Database connections of one process", ge=4, le=200
    )
