"""A corrupt image in the middle of a user's own folder of pictures."""

import shutil
from pathlib import Path
from random import Random

import yaml
from place import Place, demand

from stylewalk import tables
from stylewalk.catalogue.data import ARTWORKS, REJECTED
from stylewalk.files import sha256_of

RUN = "results/mine"
PACKED = [f"{RUN}/{name}" for name in ("images.npy", "artworks.parquet", "rejected.parquet")]


def corrupt_image(place: Place, random: Random) -> None:
    """a corrupt image in the middle of the folder"""
    pictures, study = _own_study(place)
    clean = _pack(place, study)
    victim = random.choice(sorted(pictures.rglob("*.jpg")))
    data = victim.read_bytes()
    victim.write_bytes(_corrupted(data, random))
    _pack(place, study, "--forcerun", "pack_images")
    rejected = tables.read_table(place.folder / PACKED[2], REJECTED)
    artworks = tables.read_table(place.folder / PACKED[1], ARTWORKS)
    name = str(victim.relative_to(pictures))
    demand(rejected["filename"].tolist() == [name], f"{name} is not alone in {PACKED[2]}")
    demand(name not in set(artworks["filename"]), f"{name} is in {PACKED[1]}")
    victim.write_bytes(data)
    demand(_pack(place, study, "--forcerun", "pack_images") == clean, "other results")
    place.remove(RUN, pictures.name)
    place.must_be_whole()


def _own_study(place: Place) -> tuple[Path, str]:
    """A folder of pictures in folders of classes, and a study of them."""
    config = yaml.safe_load((place.folder / place.study).read_text())
    pictures, classes = place.folder / "pictures", config["dataset"]["classes"]
    for painted in (place.folder / "results").glob("*/painted/images/*.jpg"):
        name = next(name for name in classes if painted.name.startswith(name.lower()))
        (pictures / name).mkdir(parents=True, exist_ok=True)
        shutil.copy(painted, pictures / name)
    dataset = {"source": "folder", "images": pictures.name, "classes": classes, "image_size": 32}
    config |= {"run": Path(RUN).name, "dataset": dataset | {"max_rejected_share": 0.2}}
    (place.folder / "mine.yaml").write_text(yaml.safe_dump(config, sort_keys=False))
    return pictures, "mine.yaml"


def _pack(place: Place, study: str, *flags: str) -> list[str]:
    answer = place.run(*PACKED, *flags, study=study)
    demand(answer.code == 0, "the pictures were not packed", answer)
    return [sha256_of(place.folder / name) for name in PACKED]


def _corrupted(data: bytes, random: Random) -> bytes:
    """What is no picture any more."""
    noise = random.randbytes(len(data))
    return random.choice([b"", data[: len(data) // 2], noise, b"<html>404</html>", data[:3]])
