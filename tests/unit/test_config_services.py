"""The variables with which other services are set up, and the generators that they make here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pinxit.config import Settings, load
from pinxit.config.services import SERVICES, VARIABLES
from pinxit.domain.errors import ConfigError
from pinxit.generators.registry import kinds

if TYPE_CHECKING:
    from pathlib import Path

URL = "https://worker.example.org"
AZURE = {
    "AZURE_OPENAI_API_KEY": "k",
    "AZURE_OPENAI_ENDPOINT": "https://mine.openai.azure.com/",
    "AZURE_OPENAI_DEPLOYMENT_NAME": "painter",
}


def settings_of(folder: Path, text: str = "", **env: str) -> Settings:
    config = folder / "config.toml"
    config.write_text(text, encoding="utf-8")
    return load(env, config)


def tables(settings: Settings) -> dict[str, dict[str, object]]:
    """Return each generator's kind and options, secrets in the clear."""
    return {name: {"kind": one.kind, **one.kind_options()} for name, one in settings.generators.items()}


MADE: list[tuple[dict[str, str], dict[str, object]]] = [
    ({"OPENAI_API_KEY": "k"}, {"openai": {"kind": "openai", "api_key": "k"}}),
    (
        AZURE,
        {
            "azure_openai": {
                "kind": "azure_openai",
                "api_key": "k",
                "base_url": "https://mine.openai.azure.com",
                "model": "painter",
            }
        },
    ),
    ({"FLUX_API_KEY": "k"}, {"bfl": {"kind": "bfl", "api_key": "k"}}),
    ({"FAL_API_KEY": "k"}, {"fal": {"kind": "fal", "api_key": "k"}}),
    ({"GEMINI_API_KEY": "k"}, {"gemini": {"kind": "gemini", "api_key": "k"}}),
    ({"FLUX_WORKER_URL": URL}, {"flux": {"kind": "cloudflare_worker", "dialect": "flux", "base_url": URL}}),
    ({"SDXL_WORKER_URL": URL}, {"sdxl": {"kind": "cloudflare_worker", "dialect": "sdxl", "base_url": URL}}),
    (
        {"SDXL_WORKER_URL": URL, "SDXL_API_KEY": "k"},
        {"sdxl": {"kind": "cloudflare_worker", "dialect": "sdxl", "base_url": URL, "api_key": "k"}},
    ),
]


@pytest.mark.parametrize(("env", "made"), MADE, ids=[" ".join(env) for env, _ in MADE])
def test_a_key_alone_makes_a_generator_before_the_sketch(
    env: dict[str, str], made: dict[str, object], tmp_path: Path
) -> None:
    settings = settings_of(tmp_path, **env)

    assert tables(settings) == {**made, "sketch": {"kind": "sketch"}}
    assert settings.chain() == (*made, "sketch")
    assert (settings.later, settings.later_values) == ((), {})
    assert settings.secrets() == ({"k"} if "k" in env.values() else set())


def test_every_variable_is_tried_above_and_every_kind_is_there() -> None:
    tried = {name for env, _ in MADE for name in env}

    assert {*tried, "ENABLED_PROVIDERS", "DEFAULT_PROVIDER"} == set(VARIABLES)
    assert {service.kind for service in SERVICES} <= set(kinds())


def test_the_tables_of_the_file_stay_and_the_new_ones_follow(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, '[generators.far]\nkind = "horde"\n', OPENAI_API_KEY="k")

    assert list(settings.generators) == ["far", "openai"]


@pytest.mark.parametrize(
    "text",
    [
        '[generators.mine]\nkind = "openai"\nworkers = 2\n',
        "[generators.openai]\n",
        '[generators.mine]\nkind = "openai"\n[generators.second]\nkind = "openai"\napi_key = "own"\n',
    ],
)
def test_a_table_without_a_key_gets_it_and_no_other_one_is_made(text: str, tmp_path: Path) -> None:
    found = tables(settings_of(tmp_path, text, OPENAI_API_KEY="k"))

    assert next(iter(found.values())) == {"kind": "openai", "api_key": "k"}
    assert found.get("second", {}).get("api_key") in (None, "own")
    assert "sketch" not in found


