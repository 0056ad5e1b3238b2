"""A hardware token in software: SoftHSM2, whose tokens are files in a folder."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pkcs11
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pkcs11.util.ec import encode_named_curve_parameters

MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")
TOKEN, LABEL, ID, PIN = "claims", "outputs", "a1b2", "1234"

needed = pytest.mark.skipif(
    shutil.which("softhsm2-util") is None or not MODULE.exists(),
    reason="SoftHSM2 is not there (apt-get install softhsm2)",
)


@dataclass(frozen=True)
class Token:
    """A token.

    Attributes:
        folder: Of its module's files; a token is a folder in `tokens` there.
        pin_file: With its PIN.
    """

    folder: Path
    pin_file: Path

    @property
    def uri(self) -> str:
        return self.named(token=TOKEN, object=LABEL)

    def named(self, module: Path = MODULE, **attributes: str) -> str:
        path = ";".join(f"{name}={value}" for name, value in attributes.items())
        return f"pkcs11:{path};type=private?module-path={module}&pin-source=file:{self.pin_file}"

    def put(self, key: ec.EllipticCurvePrivateKey, *, label: str = LABEL, key_id: str = ID) -> None:
        pem = self.folder / "key.pem"
        pem.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        _run("--import", str(pem), "--token", TOKEN, "--pin", PIN, "--label", label, "--id", key_id)
        pem.unlink()

    def make_unsigning(self, label: str) -> None:
        """Make a key on P-256 with which nothing can be signed."""
        curve = {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}
        token = pkcs11.lib(str(MODULE)).get_token(token_label=TOKEN)
        with token.open(user_pin=PIN, rw=True) as session:
            parameters = session.create_domain_parameters(pkcs11.KeyType.EC, curve, local=True)
            parameters.generate_keypair(
                store=True, label=label, capabilities=pkcs11.MechanismFlag.DERIVE
            )

    def lose_sessions(self) -> None:
        """What is left of a session when a token was away for a moment: nothing."""
        pkcs11.lib(str(MODULE)).reinitialize()

    def take_out(self) -> None:
        (self.folder / "tokens").rename(self.folder / "away")
        (self.folder / "tokens").mkdir()
        self.lose_sessions()

    def put_back(self) -> None:
        (self.folder / "tokens").rmdir()
        (self.folder / "away").rename(self.folder / "tokens")


@contextmanager
def inserted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Token]:
    """Put in an empty token."""
    tokens, conf, pin_file = folder / "tokens", folder / "softhsm2.conf", folder / "pin"
    tokens.mkdir()
    conf.write_text(f"directories.tokendir = {tokens}\nobjectstore.backend = file\n")
    pin_file.write_text(f"{PIN}\n")
    pin_file.chmod(0o600)
    monkeypatch.setenv("SOFTHSM2_CONF", str(conf))
    _run("--init-token", "--free", "--label", TOKEN, "--pin", PIN, "--so-pin", "5678")
    try:
        yield Token(folder, pin_file)
    finally:
        # The next one has other files, which the module looks for when it starts.
        pkcs11.lib(str(MODULE)).finalize()


def _run(*arguments: str) -> None:
    subprocess.run(["softhsm2-util", *arguments], check=True, capture_output=True, timeout=30)
