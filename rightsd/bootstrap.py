"""Builds the running daemon from its settings: where the parts are chosen, with `indexing`."""

import importlib
import logging
import re
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from psycopg import Connection
from psycopg_pool import ConnectionPool

from fingerprint import descriptor, pdq
from generator import registry
from generator.base import Generator as Engine
from generator.errors import GeneratorError
from ledger import policy
from ledger.errors import PolicyError
from ledger.policy import Policy
from rightsd import indexing
from rightsd.adapters import claims, keys, profile, transit
from rightsd.adapters.blobs import Blobs
from rightsd.adapters.c2pa import ContentCredentials
from rightsd.adapters.claims import ClaimSigner
from rightsd.adapters.dsa import TransparencyDatabase
from rightsd.adapters.embedded_postgres import EmbeddedPostgres
from rightsd.adapters.files import Files
from rightsd.adapters.http import Guard, require_wellformed
from rightsd.adapters.keys import CredentialKeys, FolderLogKeys, Keys, WatermarkKeys
from rightsd.adapters.likenesses import catalogue, onnx
from rightsd.adapters.likenesses.local import Local
from rightsd.adapters.mail import FolderMailer, SmtpMailer
from rightsd.adapters.minilm import MiniLM
from rightsd.adapters.queue import Queue
from rightsd.adapters.transit import Transit, TransitLogKeys
from rightsd.adapters.webhooks import WebhookKeys
from rightsd.db import sealing
from rightsd.db.migrate import migrate
from rightsd.db.vectors import Vectors
from rightsd.domain import manifest, pkcs11, trustlist
from rightsd.domain.proof import Issuer
from rightsd.domain.radius import Cap
from rightsd.domain.rates import Sampling
from rightsd.domain.trust import Anchors, Stamping
from rightsd.domain.trustlist import TrustListError
from rightsd.errors import Code, RightsError
from rightsd.ports import Likenesses, LogKeys, Mailer
from rightsd.runtime import Runtime
from rightsd.settings import Settings
from rightsd.workflows import certificates
from rightsd.workflows.witnessing import WITNESSES_MAX

logger = logging.getLogger(__name__)

STATEMENT_SECONDS_MAX = 60
IDLE_SECONDS_MAX = 120  # In a transaction: longer than any signer may take to answer.
CONNECT_SECONDS_MAX = 30.0
# A server that is gone without a word is found out, rather than waited for.
KEEPALIVES_IDLE_SECONDS = 30
UNACKNOWLEDGED_SECONDS_MAX = 30
PUBLIC_URL = re.compile(r"https?://(?:[0-9a-z.-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::[0-9]{1,5})?/?")


@contextmanager
def running(settings: Settings) -> Generator[Runtime]:
    """Start what is not running yet, bring the schema up to date, and hold it all together."""
    home = open_home(settings)
    with ExitStack() as stack:
        dsn = settings.database_url
        if dsn is None:
            dsn = stack.enter_context(EmbeddedPostgres(home / "postgres")).dsn
        pool = stack.enter_context(connect(dsn, settings.pool_size))
        with pool.connection() as conn:
            migrate(conn)
        rt = build(settings, home, dsn, pool)
        require_kek(rt)
        certificates.recall_anchors(rt)
        stack.callback(rt.credentials.close)
        yield rt