@pytest.mark.parametrize(
    ("text", "env"),
    [
        ('[generators.mine]\nkind = "openai"\napi_key = "own"\n', {"OPENAI_API_KEY": "k"}),
        ('[generators.mine]\nkind = "openai"\nbase_url = "http://127.0.0.1:8080"\n', {"OPENAI_API_KEY": "k"}),
        (f'[generators.flux]\nkind = "cloudflare_worker"\nbase_url = "{URL}/own"\n', {"FLUX_WORKER_URL": URL}),
        (
            f'[generators.mine]\nkind = "cloudflare_worker"\ndialect = "sdxl"\nbase_url = "{URL}/own"\n',
            {"SDXL_WORKER_URL": URL, "SDXL_API_KEY": "k"},
        ),
        ('[generators.azure_openai]\nbase_url = "https://other.openai.azure.com"\n', AZURE),
        # A kind's own table of options says the same, and wins over the table around it.
        ('[generators.mine]\nkind = "openai"\noptions.base_url = "http://127.0.0.1:8080"\n', {"OPENAI_API_KEY": "k"}),
        ('[generators.mine]\nkind = "openai"\noptions.api_key = "own"\n', {"OPENAI_API_KEY": "k"}),
    ],
)
def test_a_table_with_its_own_key_or_address_is_left_alone_and_that_is_said(
    text: str, env: dict[str, str], tmp_path: Path
) -> None:
    alone, settings = settings_of(tmp_path, text), settings_of(tmp_path, text, **env)

    assert tables(settings) == tables(alone)
    (name,) = settings.generators
    said = f"has no effect: [generators.{name}] has its own key or address"
    assert settings.later == tuple(f"{variable} {said}" for variable in env)
    assert ("k" in settings.secrets()) is ("k" in env.values())


def test_a_key_goes_to_the_table_whose_address_came_with_it_or_alone(tmp_path: Path) -> None:
    text = f'[generators.mine]\nkind = "cloudflare_worker"\ndialect = "sdxl"\nbase_url = "{URL}/"\n'
    both = settings_of(tmp_path, text, SDXL_WORKER_URL=f"{URL}/", SDXL_API_KEY="k")
    key = settings_of(tmp_path, text, SDXL_API_KEY="k")

    assert [one.generators["mine"].kind_options()["api_key"] for one in (both, key)] == ["k", "k"]
    assert (both.later, key.later) == ((), ())


def test_a_key_without_an_address_goes_nowhere_where_several_could_be_meant(tmp_path: Path) -> None:
    table = '[generators.{}]\nkind = "cloudflare_worker"\ndialect = "sdxl"\nbase_url = "https://{}.example.org"\n'
    text = table.format("one", "a") + table.format("two", "b")
    settings = settings_of(tmp_path, text, SDXL_API_KEY="k")

    assert tables(settings) == tables(settings_of(tmp_path, text))
    (said,) = settings.later
    assert said.startswith("SDXL_API_KEY has no effect: [generators.one] and [generators.two] are at different")


def test_a_worker_of_the_other_dialect_is_another_one(tmp_path: Path) -> None:
    text = '[generators.mine]\nkind = "cloudflare_worker"\ndialect = "sdxl"\n'
    settings = settings_of(tmp_path, text, FLUX_WORKER_URL=URL)

    assert [(name, one.base_url) for name, one in settings.generators.items()] == [("mine", None), ("flux", URL)]


def test_a_taken_name_is_numbered(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, '[generators.flux]\nkind = "bfl"\napi_key = "own"\n', FLUX_WORKER_URL=URL)

    assert {name: one.kind for name, one in settings.generators.items()} == {
        "flux": "bfl",
        "flux_2": "cloudflare_worker",
    }


