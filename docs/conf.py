"""How Sphinx builds this site: ``make docs``. Nothing is downloaded.

Pages under ``generated/`` come from ``generators/`` and are in no commit.
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from docutils.nodes import Element  # noqa: E402
from generators import write_all  # noqa: E402 - found through the line above
from generators.reference import made_by_library  # noqa: E402
from sphinx.addnodes import pending_xref  # noqa: E402
from sphinx.application import Sphinx  # noqa: E402
from sphinx.environment import BuildEnvironment  # noqa: E402

from synerise_frames import __version__  # noqa: E402

project = "synerise-frames"
author = "Synerise Frames contributors"
release = __version__

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "numpydoc",
    "myst_nb",
    "sphinx_design",
]
exclude_patterns = ["_build", "generators"]
root_doc = "index"
# A block without a language would be guessed at.
highlight_language = "none"
nitpicky = True
# Types of other packages: nothing is downloaded to link to them.
nitpick_ignore_regex = [("py:.*", r"(pandas|pyarrow|matplotlib|ipywidgets|distributed)\..*")]

myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3
# Notebooks are committed with their outputs, which the tests compare.
nb_execution_mode = "off"

autodoc_member_order = "bysource"
# Docstrings say the types in words; signatures would say them again, at length.
autodoc_typehints = "none"
autosummary_generate = False
numpydoc_show_class_members = False
numpydoc_xref_param_type = False

html_theme = "pydata_sphinx_theme"
html_title = "synerise-frames"
html_context = {"default_mode": "auto"}
html_static_path = ["static"]
html_css_files = ["site.css"]
# Pages without neighbours need no column for them.
html_sidebars = {
    page: [] for page in ("index", "quick-start", "generated/gallery", "generated/notebooks")
}
html_copy_source = False
html_show_sourcelink = False
html_theme_options = {
    "logo": {"text": "synerise-frames"},
    "navbar_end": ["theme-switcher"],
    "navigation_with_keys": False,
    "header_links_before_dropdown": 6,
    "show_toc_level": 2,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
    "footer_start": ["copyright"],
    "footer_end": [],
}
copyright = "Synerise Frames contributors, MIT license"  # noqa: A001 - Sphinx's name for it


def resolve_short(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, shown: Element
) -> Element | None:
    """Find what a docstring calls by a short name, such as ``Plan.run``, wherever it lives."""
    if node.get("refdomain") != "py" or node.get("refspecific"):
        return None
    node["refspecific"] = True
    domain = env.get_domain("py")
    return domain.resolve_xref(
        env, node["refdoc"], app.builder, node["reftype"], node["reftarget"], node, shown
    )


def setup(app: Sphinx) -> None:
    """Make the generated pages before Sphinx looks for pages."""
    app.connect("builder-inited", lambda app: write_all(Path(app.srcdir) / "generated"))
    app.connect("missing-reference", resolve_short)
    made = made_by_library()

    def signature(_app: Sphinx, what: str, name: str, *rest: object) -> tuple[str, str] | None:
        # Nobody makes a Workspace by hand, so its constructor is no part of the reference.
        _thing, _options, arguments, _returns = rest
        return ("", "") if what == "class" and name in made and arguments else None

    app.connect("autodoc-process-signature", signature)