def build(
    settings: Settings, home: Path, dsn: str, pool: ConnectionPool[Connection[Any]]
) -> Runtime:
    """Return a runtime over an open pool."""
    manifest.require_text("name in RIGHTSD_OPERATOR", settings.operator)
    manifest.require_id("name in RIGHTSD_LOG_ORIGIN", settings.log_origin)
    vault = open_keys(settings)
    guard = Guard(allow_private=settings.witness_private)
    return Runtime(
        pool=pool,
        clock=_now,
        queue=Queue(dsn),
        blobs=Blobs(settings.blobs_url or (home / "blobs").as_uri()),
        credentials=open_credentials(settings, vault),
        log_keys=_log_keys(settings, vault),
        watermark_keys=WatermarkKeys(vault),
        kek=vault.secret("kek"),
        credential_keys=CredentialKeys(vault),
        webhook_keys=WebhookKeys(vault.secret("webhooks")),
        issuer=Issuer(_public_url(settings), settings.operator),
        engine=_engine(settings.engine),
        likenesses=_likenesses(settings),
        index=indexing.fingerprint_index(settings, home, descriptor.ALGORITHM, pool),
        pdq=indexing.fingerprint_index(settings, home, pdq.ALGORITHM, pool),
        mailer=_mailer(settings, home),
        work_folder=_folder(home / "work"),
        witness_policy=_read_policy(settings.witness_policy, guard),
        witness_guard=guard,
        webhook_guard=Guard(allow_private=settings.webhook_private),
        deposit_anything=settings.deposit_anything,
        vectors=Vectors(MiniLM()),
        mirror=None if settings.mirror_url is None else Files(settings.mirror_url),
        transparency=_transparency(settings),
        aigc_producer=settings.aigc_producer,
        claim_cap=Cap(settings.claim_share_max, settings.claim_requests_max),
        sampling=Sampling(settings.sample_allowed, settings.sample_refused),
    )


def require_kek(rt: Runtime) -> None:
    """Check that the home's keys are those that the database's personal data are sealed with.

    Raises:
        RightsError: INVALID, when they are others.
    """
    with rt.transaction() as tx:
        sealing.require_kek(tx)


def open_home(settings: Settings) -> Path:
    """Return the home, made if missing, and closed to others."""
    return _folder(settings.home.resolve())


def open_keys(settings: Settings) -> Keys:
    """Return the keys of the home."""
    folder = _folder(open_home(settings) / "keys")
    service = _key_service(settings)
    if service is not None:
        return Keys(folder, transit.passphrase(folder, service))
    return Keys(folder, keys.passphrase(folder, settings.key_passphrase))


def open_credentials(settings: Settings, vault: Keys) -> ContentCredentials:
    """Return what signs and reads Content Credentials, once it is sure to be able to.

    Raises:
        RightsError: INVALID, for settings that do not go together; UNAVAILABLE, for a certificate
            or key that cannot be used.
    """
    signer = claim_signer(settings, vault)
    own = vault.claim_root(_now()) if settings.claim_chain is None else ""
    others = "" if settings.trust_list is None else read_trust_list(settings.trust_list)
    if not own + others:
        detail = "RIGHTSD_CLAIM_CHAIN needs RIGHTSD_TRUST_LIST: whoever vouches for it."
        raise RightsError(Code.INVALID, detail)
    stamps = "" if settings.tsa_trust_list is None else read_trust_list(settings.tsa_trust_list)
    stamping = settings.time_stamps
    if stamping is None:
        stamping = Stamping.NONE if settings.tsa_url is None else Stamping.REQUIRED
    if stamping is not Stamping.NONE and settings.tsa_url is None:
        detail = f"RIGHTSD_TIME_STAMPS={stamping} needs RIGHTSD_TSA_URL."
        raise RightsError(Code.INVALID, detail)
    if stamping is Stamping.REQUIRED and not stamps:
        detail = "Required time-stamps need RIGHTSD_TSA_TRUST_LIST: whoever vouches for them."
        raise RightsError(Code.INVALID, detail)
    credentials = ContentCredentials(
        signer, Anchors(own + others, stamps), tsa_url=settings.tsa_url, stamping=stamping
    )
    _require_signer(signer(), credentials.anchors)
    return credentials


