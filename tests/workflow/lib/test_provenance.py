"""What the record of a run holds: contents rather than bytes, and nothing that time changes."""

import hashlib
import json
import struct

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch

from stylewalk.errors import StylewalkError
from stylewalk.training import devices, processor
from stylewalk_workflow.provenance import content_hash, record

LATENT = pa.list_(pa.field("item", pa.float32(), nullable=False), 2)
TABLE = pa.table(
    {
        "id": pa.array([0, 1, None], pa.int64()),
        "class": pa.array(["ab", "c", None], pa.string()),
        "share": pa.array([0.5, float("nan"), 1.5], pa.float64()),
        "solid": pa.array([True, False, True]),
        "latent": pa.array([[0, 1], [2, 3], [4, 5]], LATENT),
    }
)


@pytest.fixture
def hashed(tmp_path):
    """The content hash of a table that is written as Parquet."""

    def hashed(table, **options):
        path = tmp_path / "table.parquet"
        pq.write_table(table, path, **options)
        return content_hash(path)

    return hashed


def sha256(*parts: bytes) -> str:
    return hashlib.sha256(b"".join(parts)).hexdigest()


def test_the_hash_of_a_table_is_the_one_worked_out_by_hand(hashed):
    columns = [
        [sha256(b"\0\0\1"), sha256(), sha256(struct.pack("<3q", 0, 1, 0))],
        [sha256(b"\0\0\1"), sha256(struct.pack("<3q", 2, 1, 0)), sha256(b"abc")],
        [sha256(b"\0\0\0"), sha256(), sha256(struct.pack("<3d", 0.5, float("nan"), 1.5))],
        [sha256(b"\0\0\0"), sha256(), sha256(b"\1\0\1")],
        [sha256(b"\0\0\0"), sha256(), sha256(struct.pack("<6f", 0, 1, 2, 3, 4, 5))],
    ]
    kinds = ["int64", "string", "double", "bool", "2 float"]
    head = [["id", "class", "share", "solid", "latent"], kinds, 3]
    text = json.dumps([head, columns], separators=(",", ":"))
    assert hashed(TABLE) == sha256(text.encode())


def test_how_a_table_is_stored_does_not_matter(hashed):
    stored = {
        hashed(TABLE),
        hashed(TABLE, compression="zstd"),
        hashed(TABLE, compression="none", row_group_size=1),
        hashed(TABLE, use_dictionary=False, version="1.0", write_statistics=False),
        hashed(pa.concat_tables([TABLE[:1], TABLE[1:]]), row_group_size=2),
        hashed(TABLE.replace_schema_metadata({"made by": "another library"})),
    }
    assert len(stored) == 1


def test_what_a_table_holds_matters(hashed):
    def with_column(name, values):
        return TABLE.set_column(TABLE.schema.get_field_index(name), name, values)

    changed = {
        "value": with_column("id", pa.array([0, 2, None], pa.int64())),
        "null": with_column("id", pa.array([0, 1, 0], pa.int64())),
        "type": with_column("id", pa.array([0, 1, None], pa.int32())),
        "precision": with_column("share", TABLE["share"].cast(pa.float32())),
        "sign of zero": with_column("latent", pa.array([[-0.0, 1], [2, 3], [4, 5]], LATENT)),
        "border of texts": with_column("class", pa.array(["a", "bc", None])),
        "empty text": with_column("class", pa.array(["ab", "c", ""])),
        "truth": with_column("solid", pa.array([True, True, True])),
        "order of columns": TABLE.select(TABLE.column_names[::-1]),
        "name": TABLE.rename_columns(["id", "kind", "share", "solid", "latent"]),
        "order of rows": TABLE.take([1, 0, 2]),
        "fewer rows": TABLE[:2],
    }
    found = {name: hashed(table) for name, table in changed.items()}
    assert len({hashed(TABLE), *found.values()}) == len(changed) + 1, found


def test_an_array_is_hashed_by_type_shape_and_values(tmp_path):
    def hashed(array):
        np.save(tmp_path / "a.npy", array)
        return content_hash(tmp_path / "a.npy")

    array = np.arange(6, dtype=np.int16).reshape(2, 3)
    assert hashed(array) == sha256(b'["<i2",[2,3]]', struct.pack("<6h", *range(6)))
    assert hashed(np.asfortranarray(array)) == hashed(array)
    others = (array.reshape(3, 2), array.astype(np.uint16), array[::-1], array[:0])
    assert len({hashed(array), *map(hashed, others)}) == 5


