"""Results that lie in a study's folder already."""

import json

import pytest

from stylewalk.errors import StylewalkError
from stylewalk_workflow import checksums, earlier_results, job_records
from stylewalk_workflow.provenance import content_hash

PAINTED = {"source": "painter", "classes": ["A", "B"], "per_class": 9}
TABLE = {"source": "table", "images": "i", "metadata": "m.csv", "classes": ["A", "B"]}
HUB = {"source": "huggingface", "huggingface": {"name": "o/n", "split": "train"}, "classes": ["A"]}
RECORD = {"params": ["1"], "input": ["in"], "input_checksums": {}, "record_format_version": 6}


@pytest.fixture
def study(tmp_path, monkeypatch):
    """A finished study of two files, with the records of Snakemake, in the working folder."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "results/x"
    (folder / "deep").mkdir(parents=True)
    paths = ["results/x/a.csv", f"results/x/deep/{'b' * 220}.csv"]
    for path in paths:
        (tmp_path / path).write_text(path)
    checksums.record(paths)
    job_records.disown(paths)
    for path in paths:
        job_records._write(RECORD, path, ".snakemake")
    job_records.keep("results/x", job_records.outputs("results/x"))
    return paths


def of_snakemake(path: str) -> dict | None:
    return job_records._read(job_records._place(".snakemake", "metadata", path))


def take_up(config=None, sources=None, overwrite=False):
    return earlier_results.take_up("results/x", [], config or {}, sources or {}, overwrite)


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (PAINTED, TABLE),
        (TABLE, TABLE | {"images": "other"}),
        (TABLE, TABLE | {"metadata": "other.csv"}),
        (TABLE, {"source": "folder", "images": "i", "classes": ["A", "B"]}),
        (TABLE, TABLE | {"classes": ["C", "D"]}),
        (HUB, HUB | {"huggingface": {"name": "o/other", "split": "train"}}),
        (HUB, HUB | {"huggingface": {"name": "o/n", "split": "test"}}),
    ],
)
@pytest.mark.parametrize("by_provenance", [False, True])
def test_another_data_set_is_refused(tmp_path, before, now, by_provenance):
    if by_provenance:
        record = {"config": {"dataset": before}}
        (tmp_path / "provenance.json").write_text(json.dumps(record))
    else:
        earlier_results.record_data_set(tmp_path, before)
    earlier_results.check_data_set(tmp_path, before)
    with pytest.raises(StylewalkError, match="another data set") as error:
        earlier_results.check_data_set(tmp_path, now)
    for word in (tmp_path.name, "run:", "overwrite=true", *before["classes"], *now["classes"]):
        assert word in str(error.value)


@pytest.mark.parametrize(
    "now", [PAINTED | {"per_class": 4}, PAINTED | {"classes": ["B", "C"]}, PAINTED | {"seed": 3}]
)
def test_another_choice_from_the_same_data_set_is_not(tmp_path, now):
    earlier_results.record_data_set(tmp_path, PAINTED)
    earlier_results.check_data_set(tmp_path, now)
    earlier_results.record_data_set(tmp_path, now)
    found = json.loads((tmp_path / earlier_results.DATA_SET).read_text())
    assert found["classes"] == now["classes"]


def test_another_spelling_of_a_path_is_the_same_data_set(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "link").symlink_to("i")
    earlier_results.record_data_set(tmp_path, TABLE)
    for images in (str(tmp_path / "i"), "./x/../i", "link"):
        earlier_results.check_data_set(tmp_path, TABLE | {"images": images})
    with pytest.raises(StylewalkError, match="results of another data set"):
        earlier_results.check_data_set(tmp_path, TABLE | {"images": "other"})


def test_a_record_of_a_source_that_is_not_known_refuses_nothing(tmp_path):
    config = {"dataset": {"source": "of another version", "classes": ["A"]}}
    (tmp_path / "provenance.json").write_text(json.dumps({"config": config}))
    earlier_results.check_data_set(tmp_path, PAINTED)
    earlier_results.record_data_set(tmp_path, PAINTED)
    assert json.loads((tmp_path / earlier_results.DATA_SET).read_text())["source"] == "painter"


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"classes": 3}', '{"config": 1}', "[" * 10**5])
def test_a_damaged_record_of_the_data_set_refuses_nothing(tmp_path, text):
    (tmp_path / earlier_results.DATA_SET).write_text(text)
    (tmp_path / "provenance.json").write_text(text)
    earlier_results.check_data_set(tmp_path, PAINTED)
    earlier_results.record_data_set(tmp_path, PAINTED)
    with pytest.raises(StylewalkError):
        earlier_results.check_data_set(tmp_path, TABLE)


def test_records_that_snakemake_lacks_or_has_of_others_are_given_back(study):
    assert take_up() == ""
    job_records._place(".snakemake", "metadata", study[0]).unlink()
    job_records._write(RECORD | {"params": ["2"]}, study[1], ".snakemake")
    assert "2 results in results/x" in take_up()
    assert [of_snakemake(path) for path in study] == [RECORD, RECORD]
    assert take_up() == ""


def test_records_of_a_file_that_was_made_anew_are_those_of_snakemake(study, tmp_path):
    newer = RECORD | {"params": ["2"]}
    (tmp_path / study[0]).write_text("new")
    checksums.record(study[:1])
    job_records._write(newer, study[0], ".snakemake")
    assert take_up() == ""
    assert of_snakemake(study[0]) == newer


@pytest.mark.parametrize("changed", [True, False])
def test_what_a_kill_left_of_the_records_is_removed(study, tmp_path, changed):
    record = tmp_path / "results/x" / job_records.NAME
    leftover = record.with_name(".job_records-oyyw8gcg.json")
    leftover.write_text("{")
    if changed:
        record.unlink()
    job_records.keep("results/x", study)
    assert record.exists()
    assert not leftover.exists()


def test_a_damaged_file_is_told_before_its_record_is_given_back(study, tmp_path):
    (tmp_path / ".snakemake").rename(tmp_path / "gone")
    (tmp_path / study[0]).write_text("cut")
    with pytest.raises(StylewalkError, match="not as the workflow wrote it"):
        take_up()
    assert of_snakemake(study[0]) is None


@pytest.mark.parametrize("changed", [False, True])
def test_a_copy_without_hidden_files_is_known_by_its_content(study, tmp_path, changed):
    (tmp_path / ".snakemake").rename(tmp_path / "gone")
    for path in study:
        checksums.checksum_file(path).unlink()
    if changed:
        (tmp_path / study[0]).write_text("of another study")
        with pytest.raises(StylewalkError, match=r"no record of .*: results/x/a\.csv\."):
            earlier_results.take_up("results/x", study, {}, {}, False)
        assert of_snakemake(study[1]) == RECORD
        assert not checksums.checksum_file(study[0]).exists()
        return
    told = earlier_results.take_up("results/x", [*study, "results/x/absent.csv"], {}, {}, False)
    assert "2 results" in told
    assert [of_snakemake(path) for path in study] == [RECORD, RECORD]
    checksums.verify(study)


def lose_all_records(tmp_path):
    (tmp_path / ".snakemake").rename(tmp_path / "gone")
    (tmp_path / "results/x" / job_records.NAME).unlink()


CONFIG = {"run": "x", "training": {"epochs": 2}}


@pytest.mark.parametrize(
    ("config", "sources", "words"),
    [
        ({"run": "x", "training": {"epochs": 3}}, {"s": "1"}, "training.epochs: 2 then, 3 now"),
        (CONFIG | {"seeds": [1]}, {"s": "1"}, r"seeds: null then, \[1\] now"),
        (CONFIG, {"s": "2"}, "another version of the package"),
        (CONFIG | {"run": "y"}, {"s": "1"}, r"cannot be renamed: move them back to results/x and"),
    ],
)
def test_results_of_another_config_or_package_are_refused(study, tmp_path, config, sources, words):
    lose_all_records(tmp_path)
    with pytest.raises(StylewalkError, match=r"no results/x/provenance\.json"):
        take_up(CONFIG, {"s": "1"})
    made = {"config": CONFIG, "sources": {"s": "1"}}
    (tmp_path / "results/x/provenance.json").write_text(json.dumps(made))
    assert "2 results in results/x. They were made with this config" in take_up(CONFIG, {"s": "1"})
    with pytest.raises(StylewalkError, match=words) as error:
        take_up(config, sources)
    assert "results/x/a.csv" in str(error.value)
    assert "overwrite=true" in str(error.value)


def test_files_that_were_replaced_since_are_refused(study, tmp_path):
    """As by a later run of another config that was killed before it had a record of its own."""
    lose_all_records(tmp_path)
    data = {"tables": {"a.csv": content_hash(study[0]), "b.csv": "of another file"}}
    made = {"config": CONFIG, "sources": {"s": "1"}, "data": data}
    (tmp_path / "results/x/provenance.json").write_text(json.dumps(made))
    assert "2 results in results/x. They were made with this config" in take_up(CONFIG, {"s": "1"})
    (tmp_path / study[0]).write_text("of the later run")
    checksums.record(study[:1])
    with pytest.raises(StylewalkError, match=r"results/x/a\.csv is another file than the one"):
        take_up(CONFIG, {"s": "1"})


def test_with_overwrite_what_is_unknown_is_made_anew(study, tmp_path):
    lose_all_records(tmp_path)
    assert take_up(overwrite=True) == ""
    assert all(of_snakemake(path)["params"] == ["not known"] for path in study)
    assert [(tmp_path / path).read_text() for path in study] == study
    # A dry run with the option allows nothing to a later run without it, and is not kept.
    with pytest.raises(StylewalkError, match="overwrite=true"):
        take_up()
    job_records.keep("results/x", study)
    assert not (tmp_path / "results/x" / job_records.NAME).exists()


def test_a_file_that_a_killed_job_has_begun_is_snakemakes_own_affair(study, tmp_path):
    lose_all_records(tmp_path)
    for path in study:
        place = job_records._place(".snakemake", "incomplete", path)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("{}")
    assert take_up() == ""


@pytest.mark.parametrize(
    "text", ["", "[]", '{"results/x/a.csv": 1}', '{"results/x/a.csv": {"record": []}}', "\0"]
)
def test_damaged_job_records_count_for_nothing(study, tmp_path, text):
    (tmp_path / "results/x" / job_records.NAME).write_text(text)
    assert take_up() == ""
    job_records.keep("results/x", study)
    job_records._place(".snakemake", "metadata", study[0]).unlink()
    assert "1 results" in take_up()


def test_records_of_paths_elsewhere_are_not_looked_at(study, tmp_path):
    path = tmp_path / "results/x" / job_records.NAME
    entries = json.loads(path.read_text())
    path.write_text(json.dumps(entries | {"/etc/passwd": entries[study[0]] | {"checksum": ""}}))
    assert take_up() == ""
