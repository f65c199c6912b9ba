"""Settings of Sphinx for the site; tools/site.py lays out the pages."""

project = "Gradient descent, hands on"
extensions = ["myst_nb", "sphinx-mathjax-offline"]
nb_execution_mode = "off"
nb_code_prompt_show = nb_code_prompt_hide = "The answer"  # of what a page folds, for who opens it
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3
exclude_patterns = ["README.md"]  # index.md includes parts of it

html_theme = "furo"
html_title = project
html_favicon = "favicon.svg"
html_static_path = ["_static"]
html_css_files = ["card.css", "site.css"]
html_js_files = [("labs.js", {"defer": "defer", "priority": 100})]
mathjax_options = {"type": "text/later"}  # labs.js loads it, after the first lab
mathjax3_config = {"loader": {"load": ["ui/lazy"]}}  # formulas are set when they come near
html_theme_options = {"navigation_with_keys": False}  # the arrow keys are for the labs
html_copy_source = False
html_show_copyright = False
pygments_dark_style = "github-dark"


def name_answers(_app, _pagename, _templatename, context, _doctree):
    """Let a folded answer be called by its words, which the label of myst-nb would hide."""
    if "body" in context:
        context["body"] = context["body"].replace(' aria-label="Toggle hidden content"', "")


def setup(app):
    """Tell Sphinx what is to be done to a page."""
    app.connect("html-page-context", name_answers)
