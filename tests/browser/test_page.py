"""The page as a reader has it: in a real browser, on a telephone and a desk, by day and by night, and printed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

NAMES = ("right", "trained", "partly_right", "wrong_gradients", "unattempted", "syntax_error", "hostile")
WIDTHS = (390, 1280)
SCHEMES = ("light", "dark")
TELEPHONE, DESK = WIDTHS


@contextmanager
def opened(browser: Browser, path: Path, width: int, scheme: str, script: bool = True) -> Iterator[Page]:
    """A page in the browser; whatever it complains of, or asks the network for, fails the test."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=script
    )
    page = context.new_page()
    complaints: list[str] = []
    requests: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    page.on("request", lambda request: requests.append(request.url))
    address = path.as_uri()
    page.goto(address)
    yield page
    assert complaints == []
    assert requests == [address]
    context.close()


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", NAMES)
def test_a_page_fits_and_asks_for_nothing(
    browser: Browser, pages: dict[str, Path], name: str, width: int, scheme: str
) -> None:
    """No complaint, no request, nothing to scroll sideways with all of it unfolded, and every figure to be seen."""
    with opened(browser, pages[name], width, scheme) as page:
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for figure in page.locator("figure svg[role=img]").all():
            box = figure.bounding_box()
            assert box is not None
            assert box["width"] > 50
            assert box["x"] + box["width"] <= width
            assert figure.evaluate(COUNT_COLOURS) >= 2, "a figure in the colours of its paper"


# How many colours other than the paper's the shapes of a figure have.
COUNT_COLOURS = """svg => {
  const paper = getComputedStyle(document.body).backgroundColor;
  const colours = [...svg.querySelectorAll('*')].flatMap(shape => {
    const style = getComputedStyle(shape);
    return [style.fill, style.stroke];
  });
  return new Set(colours.filter(colour => colour !== 'none' && colour !== paper)).size;
}"""


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", NAMES)
def test_everybody_can_use_a_page(browser: Browser, pages: dict[str, Path], name: str, scheme: str) -> None:
    """axe finds no violation of any rank: contrast, names, order of headings, tables."""
    with opened(browser, pages[name], TELEPHONE, scheme) as page:
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        violations = Axe().run(page).response["violations"]
        found = [(each["id"], each["impact"], node["html"][:200]) for each in violations for node in each["nodes"]]
        assert found == []


@pytest.mark.parametrize("name", ["wrong_gradients", "trained", "partly_right"])
def test_pages_have_their_figures(browser: Browser, pages: dict[str, Path], name: str) -> None:
    """Wrong gradients against the reference, small arrays beside one another, what training has led to."""
    wanted = {
        "wrong_gradients": {"your gradient against the reference's", "gradient norm by layer"},
        "trained": {"gradient norm by layer", "loss of each step, with lr = 2", "what the network has learned"},
        "partly_right": {"your values beside the expected ones"},
    }
    with opened(browser, pages[name], DESK, "light") as page:
        assert wanted[name] <= set(page.locator("figcaption").all_text_contents())


def test_a_page_needs_no_script(browser: Browser, pages: dict[str, Path]) -> None:
    """What is folded away opens without one, too."""
    with opened(browser, pages["partly_right"], DESK, "light", script=False) as page:
        first = page.locator("details").first
        first.locator("summary").click()
        assert first.locator("li, dl").first.is_visible()


def test_a_page_prints_on_a4(browser: Browser, pages: dict[str, Path]) -> None:
    """Every page of the print is as wide as its paper."""
    with opened(browser, pages["wrong_gradients"], DESK, "dark") as page:
        page.emulate_media(media="print", color_scheme="light")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert page.pdf(format="A4").startswith(b"%PDF")
