"""Two people in two browsers use the page of examples/chat through its own forms."""

import json

TEXTS = "[...document.querySelectorAll('#log .line .text')].map((text) => text.textContent)"
NOTES = "[...document.querySelectorAll('#log .note')].map((note) => note.textContent)"
PEOPLE = "[...document.querySelectorAll('#people li')].map((item) => item.textContent)"


def has(listed, text):
    return f"({listed}).includes({json.dumps(text)})"


def enter(page, name, room):
    page.until("!document.getElementById('enter').disabled", "the page is connected")
    page.fill("#name", name)
    page.fill("#room", room)
    page.click("#enter")
    inside = f"document.getElementById('title').textContent === {json.dumps('# ' + room)}"
    page.until(f"!document.getElementById('chat').hidden && {inside}", f"{name} is in {room}")


def say(page, text):
    page.fill("#text", text)
    page.click("#say")


def hears(page, text):
    page.until(has(TEXTS, text), f"{text!r} is shown")


class Checks:
    """Each method is one check; its docstring is the line that is printed."""

    def __init__(self, browser, server):
        self.browser = browser
        self.server = server
        self.ada = browser.page(server.url)
        self.ben = browser.page(server.url)

    def talk(self):
        """two people talk, and see who is here"""
        enter(self.ada, "Ada", "lobby")
        say(self.ada, "is anybody here?")
        hears(self.ada, "is anybody here?")
        enter(self.ben, "Ben", "lobby")
        self.ada.until(has(NOTES, "Ben is here"), "Ada sees Ben come")
        hears(self.ben, "is anybody here?")
        say(self.ben, "I am <b>here</b> ☃")
        hears(self.ada, "I am <b>here</b> ☃")
        self.ada.until(f"{has(PEOPLE, 'Ada (you)')} && {has(PEOPLE, 'Ben')}", "Ada sees both names")
        self.ben.until("document.querySelectorAll('#log .own').length === 1", "Ben's own line stands apart")

    def names(self):
        """a name belongs to whoever took it first"""
        other = self.browser.page(self.server.url)
        other.until("!document.getElementById('enter').disabled", "the page is connected")
        other.fill("#name", "Ada")
        other.click("#enter")
        taken = "document.getElementById('entry-fault').textContent === 'the name Ada is taken'"
        other.until(taken, "the other Ada is told")

    def tabs(self):
        """several pages of one person are one person, who signs out of all of them"""
        cy = self.browser.page(self.server.url)
        enter(cy, "Cy", "lobby")
        self.ada.until(has(PEOPLE, "Cy"), "Ada sees Cy")
        # A page of the same browser has the secret of the name.
        other = self.browser.page(self.server.url)
        other.value("localStorage.setItem('snow-chat-secret:Cy', %s)" % json.dumps(
            cy.value("localStorage.getItem('snow-chat-secret:Cy')")
        ))
        enter(other, "Cy", "lobby")
        say(other, "two of me")
        hears(self.ada, "two of me")
        self.ada.until(f"({PEOPLE}).filter((name) => name === 'Cy').length === 1", "there is one Cy")
        cy.click("#sign-out")
        for page in (cy, other):
            page.until("document.getElementById('entry-fault').textContent === 'You have signed out.'", "signed out")
            page.until("!document.getElementById('door').hidden", "the door is shown")
        self.ada.until(has(NOTES, "Cy has left"), "Ada sees Cy leave")
        if self.ada.value(f"({NOTES}).filter((note) => note === 'Cy is here').length") != 1:
            raise AssertionError("Cy came more than once")

    def typing(self):
        """who types is seen, until the line is there"""
        self.ben.fill("#text", "let me think")
        shown = "document.getElementById('typing').textContent === 'Ben is typing…'"
        self.ada.until(shown, "Ada sees Ben type")
        self.ben.click("#say")
        self.ada.until("document.getElementById('typing').textContent === ''", "the line ends it")
        hears(self.ada, "let me think")

    def rooms(self):
        """rooms are apart, and listed with the people in them"""
        self.ben.fill("#new-room", "garden")
        self.ben.click("#other-room button")
        self.ben.until("document.getElementById('title').textContent === '# garden'", "Ben is in the garden")
        say(self.ben, "nobody hears this")
        hears(self.ben, "nobody hears this")
        self.ada.until(has(NOTES, "Ben has left"), "Ada sees Ben leave")
        listed = "[...document.querySelectorAll('#rooms button')].map((button) => button.textContent)"
        self.ada.until(f"{has(listed, '# garden1')} && {has(listed, '# lobby1')}", "both rooms are listed")
        if self.ada.value(has(TEXTS, "nobody hears this")):
            raise AssertionError("Ada heard what was said in the garden")
        self.ben.value("[...document.querySelectorAll('#rooms button')].find((b) => b.textContent.startsWith('# lobby')).click()")
        hears(self.ben, "let me think")

    def missed(self):
        """who was cut off gets what was said meanwhile, and what they wrote is said once"""
        self.ben.value("connection.socket.close()")
        say(self.ada, "while Ben was away")
        say(self.ben, "written without a connection")
        hears(self.ben, "while Ben was away")
        hears(self.ada, "written without a connection")
        count = f"({TEXTS}).filter((text) => text === 'written without a connection').length === 1"
        self.ben.until(count, "once for Ben")
        self.ada.until(count, "once for Ada")

    def restart(self):
        """a killed server costs nobody what they are writing"""
        self.server.kill()
        self.ada.until("!document.getElementById('connection').hidden", "Ada is told")
        say(self.ada, "written during the restart")
        self.ada.fill("#text", "half a thought")
        self.server.start()
        self.ada.click("#retry")
        self.ben.click("#retry")
        hears(self.ben, "written during the restart")
        self.ada.until("document.querySelectorAll('#log .waits').length === 0", "the line has arrived")
        self.ada.until("document.getElementById('text').value === 'half a thought'", "the draft is there")

    def scroll(self):
        """whoever reads old lines stays there, and sees how many are new"""
        for number in range(15):
            say(self.ada, f"line {number}")
            hears(self.ben, f"line {number}")
        self.ben.value("document.getElementById('log').scrollTop = 0")
        self.ben.until("document.getElementById('log').scrollTop === 0", "Ben reads old lines")
        say(self.ada, "something new")
        self.ben.until("document.getElementById('newer').textContent === '↓ 1 new'", "Ben sees one new line")
        if self.ben.value("document.getElementById('log').scrollTop") != 0:
            raise AssertionError("Ben was scrolled away")
        self.ben.click("#newer")
        self.ben.until("document.getElementById('newer').hidden", "Ben has read all")

    def pictures(self, folder):
        for page in (self.ada, self.ben):
            page.fill("#new-room", "expedition")
            page.click("#other-room button")
            page.until("document.getElementById('title').textContent === '# expedition'", "both set out")
        talk = [
            (self.ben, "The hut is in sight, about an hour to go."),
            (self.ben, "Snow is knee-deep from here on."),
            (self.ada, "Good. We have tea ready, and a dry rope."),
            (self.ben, "You are the best people on this mountain ☃"),
            (self.ada, "Mind the crevasse left of the cairn; the bridge from last week is gone."),
            (self.ben, "Seen it. We go around by the rocks."),
        ]
        for speaker, text in talk:
            say(speaker, text)
            hears(self.ada, text)
        self.ben.fill("#text", "and")
        self.ada.until("document.getElementById('typing').textContent !== ''", "Ben types")
        for name, width, dark in [("light", 1000, False), ("dark", 1000, True), ("narrow", 375, False)]:
            self.ada.look(width, 700, dark)
            self.ada.picture(f"{folder}/chat-{name}.png")
        self.ada.click("#side-switch")
        self.ada.picture(f"{folder}/chat-narrow-rooms.png")
        self.ada.click("#side-switch")
        self.ada.look(1000, 700, False)
