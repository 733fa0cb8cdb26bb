"""Checksums beside files and folders."""

import hashlib
import subprocess

import pytest

from stylewalk.errors import StylewalkError
from stylewalk_workflow.checksums import checksum_file, forget, record, sha256_of, verify


@pytest.fixture
def outputs(tmp_path):
    """A file and a folder of files with their checksums."""
    folder = tmp_path / "images"
    (folder / "deep").mkdir(parents=True)
    for path in (tmp_path / "a.npy", folder / "1.jpg", folder / "deep" / "2.jpg"):
        path.write_bytes(path.name.encode() * 100)
    (folder / ".snakemake_timestamp").touch()
    record([tmp_path / "a.npy", folder])
    return [tmp_path / "a.npy", folder]


def test_sum_is_that_of_hashlib(tmp_path):
    (tmp_path / "x").write_bytes(b"abc")
    # The first example of FIPS 180-2.
    assert sha256_of(tmp_path / "x") == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )


def test_what_is_whole_passes_and_what_has_no_sum_is_not_looked_at(outputs, tmp_path):
    verify(outputs)
    (tmp_path / "mine.csv").write_text("x")
    verify([tmp_path / "mine.csv", tmp_path / "absent"])
    assert not checksum_file(tmp_path / "mine.csv").exists()
    assert all(checksum_file(path).exists() for path in outputs)


def test_sha256sum_understands_the_files(outputs, tmp_path):
    names = [checksum_file(path).name for path in outputs]
    done = subprocess.run(
        ["sha256sum", "--check", *names], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0
    assert done.stdout.splitlines() == ["a.npy: OK", "images/1.jpg: OK", "images/deep/2.jpg: OK"]


@pytest.mark.parametrize("culprit", ["a.npy", "images/1.jpg", "images/deep/2.jpg"])
@pytest.mark.parametrize("damage", ["flip", "cut", "absent"])
def test_damage_is_told_with_both_sums(outputs, tmp_path, culprit, damage):
    path = tmp_path / culprit
    data = bytearray(path.read_bytes())
    before = hashlib.sha256(data).hexdigest()
    data[10] ^= 1
    path.write_bytes(data if damage == "flip" else data[:-1])
    after = hashlib.sha256(path.read_bytes()).hexdigest()
    if damage == "absent":
        path.unlink()
        after = "none"
    with pytest.raises(StylewalkError) as error:
        verify(outputs)
    owner = tmp_path / culprit.split("/")[0]
    for words in (f"{path} is not as", before, f"is {after}", f"Delete {owner} and run again"):
        assert words in str(error.value)


@pytest.mark.parametrize("text", ["", "0" * 64, "0" * 63 + "  a.npy\n", "\ud800"])
def test_a_damaged_checksum_is_told_too(outputs, text):
    checksum_file(outputs[0]).write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(StylewalkError, match=r"a\.npy\.sha256 has"):
        verify(outputs)


def test_forgotten_sums_accuse_no_new_file(outputs):
    outputs[0].write_bytes(b"new")
    with pytest.raises(StylewalkError):
        verify(outputs)
    forget(outputs)
    verify(outputs)
    assert not any(checksum_file(path).exists() for path in outputs)
