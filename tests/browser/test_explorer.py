"""The explorer in a real browser: by pointer and by keyboard, with and without WebGL."""

import re
import shlex

import pytest
import yaml
from snakemake.cli import parse_config

from browser.conftest import DESKTOP, LONELY, PHONE, classes_seen, until
from explorer_study import CLASSES, explorer
from stylewalk.explorer import naming, page

CHANGES = "2 was <b>a.jpg</b> and is 2.jpg now."
EVIL = "</script><script>window.broken = true</script><b>bold</b>"
WITHOUT_WEBGL = """
const context = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
  return /webgl/.test(kind) ? null : context.call(this, kind, ...rest);
};
"""


@pytest.fixture(scope="module")
def trial(tmp_path_factory):
    """An explorer of random data, in which one title tries to be a program."""
    path = tmp_path_factory.mktemp("explorer") / "explorer.html"
    text = page.render(*explorer(titles=[EVIL], chosen=[(2, 5)]), [(2, 5)], CHANGES)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def opened(visit):
    """Open a page, and wait until it is drawn."""

    def one(path, *arguments, **options):
        visited = visit(path, *arguments, **options)
        visited.view.wait_for_selector("html[data-ready]", state="attached")
        return visited

    return one


def complaints(visited):
    """What the browser says, but for its remark that graphics are computed without a GPU here."""
    return [said for said in visited.complaints if "GL Driver Message" not in said]


def dots(view):
    """How many pictures are on the map."""
    return view.evaluate("document.getElementById('map').dots().length")


def press(view, key, times=1):
    for _ in range(times):
        view.keyboard.press(key)


@pytest.mark.slow
@pytest.mark.xdist_group("finished")
@pytest.mark.parametrize("size", [DESKTOP, PHONE])
@pytest.mark.parametrize("dark", [False, True])
def test_the_page_needs_nothing_but_itself_and_bars_nobody(opened, finished, size, dark):
    visited = opened(finished.folder / "results/tiny/explorer.html", size, dark)
    assert complaints(visited) == []
    assert visited.requests == []
    assert visited.barriers() == []
    assert visited.too_wide() <= 0
    assert dots(visited.view) == 24
    assert "procedural" in visited.view.locator(".banner").inner_text().lower()


@pytest.mark.slow
@pytest.mark.parametrize("size", [DESKTOP, PHONE])
@pytest.mark.parametrize("dark", [False, True])
def test_no_barrier_where_a_pair_is_offered(opened, trial, size, dark):
    visited = opened(trial, size, dark, hash="#from=0&to=7&map=pca&colour=kmeans")
    visited.view.locator("#query").fill("picture")
    assert visited.barriers() == []
    assert visited.too_wide() <= 0
    assert complaints(visited) == []


@pytest.mark.slow
def test_a_walk_is_walked_by_keyboard(opened, trial):
    view = opened(trial).view
    view.locator("#step").focus()
    assert "image 1 of 11" in view.locator("#where").inner_text()
    before = view.locator(".now").first.get_attribute("style")
    marks = view.locator(".mark").first.evaluate("mark => mark.style.left")
    press(view, "ArrowRight", 3)
    assert "image 4 of 11, 30 % of the way" in view.locator("#where").inner_text()
    assert view.locator("#step").get_attribute("aria-valuetext").startswith("image 4 of 11")
    assert view.locator(".now").first.get_attribute("style") != before
    assert view.locator(".mark").first.evaluate("mark => mark.style.left") != marks
    assert view.locator("#strips article").count() == 2
    press(view, "End")
    assert "100 %" in view.locator("#where").inner_text()


def test_the_marker_lies_on_the_image_that_is_said(opened, trial):
    """The trajectory's images get lighter step by step, so that the one shown says which it is."""
    view = opened(trial).view
    view.locator("#step").fill("10")
    view.locator(".now").first.scroll_into_view_if_needed()
    pixel = """async (node) => {
      const style = getComputedStyle(node);
      const image = new Image();
      image.src = style.backgroundImage.slice(5, -2);
      await image.decode();
      const [x, y] = style.backgroundPosition.split(" ").map(parseFloat);
      const scale = image.width / parseFloat(style.backgroundSize);
      const canvas = document.createElement("canvas");
      canvas.width = canvas.height = 1;
      const side = parseFloat(style.width) / 2;
      const at = [(side - x) * scale, (side - y) * scale];
      canvas.getContext("2d").drawImage(image, ...at, 1, 1, 0, 0, 1, 1);
      return canvas.getContext("2d").getImageData(0, 0, 1, 1).data[0];
    }"""
    assert view.locator(".now").first.evaluate(pixel) > 245
    view.locator("#step").fill("5")
    assert 110 < view.locator(".now").first.evaluate(pixel) < 145


