"""The explorer in JupyterLab, used by somebody with a mouse and a clipboard."""

from __future__ import annotations

import base64
import io
from typing import Any

import pandas as pd

FUNNEL = "Campaign to coupon to basket"


def menu(explorer: Any, name: str) -> Any:
    """Give the menu below a label."""
    return explorer.locator(".sf-field", has_text=name).locator("select").first


def picture(page: Any, explorer: Any, before: str | None = None) -> str:
    """Give the address of the picture, once it is another than before."""
    image = explorer.locator("img.sf-picture")
    image.wait_for()
    if before is not None:
        page.wait_for_function(
            "([image, before]) => image.src !== before && image.complete && image.naturalWidth > 9",
            arg=[image.element_handle(), before],
        )
    return str(image.get_attribute("src"))


def pixels(page: Any, address: str) -> bytes:
    """Give the bytes of a picture of the page."""
    code = """async address => {
        const bytes = new Uint8Array(await (await fetch(address)).arrayBuffer());
        return btoa(String.fromCharCode(...bytes));
    }"""
    return base64.b64decode(page.evaluate(code, address))


def test_choose_look_copy_run_and_get_the_same_frame(notebook: Any) -> None:
    page = notebook.page
    notebook.run("import synerise_frames as sf\nws = sf.demo()\nexplorer = ws.explore()\nexplorer")
    explorer = page.locator(".sf-explorer")
    picture(page, explorer)
    menu(explorer, "Kind").select_option("Funnels")
    page.wait_for_function(
        "menu => [...menu.options].some(o => o.text.startsWith('Campaign\u00a0to\u00a0coupon'))",
        arg=menu(explorer, "Analysis").element_handle(),
    )
    menu(explorer, "Analysis").select_option(FUNNEL)
    explorer.locator(".sf-state", has_text=f"funnel '{FUNNEL}'").wait_for()
    whole_year = picture(page, explorer)
    drawn = pixels(page, whole_year)
    assert drawn.startswith(b"\x89PNG")
    menu(explorer, "Window").select_option("Last 90 days")
    explorer.locator(".sf-state", has_text="last 90 days").wait_for()
    assert pixels(page, picture(page, explorer, whole_year)) != drawn

    explorer.get_by_role("tab", name="Code").click()
    explorer.get_by_role("button", name="Copy code").click()
    explorer.get_by_text("Copied.").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert 'sf.last(90, "days")' in copied
    notebook.paste_and_run()
    output = notebook.run("print(df.equals(explorer.frame), df['value'].tolist())")
    output.get_by_text("True").wait_for()
    assert str([int(v) for v in values(notebook)]) in output.inner_text()


def values(notebook: Any) -> list[float]:
    """Ask the workspace once more, without the explorer."""
    output = notebook.run(
        f"print('values', ws.funnels.calculate(ws.funnels.find({FUNNEL!r}), "
        "dates=sf.last(90, 'days'), refresh=True)['value'].tolist())"
    )
    output.get_by_text("values").wait_for()
    return [float(v) for v in output.inner_text().partition("[")[2].partition("]")[0].split(",")]


def test_table_download_error_and_names_that_are_html(notebook: Any) -> None:
    page = notebook.page
    notebook.run(
        "import synerise_frames as sf\n"
        "ws = sf.demo()\n"
        "definition = ws.metrics.get(ws.metrics.find('Buyers'))\n"
        "evil = '<img src=x onerror=\"document.title=1\"><script>document.title=2</script>'\n"
        "analysis = {**definition['analysis'], 'title': evil}\n"
        "made = ws.metrics.create(analysis, allow_unverified=True)\n"
        "explorer = ws.explore('trend', 'Campaign receipts by type')\n"
        "explorer"
    )
    explorer = page.locator(".sf-explorer")
    picture(page, explorer)
    explorer.get_by_role("tab", name="Table").click()
    explorer.locator(".sf-rows tbody tr").first.wait_for()
    assert explorer.locator(".sf-rows thead th").all_inner_texts()[:3] == [
        "series_id", "series", "bucket_start",
    ]  # fmt: skip
    link = explorer.locator("a.sf-link")
    content = base64.b64decode(str(link.get_attribute("href")).partition("base64,")[2])
    frame = pd.read_parquet(io.BytesIO(content))
    assert str(link.get_attribute("download")).endswith(".parquet")
    shown = notebook.run("print('rows', len(explorer.frame))")
    shown.get_by_text("rows").wait_for()
    assert shown.inner_text().split()[-1] == str(len(frame))

    menu(explorer, "Kind").select_option("Metrics")
    page.wait_for_function(
        "menu => [...menu.options].some(o => o.text.startsWith('<img'))",
        arg=menu(explorer, "Analysis").element_handle(),
    )
    title = page.title()
    chosen = page.evaluate(
        "menu => [...menu.options].find(o => o.text.startsWith('<img')).text",
        menu(explorer, "Analysis").element_handle(),
    )
    menu(explorer, "Analysis").select_option(chosen)
    explorer.locator(".sf-state", has_text="<img src=x").wait_for()
    page.wait_for_timeout(500)
    assert explorer.locator("img[src=x]").count() == 0
    assert page.title() == title

    # A server that is gone: an error in words, the last good result stays.
    explorer.get_by_role("tab", name="Picture").click()
    good = picture(page, explorer)
    notebook.run("ws.close()")
    explorer.get_by_role("button", name="Refresh").click()
    explorer.get_by_role("alert").wait_for()
    assert "Traceback" not in explorer.inner_text()
    assert "Still shown" in explorer.get_by_role("alert").inner_text()
    assert picture(page, explorer) == good


