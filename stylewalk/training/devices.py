"""Which device computes, and in which precision."""

import contextlib
import ctypes
import os
import platform
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, get_args

import torch

from stylewalk.errors import StylewalkError
from stylewalk.files import write_json
from stylewalk.training import processor

# Options of glibc's mallopt(3): no block of its own for a large request, the heap is never trimmed,
# and grows by 64 MiB at a time.
_MALLOPT = {"M_MMAP_MAX": (-4, 0), "M_TRIM_THRESHOLD": (-1, 2**31 - 1), "M_TOP_PAD": (-2, 2**26)}
Precision = Literal["auto", "float32", "bfloat16"]
PRECISIONS: tuple[Precision, ...] = get_args(Precision)


def choose(
    precision: Precision = "auto", device: str | torch.device | None = None
) -> tuple[torch.device, torch.dtype | None]:
    """The device, and the type of mixed precision or None for float32 throughout.

    Args:
        precision: ``auto`` takes bfloat16 on a GPU that has it and float32 elsewhere.
        device: ``cpu``, ``cuda`` or ``cuda:1``; None takes a GPU where there is one.

    Raises:
        StylewalkError: the device is not there, or cannot compute in bfloat16 at full speed.
    """
    if precision not in PRECISIONS:
        raise StylewalkError(
            f"training.precision: found '{precision}', expected one of {', '.join(PRECISIONS)}."
        )
    has_gpu = torch.cuda.is_available()
    place = torch.device(device or ("cuda" if has_gpu else "cpu"))
    if place.type == "cuda" and not has_gpu:
        raise StylewalkError("No GPU is to be had here: torch finds no CUDA device. Use the CPU.")
    if precision == "float32":
        return place, None
    if precision == "auto":
        usable = place.type == "cuda" and _gpu_has_bfloat16()
        return place, torch.bfloat16 if usable else None
    if not has_bfloat16(place):
        raise StylewalkError(
            f"training.precision: bfloat16 is asked for, but this {place.type.upper()} has no "
            "hardware for it and would be 20 to 50 times slower. Use auto or float32."
        )
    return place, torch.bfloat16


def has_bfloat16(place: torch.device) -> bool:
    """Whether a device computes bfloat16 itself; others emulate it, several times slower."""
    return _gpu_has_bfloat16() if place.type == "cuda" else _cpu_has_bfloat16()


def _gpu_has_bfloat16() -> bool:
    """Whether the GPU computes bfloat16 itself; older ones emulate it."""
    return torch.cuda.get_device_capability() >= (8, 0) and torch.cuda.is_bf16_supported()


def _cpu_has_bfloat16(cpuinfo: str | os.PathLike[str] = "/proc/cpuinfo") -> bool:
    """Whether the processor says that it has bfloat16 instructions (Linux; else no)."""
    try:
        text = Path(cpuinfo).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return bool(re.search(r"^(flags|Features)\s*:.*\b(avx512_bf16|amx_bf16|bf16)\b", text, re.M))


def mixed_precision(
    device: torch.device, dtype: torch.dtype | None
) -> contextlib.AbstractContextManager[object]:
    """A block in which layers compute in ``dtype``; none for float32."""
    if dtype is None:
        return contextlib.nullcontext()
    return torch.autocast(device.type, dtype=dtype)


def use_threads(threads: int | None) -> None:
    """Compute on the CPU with this many threads; None leaves the number as it is."""
    if threads is not None:
        torch.set_num_threads(max(1, int(threads)))


def keep_freed_memory() -> None:
    """Let this process keep the memory that it frees, for its next use (glibc; else nothing).

    Every step of a training frees large blocks and takes as large ones. By default each goes back
    to the system, which hands it out again zeroed, page by page: at 4,096 dimensions a fifth of the
    time of a step. For jobs that end when their work is done.
    """
    with contextlib.suppress(OSError, AttributeError):
        allocator = ctypes.CDLL("libc.so.6")
        for option, value in _MALLOPT.values():
            allocator.mallopt(option, value)


@contextlib.contextmanager
def deterministic(device: torch.device) -> Iterator[None]:
    """A block in which the same seed gives the same bytes on a GPU; a CPU does so by itself.

    Operations without a deterministic version warn and go on.
    """
    if device.type != "cuda":
        yield
        return
    # cuBLAS reads this when it starts: it must be set before the first product on the GPU.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    before = torch.are_deterministic_algorithms_enabled()
    warn_only = torch.is_deterministic_algorithms_warn_only_enabled()
    torch.use_deterministic_algorithms(True, warn_only=True)
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(before, warn_only=warn_only)


def describe(device: torch.device, dtype: torch.dtype | None = None) -> dict[str, str | int]:
    """What a job computes with, and on what its bytes therefore depend.

    Args:
        device: where its networks are.
        dtype: the type of mixed precision, or None for float32 throughout.
    """
    facts: dict[str, str | int] = {
        "device": device.type,
        "processor": f"{processor.processor()}, {torch.backends.cpu.get_cpu_capability()}",
        "threads": torch.get_num_threads(),
        "precision": str(dtype or torch.float32).removeprefix("torch."),
        "Python": platform.python_version(),
        "torch": str(torch.__version__),
    }
    if device.type == "cuda":
        facts["GPU"] = torch.cuda.get_device_name(device)
        facts["CUDA"] = str(torch.version.cuda)
        facts["cuDNN"] = str(torch.backends.cudnn.version())  # type: ignore[no-untyped-call]  # torch's
    return facts


def record(
    path: str | os.PathLike[str], device: torch.device, dtype: torch.dtype | None = None
) -> None:
    """Write what :func:`describe` says beside a job's results."""
    write_json(path, describe(device, dtype))
