"""Erasing someone from the operator's shell."""

from click.testing import CliRunner, Result

from rightsd.cli import main
from rightsd.domain.principal import Role
from rightsd.runtime import Runtime
from rightsd.settings import Settings
from rightsd.workflows import notices, subjects
from tests import people
from tests.daemon import settle


def erase(settings: Settings, *arguments: str) -> Result:
    assert settings.database_url is not None
    environment = {
        "RIGHTSD_HOME": str(settings.home),
        "RIGHTSD_DATABASE_URL": settings.database_url,
        "RIGHTSD_BLOBS_URL": settings.blobs_url or "",
    }
    return CliRunner().invoke(main, ["ledger", "erase-subject", *arguments], env=environment)


def test_someone_whom_nothing_holds_is_erased_at_once(rt: Runtime, settings: Settings) -> None:
    with rt.transaction() as tx:
        ada = people.subject(tx, people.account(tx, Role.PERSON))

    done = erase(settings, ada.id)

    assert (done.exit_code, done.stderr) == (0, "")
    assert "their key is destroyed" in done.stdout
    with rt.transaction() as tx:
        assert subjects.state_of(tx, ada.id) == "erased"
    assert erase(settings, ada.id).exit_code == 0


def test_what_holds_someone_is_named(rt: Runtime, settings: Settings) -> None:
    with rt.transaction() as tx:
        person, creator = people.account(tx, Role.PERSON), people.account(tx, Role.CREATOR)
        ada = people.subject(tx, person)
        people.consent(tx, person, ada, creator)
        clip = people.published(tx, creator, "@ada waves")
        received = notices.receive(tx, generation_id=clip.id, claim=people.claim())

    first = erase(settings, ada.id, "--wait", "0")
    settle(rt)
    second = erase(settings, ada.id, "--wait", "0")

    assert f"{ada.id} is cast no more" in first.stdout
    assert f"when this has ended: {clip.id}, {received.notice.id}." in first.stderr
    assert f"when this has ended: {received.notice.id}." in second.stderr
    assert (first.exit_code, second.exit_code) == (1, 1)
    with rt.transaction() as tx:
        assert subjects.state_of(tx, ada.id) == "unenrolled"


def test_someone_who_never_was_is_named_in_one_sentence(settings: Settings, rt: Runtime) -> None:
    done = erase(settings, "sub_" + "0" * 32)

    assert done.exit_code == 1
    assert done.stderr == "rightsd: there is no such subject\n"
