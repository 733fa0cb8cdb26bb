"""The pictures that explorer.pairs names, by number and by file name."""

import json

import pytest
import yaml

from checkouts import ROOT
from stylewalk.errors import StylewalkError
from stylewalk.explorer import naming
from stylewalk_workflow.config import complete, load_config, load_schema
from stylewalk_workflow.known_pictures import check_pairs

NAMES = ["A/0012.jpg", "A/b'q.jpg", "12", "B/7.jpg", "C/7.jpg", *(f"D/{n}" for n in range(9))]


def refused(function, *arguments) -> str:
    with pytest.raises(StylewalkError) as caught:
        function(*arguments)
    return str(caught.value)


def test_numbers_and_names_mean_the_same_pictures():
    pairs = [["A/0012.jpg", 3], ["./A//b'q.jpg", "4"], ["./12", "0"]]
    assert naming.resolve(pairs, NAMES) == [[0, 3], [1, 4], [2, 0]]


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        ([[0, 14]], ["explorer.pairs[0]", "no picture 14", "from 0 to 13"]),
        ([[0, "99"]], ["no picture 99"]),
        ([[0, "9" * 5000]], ["no picture 99999999999999999999…"]),
        ([["7.jpg", 1]], ["did you mean 'B/7.jpg', 'C/7.jpg'?"]),
        ([["a/0012.JPG", 1]], ["did you mean 'A/0012.jpg'?"]),
        ([["0012", 1]], ["the picture of this number is written 12"]),
        ([["12", 1]], ["'12' is a picture's number and another one's file", "'./12'"]),
        ([["A/0012.jpg", 0]], ["are one picture", "two different ends"]),
        ([[0, 1], ["A/0012.jpg", "1"]], ["explorer.pairs[1]: the same as explorer.pairs[0]"]),
        ([["gone.jpg", 1]], ["'gone.jpg' is not in this study: it is damaged"]),
        ([[0, 77], ["x", 1]], ["explorer.pairs[0]", "explorer.pairs[1]"]),
    ],
)
def test_ends_that_are_none_are_refused_in_words(pairs, words):
    text = refused(naming.resolve, pairs, NAMES, {"./gone.jpg": "it is damaged"})
    for word in words:
        assert word in text


def test_a_number_that_is_gone_is_told_by_its_name():
    assert "it was 'B/7.jpg'" in refused(naming.resolve, [[0, 40]], NAMES, {}, {"40": "B/7.jpg"})


def test_numbers_that_mean_other_pictures_than_before_are_told(tmp_path):
    pairs = [[0, "3"], ["A/0012.jpg", 4]]
    before = naming.numbers(pairs, NAMES)
    assert before == {"0": "A/0012.jpg", "3": "B/7.jpg", "4": "C/7.jpg"}
    assert naming.changes(pairs, before, before) == ""
    assert naming.changes(pairs, before, {}) == ""
    now = naming.numbers(pairs, ["12", *NAMES])
    message = naming.changes(pairs, now, before)
    assert "3 was B/7.jpg and is 12 now" in message
    assert (
        'As they are now: explorer: {pairs: [["./12", "./12"], ["A/0012.jpg", "B/7.jpg"]]}'
        in message
    )
    assert '[["A/0012.jpg", "B/7.jpg"], ["A/0012.jpg", "C/7.jpg"]]' in message
    (tmp_path / "numbers.json").write_text(json.dumps(before))
    assert naming.read_numbers(tmp_path / "numbers.json") == before
    for text in ("", "[1]", '{"1": 2}', "[" * 5000):
        (tmp_path / "numbers.json").write_text(text)
        assert naming.read_numbers(tmp_path / "numbers.json") == {}


def test_lines_for_the_config_hold_any_name():
    name = "a'\"\\{}: #\u2028\x85\ufeff\xa0,é😀"
    assert yaml.safe_load(naming.as_config([[name, 1]])) == {"explorer": {"pairs": [[name, 1]]}}


def study(pairs, **dataset) -> dict:
    """A completed config."""
    config = load_config(ROOT / "config/config.yaml")
    config["dataset"] = {"image_size": 32, **dataset}
    config["explorer"] = {"pairs": pairs}
    return complete(config, load_schema(ROOT / "workflow/schemas/config.schema.yaml"))


@pytest.mark.slow
def test_what_is_known_of_each_kind_of_source(tmp_path):
    rows = [("A", "1.jpg"), ("B", "2.jpg"), ("A", "3.jpg"), ("C", "4.jpg"), ("B", "5.jpg")]
    rows += [("A", "6.jpg"), ("A", "/abs.jpg")]
    text = "".join(f"{name},{file}\n" for name, file in rows)
    (tmp_path / "m.csv").write_text("style,new_filename\n" + text)
    metadata, images = str(tmp_path / "m.csv"), str(tmp_path / "pictures")
    table = {"source": "table", "metadata": metadata, "images": images, "classes": ["A", "B"]}
    check_pairs(study([["1.jpg", 4]], **table))
    assert "from 0 to 4" in refused(check_pairs, study([["1.jpg", 5]], **table))
    assert "its class is 'C'" in refused(check_pairs, study([["4.jpg", 1]], **table))
    assert "an absolute path" in refused(check_pairs, study([["/abs.jpg", 1]], **table))
    drawn = study([["1.jpg", "3.jpg"], ["3.jpg", "6.jpg"]], per_class=2, **table)
    assert "dataset.per_class draws 2 pictures" in refused(check_pairs, drawn)
    assert "from 0 to 3" in refused(check_pairs, study([[0, 4]], per_class=2, **table))
    for _, file in rows[:6]:
        (tmp_path / "pictures" / "A").mkdir(parents=True, exist_ok=True)
        (tmp_path / "pictures" / "A" / file).touch()
    (tmp_path / "pictures" / "B").mkdir()
    for name in "78":
        (tmp_path / "pictures" / "B" / f"{name}.jpg").touch()
    folder = {"source": "folder", "images": images, "classes": ["A", "B"]}
    check_pairs(study([["A/1.jpg", 7]], **folder))
    assert "did you mean 'A/1.jpg'?" in refused(check_pairs, study([["1.jpg", 5]], **folder))
    hub = {"source": "huggingface", "huggingface": {"name": "a/b"}, "classes": ["A", "B"]}
    check_pairs(study([[0, 10**9], ["a name that is given later", 1]], **hub))
    assert "from 0 to 9" in refused(check_pairs, study([[0, 10]], per_class=5, **hub))
