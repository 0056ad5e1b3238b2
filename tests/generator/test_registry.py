import pytest

from generator import registry
from generator.errors import GeneratorError


def test_the_default_engine_is_the_first_and_names_itself() -> None:
    assert registry.names()[0] == registry.DEFAULT
    assert registry.engine(registry.DEFAULT).name == registry.DEFAULT


def test_an_unknown_engine_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(GeneratorError, match="procedural"):
        registry.engine("sora")


def test_the_source_type_is_the_iptc_term_for_algorithms_without_training() -> None:
    source = registry.engine(registry.DEFAULT).digital_source_type

    assert source == "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia"
