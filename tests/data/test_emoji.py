"""The source emoji: packages are found, fetched, checked and read; pictures are what SVG says."""

import io
import json
import os
import shutil
import sys
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from stylewalk.data import emoji
from stylewalk.data.emoji import HANDS, collection, packages
from stylewalk.data.sources import emoji as source
from stylewalk.errors import StylewalkError
from stylewalk.files import sha256_of

SHARED = Path(__file__).parents[3] / "shared" / "data" / "emoji"
# By name: the code point, and its group. The last three are to be left out.
DRAWN = {
    "red-heart": ("2764-fe0f", "Symbols"),
    "cat-face": ("1f431", "Animals & Nature"),
    "black-cat": ("1f408-200d-2b1b", "Animals & Nature"),
    "waving-hand": ("1f44b", "People & Body"),
    "waving-hand-light": ("1f44b-1f3fb", "People & Body"),
    "white-flag": ("1f3f3", "Flags"),
    "unnamed": ("1f9ff", None),
}


def package(path: Path, colour: str, size: int = 8, lacks: str = "") -> None:
    """A package of Iconify whose icons are squares of one colour that fill the left half."""
    body = f'<path fill="{colour}" d="M0 0h{size // 2}v{size}H0z"/>'
    drawn = {name: about for name, about in DRAWN.items() if name != lacks}
    groups: dict[str, list[str]] = {}
    for name, (_, group) in drawn.items():
        if group:
            groups.setdefault(group, []).append(name)
    files = {
        "icons": {"icons": {n: {"body": body} for n in drawn}, "width": size, "height": size},
        "chars": {point: name for name, (point, _) in drawn.items()},
        "metadata": {"categories": groups},
    }
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            data = json.dumps(content).encode()
            member = tarfile.TarInfo(f"package/{name}.json")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """A folder of four small packages, whose sums are those that are listed."""
    target = tmp_path / "packages"
    target.mkdir()
    colours = dict(zip(HANDS, ("#ff0000", "#00ff00", "#0000ff", "#000000"), strict=True))
    for name, hand in list(HANDS.items()):
        lacks = "red-heart" if name == "Fluent" else ""
        package(target / hand.file, colours[name], lacks=lacks)
        own = hand._replace(sha256=sha256_of(target / hand.file))
        monkeypatch.setitem(HANDS, name, own)
    return target


def draw_all(folder: Path, out: Path, **settings) -> pd.DataFrame:
    out.mkdir(exist_ok=True)
    collection.draw_collection(
        folder, out / "images.zip", out / "metadata.csv", out / "record.json", **settings
    )
    return pd.read_csv(out / "metadata.csv", keep_default_na=False)


def test_every_hand_draws_what_all_have(folder, tmp_path):
    table = draw_all(folder, tmp_path / "out", size=16)
    # Without the heart, which one hand lacks, tones of skin, flags, and what has no group.
    assert sorted(table["content"].unique()) == ["black cat", "cat face", "waving hand"]
    assert table["style"].value_counts().to_dict() == dict.fromkeys(HANDS, 3)
    assert table.groupby("content")["content_group"].nunique().eq(1).all()
    with zipfile.ZipFile(tmp_path / "out" / "images.zip") as archive:
        assert sorted(archive.namelist()) == sorted(table["new_filename"])
        picture = np.asarray(Image.open(archive.open("twemoji_1f408-200d-2b1b.png")))
    assert picture.shape == (16, 16, 3)
    assert (picture[:, :8] == (0, 255, 0)).all()
    assert (picture[:, 8:] == 255).all()
    record = json.loads((tmp_path / "out" / "record.json").read_text())
    assert record["contents"] == 3
    assert record["pictures"] == 12


def test_a_draw_takes_the_same_contents_of_every_hand(folder, tmp_path):
    table = draw_all(folder, tmp_path / "a", classes=["Noto", "Fluent"], per_class=2, seed=1)
    assert table["style"].value_counts().to_dict() == {"Noto": 2, "Fluent": 2}
    assert table.groupby("content")["style"].nunique().eq(2).all()
    draws = {
        tuple(draw_all(folder, tmp_path / "b", per_class=1, seed=seed)["content"])
        for seed in range(8)
    }
    assert len(draws) > 1