@pytest.mark.slow
def test_a_link_restores_the_view(opened, trial):
    first = opened(trial)
    view = first.view
    for name in ("VAE", "PCA", "k-means clusters"):
        view.get_by_role("radio", name=name, exact=True).check()
    view.locator("#classes").get_by_label("Realism").uncheck()
    view.select_option("#experiment", "fine")
    view.locator("#step").fill("7")
    view.locator("#query").fill("13")
    view.locator("#results button").first.click()
    link = view.evaluate("location.hash")
    assert "within" not in link
    again = opened(trial, hash=link).view
    assert again.evaluate("location.hash") == link
    for look in ("#where", "#picture-title", "#map-note", "#key", "#ends"):
        assert again.locator(look).inner_text() == view.locator(look).inner_text(), look
    assert again.locator("#picture-title").inner_text() == "Picture 13"
    assert again.get_by_role("radio", name="VAE", exact=True).is_checked()
    assert not again.locator("#classes").get_by_label("Realism").is_checked()
    assert dots(again) == dots(view) < 40


@pytest.mark.slow
def test_back_goes_to_the_picture_before_and_not_through_steps(opened, trial):
    view = opened(trial, hash="#picture=3").view
    assert view.locator("#picture-title").inner_text() == "Picture 3"
    view.locator("#neighbours button").first.click()
    other = view.locator("#picture-title").inner_text()
    assert other != "Picture 3"
    view.locator("#step").focus()
    press(view, "ArrowRight", 4)
    view.go_back()
    assert view.locator("#picture-title").inner_text() == "Picture 3"
    view.go_forward()
    assert view.locator("#picture-title").inner_text() == other


@pytest.mark.slow
def test_a_class_is_hidden_and_shown(opened, trial):
    view = opened(trial).view
    assert dots(view) == 40
    view.locator("#classes").get_by_label("Expressionism").focus()
    press(view, "Space")
    assert dots(view) == 40 - 14  # every third of 40, from the first
    assert "Expressionism is hidden" in view.locator("#status").inner_text()
    press(view, "Space")
    assert dots(view) == 40


@pytest.mark.slow
def test_the_whole_way_to_a_pair_by_keyboard(opened, trial):
    """Search for a picture, walk from it, search for another: the command is offered."""
    visited = opened(trial)
    view = visited.view
    view.locator("#query").focus()
    view.keyboard.type("Picture 20")
    press(view, "ArrowDown")
    assert view.locator("#tip").is_visible()
    press(view, "Enter")
    assert view.locator("#picture-title").inner_text() == "Picture 20"
    view.get_by_role("button", name="Walk from here").focus()
    press(view, "Enter")
    assert "now choose where the walk ends" in view.locator("#hint").inner_text()
    view.locator("#query").fill("Picture 31")
    press(view, "ArrowDown")
    press(view, "Enter")
    assert view.locator("#offer").is_visible()
    assert view.locator("#player").is_hidden()
    assert view.locator("#command").inner_text() == (
        "snakemake --cores 2 --configfile trial.yaml "
        """--config 'explorer={"pairs": [["2.jpg", "5.jpg"], ["20.jpg", "31.jpg"]]}'"""
    )
    lasting = 'explorer: {pairs: [["2.jpg", "5.jpg"], ["20.jpg", "31.jpg"]]}'
    assert lasting in view.locator("#offer").inner_text()
    view.locator("#copy").focus()
    press(view, "Enter")
    until(view, "/copied|marked/.test(document.getElementById('status').textContent)")
    assert complaints(visited) == []


HOSTILE = [
    *("b'q.jpg", "c,{d}.jpg", 'e"f.jpg', "0012.jpg", "12", "é –.jpg", "日本/😀.jpg", "zz $x`.jpg"),
    *(
        "#h.jpg",
        "w  w.jpg",
        "a: b.jpg",
        "- [x].jpg",
        "back\\",
        "!bang!.jpg",
        "\u2028.jpg",
        "\xa0.jpg",
    ),
    *("\ufeffa.jpg", "%20.jpg", "~", "null", "0x1f", "a=b.jpg", "*", "&a", "\xe9", "e\u0301"),
]


@pytest.mark.slow
def test_file_names_of_any_kind_come_through_shell_and_yaml(opened, tmp_path):
    """The offered command and the lines for the config name just the files that were chosen."""
    arguments = list(explorer())
    names = [*HOSTILE, *arguments[1]["filename"][len(HOSTILE) :]]
    arguments[1] = arguments[1].assign(filename=names)
    pairs = [(number, number + 1) for number in range(0, len(HOSTILE), 2)]
    (tmp_path / "page.html").write_text(page.render(*arguments, pairs), encoding="utf-8")
    view = opened(tmp_path / "page.html", hash="#from=0&to=31").view
    *_, given = shlex.split(view.locator("#command").text_content())
    read = parse_config([given])["explorer"]["pairs"]
    expected = [*pairs, (0, 31)]
    assert naming.resolve(read, names) == [list(pair) for pair in expected]
    lasting = yaml.safe_load(view.locator("#lasting").text_content())["explorer"]["pairs"]
    assert naming.resolve(lasting, names) == [list(pair) for pair in expected]


@pytest.mark.slow
def test_numbers_that_mean_other_pictures_are_told(opened, trial):
    assert CHANGES in opened(trial).view.locator(".banner").last.inner_text()


