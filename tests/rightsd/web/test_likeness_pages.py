"""My likeness: enrolling, pausing, being measured, and deleting."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi import FastAPI

from rightsd.adapters.likenesses.absent import Absent
from rightsd.domain.principal import Role
from rightsd.domain.terms import Audience
from rightsd.runtime import Runtime
from rightsd.web.app import create_app
from rightsd.workflows import subjects
from rightsd.workflows.enrolments import sessions, verifying
from tests import enrolling, people
from tests.conftest import UNPACED
from tests.fakes.likenesses import Painted
from tests.rightsd.web.portal import Browser, browser_of, hidden

NASTY = "<script>alert(1)</script>\u202eada"


@pytest.fixture
def app(rt: Runtime) -> FastAPI:
    return create_app(rt, looked_at_per_minute=UNPACED)


def enrol(browser: Browser, handle: str = "ada", **said: str) -> str:
    """Enrol; return the path of the likeness."""
    done = browser.send("/likenesses", "/likenesses", {"handle": handle, "age": "adult"} | said)
    assert done.status_code == 303, done.text
    return done.headers["location"]


def test_a_person_enrols_pauses_and_deletes(app: FastAPI, rt: Runtime) -> None:
    ada = browser_of(app, rt)
    assert "You are not enrolled yet." in ada.get("/likenesses").text

    path = enrol(ada, " Ada ")
    subject_id = path.rpartition("/")[2]
    assert ada.member is not None
    with rt.transaction() as tx:
        subject, _ = subjects.view(tx, ada.member.principal, subject_id)
        people.consent(tx, ada.member.principal, subject, audience=Audience.EVERYONE)
    ada.send(path, f"{path}/pause")
    paused = ada.get(path)
    ada.send(path, f"{path}/resume")
    asked = ada.get(f"{path}/delete")
    done = ada.send(f"{path}/delete", f"{path}/delete")

    assert "@ada" in paused.text
    assert "paused" in paused.text
    assert "one permission ends" in asked.text
    assert "This cannot be undone." in asked.text
    assert "It is deleted." in ada.follow(done).text
    assert "You are not enrolled yet." in ada.get("/likenesses").text


@pytest.mark.parametrize(
    "said",
    [
        {"handle": NASTY, "age": "adult"},
        {"handle": "ada"},
        {"handle": "ada", "age": "born", "born": "yesterday"},
        {"handle": "ada", "age": "born", "born": "1066-10"},
        {"handle": "ada", "age": "adult", "territory": NASTY},
    ],
)
def test_what_cannot_be_enrolled_comes_back_as_it_was_typed(
    app: FastAPI, rt: Runtime, said: dict[str, str]
) -> None:
    ada = browser_of(app, rt)

    page = ada.send("/likenesses", "/likenesses", said)

    assert page.status_code == 422
    assert "<script>alert" not in page.text
    assert 'role="alert"' in page.text
    if said["handle"] == "ada":
        assert 'value="ada"' in page.text


def test_a_handle_that_is_taken_is_refused(app: FastAPI, rt: Runtime) -> None:
    enrol(browser_of(app, rt))
    eve = browser_of(app, rt, address="eve@example.org")

    page = eve.send("/likenesses", "/likenesses", {"handle": "ada", "age": "adult"})

    assert page.status_code == 409
    assert "is taken" in page.text


def test_a_likeness_is_nobody_else_s_to_see(app: FastAPI, rt: Runtime) -> None:
    path = enrol(browser_of(app, rt))
    eve = browser_of(app, rt, address="eve@example.org")

    for each in (path, f"{path}/delete"):
        assert eve.get(each).status_code == 404
    assert eve.post(f"{path}/delete").status_code == 404
    assert eve.post(f"{path}/pause").status_code == 404


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.PERSON])
def test_likenesses_are_of_persons(app: FastAPI, rt: Runtime, role: Role) -> None:
    other = browser_of(app, rt, role)

    assert other.get("/likenesses").status_code == 403
    assert other.post("/likenesses", {"handle": "ada", "age": "adult"}).status_code == 403


def test_where_faces_cannot_be_recognised_it_says_so(app: FastAPI, rt: Runtime) -> None:
    blind = create_app(replace(rt, likenesses=Absent()), looked_at_per_minute=UNPACED)
    ada = browser_of(blind, rt, language="ja")
    path = enrol(ada)

    assert "ここでは顔を識別できません" in ada.get(path).text
    agreed = {"text": "enrolment.1.ja", "agreed": "true"}
    assert ada.post(f"{path}/measure", agreed).status_code == 503


def test_a_person_is_measured_by_what_they_upload(rt: Runtime, tmp_path: Path) -> None:
    seeing = replace(rt, likenesses=Painted())
    ada = browser_of(create_app(seeing, looked_at_per_minute=UNPACED), rt, language="ja")
    path = enrol(ada)
    page = ada.get(path)
    assert not re.search("checkbox[^>]*checked", page.text)
    assert 'value="enrolment.1.ja"' in page.text
    refused = ada.post(f"{path}/measure", {"text": "enrolment.1.ja"})
    begun = ada.send(path, f"{path}/measure", {"text": "enrolment.1.ja", "agreed": "true"})
    session = ada.follow(begun)
    media, csrf = f"{begun.headers['location']}/media", hidden(ada, session.text)["csrf"]
    assert ada.member is not None
    with rt.transaction() as tx:
        enrolment_id = begun.headers["location"].rpartition("/")[2]
        opened = sessions.view(tx, ada.member.principal, enrolment_id)
    assert opened.challenge is not None
    clip = enrolling.good_clip(tmp_path / "clip.mp4", opened.challenge)

    forged = ada.client.post(media, data={"csrf": "0" * 64})
    nothing = ada.client.post(media, data={"csrf": csrf})
    no_video = {"clip": ("x.mp4", b"no video", "video/mp4")}
    broken = ada.client.post(media, data={"csrf": csrf}, files=no_video)
    sent = [
        ada.client.post(
            media,
            data={"csrf": csrf},
            files={"clip": ("x.mp4", clip.read_bytes(), "video/mp4"), "voice": ("", b"")},
        )
        for _ in range(2)
    ]
    checking = ada.follow(sent[0])
    verifying.verify(seeing, enrolment_id)

    assert refused.status_code == 422
    assert "ご本人の確認" in session.text
    assert (forged.status_code, nothing.status_code, broken.status_code) == (403, 422, 422)
    assert [each.status_code for each in sent] == [303, 303]
    assert "確認しています" in checking.text
    assert "識別できるようになりました" in ada.get(begun.headers["location"]).text
    assert "首を動かす動画" in ada.get(path).text
