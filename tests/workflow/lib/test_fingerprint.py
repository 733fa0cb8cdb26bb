"""Fingerprints of the source that a script reaches."""

import ast
import functools
import re
import tempfile
import textwrap
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stylewalk.errors import StylewalkError
from stylewalk_workflow.fingerprint import fingerprint, sources

MODULE = """
import numpy as np

def f(a, *, b=1):
    x = a.b + np.ones(2)[0:1]
    for i in x:
        if i is None or not b:
            return f"{i:.2f}"
    return {"k": [1, None], **a}

class C(Exception):
    limit: float = 1.5
"""


def project(folder: Path, **files: str) -> Path:
    """A project of the files given, whose names have __ for / and _dot_ for a point."""
    for name, text in files.items():
        name = name.replace("__", "/").replace("_dot_", ".")
        path = folder / (name if "." in name else f"{name}.py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
    package = folder / "stylewalk"
    package.mkdir(exist_ok=True)
    for inner in (package, *(path for path in package.rglob("*") if path.is_dir())):
        (inner / "__init__.py").touch()
    return folder


@functools.cache
def of(text: str) -> str:
    """The fingerprint of a script that imports one module of this text."""
    with tempfile.TemporaryDirectory() as folder:
        root = project(Path(folder), scripts__s="from stylewalk import m", stylewalk__m=text)
        return fingerprint(root / "scripts/s.py", root=root)


def reached(root: Path, *modules: str) -> set[str]:
    """What the script reaches apart from itself and the package's own __init__."""
    found = set(sources(root / "scripts/s.py", modules, root))
    assert {"scripts/s.py", "stylewalk/__init__.py"} <= found
    return found - {"scripts/s.py", "stylewalk/__init__.py"}


@pytest.mark.parametrize(
    "text",
    [
        "import stylewalk.a",
        "import stylewalk.a as b, os",
        "from stylewalk import a",
        "from stylewalk import other, a as b",
        "from stylewalk.a import y",
        "from stylewalk.a import *",
        "def f():\n    from stylewalk import a",
        "class C:\n    def f(self):\n        try:\n            pass\n        finally:\n"
        "            import stylewalk.a",
        "with x:\n    if y:\n        pass\n    else:\n        import stylewalk.a",
        "match x:\n    case 1:\n        import stylewalk.a",
        "try:\n    pass\nexcept OSError:\n    import stylewalk.a",
        "import typing\nif typing.TYPE_CHECKING:\n    pass\nelse:\n    import stylewalk.a",
    ],
)
def test_every_form_of_import_is_followed_to_the_end(tmp_path, text):
    root = project(
        tmp_path,
        scripts__s=text,
        stylewalk__a="import stylewalk.b",
        stylewalk__b="",
        stylewalk__c="",
    )
    assert reached(root) == {"stylewalk/a.py", "stylewalk/b.py"}


@pytest.mark.parametrize(
    "text",
    [
        "import os",
        "import stylewalker.a",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from stylewalk import a",
        "'import stylewalk.a'",
    ],
)
def test_what_is_not_imported_at_run_time_does_not_count(tmp_path, text):
    root = project(tmp_path, scripts__s=f"import stylewalk\n{text}", stylewalk__a="")
    assert reached(root) == set()


def test_relative_imports_packages_and_modules_named_at_run_time(tmp_path):
    root = project(
        tmp_path,
        scripts__s="from stylewalk.p import value",
        stylewalk__p__init="from . import inner\nfrom .deep.leaf import x\nvalue = 1",
        stylewalk__p__inner="from .. import top\nfrom .sibling import x",
        stylewalk__p__sibling="",
        stylewalk__p__deep__leaf="from ..far import y",
        stylewalk__p__far="",
        stylewalk__p__unused="",
        stylewalk__p__late="",
        stylewalk__top="",
    )
    (root / "stylewalk/p/init.py").replace(root / "stylewalk/p/__init__.py")
    names = "p/__init__ p/inner p/sibling p/deep/__init__ p/deep/leaf p/far top"
    expected = {f"stylewalk/{name}.py" for name in names.split()}
    assert reached(root) == expected
    assert reached(root, "stylewalk.p.late") == expected | {"stylewalk/p/late.py"}


def test_data_count_for_the_module_that_names_them(tmp_path):
    root = project(
        tmp_path,
        scripts__s="from stylewalk.p import reads, idle",
        stylewalk__p__reads="text = open('numbers.yaml').read()",
        stylewalk__p__idle="'''It leaves other.yaml alone.'''",
        stylewalk__p__data__numbers_dot_yaml="a: 1",
        stylewalk__p__other_dot_yaml="b: 1",
    )
    modules = {f"stylewalk/p/{name}.py" for name in ("__init__", "reads", "idle")}
    assert reached(root) == modules | {"stylewalk/p/data/numbers.yaml"}


def test_the_fingerprint_sees_the_script_and_everything_behind_it(tmp_path):
    files = {
        "scripts__s": "from stylewalk import a\nprint(a.x)",
        "stylewalk__a": "import stylewalk.b\nx = 1",
        "stylewalk__b": "name = 'd.txt'",
        "stylewalk__d_dot_txt": "one",
    }
    root = project(tmp_path / "0", **files)
    found = {"": fingerprint(root / "scripts/s.py", root=root)}
    for name, text in files.items():
        root = project(tmp_path / name, **files | {name: f"{text}\ny = 2"})
        found[name] = fingerprint(root / "scripts/s.py", root=root)
    assert len(set(found.values())) == 5
    assert all(re.fullmatch("[0-9a-f]{16}", value) for value in found.values())


@given(st.data())
@settings(max_examples=25, deadline=None)
def test_comments_docstrings_and_form_do_not_count(data):
    text = ast.unparse(ast.parse(MODULE)) if data.draw(st.booleans()) else MODULE
    words = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\f\\'\""), max_size=20)
    lines = []
    for line in text.splitlines():
        opens = line.endswith(":") and ("def " in line or "class " in line)
        if data.draw(st.booleans()):
            lines.append(f"# {data.draw(words)}".replace("\0", ""))
        lines.append(line + data.draw(st.sampled_from(["", "  ", "  # noqa", "\n\n"])))
        if opens and data.draw(st.booleans()):
            indent = " " * (len(line) - len(line.lstrip()) + 4)
            lines.append(f"{indent}'''{data.draw(words)}'''".replace("\0", ""))
    doc = data.draw(st.sampled_from(["", "'''What it is.'''\n", "__version__ = '9'\n"]))
    end = data.draw(st.sampled_from(["\n", "\r\n"]))
    assert of(doc + end.join(lines) + end) == of(MODULE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("b=1", "b=2"),
        ("b=1", "b=1.0"),
        ("b=1", "b=True"),
        ("b=1", "b=None"),
        ("*, b=1", "b=1"),
        ("a.b +", "a.c +"),
        ("a.b +", "a.b -"),
        ("a.b +", "-a.b +"),
        ("[0:1]", "[0]"),
        ("[0:1]", "[:1]"),
        ("[0:1]", "[0:1:1]"),
        ("is None", "is not None"),
        ("is None", "== None"),
        ("not b", "b"),
        ("or not", "and not"),
        ("{i:.2f}", "{i:.3f}"),
        ("{i:.2f}", "{i!r:.2f}"),
        ('f"{i:.2f}"', ""),
        ('"k"', 'b"k"'),
        ("[1, None]", "(1, None)"),
        ("[1, None]", "[None, 1]"),
        ("**a", '"a": a'),
        ("C(Exception)", "C"),
        ("limit: float", "limit: int"),
        ("limit: float = 1.5", "limit: float"),
        ("limit: float = 1.5", "limit = 1.5"),
        ("import numpy as np", "import numpy as np, os"),
        ("def f", "async def f"),
        ("class C", "@final\nclass C"),
        ("    return {", "        return {"),
    ],
)
def test_a_change_of_code_counts(old, new):
    assert MODULE.count(old) == 1
    assert of(MODULE.replace(old, new)) != of(MODULE)


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"stylewalk__a": "x = 1\ndef f(:\n"}, "stylewalk/a.py, line 2: this is no valid Python"),
        ({"stylewalk__a": "x = '\0'"}, "stylewalk/a.py.*: this is no valid Python"),
        ({"stylewalk__a": "\nimport stylewalk.gone"}, "a.py, line 2, imports stylewalk.gone"),
        ({"stylewalk__a": "from stylewalk.no.where import x"}, "imports stylewalk.no, and there"),
    ],
)
def test_faults_in_words(tmp_path, files, words):
    root = project(tmp_path, scripts__s="from stylewalk import a", **files)
    with pytest.raises(StylewalkError, match=words):
        fingerprint(root / "scripts/s.py", root=root)


def test_a_script_or_a_family_that_is_not_there(tmp_path):
    root = project(tmp_path, scripts__s="")
    with pytest.raises(StylewalkError, match=r"t\.py cannot be read: No such file"):
        fingerprint(root / "scripts/t.py", root=root)
    with pytest.raises(StylewalkError, match=r"asks for stylewalk\.models, and there is no such"):
        fingerprint(root / "scripts/s.py", ["stylewalk.models.x"], root)