def claim_signer(settings: Settings, vault: Keys) -> Callable[[], ClaimSigner]:
    """Return what says who signs claims at a moment.

    Raises:
        RightsError: INVALID, for settings that do not go together.
    """
    match settings.claim_chain, settings.claim_key, settings.claim_kms_key, settings.claim_pkcs11:
        case None, None, None, None:
            return lambda: vault.claim_signer(_now())
        case Path() as chain, Path() as key, None, None:
            return lambda: claims.of_files(chain, key)
        case Path() as chain, None, str(name), None if service := _key_service(settings):
            return lambda: claims.of_transit(chain, service, name)
        case Path() as chain, None, None, str(uri):
            sign = _token_key(uri)
            return lambda: claims.of_token(chain, sign)
        case _:
            detail = (
                "RIGHTSD_CLAIM_CHAIN goes with one of RIGHTSD_CLAIM_KEY, RIGHTSD_CLAIM_PKCS11, or "
                "RIGHTSD_CLAIM_KMS_KEY and RIGHTSD_KMS_URL."
            )
            raise RightsError(Code.INVALID, detail)


def _token_key(uri: str) -> Callable[[bytes], bytes]:
    where = pkcs11.parse(uri)
    try:
        # Not with the others above: what it imports comes with an extra.
        adapter = importlib.import_module("rightsd.adapters.pkcs11")
    except ImportError as error:
        detail = "RIGHTSD_CLAIM_PKCS11 needs python-pkcs11: pip install 'rightsd[hsm]'."
        raise RightsError(Code.INVALID, detail) from error
    sign: Callable[[bytes], bytes] = adapter.Key(where).sign_es256
    return sign


def _require_signer(signer: ClaimSigner, anchors: Anchors) -> None:
    """Refuse to start with another's key, or a chain that never was good.

    A key that does not answer now may answer later, and a chain that has run out may be renewed:
    until then nothing is signed, and people can still take back what they have allowed. And who
    starts a daemon again and again would lock a token that refuses its PIN.
    """
    try:
        profile.require_usable(
            claims.chain(signer.chain_pem), claims.chain(anchors.claims_pem), _now()
        )
        claims.require_key(signer)
    except RightsError as error:
        if error.code is not Code.UNAVAILABLE:
            raise
        logger.error("no output is signed for now: %s", error.detail)  # noqa: TRY400 -- Said whole.


def read_trust_list(path: Path) -> str:
    """Return the certificates in a file, as PEM.

    Raises:
        RightsError: INVALID, naming what is wrong with it.
    """
    try:
        with path.open("rb") as file:
            pem = trustlist.parse(file.read(trustlist.LIST_BYTES_MAX + 1))
        x509.load_pem_x509_certificates(pem.encode())
    except OSError as error:
        detail = f"The trust list {path} cannot be read: {error.strerror}."
        raise RightsError(Code.INVALID, detail) from error
    except TrustListError as error:
        detail = f"The trust list {path} cannot be used: it {error}."
        raise RightsError(Code.INVALID, detail) from error
    except ValueError as error:
        detail = f"The trust list {path} cannot be used: it has something that is no certificate."
        raise RightsError(Code.INVALID, detail) from error
    return pem


def models_folder(settings: Settings) -> Path:
    """Return the folder of the models that recognise faces and voices."""
    return settings.models or catalogue.default_folder()


def connect(dsn: str, size: int) -> ConnectionPool[Connection[Any]]:
    """Return a pool of connections, to be entered."""
    return ConnectionPool(
        dsn,
        min_size=1,
        max_size=size,
        timeout=CONNECT_SECONDS_MAX,
        kwargs={
            "autocommit": True,
            "options": f"-c statement_timeout={STATEMENT_SECONDS_MAX}s"
            f" -c idle_in_transaction_session_timeout={IDLE_SECONDS_MAX}s",
            "keepalives_idle": KEEPALIVES_IDLE_SECONDS,
            "tcp_user_timeout": UNACKNOWLEDGED_SECONDS_MAX * 1000,
        },
        configure=_make_durable,
        open=False,
    )


