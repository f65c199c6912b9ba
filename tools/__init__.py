"""What is run from the root of a checkout: python -m tools.NAME (or a make target).

my_course      open the learner's own copy of the course               make lab, make fresh
refresh        execute the notebooks and write them in normal form       make notebooks
class_version  write the version for a class (with guide)                make class
site           lay out the pages and the files of the site               make site
wild           let a random user loose on every lab (with wild_acts)     make wild
mutants        see which faults in the core the notebooks notice         make mutants
film           film the lab of the rolling ball for README.md

lab_page is JupyterLab in Chromium as a person sees it: for the film, the random user, the tests
in tests/browser and the benchmarks.
"""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
