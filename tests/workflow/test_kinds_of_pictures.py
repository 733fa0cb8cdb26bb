"""Kinds of pictures, through Snakemake."""

import subprocess
import sys

import pandas as pd
import pytest
from PIL import Image

from stylewalk.data import decoding

pytestmark = pytest.mark.studies


def test_what_is_left_out_of_a_folder_stands_in_the_table_and_in_doctor(checkout):
    decoding._formats()  # the extra writes, too
    kinds = {"a.jfif": "JPEG", "b.jp2": "JPEG2000", "c.ppm": "PPM", "d.heic": "HEIF"}
    for name in ("Expressionism", "Realism"):
        folder = checkout.folder / "mine" / name
        (folder / "older").mkdir(parents=True)
        for number in range(12):
            Image.effect_noise((40, 40), 60 + number).save(folder / f"{number}.png")
        for file, kind in kinds.items():
            Image.effect_noise((40, 40), 90).convert("RGB").save(folder / file, kind)
        Image.effect_noise((40, 40), 99).save(folder / "older/x.png")
        for file in ("x.psd", "x.svg", "notes.txt"):
            (folder / file).write_bytes(b"no pixels")
    dataset = {"source": "folder", "images": "mine", "classes": ["Expressionism", "Realism"]}
    study = checkout.study(dataset={**dataset, "image_size": 32, "max_rejected_share": 0.5})
    answer = checkout.snakemake("--configfile", study, "--until", "pack_images")
    assert answer.code == 0, answer.text
    run = checkout.folder / "results/tiny"
    artworks = pd.read_parquet(run / "artworks.parquet")
    assert {f"Realism/{file}" for file in kinds} <= set(artworks["filename"])
    assert len(artworks) == 2 * (12 + len(kinds))
    rejected = pd.read_parquet(run / "rejected.parquet").set_index("filename")
    expected = {f"{c}/{x}" for c in dataset["classes"] for x in ("x.psd", "x.svg", "older/x.png")}
    assert set(rejected.index) == expected
    assert "save it as .png" in rejected.loc["Realism/x.psd", "reason"]
    doctor = [sys.executable, "-m", "stylewalk_workflow.cli", "doctor", "--config", study]
    said = subprocess.run(doctor, cwd=checkout.folder, capture_output=True, text=True).stdout
    assert "4 are left out: 2 .psd, 2 .svg" in said
    assert "Realism/older: 1 picture is left out" in said