@pytest.mark.slow
def test_arrow_keys_go_over_the_map(opened, trial):
    view = opened(trial).view
    view.locator("#map").focus()
    start = view.locator("#picture-title").inner_text()
    press(view, "ArrowRight")
    assert view.locator("#tip").is_visible()
    named = view.locator("#tip strong").inner_text()
    assert named != start
    assert named in view.locator("#status").inner_text()
    press(view, "Enter")
    assert view.locator("#picture-title").inner_text() == named


@pytest.mark.slow
def test_a_dot_is_hovered_and_pressed(opened, trial):
    view = opened(trial).view
    view.locator("#map").scroll_into_view_if_needed()
    x, y = view.evaluate(LONELY)
    view.mouse.move(x + 1, y + 1)
    view.wait_for_selector("#tip strong")
    named = view.locator("#tip strong").inner_text()
    view.mouse.click(x + 1, y + 1)
    until(view, f"document.getElementById('picture-title').textContent === {named!r}")
    assert view.locator("#picture-title").inner_text() == named


def test_a_dot_is_touched_and_a_walk_ends_at_it(opened, trial):
    view = opened(trial, PHONE, has_touch=True, is_mobile=True).view
    view.get_by_role("button", name="Walk from here").tap()
    view.locator("#map").scroll_into_view_if_needed()
    view.touchscreen.tap(*view.evaluate(LONELY))
    view.wait_for_selector("#offer:not([hidden])", state="attached")
    chosen = view.locator("#picture-title").inner_text()
    assert chosen in view.locator("#ends").inner_text()
    assert view.locator("#tip").is_hidden()


@pytest.mark.slow
def test_a_pair_that_was_chosen_by_hand_is_walked(opened, trial):
    view = opened(trial, hash="#from=5&to=2").view
    assert view.locator("#offer").is_hidden()
    assert view.locator("#strips article").count() == 2
    assert "no verdict" in view.locator("#strips").inner_text()
    assert "other direction" in view.locator("#ends").inner_text()


@pytest.mark.slow
def test_a_pair_that_one_model_walked_is_shown_and_offered_for_the_others(opened, trial):
    view = opened(trial, hash="#from=1&to=7").view
    assert view.locator("#strips article").count() == 1
    assert "Only VAE" in view.locator("#offer-text").inner_text()


@pytest.mark.slow
def test_the_page_says_how_many_walks_it_holds(opened, trial):
    view = opened(trial).view
    assert "2 of the 3 walks of within" in view.locator("#kept").inner_text()
    view.select_option("#experiment", "fine")
    assert view.locator("#kept").is_hidden()


@pytest.mark.slow
def test_a_title_stays_text(opened, trial):
    visited = opened(trial, hash="#picture=0")
    view = visited.view
    assert view.locator("#picture-title").inner_text() == EVIL
    assert view.evaluate("window.broken") is None
    assert view.locator("b", has_text="bold").count() == 0
    view.locator("#query").fill("bold")
    assert EVIL in view.locator("#results").inner_text()


def test_without_webgl_the_map_is_drawn_all_the_same(trial, browser):
    context = browser.new_context(offline=True)
    context.add_init_script(WITHOUT_WEBGL)
    view = context.new_page()
    try:
        view.goto(trial.as_uri())
        view.wait_for_selector("html[data-ready]", state="attached")
        assert view.locator("#no-webgl").is_visible()
        assert "no WebGL" in view.locator("#no-webgl").inner_text()
        assert dots(view) == 40
        view.locator("#map").scroll_into_view_if_needed()
        x, y = view.evaluate(LONELY)
        assert classes_seen(view, [(x, y)]) != [None]
        view.mouse.move(x + 1, y + 1)
        view.wait_for_selector("#tip strong")
    finally:
        context.close()


def test_webgl_draws_with_no_evaluation(opened, trial):
    """Nothing may be evaluated, and no style may stand in an attribute: nothing tries to."""
    visited = opened(trial)
    policy = visited.view.locator("meta[http-equiv]").get_attribute("content")
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'; ")
    view = visited.view
    assert view.locator("#map").get_attribute("data-drawn-by") == "webgl"
    assert view.locator("#no-webgl").is_hidden()
    view.locator("#map").scroll_into_view_if_needed()
    places = view.evaluate("document.getElementById('map').dots()")
    seen = classes_seen(view, [place[1:] for place in places])
    # Some lie under marks or under other dots.
    right = sum(CLASSES[dot[0] % 3] == name for dot, name in zip(places, seen, strict=True))
    assert right >= 25
    assert complaints(visited) == []


def test_a_link_from_another_study_shows_what_is_here(opened, trial):
    visited = opened(
        trial, hash="#model=none&map=none&colour=none&picture=9999&walk=a/b/c/9&step=-3&without=x"
    )
    assert dots(visited.view) == 40
    assert "image 1 of 11" in visited.view.locator("#where").inner_text()
    assert complaints(visited) == []
    assert re.search("within", visited.view.locator("#experiment").input_value())
