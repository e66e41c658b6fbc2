"""Two pages of examples/dashboard choose different rates, and live through a restart."""


class Checks:
    """Each method is one check; its docstring is the line that is printed."""

    def __init__(self, browser, server):
        self.server = server
        self.fast = browser.page(server.url)
        self.slow = browser.page(server.url)

    def live(self):
        """readings arrive and are drawn"""
        for page in (self.fast, self.slow):
            page.until("document.querySelector('#memory-chart .line') !== null", "a chart is drawn")
        self.fast.until("document.getElementById('connections').textContent === '2'", "both are counted")

    def rates(self):
        """each page has the rate that it chose"""
        choose = "document.querySelector('#rates input[value=\"{}\"]').click()"
        self.fast.value(choose.format(10))
        self.slow.value(choose.format(1))
        self.fast.until("rate === 10", "the fast page is fast")
        self.slow.until("rate === 1", "the slow page is slow")
        before = self.slow.value("received")
        ahead = self.fast.value("received") + 20
        self.fast.until(f"received >= {ahead}", "twenty readings")
        if self.slow.value("received") - before > 6:
            raise AssertionError("the slow page got more than it asked for")
        self.slow.until("lost === 0", "nothing is lost")

    def restart(self):
        """pages come back after the server was killed"""
        self.server.kill()
        self.fast.until("document.getElementById('state').textContent.startsWith('no connection')", "told")
        seen = self.fast.value("received")
        self.server.start()
        self.fast.until(f"received > {seen}", "readings arrive again")

    def pictures(self, folder):
        self.fast.until("readings.length > 20", "there is something to see")
        for name, width, dark in [("light", 1000, False), ("dark", 1000, True), ("narrow", 375, False)]:
            self.fast.look(width, 700, dark)
            self.fast.picture(f"{folder}/dashboard-{name}.png")
