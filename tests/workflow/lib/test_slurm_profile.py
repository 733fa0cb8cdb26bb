"""The profile for Slurm names rules that exist, and rules say what they ask a cluster for."""

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[3]
PROFILE = yaml.safe_load((ROOT / "profiles/slurm/config.yaml").read_text())
TEXT = "\n".join(path.read_text() for path in sorted((ROOT / "workflow/rules").glob("*.smk")))
LOCAL = {"sweep", "import_style_network", "fetch_huggingface"}
RULES = {
    match[1]: match[0]
    for match in re.finditer(r"^ *rule (\w+):\n(?:(?: .*)?\n)*?(?=^\S|^ *rule \w+:|\Z)", TEXT, re.M)
}


def test_every_rule_of_a_cluster_says_its_memory_and_time():
    assert {"train_model", "paint_pictures", "write_study_page"} < set(RULES)
    for name in set(RULES) - LOCAL:
        assert re.search(r"^ +mem_mb=memory\(", RULES[name], re.M), name
        assert re.search(r"^ +runtime=minutes\(", RULES[name], re.M), name


def test_groups_hold_small_jobs_that_exist():
    groups = PROFILE["groups"]
    assert set(groups) <= set(RULES)
    assert set(PROFILE["group-components"]) <= set(groups.values())
    for name in groups:
        assert "gpu=1" not in RULES[name], name
