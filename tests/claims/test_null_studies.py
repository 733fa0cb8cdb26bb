"""Verdicts on claims are rarely wrong on their borders; docs/claims.md says how rarely."""

import re
from pathlib import Path

import error_rates
import null_studies
import pytest
from error_rates import page, rates
from null_studies import BORDERS, OF_TRAINING, OF_TRAJECTORIES, wrong

from stylewalk.claims import CLAIMS
from stylewalk.claims.weighing import HOLDS, Finding

DOCUMENT = Path(__file__).parents[2] / "docs" / "claims.md"
NAMES = [claim.name for claim in CLAIMS]


def documented() -> dict[str, list[float]]:
    """Rates of docs/claims.md, by claim."""
    table = DOCUMENT.read_text("utf-8").partition("## Errors on the border")[2]
    rows = re.findall(r"^\| \[([\w-]+)\]\(#[\w-]+\) \|(.*)\|$", table, re.M)
    return {
        name: [float(cell.split()[0]) / 100 for cell in cells.split("|") if "%" in cell]
        for name, cells in rows
    }


def test_every_claim_has_its_border_and_its_errors_are_told():
    assert sorted([*OF_TRAINING, *OF_TRAJECTORIES]) == sorted(NAMES)
    assert list(documented()) == NAMES
    studies = int(re.search(r"(\d+) studies a border", DOCUMENT.read_text("utf-8"))[1])
    # 5 % and three standard errors of the simulation.
    most = 0.05 + 3 * (0.05 * 0.95 / studies) ** 0.5
    for name, values in documented().items():
        assert len(values) == (2 if name in OF_TRAINING else 4)
        assert max(values) <= most, name


def test_the_page_has_todays_rules_nulls_and_what_reaches_a_verdict():
    rows = {name: [(0.0, 200), (0.0, 200), None, None] for name in NAMES}
    there, today = DOCUMENT.read_text("utf-8"), page(rows, 200)
    assert there.partition("## The rules")[2] == today.partition("## The rules")[2]
    before = "## Errors on the border"
    assert there.partition(before)[0] == today.partition(before)[0]
    assert all(claim.null for claim in CLAIMS)


def test_more_than_five_per_cent_are_looked_at_again_with_ten_times_the_studies(monkeypatch):
    of_studies = {20: 0.1, 200: 0.04}
    monkeypatch.setattr(error_rates, "wrong", lambda name, border, n, seeds: of_studies[n])
    assert rates("latent-size", 20) == [(0.04, 200), (0.04, 200), None, None]
    assert "4.0 % (2.0 to 7.7; of 200)" in page({"latent-size": rates("latent-size", 20)}, 20)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_verdicts_on_the_border_are_rarely_wrong(name):
    """By chance three of six are wrong once in 400 times, where one in twenty is."""
    for border in BORDERS:
        assert wrong(name, border, 6) <= 2 / 6, border


def test_a_rule_without_an_interval_would_be_found_out(monkeypatch):
    """A verdict on the measured value alone is wrong on half of the studies."""

    def careless(study: null_studies.Study) -> Finding:
        walks = study.walked["within", "random"]
        ratio = walks.level("AAE").of_seeds.mean() - walks.level("AE").of_seeds.mean()
        return Finding(HOLDS if ratio > 0 else "fails", "")

    monkeypatch.setattr(null_studies, "_weighed", lambda weigh, study: careless(study).verdict)
    assert max(wrong("aae-magnitude", border, 12) for border in BORDERS) > 0.3
