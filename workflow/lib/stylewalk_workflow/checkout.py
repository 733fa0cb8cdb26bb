"""Where the workflow lies, for commands that may be called from anywhere."""

from pathlib import Path

from stylewalk_workflow.fingerprint import ROOT

SOURCES = Path("resources") / "style_networks.yaml"


def find() -> Path | None:
    """The checkout that this package or else the working folder belongs to."""
    folders = (ROOT.resolve(), Path.cwd())
    return next((folder for folder in folders if (folder / SOURCES).is_file()), None)
