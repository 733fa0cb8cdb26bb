"""The page for judges in a real browser: a session by keyboard, resumed, exported, weighed."""

import pytest

from browser.conftest import DESKTOP, PHONE, until
from judging_study import MODELS, PATHS, trials_and_key
from stylewalk.judging import page, weighing
from stylewalk.judging.answers import read_answers
from stylewalk.judging.key import one_each
from stylewalk.judging.questions import QUESTIONS

COUNT = 24
EVIL = '=HYPERLINK("x") </script><b>, "Ann"'


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """A page, and its key."""
    trials, key = trials_and_key(COUNT)
    path = tmp_path_factory.mktemp("judging") / "judge.html"
    path.write_text(page.render("tiny", trials, key, True), encoding="utf-8")
    return path, key


@pytest.fixture
def opened(visit, study):
    def one(*arguments, **options):
        visited = visit(study[0], *arguments, **options)
        visited.view.wait_for_selector("html[data-ready]", state="attached")
        return visited

    return one


def begin(view, name="Ann"):
    view.keyboard.type(name)
    view.keyboard.press("Enter")
    until(view, "!document.getElementById('trial').hidden")


def answered(view):
    return view.evaluate("document.getElementById('done-of').value")


def export(view, button="#save"):
    with view.expect_download() as waiting:
        view.click(button)
    return waiting.value


def test_a_session_by_keyboard_is_resumed_exported_and_weighed(opened, study, tmp_path):
    visited = opened()
    view, key = visited.view, study[1]
    begin(view, EVIL)
    for number in range(10):
        view.keyboard.press("2" if number % 2 else "1")
        until(view, f"document.getElementById('done-of').value === {number + 1}")
    view.keyboard.press("Backspace")
    until(view, "document.getElementById('done-of').value === 9")
    view.reload()
    view.wait_for_selector("html[data-ready]", state="attached")
    assert f"{EVIL}: 9 of {COUNT}" in view.inner_text("#judges")
    assert view.evaluate("window.broken") is None
    view.keyboard.press("Tab")
    view.keyboard.press("Tab")
    view.keyboard.press("Enter")
    until(view, "!document.getElementById('trial').hidden")
    assert answered(view) == 9
    for number in range(9, COUNT):
        view.keyboard.press("ArrowDown")
        view.keyboard.press("Enter")
        until(view, f"document.getElementById('done-of').value === {number + 1}")
    assert view.is_visible("#finished")
    file = export(view, "#export")
    assert file.suggested_filename.startswith("judge-tiny-")
    path = tmp_path / "answers.csv"
    file.save_as(path)
    answers = read_answers([path], key)
    assert set(answers["judge"]) == {EVIL}
    assert set(answers["trial"]) == set(key["trial"])
    found = weighing.weigh(key, answers)
    assert found["judges"]["answers"].tolist() == [COUNT]
    assert visited.complaints == []
    assert visited.requests == []


def test_keys_give_the_answers_that_their_buttons_say(opened, study, tmp_path):
    view = opened().view
    begin(view)
    given = []
    for number in range(COUNT):
        buttons = view.locator("#answers button")
        place = number % buttons.count()
        text = buttons.nth(place).locator("span").text_content()
        given.append(next(a for q in QUESTIONS.values() for a, t in q.answers.items() if t == text))
        view.keyboard.press(str(place + 1))
        until(view, f"document.getElementById('done-of').value === {number + 1}")
    path = tmp_path / "answers.csv"
    export(view).save_as(path)
    lines = [line.split(",") for line in path.read_text().splitlines()[1:]]
    assert [line[2] for line in lines] == given
    questions = one_each(study[1])["question"]
    in_turn = [questions[line[1]] for line in lines]
    # One question at a time, in blocks of six.
    assert all(len(set(in_turn[start : start + 6])) == 1 for start in range(0, COUNT, 6))
    assert len(set(in_turn)) == 4


def test_each_judge_has_an_order_of_their_own_that_stays(opened):
    view = opened().view
    order = "() => document.querySelector('#strips .pictures canvas').toDataURL()"

    def first_pictures(name):
        begin(view, name)
        view.wait_for_timeout(100)
        seen = view.evaluate(order)
        view.click("#leave")
        return seen

    seen = {name: first_pictures(name) for name in ("Ann", "Bea", "Cem", "Dee")}
    assert len(set(seen.values())) > 1
    assert first_pictures("Ann") == seen["Ann"]


def test_other_keys_and_held_ones_answer_nothing(opened):
    view = opened().view
    begin(view)
    for key in ("9", "x", "0", "Backspace", "Control+1"):
        view.keyboard.press(key)
    assert answered(view) == 0
    view.keyboard.down("1")
    view.keyboard.down("1")  # Playwright repeats a key that is down
    assert answered(view) == 1


def test_the_second_press_of_a_double_click_answers_nothing(opened):
    view = opened().view
    begin(view)
    view.locator("#answers button").first.dblclick()
    assert answered(view) == 1


def test_another_window_takes_no_answers_away(opened):
    first = opened().view
    begin(first, "Ann")
    second = first.context.new_page()
    second.goto(first.url)
    second.wait_for_selector("html[data-ready]", state="attached")
    first.keyboard.press("1")  # after the second window has read what there is
    begin(second, "Bea")
    second.keyboard.press("1")
    until(second, "document.getElementById('done-of').value === 1")
    first.reload()
    first.wait_for_selector("html[data-ready]", state="attached")
    known = first.inner_text("#judges")
    assert "Ann: 1 of" in known
    assert "Bea: 1 of" in known


def test_without_a_name_nobody_begins_and_without_storage_it_is_said(opened, visit, study):
    view = opened().view
    view.fill("#name", "   ")
    view.keyboard.press("Enter")
    assert "Give a name" in view.inner_text("#name-wrong")
    assert not view.is_visible("#trial")
    visited = visit(study[0])
    visited.view.evaluate(
        "() => { Storage.prototype.setItem = () => { throw new DOMException('full'); }; }"
    )
    begin(visited.view)
    visited.view.keyboard.press("1")
    until(visited.view, "document.getElementById('done-of').value === 1")
    assert "do not close it before you have exported" in visited.view.inner_text("#trouble")


def test_pictures_of_an_intruder_are_pointed_at(opened):
    view = opened().view
    begin(view)
    while not view.query_selector(".apart"):
        view.keyboard.press("1")
    before = answered(view)
    view.click(".apart figure >> nth=2")
    assert answered(view) == before + 1


@pytest.mark.slow
@pytest.mark.parametrize("size", [DESKTOP, PHONE])
@pytest.mark.parametrize("dark", [False, True])
def test_it_bars_nobody_fits_its_window_and_needs_nothing(opened, size, dark):
    visited = opened(size, dark)
    view = visited.view
    assert visited.barriers() == []
    begin(view)
    seen = set()
    for _ in range(COUNT):
        question = view.inner_text("#question")
        if question not in seen:
            seen.add(question)
            assert visited.barriers() == [], question
            assert visited.too_wide() <= 0
            drawn = (
                "Array.from(document.querySelectorAll('canvas')).every((c) => c.getContext('2d')"
            )
            until(view, f"{drawn}.getImageData(0, 0, c.width, c.height).data.some((x) => x))")
        view.keyboard.press("1")
    assert len(seen) == 4
    assert visited.barriers() == []
    assert visited.complaints == []
    assert visited.requests == []


def test_nothing_on_the_page_names_a_model(opened):
    text = opened().view.content()
    assert not [name for name in (*MODELS[:2], *PATHS) if f'"{name}"' in text]
