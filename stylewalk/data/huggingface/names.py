"""Whether a data set can be read, as far as that is known without the internet."""

import importlib.metadata
import os
import re

from stylewalk.errors import StylewalkError

_ON_THE_HUB = re.compile(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?", re.ASCII)


def check_name(name: str) -> None:
    """Look whether a data set can be read, without asking the internet.

    Args:
        name: of a data set on the Hugging Face hub, or the path of a folder.

    Raises:
        StylewalkError: the library is not installed, or the name is neither a folder nor one that
            the hub could have.
    """
    try:
        importlib.metadata.version("datasets")
    except importlib.metadata.PackageNotFoundError as error:
        raise StylewalkError(
            "The source huggingface needs the Python package `datasets`, which is not installed. "
            "Install it: pip install '.[huggingface]' in the checkout, or pip install datasets."
        ) from error
    if os.path.isdir(name):
        if not os.listdir(name):
            raise StylewalkError(
                f"dataset.huggingface.name: the folder {name} is empty. Give the folder of a data "
                "set: Parquet files, sub-folders of images, or what save_to_disk wrote."
            )
    elif not _ON_THE_HUB.fullmatch(name) or ".." in name:
        raise StylewalkError(
            f"dataset.huggingface.name: there is no folder {name}, and no data set on the hub can "
            "have this name. Write owner/name, or the path of a folder from where the workflow "
            "is called."
        )
