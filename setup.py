"""Compiles the film's kernel on installation; all else about the package is in pyproject.toml."""

import runpy
from pathlib import Path

from setuptools import Distribution, setup
from setuptools.command.build_ext import build_ext

# By its path: the package that is being built cannot be imported yet.
building = runpy.run_path(str(Path(__file__).parent / "generator/film/building.py"))


class BuildKernel(build_ext):
    """Compiles one library for each level of processor, by the compiler of ziglang."""

    def run(self) -> None:
        """Compile beside the sources (editable) or into what becomes the wheel."""
        sources: Path = building["SOURCES"]
        into = sources if self.inplace else Path(self.build_lib) / "generator/film/kernel"
        for level in building["levels"]():
            building["build"](level, into=into)

    def get_source_files(self) -> list[str]:
        """Return nothing: the sources are package data."""
        return []


class Compiled(Distribution):
    """A distribution whose wheels are for one kind of machine."""

    def has_ext_modules(self) -> bool:
        """Say yes, so that the kernel is built and wheels are named for the machine."""
        return True


setup(distclass=Compiled, cmdclass={"build_ext": BuildKernel})