def _make_durable(conn: Connection[Any]) -> None:
    """Have commits wait for the disk whatever the server's settings say, unless they say more.

    What was acknowledged, or shown in a checkpoint, and then lost in a crash would be signed anew
    as another history.
    """
    conn.execute(
        """
        SELECT set_config('synchronous_commit', 'on', false)
        WHERE current_setting('synchronous_commit') NOT IN ('on', 'remote_apply')
        """
    )


def _read_policy(path: Path | None, guard: Guard) -> Policy | None:
    """Return the policy in a file, one whose witnesses can all be asked.

    Raises:
        RightsError: INVALID, naming what is wrong with it.
    """
    if path is None:
        return None
    try:
        with path.open("rb") as file:
            read = policy.parse(file.read(policy.POLICY_BYTES_MAX + 1))
    except OSError as error:
        detail = f"The witness policy {path} cannot be read: {error.strerror}."
        raise RightsError(Code.INVALID, detail) from error
    except PolicyError as error:
        raise RightsError(Code.INVALID, f"{path} is not a witness policy: {error}.") from error
    if len(read.witnesses) > WITNESSES_MAX:
        detail = f"{path} names more than {WITNESSES_MAX} witnesses."
        raise RightsError(Code.INVALID, detail)
    for witness in read.witnesses:
        if witness.url is None:
            detail = f"{path} has no URL for the witness {witness.name}: it cannot be asked."
            raise RightsError(Code.INVALID, detail)
        try:
            require_wellformed(witness.url, guard)
        except RightsError as error:
            detail = f"{path} has no good URL for the witness {witness.name}. {error.detail}"
            raise RightsError(Code.INVALID, detail) from error
    return read


def _engine(named: str) -> Engine:
    try:
        return registry.engine(named)
    except GeneratorError as error:
        raise RightsError(Code.INVALID, f"RIGHTSD_ENGINE: {error}") from error


def _likenesses(settings: Settings) -> Likenesses:
    faces = None if settings.face_model is None else onnx.described(settings.face_model)
    return Local(models_folder(settings), faces=faces)


def _log_keys(settings: Settings, vault: Keys) -> LogKeys:
    service = _key_service(settings)
    if service is not None:
        return TransitLogKeys(settings.log_origin, service)
    return FolderLogKeys(settings.log_origin, vault)


def _mailer(settings: Settings, home: Path) -> Mailer:
    if settings.smtp_url is None:
        return FolderMailer(home / "outbox", settings.mail_from)
    return SmtpMailer(
        settings.smtp_url, settings.mail_from, password_file=settings.smtp_password_file
    )


def _transparency(settings: Settings) -> TransparencyDatabase | None:
    if settings.dsa_token_file is None:
        return None
    return TransparencyDatabase(settings.dsa_token_file, settings.dsa_url)


def _public_url(settings: Settings) -> str:
    """Return the daemon's address: a scheme and a host, which everything else is put behind."""
    url = settings.public_url
    if url is None:
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        return f"http://{host}:{settings.port}"
    if not PUBLIC_URL.fullmatch(url):
        detail = "RIGHTSD_PUBLIC_URL is https:// or http:// and a host, and no path."
        raise RightsError(Code.INVALID, detail)
    return url.rstrip("/")


def _key_service(settings: Settings) -> Transit | None:
    url, token_file = settings.kms_url, settings.kms_token_file
    if url is None and token_file is None:
        return None
    if url is None or token_file is None or settings.key_passphrase is not None:
        detail = "RIGHTSD_KMS_URL and RIGHTSD_KMS_TOKEN_FILE go together, without a passphrase."
        raise RightsError(Code.INVALID, detail)
    return transit.of_log(url, token_file, settings.log_origin)


def _folder(path: Path) -> Path:
    """Return a folder, made if missing, and closed to others."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.chmod(0o700)
    return path


def _now() -> datetime:
    return datetime.now(UTC)