def test_the_same_draw_gives_the_same_bytes(folder, tmp_path):
    for name in ("a", "b"):
        draw_all(folder, tmp_path / name)
    for file in ("images.zip", "metadata.csv"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


def test_another_file_than_the_listed_one_is_refused(folder, tmp_path):
    path = folder / HANDS["OpenMoji"].file
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(StylewalkError, match=r"openmoji.*SHA-256 is .*expected .*Remove it"):
        draw_all(folder, tmp_path / "out")
    assert not (tmp_path / "out" / "images.zip").exists()


def test_a_damaged_package_is_named(tmp_path):
    path = tmp_path / "broken.tgz"
    path.write_bytes(b"no archive")
    with pytest.raises(StylewalkError, match=r"broken\.tgz cannot be read as a package of Iconify"):
        packages.read(path)
    with tarfile.open(path, "w:gz"):
        pass
    with pytest.raises(StylewalkError, match=r"icons\.json, chars\.json and metadata\.json"):
        packages.read(path)


def test_an_icon_may_have_a_view_box_of_its_own():
    icons = packages.IconSet(
        {"wide": {"body": "<g/>", "width": 20, "left": -2}}, {"1": "wide"}, {}, (0, 0, 8, 8)
    )
    assert 'viewBox="-2 0 20 8"' in icons.svg("1", 64)


@pytest.fixture
def npm(tmp_path, monkeypatch):
    """Puts a program in the place of npm, which says what it was asked for."""

    def put(script: str) -> Path:
        programs = tmp_path / "programs"
        programs.mkdir(exist_ok=True)
        asked = tmp_path / "asked"
        (programs / "npm").write_text(f"#!{sys.executable}\nASKED = {str(asked)!r}\n{script}")
        (programs / "npm").chmod(0o755)
        monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
        return asked

    return put


def test_what_the_folder_lacks_is_fetched_by_npm(folder, tmp_path, npm, monkeypatch):
    store, empty = tmp_path / "store", Path("new/folder")  # from where Snakemake is called
    monkeypatch.chdir(tmp_path)
    shutil.copytree(folder, store)
    asked = npm(
        "import shutil, sys\n"
        "name = sys.argv[2].removeprefix('@').replace('/', '-').replace('@', '-') + '.tgz'\n"
        "open(ASKED, 'a').write(' '.join(sys.argv[1:]) + '\\n')\n"
        "folder = sys.argv[sys.argv.index('--pack-destination') + 1]\n"
        f"shutil.copy({str(store)!r} + '/' + name, folder)"
    )
    found = packages.find(empty)
    assert {path.name for path in empty.iterdir()} == {hand.file for hand in HANDS.values()}
    assert list(found) == list(HANDS)
    calls = asked.read_text().splitlines()
    assert [call.split()[1] for call in calls] == [
        f"{hand.package}@{hand.version}" for hand in HANDS.values()
    ]
    assert all("--ignore-scripts" in call for call in calls)
    packages.find(empty)
    assert asked.read_text().splitlines() == calls  # what lies there is not fetched again


def test_a_fetched_file_with_another_sum_is_not_kept(folder, tmp_path, npm):
    npm(
        "import sys\n"
        "folder = sys.argv[sys.argv.index('--pack-destination') + 1]\n"
        f"open(folder + '/{HANDS['Noto'].file}', 'w').write('another')"
    )
    with pytest.raises(StylewalkError, match=r"is not the package @iconify-json/noto@"):
        packages.find(tmp_path / "empty")
    assert list((tmp_path / "empty").iterdir()) == []


def test_where_npm_fails_its_words_and_the_address_are_told(folder, tmp_path, npm):
    npm("import sys\nsys.exit('npm error network getaddrinfo ENOTFOUND')")
    with pytest.raises(StylewalkError) as raised:
        packages.find(tmp_path / "empty")
    assert "ENOTFOUND" in str(raised.value)
    assert "https://registry.npmjs.org/@iconify-json/noto/-/noto-1.2.9.tgz" in str(raised.value)
    assert "dataset.emoji.packages" in str(raised.value)


def test_without_npm_the_error_says_what_to_install(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StylewalkError, match=r"npm, which is not installed\. Install Node\.js"):
        packages.find(tmp_path / "empty")


def test_without_the_renderer_nothing_runs(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(StylewalkError, match=r"pip install '\.\[emoji\]'"):
        source.counts({"emoji": {"packages": "x"}, "per_class": None})


def test_a_file_is_no_folder_of_packages(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StylewalkError, match=r"dataset\.emoji\.packages: .* is a file"):
        packages.check_folder(tmp_path / "file")


def test_an_unknown_hand_is_named():
    with pytest.raises(StylewalkError, match=r"no 'Apple'; it has Noto, Twemoji"):
        collection.check_hands(["Noto", "Apple"])


def test_what_is_said_before_a_run(folder, tmp_path):
    dataset = {"emoji": {"packages": str(folder)}, "classes": ["Noto", "Fluent"], "per_class": 50}
    assert source.ready(dataset).state == "ready"
    assert source.counts(dataset).of == dict.fromkeys(HANDS, 50)
    assert source.known(dataset).most == 100
    empty = dataset | {"emoji": {"packages": str(tmp_path / "none")}, "per_class": None}
    ready = source.ready(empty)
    assert ready.state == "note"
    assert "3,172 emoji by 2 hands" in ready.text
    assert all(hand.file in ready.advice for hand in HANDS.values())


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.is_dir(), reason="the emoji are not in ../shared/data")
def test_pictures_are_those_of_the_known_data_set(tmp_path):
    """The real packages, drawn at 64 pixels, against pictures that another program made."""
    place = Path(os.environ.get("STYLEWALK_EMOJI", tmp_path / "packages"))
    try:
        packages.find(place)
    except StylewalkError as error:
        pytest.skip(f"the packages cannot be had: {str(error)[:200]}")
    drawn = draw_all(place, tmp_path / "out")
    known = pd.read_csv(SHARED / "all_data_info.csv.gz", keep_default_na=False)
    assert len(drawn) == len(known) == 4 * emoji.CONTENTS
    both = drawn.merge(known, on="new_filename", suffixes=("", "_known"), validate="1:1")
    assert len(both) == len(known)
    for column, other in (
        ("style", "style_known"),
        ("title", "title_known"),
        ("content_group", "content_known"),
        ("codepoint", "codepoint_known"),
        ("artist", "artist_known"),
        ("license", "license_known"),
    ):
        assert (both[column] == both[other]).all(), column
    ours = zipfile.ZipFile(tmp_path / "out" / "images.zip")
    theirs = zipfile.ZipFile(SHARED / "images.zip")
    with ours, theirs:
        for name in known["new_filename"][::23]:
            a = np.asarray(Image.open(ours.open(name)).convert("RGB"))
            b = np.asarray(Image.open(theirs.open(f"images/{name}")).convert("RGB"))
            np.testing.assert_array_equal(a, b, err_msg=name)


def test_the_facts_of_a_hand_make_its_address():
    assert HANDS["Fluent"].file == "iconify-json-fluent-emoji-flat-1.2.6.tgz"
    assert HANDS["Fluent"].url.endswith(
        "/@iconify-json/fluent-emoji-flat/-/fluent-emoji-flat-1.2.6.tgz"
    )
