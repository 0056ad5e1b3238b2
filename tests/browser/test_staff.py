"""The pages of reviewers, auditors, platforms and staff in a real browser."""

import re
from typing import NamedTuple

import pytest
from playwright.sync_api import Page, expect

from ledger import merkle
from rightsd.db import reviews as rows
from rightsd.db import thumbnails
from rightsd.domain.incident import Severity
from rightsd.domain.member import Duty, Member
from rightsd.domain.principal import Role
from rightsd.domain.runbook import Strand
from rightsd.workflows import checkpoints, incidents, members, reviews
from tests import acknowledging, contests, people, pictures
from tests.browser.conftest import NARROW, WIDE, Site, require_accessible, shoot

pytestmark = pytest.mark.slow

LONG = "Nebula Fox " + "runs-and-jumps-and-runs-" * 12


# What is put into the page, and what the check must find wrong with it.
SPOILT = {
    "another root": "document.getElementById('entry').textContent += ' '",
    "not one of a log of this size": """
        const proof = document.getElementById('proof');
        proof.textContent = proof.textContent.replace(/\\n([A-Za-z0-9+/]{43}=)\\n/, '\\n');""",
    "proof is of another entry": """
        const proof = document.getElementById('proof');
        proof.textContent = proof.textContent.replace(/index [0-9]+/, 'index 0');""",
    "None of these keys": "document.getElementById('vkeys').value = ''",
    "a signature is wrong": """
        const proof = document.getElementById('proof');
        proof.textContent = proof.textContent.replace(/.{4}\\n*$/, 'AAA=\\n');""",
}


class Staff(NamedTuple):
    """Who works here, and the pages that each looks at."""

    member: Member
    pages: dict[str, str]


def ask(site: Site, *prompts: str) -> list[str]:
    """Have requests wait for a reviewer; return the cases."""
    with site.rt.transaction() as tx:
        contests.claimed_twice(tx)
        creator = people.account(tx, Role.CREATOR)
        found = list[str]()
        for prompt in prompts:
            asked = contests.ask(tx, creator, prompt)
            thumbnails.insert(tx, asked, pictures.file(pictures.clouds(7), "JPEG"))
            found.append(contests.of(tx, asked.id).id)
    return found


def test_a_reviewer_decides_with_keys_and_takes_the_next(site: Site) -> None:
    cases = ask(site, contests.PROMPT, f"{contests.PROMPT} again")
    context = site.context()
    site.sign_in(context, site.member("rev@example.org", Role.REVIEWER, "Rev"))
    page = context.new_page()

    page.goto("/home")
    page.get_by_role("link", name=re.compile("wait for a reviewer")).click()
    expect(page.get_by_label("Keys: on")).to_be_checked()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="May this be made?")).to_be_visible()
    picture = page.locator(".evidence img").first
    blurred = picture.evaluate("each => getComputedStyle(each).filter")
    page.keyboard.press("u")
    sharp = picture.evaluate("each => getComputedStyle(each).filter")
    page.keyboard.press("j")
    page.keyboard.press("r")
    page.keyboard.type("It is the fox: a jury would.")  # No key while something is typed.
    page.keyboard.press("Tab")
    shoot(page, "review-typed")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/reviews/{max(cases)}")  # The next: both are due at once.
    expect(page.get_by_role("heading", name="May this be made?")).to_be_visible()

    assert "blur" in blurred
    assert sharp == "none"
    with site.rt.transaction() as tx:
        decided = [each for case in cases if (each := rows.find(tx, case)) and each.first]
    assert [(each.finding, each.first and each.first.reason) for each in decided] == [
        ("refuse", "It is the fox: a jury would.")
    ]
    page.goto("/reviews")
    page.get_by_label("Keys: on").uncheck()
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.tagName") == "INPUT"
    page.reload()
    expect(page.get_by_label("Keys: on")).not_to_be_checked()


def test_an_auditor_checks_a_proof_in_the_browser(site: Site) -> None:
    with site.rt.transaction() as tx:
        clips = [people.published(tx, people.account(tx, Role.CREATOR)) for _ in range(5)]
    checkpoints.sequence(site.rt)
    context = site.context()
    site.sign_in(context, site.member("aud@example.org", Role.AUDITOR, "Aud"))
    page = context.new_page()

    page.goto("/audit")
    page.get_by_label("Look for").fill(clips[2].id)
    page.keyboard.press("Enter")
    page.get_by_role("row", name=re.compile("generation.published")).get_by_role(
        "link"
    ).first.click()
    page.get_by_role("button", name="Check it here").click()
    expect(page.get_by_text("Proven. The entry is in the log")).to_be_visible()
    require_accessible(page)
    shoot(page, "audit-proven")

    for what, spoil in SPOILT.items():
        page.reload()
        page.evaluate(spoil)
        page.get_by_role("button", name="Check it here").click()
        expect(page.get_by_text("Not proven.")).to_be_visible()
        expect(page.get_by_text(what)).to_be_visible()
        expect(page.get_by_text("Proven. The entry")).not_to_be_visible()
    shoot(page, "audit-failed")


