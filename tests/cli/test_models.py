"""`pinxit models`, and what an operator's own catalogue changes: prices, sizes, aliases, and warnings of ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pinxit.domain.checkup import State
from tests.cli.test_doctor import findings, states

if TYPE_CHECKING:
    from tests.cli.shell import Shell

SETTINGS = """
catalogue = "models.toml"
[generators.worker]
kind = "cloudflare_worker"
base_url = "https://flux.example.workers.dev"
workers = 0
[generators.flux]
kind = "bfl"
api_key = "a key"
model = "mine"
models = ["big"]
workers = 0
dollars_per_month = 2.5
[generators.sketch]
workers = 0
[chains.fast]
generators = ["sketch", "flux"]
"""
BEFORE = """
[bfl."mine"]
about = "Ours"
size = "512x512"
sizes = ["512x512", "768x512"]
price = { image = 0.02 }
seconds = 4
[bfl."big"]
seed = false
price = { image = 0.5 }
[aliases.ours]
means = ["bfl/mine"]
about = "The one that we like"
"""
AFTER = """
[bfl."mine"]
about = "Ours"
size = "1024x1024"
sizes = ["1024x1024"]
price = { image = 0.03 }
seconds = 8
[bfl."big"]
[aliases.theirs]
means = ["bfl/mine"]
"""
WISH = "imagine 'a fox --model {} --size 500x500 --seed 7' --dry-run --json"


def catalogue(shell: Shell, text: str) -> None:
    (shell.folder / "models.toml").write_text(text)


def test_generators_models_aliases_and_chains_are_listed(shell: Shell) -> None:
    shell.configure(SETTINGS)
    catalogue(shell, BEFORE)

    (table,) = shell.batch("models")

    modes = "img2img, inpaint, outpaint, style_transfer, upscale"
    sketch = f"{modes}, seed, strength, negative_prompt, steps, guidance_scale, tile"
    assert [" ".join(line.split()) for line in table.stdout.splitlines()] == [
        "generator state model sizes seconds dollars supports",
        "worker available 1024x1024 10 0",
        "flux available, $2.5 left mine 512x512, 768x512 4 0.02 seed",
        "big 1024x1024, sides 64 to 2048 10 0.5",
        f"sketch available sketch 768x768, sides 64 to 2048 0.27 0 {sketch}",
        "",
        "alias means sizes images what",
        "ours flux/mine 512x512, 768x512 4 The one that we like",
        "",
        "chain generators",
        "fast sketch → flux",
        "local_first sketch → worker → flux",
    ]
    assert table.stderr == "Use one so: pinxit imagine \"a red fox --model 'mine'\"\n"


def test_another_catalogue_holds_from_the_next_start_on(shell: Shell) -> None:
    shell.configure(SETTINGS)
    catalogue(shell, BEFORE)

    with shell.server():
        catalogue(shell, AFTER)
        running = shell.batch(WISH.format("mine"), WISH.format("ours"), WISH.format("theirs"), "models --json")
    with shell.server():
        started = shell.batch(WISH.format("mine"), WISH.format("ours"), WISH.format("theirs"), "models --json")

    assert [said.returncode for said in running] == [0, 0, 1, 0]
    assert [said.returncode for said in started] == [0, 1, 0, 0]
    assert (running[0].json["seconds"], started[0].json["seconds"]) == (4.0, 8.0)
    # 500x500 becomes the nearest size there is, and a megapixel costs four times a quarter of one.
    assert (running[0].json["credits"], started[0].json["credits"]) == (0.3, 1.0)
    for said, price, size, alias in ((running, 0.02, "512x512", "ours"), (started, 0.03, "1024x1024", "theirs")):
        flux = said[3].json["generators"][1]
        mine = flux["models"][0]
        assert (mine["name"], mine["default_size"], mine["dollars"]) == ("mine", size, price)
        assert [one["name"] for one in said[3].json["aliases"]] == [alias]


async def test_doctor_and_the_start_warn_of_a_model_that_ends_soon(shell: Shell) -> None:
    ends = (datetime.now(UTC) + timedelta(days=30)).date()
    later = (datetime.now(UTC) + timedelta(days=300)).date()
    settings = SETTINGS.replace('"models.toml"', f'"{shell.folder / "models.toml"}"')
    shell.configure(settings.replace("dollars_per_month = 2.5", "dollars_per_month = 0.001"))
    catalogue(shell, BEFORE.replace("seconds = 4", f"shutdown = {ends}").replace("seed = false", f"shutdown = {later}"))

    found = await findings(shell)
    with shell.server():
        spent = (await findings(shell))["generator flux"][-1]

    good, odd = found["generator flux"]
    assert (spent.state, spent.message) == (State.ODD, "its budget is spent, so it is left out")
    assert (good.state, odd.state) == (State.GOOD, State.ODD)
    assert (odd.message, odd.cure) == (f"its provider ends mine on {ends}", "name another model")
    assert f"generators.flux: its provider ends mine on {ends}; name another model" in (
        (shell.folder / "server.log").read_text()
    )
    catalogue(shell, BEFORE.replace("seconds = 4", "shutdown = 2026-01-02"))
    assert (await findings(shell))["generator flux"][1].message == "its provider has ended mine on 2026-01-02"


async def test_a_broken_catalogue_is_a_fault_and_the_rest_is_looked_at(shell: Shell) -> None:
    shell.configure(
        f'catalogue = "{shell.folder / "models.toml"}"\n'
        '[generators.flux]\nkind = "bfl"\napi_key = "a key"\n[generators.sketch]\n'
    )
    catalogue(shell, '[bfl."mine"]\nsize = "big"\nsecond = 3\n[bfl."other"]\ncount = 0\n')

    found = await findings(shell)

    assert states(found["catalogue"]) == ["bad", "bad"]
    assert found["catalogue"][0].message.endswith('[bfl."mine"] second is unknown')
    assert found["catalogue"][0].cure == "did you mean seconds?"
    assert states(found["generator flux"]) == states(found["generator sketch"]) == ["good"]
