"""The profile for Slurm names rules that exist, and rules say what they ask a cluster for."""

import re
from pathlib import Path

import yaml

from stylewalk import catalogue

ROOT = Path(__file__).parents[3]
PROFILE = yaml.safe_load((ROOT / "profiles/slurm/config.yaml").read_text())
TEXT = "\n".join(path.read_text() for path in sorted((ROOT / "workflow/rules").glob("*.smk")))
LOCAL = {"sweep", "export", "import_style_network", "fetch_huggingface", "draw_emoji"}
RULES = {
    match[1]: match[0]
    for match in re.finditer(r"^ *rule (\w+):\n(?:(?: .*)?\n)*?(?=^\S|^ *rule \w+:|\Z)", TEXT, re.M)
}


def test_every_rule_of_a_cluster_says_its_memory_and_time():
    assert {"train_model", "paint_pictures", "write_study_page"} < set(RULES)
    for name in set(RULES) - LOCAL:
        assert re.search(rf'^ +\*\*asks\("{name}"[,)]', RULES[name], re.M), name


def test_every_job_is_measured():
    for name in {*RULES, "train_sweep", "score_chosen"} - {"all", "sweep", "export"}:
        assert re.search(rf'benchmark:\s+f"{{RUN}}/benchmarks/{name}[/.]', TEXT), name
    scripts = re.findall(r"^ +script:$", TEXT, re.M)
    assert len(scripts) + 2 == TEXT.count("benchmark:")  # two rules inherit their script


def test_groups_hold_small_jobs_that_exist():
    groups = PROFILE["groups"]
    drawing = {f"plot_{plot.module}" for plot in catalogue.plots() if not plot.optional}
    assert set(groups) <= set(RULES) | drawing
    assert drawing <= set(groups)
    assert set(PROFILE["group-components"]) <= set(groups.values())
    for name in groups:
        assert "gpu=1" not in RULES.get(name, ""), name