def test_it_is_legible_in_the_dark(notebook: Any) -> None:
    page = notebook.page
    notebook.run("import synerise_frames as sf\nws = sf.demo()\nws.explore('metric', 'Buyers')")
    explorer = page.locator(".sf-explorer")
    picture(page, explorer)
    for theme, dark in (("JupyterLab Dark", True), ("JupyterLab Light", False)):
        notebook.use_theme(theme)
        # Colours change as soon as the style of the theme has been loaded.
        for _ in range(200):
            ink, ground = colours(page, explorer.locator(".sf-state"))
            difference = (luminance(ink) - luminance(ground)) * (1 if dark else -1)
            if difference > 100:
                break
            page.wait_for_timeout(100)
        assert difference > 100


def colours(page: Any, place: Any) -> tuple[str, str]:
    """Give the colours of a text and of what is behind it."""
    ink, ground = page.evaluate(
        """element => {
            let ground = element;
            const clear = c => c === 'transparent' || c === 'rgba(0, 0, 0, 0)';
            const style = one => getComputedStyle(one);
            while (clear(style(ground).backgroundColor)) ground = ground.parentElement;
            return [style(element).color, style(ground).backgroundColor];
        }""",
        place.element_handle(),
    )
    return ink, ground


def luminance(color: str) -> float:
    red, green, blue = (float(part) for part in color.partition("(")[2].strip(")").split(",")[:3])
    return 0.3 * red + 0.59 * green + 0.11 * blue


def test_a_bulk_run_shows_how_far_it_is_and_ends_when_the_kernel_is_interrupted(
    notebook: Any,
) -> None:
    page = notebook.page
    ended = notebook.run(
        "import synerise_frames as sf\n"
        "from synerise_frames.sandbox import Faults\n"
        "ws = sf.demo(faults=Faults(latency=0.3))\n"
        "plan = ws.profiles(range(1, 2001)).plan(aggregates=ws.aggregates.find('Baskets'))\n"
        "result = plan.run(workers=8)"
    )
    progress = page.locator(".sf-progress")
    progress.get_by_text("interrupt the kernel").wait_for()
    progress.get_by_text("left").wait_for()
    assert not progress.get_by_role("button", name="Cancel").is_visible()
    page.get_by_title("Interrupt the kernel").click()
    progress.get_by_text("cancelled after").wait_for()
    # It ends as Ctrl-C ends it, and says how to go on.
    assert "run the same plan to go on" in progress.inner_text()
    ended.get_by_text("KeyboardInterrupt").first.wait_for()
    done = int(progress.inner_text().partition(" of ")[0].replace(",", ""))
    assert 0 < done < 2_000
    notebook.wait_until_idle()
    again = notebook.run(
        "plan = ws.profiles(range(1, 2001)).plan(aggregates=ws.aggregates.find('Baskets'))\n"
        "print('to send', plan.to_send)"
    )
    again.get_by_text("to send").wait_for()
    assert int(again.inner_text().split()[-1]) == 2_000 - done


def test_a_run_in_a_thread_of_its_own_can_be_cancelled(notebook: Any) -> None:
    page = notebook.page
    notebook.run(
        "import threading\n"
        "import synerise_frames as sf\n"
        "from synerise_frames.sandbox import Faults\n"
        "ws = sf.demo(faults=Faults(latency=0.3))\n"
        "plan = ws.profiles(range(1, 2001)).plan(aggregates=ws.aggregates.find('Baskets'))\n"
        "ends = []\n"
        "def work():\n"
        "    try:\n"
        "        ends.append(plan.run(workers=8))\n"
        "    except KeyboardInterrupt:\n"
        "        ends.append('cancelled')\n"
        "thread = threading.Thread(target=work)\n"
        "thread.start()"
    )
    progress = page.locator(".sf-progress")
    progress.get_by_text("left").wait_for()
    progress.get_by_role("button", name="Cancel").click()
    progress.get_by_text("cancelled after").wait_for()
    output = notebook.run("thread.join(); print('ended:', ends)")
    output.get_by_text("ended:").wait_for()
    assert "['cancelled']" in output.inner_text()