def test_every_entry_of_logs_of_all_shapes_is_proven(site: Site) -> None:
    """The browser works out the same as we do, at every place of a tree."""
    # The page's policy would not let a test load the module by itself.
    page = site.context(bypass_csp=True).new_page()
    page.goto("/")

    cases = [
        {"index": index, "size": size, "entry": f"entry {index}", "path": path, "root": root}
        for size in (1, 2, 3, 5, 8, 11, 16)
        for index, path, root in proofs_of(size)
    ]
    wrong = page.evaluate(
        """async (cases) => {
            const { hashLeaf, rootAbove } = await import("/static/proofs.js");
            const bytes = (hex) =>
                Uint8Array.from(hex.match(/../g) ?? [], (each) => parseInt(each, 16));
            const hex = (all) =>
                [...all].map((each) => each.toString(16).padStart(2, "0")).join("");
            const wrong = [];
            for (const { index, size, entry, path, root } of cases) {
                const leaf = await hashLeaf(new TextEncoder().encode(entry));
                const above = (at, by) =>
                    rootAbove(BigInt(at), BigInt(size), leaf, by.map(bytes));
                const reached = await above(index, path);
                if (!reached || hex(reached) !== root) wrong.push([index, size]);
                if (await above(index, [...path, root])) wrong.push([index, size, "long"]);
                if (path.length && (await above(index, path.slice(1))))
                    wrong.push([index, size, "short"]);
                if (await above(size, path)) wrong.push([index, size, "outside"]);
            }
            return wrong;
        }""",
        cases,
    )

    assert len(cases) == 46
    assert wrong == []


def proofs_of(size: int) -> list[tuple[int, list[str], str]]:
    hashes = {(0, n): merkle.hash_leaf(f"entry {n}".encode()) for n in range(size)}
    level = 0
    while (level, 1) in hashes:
        pairs = [n for lev, n in hashes if lev == level]
        for n in range(len(pairs) // 2):
            hashes[level + 1, n] = merkle.hash_children(
                hashes[level, 2 * n], hashes[level, 2 * n + 1]
            )
        level += 1

    def read(lev: int, n: int) -> bytes:
        return hashes[lev, n]

    root = merkle.root(size, read).hex()
    return [
        (index, [each.hex() for each in merkle.prove_inclusion(index, size, read)], root)
        for index in range(size)
    ]


def staff(site: Site) -> list[Staff]:
    """Have something of everything, and everyone who works with it."""
    rev = site.member("rev@example.org", Role.REVIEWER, "Rev")
    aud = site.member("aud@example.org", Role.AUDITOR, "Aud")
    admin = site.member("admin@example.org", Role.ADMIN, "Admin")
    long, _ = ask(site, LONG, contests.PROMPT)
    reviews.open_conflicts(site.rt)
    with site.rt.transaction() as tx:
        conflict = next(
            each for each in reviews.queue(tx, rev.principal) if each.kind == "conflict"
        )
        for case in (long, conflict.id):
            reviews.claim(tx, rev.principal, case)
        platform = acknowledging.register(tx, name="Clips & " + "very-long-name-" * 8)
        told = acknowledging.tell(tx, platform)
        acknowledging.answer(tx, platform, told)
        owner = members.join(
            tx, platform.actor.account_id, address="pia@example.org", duty=Duty.OWNER
        )
        clip = people.published(tx, people.account(tx, Role.CREATOR))
        opened = incidents.open_incident(
            tx,
            rev.principal,
            title="A likeness in a remix, and " + "a-word-that-does-not-end-" * 5,
            severity=Severity.CRITICAL,
            detected_at=None,
            linked=[(clip.id, Strand.CONSENT)],
        )
        incidents.note(tx, rev.principal, opened.id, strand=Strand.SAFETY, text="Told the family.")
        incidents.advance(tx, rev.principal, opened.id, step_id="lead")
    checkpoints.sequence(site.rt)
    case = f"/incidents/{opened.id}"
    return [
        Staff(
            rev,
            {
                "home-reviewer": "/home",
                "reviews": "/reviews",
                "review": f"/reviews/{long}",
                "review-conflict": f"/reviews/{conflict.id}",
                "incidents": "/incidents",
                "incident": case,
                "platforms-reviewer": "/platforms",
            },
        ),
        Staff(
            aud,
            {
                "audit": "/audit",
                "audit-entry": "/audit/3",
                "audit-lost": "/audit?sought=nothing",
                "incident-auditor": case,
            },
        ),
        Staff(admin, {"platforms": "/platforms", "platform": f"/platforms/{platform.id}"}),
        Staff(owner, {"platforms-own": "/platforms"}),
    ]


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
def test_nothing_keeps_people_out(site: Site, language: str, size: dict[str, int]) -> None:
    context = site.context(language=language, viewport=size)
    page = context.new_page()
    prefix = f"{language}-{size['width']}"
    empty = {
        Role.REVIEWER: ("/reviews", "/incidents"),
        Role.AUDITOR: ("/audit",),
        Role.PLATFORM: ("/platforms",),
    }
    for role, paths in empty.items():
        site.sign_in(context, site.member(f"new-{role}@example.org", role, "New"))
        for path in paths:
            look(page, f"{prefix}{path.replace('/', '-')}-empty", path)
    for member, pages in staff(site):
        site.sign_in(context, member)
        for name, path in pages.items():
            look(page, f"{prefix}-{name}", path)


def look(page: Page, name: str, path: str) -> None:
    page.goto(path)
    require_accessible(page)
    shoot(page, name)
