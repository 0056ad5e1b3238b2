import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightsd.domain import catalogue
from rightsd.domain.catalogue import Fault, Row
from rightsd.domain.work import ALIASES_MAX, Kind


def read(*lines: str, end: str = "\r\n") -> list[Row | Fault]:
    return list(catalogue.read(io.BytesIO(end.join(lines).encode())))


def rows(*lines: str) -> list[tuple[int, str, str, list[str], bool]]:
    found = read(*lines)
    assert all(isinstance(each, Row) for each in found), found
    return [
        (row.line, row.kind.value, row.title, [name.shown for name in row.names], row.opted_out)
        for row in found
        if isinstance(row, Row)
    ]


def faults(*lines: str) -> list[tuple[int, str]]:
    return [(each.line, each.what) for each in read(*lines) if isinstance(each, Fault)]


def test_a_table_has_works_their_names_and_what_is_to_be() -> None:
    found = rows(
        "title,kind,aliases,optout",
        "Nebula Fox,character,NF1 | ネビュラ,yes",
        '"Fox, the ""great""",MARK,,no',
        "Orbit,,,",
    )

    assert found == [
        (2, "character", "Nebula Fox", ["Nebula Fox", "NF1", "ネビュラ"], True),
        (3, "mark", 'Fox, the "great"', ['Fox, the "great"'], False),
        (4, "work", "Orbit", ["Orbit"], True),
    ]


def test_columns_come_in_any_order_and_but_the_title_may_be_missing() -> None:
    assert rows("Optout , TITLE", "no,Orbit") == [(2, "work", "Orbit", ["Orbit"], False)]
    assert rows("title", "Orbit") == [(2, "work", "Orbit", ["Orbit"], True)]


@pytest.mark.parametrize(
    "header", ["", "name", "kind", "title,title", "title,colour", "title,", "Nebula Fox,mark,,yes"]
)
def test_a_table_without_the_names_of_its_columns_is_refused_at_once(header: str) -> None:
    assert len(faults(header, "Orbit,x", "Orbit,x")) == 1


def test_a_byte_order_mark_empty_lines_and_other_line_ends_are_taken() -> None:
    data = "\ufefftitle\n\nOrbit\r\n\r\nNebula".encode()

    found = list(catalogue.read(io.BytesIO(data)))

    assert [(each.line, each.title) for each in found if isinstance(each, Row)] == [
        (3, "Orbit"),
        (5, "Nebula"),
    ]


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    found = faults("title,aliases", '"Nebula', 'Fox",x', "Orbit,x,y", "Orbit,abc")

    assert [line for line, _ in found] == [2, 4]


def test_every_fault_is_found_and_named_by_its_line() -> None:
    found = faults(
        "title,kind,aliases,optout",
        "Nebula,sculpture,,",
        "Nebula,,,perhaps",
        "Nebula,,",
        ",,,",
        "ab,,,",
        f"{'a' * 201},,,",
        f"{'a' * 65},,,",
        "Nebula,,x|yy,",
        "Neb\u202eula,,,",
        "Neb\x00ula,,,",
        '"Neb"ula,,,',
        f"Nebula,,{'|'.join(f'alias{n}' for n in range(ALIASES_MAX + 1))},",
        "Nebula,,,yes",
    )

    assert [line for line, _ in found] == list(range(2, 14))
    assert all(what for _, what in found)


def test_a_line_that_is_not_utf_8_and_one_that_is_huge_are_faults_and_the_others_are_read() -> None:
    data = b"title\n\xff\xfe\nOrbit\n" + b"x" * 3 * catalogue.LINE_BYTES_MAX + b"\nNebula\n"

    found = list(catalogue.read(io.BytesIO(data)))

    assert [each.line for each in found if isinstance(each, Fault)] == [2, 4]
    assert [each.title for each in found if isinstance(each, Row)] == ["Orbit", "Nebula"]


def test_utf_16_is_refused() -> None:
    assert next(catalogue.read(io.BytesIO("title\nOrbit\n".encode("utf-16")))).line == 1


def test_a_quote_that_never_closes_costs_no_memory() -> None:
    data = b'title\n"' + b"abc\n" * 50_000

    found = list(catalogue.read(io.BytesIO(data)))

    assert isinstance(found[0], Fault)
    assert found[0].line == 2


def test_a_record_of_many_lines_costs_no_memory() -> None:
    data = b"title\n" + b'"\n",' * catalogue.LINE_BYTES_MAX

    first = next(catalogue.read(io.BytesIO(data)))

    assert first == Fault(
        2, f"the lines of one record have more than {catalogue.LINE_BYTES_MAX} bytes"
    )


def test_a_table_of_too_many_works_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "ROWS_MAX", 2)

    assert [line for line, _ in faults("title", "Orbit", "Nebula", "Comet", "Star")] == [4]


@pytest.mark.parametrize(
    "cell", ['=HYPERLINK("http://x")', "+1234", "-abc def", "@SUM(A1)", "＝cmd", "'=abc", "'abc"]
)
def test_what_is_written_runs_in_no_spreadsheet_and_reads_back(cell: str) -> None:
    written = catalogue.write(["title"]) + catalogue.write([cell])

    second = written.split("\r\n")[1].strip('"')
    assert not second.startswith(catalogue.FORMULA)
    meant = cell.removeprefix("'") if cell == "'=abc" else cell
    assert read(*written.split("\r\n")[:2])[0].title == meant


def test_a_bar_within_an_alias_survives() -> None:
    aliases = ["a|bcd", "||xyz", "plain"]

    written = catalogue.write(["Orbit", catalogue.join(aliases)])

    assert rows("title,aliases", written.strip())[0][3] == ["Orbit", *aliases]


@given(st.binary(max_size=300), st.sampled_from([b"", b"title\n", b"title,aliases\r\n"]))
def test_any_bytes_are_rows_and_faults(data: bytes, header: bytes) -> None:
    for each in catalogue.read(io.BytesIO(header + data)):
        assert isinstance(each, (Row, Fault))


@given(st.text(max_size=60), st.lists(st.text(max_size=20), max_size=3))
def test_what_is_taken_is_kept_through_the_spool(title: str, aliases: list[str]) -> None:
    try:
        row = catalogue.row(kind=Kind.MARK, title=title, aliases=aliases)
    except catalogue.RowError:
        return
    dumped = catalogue.dump(row)
    assert "\n" not in dumped
    assert catalogue.load(dumped) == row


def test_a_name_that_says_nothing_is_refused_as_it_is_one_by_one() -> None:
    assert faults("title", "ーーー") == [(2, "“ーーー” is too short for a name")]
