"""The library's reference, opened from its folder, as `snowc doc` writes it."""

PAGES = "[...document.querySelectorAll('main .rows a')].map((link) => link.href)"
IS_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
GROUND = "getComputedStyle(document.body).backgroundColor"
LOADED = "performance.getEntriesByType('resource').map((entry) => entry.name)"


class Checks:
    """Each method is one check; its docstring is the line that is printed."""

    def __init__(self, browser, server):
        self.url = server.url
        self.page = browser.page(f"{self.url}index.html")

    def _go(self, address):
        self.page.call("Page.navigate", url=address)
        self.page.until(f"location.href === {address!r} && document.readyState === 'complete'", f"{address} is there")

    def search(self):
        """the search finds a name, by keys alone and from a folder"""
        self.page.press("/", "Slash", 191)
        self.page.until("document.activeElement.id === '-query'", "`/` goes to the search")
        self.page.fill("#-query", "list.map")
        self.page.until("document.querySelector('#-found [aria-selected=true] b')?.textContent === 'List.map'", "found")
        self.page.press("ArrowDown", "ArrowDown", 40)
        self.page.until("document.querySelectorAll('#-found li')[1].ariaSelected === 'true'", "the next is chosen")
        self.page.press("ArrowUp", "ArrowUp", 38)
        self.page.press("Enter", "Enter", 13)
        self.page.until("location.href.endsWith('/modules/List.html#map')", "the page of List is there")
        self.page.until("document.querySelector(':target')?.matches('.entry')", "the entry is marked")

    def parts(self):
        """the search leads to the words of a field, and they are marked"""
        self.page.fill("#-query", "ws.stats.faults")
        self.page.until("document.querySelector('#-found [aria-selected=true] i')?.textContent === 'field'", "found")
        self.page.press("Enter", "Enter", 13)
        self.page.until("document.querySelector(':target')?.matches('.parts dt')", "the field has words")
        self.page.until("document.querySelector(':target').textContent.includes('::')", "and a type")

    def nothing(self):
        """what nobody has named is not found, and Escape closes the list"""
        self.page.until("document.readyState === 'complete' && document.querySelector('.search')?.hidden === false", "loaded")
        self.page.fill("#-query", "xyzzy")
        self.page.until("document.querySelector('#-found .none') !== null", "that is said")
        self.page.press("Escape", "Escape", 27)
        self.page.until("document.querySelector('#-found').hidden", "the list is closed")

    def phone(self):
        """no page is wider than a phone, and none loads anything from elsewhere"""
        self._go(f"{self.url}index.html")
        self.page.look(375, 700, False)
        pages = self.page.value(PAGES)
        assert len(pages) > 50, f"only {len(pages)} pages"
        for address in pages:
            self._go(address)
            assert not self.page.value(IS_WIDE), f"{address} is wider than 375 pixels"
            foreign = [name for name in self.page.value(LOADED) if not name.startswith("file://")]
            assert not foreign, f"{address} loads {foreign}"

    def contents(self):
        """a phone opens and closes the list of modules"""
        shown = "getComputedStyle(document.getElementById('-contents')).display"
        assert self.page.value(shown) == "none"
        self.page.click(".menu")
        self.page.until(f"{shown} === 'block'", "the list is open")
        self.page.click(".close")
        self.page.until(f"{shown} === 'none'", "the list is closed")

    def dark(self):
        """pages are dark where the reader's system is"""
        light = self.page.value(GROUND)
        self.page.look(375, 700, True)
        self.page.until(f"{GROUND} !== {light!r}", "the ground is another")

    def pictures(self, folder):
        shots = [
            ("light", 1200, 800, False, "modules/List.html#map"),
            ("dark", 1200, 800, True, "modules/Ws.html#-connections"),
            ("narrow", 375, 720, False, "modules/Json.html"),
            ("fields", 1200, 800, False, "modules/Ws.html#Stats"),
            ("fields-narrow", 375, 720, True, "modules/Uri.html#Uri"),
        ]
        for name, width, height, dark, path in shots:
            self.page.look(width, height, dark)
            self._go("about:blank")
            self._go(f"{self.url}{path}")
            self.page.picture(f"{folder}/reference-{name}.png")
