"""The course for nbgrader: one assignment for each notebook. Run its commands in this folder.

Activate the environment first (nbgrader looks for its tools on the PATH).

nbgrader generate_assignment 01_valley    # release/: what the students get
nbgrader autograde 01_valley              # submitted/<student>/01_valley/ to autograded/
nbgrader export                           # the points, in grades.csv

The notebooks need gdlib where they are graded and where the students work: install student/.
"""

c = get_config()  # noqa: F821  (nbgrader provides it)

c.CourseDirectory.course_id = "gradient_descent"
# What the students see below a stub, in place of the solution.
c.ClearSolutions.code_stub = {
    "python": "# Replace the ... above. Run this cell, and then the next: it checks your answer."
}
c.Execute.timeout = 600  # seconds for one cell; training takes longer than nbgrader's 30
