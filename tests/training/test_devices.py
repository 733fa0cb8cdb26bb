"""Devices and precision."""

import contextlib
import platform
import subprocess
import sys

import pytest
import torch

from stylewalk.errors import StylewalkError
from stylewalk.training import devices


@pytest.fixture
def no_gpu(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)


@pytest.mark.usefixtures("no_gpu")
def test_a_cpu_computes_in_float32():
    assert devices.choose("auto") == (torch.device("cpu"), None)
    assert devices.choose("float32", "cpu") == (torch.device("cpu"), None)


@pytest.mark.usefixtures("unchecked")
@pytest.mark.usefixtures("no_gpu")
def test_a_missing_gpu_and_an_unknown_precision_are_reported_in_words():
    with pytest.raises(StylewalkError, match="No GPU"):
        devices.choose("auto", "cuda")
    with pytest.raises(StylewalkError, match=r"float16.*bfloat16"):
        devices.choose("float16")


@pytest.mark.usefixtures("no_gpu")
@pytest.mark.parametrize(("flags", "has"), [("avx2 avx512_bf16 fma", True), ("avx2 fma", False)])
def test_bfloat16_on_a_cpu_needs_hardware(monkeypatch, tmp_path, flags, has):
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text(f"processor\t: 0\nflags\t\t: {flags}\nbugs\t\t: spectre\n")
    assert devices._cpu_has_bfloat16(cpuinfo) is has
    assert not devices._cpu_has_bfloat16(tmp_path / "absent")
    monkeypatch.setattr(devices, "_cpu_has_bfloat16", lambda: has)
    refused = contextlib.nullcontext() if has else pytest.raises(StylewalkError, match="slower")
    with refused:
        assert devices.choose("bfloat16") == (torch.device("cpu"), torch.bfloat16)


@pytest.mark.parametrize("has", [True, False])
def test_auto_on_a_gpu_follows_its_hardware(monkeypatch, has):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(devices, "_gpu_has_bfloat16", lambda: has)
    device, dtype = devices.choose("auto")
    assert device.type == "cuda"
    assert dtype == (torch.bfloat16 if has else None)
    assert devices.choose("float32") == (torch.device("cuda"), None)


def test_mixed_precision_is_in_force_inside_the_block_alone():
    layer, x = torch.nn.Linear(2, 2), torch.zeros(1, 2)
    cpu = torch.device("cpu")
    with devices.mixed_precision(cpu, torch.bfloat16):
        assert layer(x).dtype == torch.bfloat16
    with devices.mixed_precision(cpu, None):
        assert layer(x).dtype == torch.float32


def test_deterministic_on_a_gpu_leaves_things_as_they_were(monkeypatch):
    monkeypatch.setenv("CUBLAS_WORKSPACE_CONFIG", ":16:8")
    assert not torch.are_deterministic_algorithms_enabled()
    with devices.deterministic(torch.device("cuda")):
        assert torch.are_deterministic_algorithms_enabled()
    assert not torch.are_deterministic_algorithms_enabled()


def test_threads_are_set_or_left():
    before = torch.get_num_threads()
    devices.use_threads(2)
    assert torch.get_num_threads() == 2
    devices.use_threads(None)
    assert torch.get_num_threads() == 2
    devices.use_threads(before)


KEEPS = """
import numpy, psutil
from stylewalk.training import devices
process = psutil.Process()
devices.keep_freed_memory()
block = numpy.ones(25_000_000)
held = process.memory_info().rss
del block
print(held - process.memory_info().rss)
"""


@pytest.mark.slow
@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc keeps memory when told")
def test_freed_memory_stays_with_a_process_that_asks_for_it():
    lost = subprocess.run([sys.executable, "-c", KEEPS], capture_output=True, text=True, check=True)
    assert int(lost.stdout) < 20_000_000, "of 200 MB that were freed"
    default = KEEPS.replace("devices.keep_freed_memory()", "")
    lost = subprocess.run([sys.executable, "-c", default], capture_output=True, text=True)
    assert int(lost.stdout) > 150_000_000