def test_our_own_variables_win(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, OPENAI_API_KEY="theirs", PINXIT_GENERATORS__OPENAI__API_KEY="ours")

    assert tables(settings)["openai"]["api_key"] == "ours"


def test_half_of_what_is_needed_makes_nothing_and_is_said(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, SDXL_API_KEY="k", AZURE_OPENAI_API_KEY="a", AZURE_OPENAI_DEPLOYMENT_NAME="d")

    assert list(settings.generators) == ["sketch"]
    assert settings.later == (
        "AZURE_OPENAI_API_KEY has no effect without AZURE_OPENAI_ENDPOINT",
        "AZURE_OPENAI_DEPLOYMENT_NAME has no effect without AZURE_OPENAI_ENDPOINT",
        "SDXL_API_KEY has no effect without SDXL_WORKER_URL",
    )
    assert settings.secrets() == {"k", "a"}


@pytest.mark.parametrize(
    "spelled", ["dall-e-3; FLUX-schnell", '["DALLE3", "flux_schnell"]', " 'dalle3' , Flux Schnell,"]
)
def test_enabled_providers_are_known_in_every_usual_spelling(spelled: str, tmp_path: Path) -> None:
    keys = {"OPENAI_API_KEY": "k", "FAL_API_KEY": "k", "GEMINI_API_KEY": "k"}
    settings = settings_of(tmp_path, ENABLED_PROVIDERS=spelled, **keys)

    assert list(settings.generators) == ["openai", "fal", "sketch"]
    assert settings.later == ("GEMINI_API_KEY has no effect: ENABLED_PROVIDERS does not name gemini",)


def test_only_enabled_providers_get_a_table(tmp_path: Path) -> None:
    env = {
        "OPENAI_API_KEY": "k",
        "FAL_API_KEY": "k",
        "GEMINI_API_KEY": "k",
        "ENABLED_PROVIDERS": "DALLE3, gemini, qwen",
    }
    settings = settings_of(tmp_path, **env)

    assert list(settings.generators) == ["openai", "gemini", "sketch"]
    assert settings.later == (
        "FAL_API_KEY has no effect: ENABLED_PROVIDERS does not name flux_schnell or fal",
        "ENABLED_PROVIDERS names qwen, for which no generator is set up; set its key",
    )


@pytest.mark.parametrize(
    ("provider", "first"), [("flux_schnell", "fal"), ("gemini", "gemini"), ("Mine", "mine"), ("dalle3", "openai")]
)
def test_the_default_provider_is_tried_first_and_the_others_after_it(provider: str, first: str, tmp_path: Path) -> None:
    text = '[generators.sketch]\n[generators.mine]\nkind = "horde"\n'
    keys = {"OPENAI_API_KEY": "k", "FAL_API_KEY": "k", "GEMINI_API_KEY": "k"}
    settings = settings_of(tmp_path, text, DEFAULT_PROVIDER=provider, **keys)

    assert settings.chain()[0] == first
    assert sorted(settings.chain()) == ["fal", "gemini", "mine", "openai", "sketch"]
    assert settings.later == ()


def test_a_default_provider_without_effect_is_said(tmp_path: Path) -> None:
    nobody = settings_of(tmp_path, DEFAULT_PROVIDER="dalle3")
    chosen = settings_of(tmp_path, '[defaults]\ngenerator = "sketch"\n', OPENAI_API_KEY="k", DEFAULT_PROVIDER="dalle3")

    assert nobody.later == ("DEFAULT_PROVIDER is dalle3, for which no generator is set up; set its key",)
    assert chosen.later == ("DEFAULT_PROVIDER has no effect: [defaults] names another generator or chain",)


def test_a_wrong_address_is_blamed_on_its_variable(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        settings_of(tmp_path, FLUX_WORKER_URL="worker")

    assert caught.value.problems == (
        'environment FLUX_WORKER_URL is "worker"; write a URL, such as https://example.org',
    )
