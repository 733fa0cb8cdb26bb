"""The figures of a small study's page, and what a page consists of."""

from html.parser import HTMLParser

NAMES = (
    *("dataset_overview", "training_losses", "latent_space_spectra", "clusters_silhouette"),
    *("trajectories_overview", "trajectories_shapes", "trajectories_near_profiles"),
    *("trajectories_near_strips", "trajectories_far_apart_profiles"),
)


class Outline(HTMLParser):
    """Checks that tags nest, and collects what the page refers to."""

    VOID = frozenset({"meta", "img", "br", "wbr", "link", "input", "hr"})

    def __init__(self, page):
        super().__init__()
        self.open, self.ids, self.links, self.sources, self.words = [], [], [], [], []
        self.rows, self.scripts = [], 0
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.scripts += tag == "script"
        self.ids += [values["id"]] if "id" in values else []
        self.links += [values["href"]] if "href" in values else []
        self.sources += [values["src"]] if "src" in values else []
        assert "alt" in values or tag != "img"
        if tag not in self.VOID:
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)
        if {"td", "th"} & set(self.open):
            self.rows[-1][-1] += data


def rows_of(outline, name):
    return [row for row in outline.rows if row and row[0] == name]
