"""Files made from the code are committed and fresh."""

import pytest

from tests.architecture import generated
from tests.conftest import database


@pytest.mark.parametrize(
    "name", ["api-specs/openapi.json", "rightsd/db/schema.sql", "rightsd/README.md", "README.md"]
)
def test_the_committed_file_is_what_the_code_makes(name: str, server: str, template: str) -> None:
    made = generated.files(database(server, template))[name]()

    assert (generated.ROOT / name).read_text() == made, "run `make generated`"