def test_other_files_are_hashed_by_their_bytes(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"abc")
    # The example of FIPS 180-2, appendix B.1.
    expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert content_hash(tmp_path / "a.csv") == expected


@pytest.mark.parametrize("suffix", [".parquet", ".npy", ".csv"])
def test_a_file_that_is_not_there_or_damaged_is_named(tmp_path, suffix):
    path = tmp_path / f"a{suffix}"
    with pytest.raises(StylewalkError, match=rf"a\{suffix} cannot be read.*Delete it and run"):
        content_hash(path)
    if suffix != ".csv":
        path.write_bytes(b"PAR1 and no more")
        with pytest.raises(StylewalkError, match=rf"a\{suffix} cannot be read"):
            content_hash(path)


def test_a_column_of_an_unknown_type_is_named(hashed):
    with pytest.raises(StylewalkError, match=r"the column 'when' holds timestamp"):
        hashed(pa.table({"when": pa.array([0], pa.timestamp("s"))}))


@pytest.fixture
def results(tmp_path):
    """The arguments of ``record`` for a results folder with two tables."""
    folder = tmp_path / "results/demo"
    folder.mkdir(parents=True)
    for name in ("b.csv", "a.csv"):
        (folder / name).write_text(f"{name}\n")
    (tmp_path / "vgg16.safetensors").write_bytes(b"abc")
    devices.record(folder / "trained_on.json", torch.device("cpu"))
    return {
        "config": {"seeds": [0], "models": {"VAE": {"beta": 1.0}, "AE": {}}},
        "sources": {"train_model": "12ab", "plot_training": "34cd"},
        "jobs": [str(folder / "trained_on.json")],
        "stages": {
            "style_network": str(tmp_path / "vgg16.safetensors"),
            "tables": [str(folder / "b.csv"), str(folder / "a.csv")],
        },
        "folder": str(folder),
    }


def test_the_record_names_files_from_the_results_folder_in_the_order_given(results, tmp_path):
    found = record(**results)
    assert list(found["data"]) == ["style_network", "tables"]
    assert found["data"]["style_network"] == {"vgg16.safetensors": sha256(b"abc")}
    assert list(found["data"]["tables"].items()) == [
        ("b.csv", sha256(b"b.csv\n")),
        ("a.csv", sha256(b"a.csv\n")),
    ]
    assert found["jobs"] == {"trained_on.json": devices.describe(torch.device("cpu"))}
    assert str(tmp_path) not in json.dumps(found)
    assert found["versions"]["torch"] == str(torch.__version__).partition("+")[0]
    assert found["versions"]["stylewalk"] != "not installed"


def test_the_hash_of_the_config_is_that_of_its_canonical_text(results):
    found = record(**results)
    text = '{"models":{"VAE":{"beta":1.0},"AE":{}},"seeds":[0]}'
    assert found["config_sha256"] == sha256(text.encode())
    # Keys at the top come as they were written; the order of models is that of the tables.
    config = dict(reversed(results["config"].items()))
    assert record(**results | {"config": config}) == found
    config["models"] = dict(reversed(config["models"].items()))
    assert record(**results | {"config": config})["config_sha256"] != found["config_sha256"]


def test_a_record_is_the_same_whenever_it_is_made(results):
    assert json.dumps(record(**results)) == json.dumps(record(**results))


def test_a_job_that_does_not_say_what_it_ran_on_is_named(results):
    with pytest.raises(StylewalkError, match=r"absent\.json does not say what a job ran on"):
        record(**results | {"jobs": ["absent.json"]})


def test_a_job_says_what_it_really_computes_with():
    before = torch.get_num_threads()
    try:
        devices.use_threads(3)
        found = devices.describe(torch.device("cpu"), torch.bfloat16)
    finally:
        devices.use_threads(before)
    assert (found["device"], found["threads"], found["precision"]) == ("cpu", 3, "bfloat16")
    assert found["processor"].startswith(processor.processor())
    assert devices.describe(torch.device("cpu"))["precision"] == "float32"


def test_a_job_on_a_gpu_says_on_which(monkeypatch):
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda device: "Card 9")
    monkeypatch.setattr(torch.version, "cuda", "13.0")
    found = devices.describe(torch.device("cuda"))
    assert (found["device"], found["GPU"], found["CUDA"]) == ("cuda", "Card 9", "13.0")


def test_the_processor_is_called_by_its_name(tmp_path):
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text("processor\t: 0\nmodel name\t: Ten Cores 3000\nmodel name\t: Other\n")
    assert processor.processor(cpuinfo) == "Ten Cores 3000"
    assert processor.processor(tmp_path / "absent") != ""
