"""The project is described in pyproject.toml. Here stands only what it cannot say.

`pip install .` leaves `build/lib` behind, and the next one would put what lies there into its wheel, modules
that are gone included.
"""

import shutil

from setuptools import setup
from setuptools.command.build import build


class FreshBuild(build):
    def run(self) -> None:
        shutil.rmtree(self.build_lib, ignore_errors=True)
        super().run()


setup(cmdclass={"build": FreshBuild})
