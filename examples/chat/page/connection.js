// A WebSocket that comes back: it waits longer after each failed attempt, and not all pages alike.
"use strict";

class Connection {
  static FIRST_WAIT_MS = 500;
  static LONGEST_WAIT_MS = 10000;

  // `handlers`: opened(), heard(event), lost(secondsUntilNextTry, reasonOfTheServer).
  constructor(handlers) {
    this.handlers = handlers;
    this.wait = Connection.FIRST_WAIT_MS;
    this.timer = null;
    this.socket = null;
    addEventListener("online", () => this.retry());
    this.open();
  }

  async address() {
    const { port } = await (await fetch("server.json", { cache: "no-store" })).json();
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    return `${scheme}://${location.hostname}:${port}/`;
  }

  async open() {
    this.timer = null;
    try {
      const socket = new WebSocket(await this.address());
      this.socket = socket;
      socket.onopen = () => {
        this.wait = Connection.FIRST_WAIT_MS;
        this.handlers.opened();
      };
      socket.onmessage = (message) => this.handlers.heard(JSON.parse(message.data));
      // Also after a failed attempt.
      socket.onclose = (closed) => this.later(closed.reason);
    } catch {
      this.later("");
    }
  }

  later(reason) {
    this.socket = null;
    const ms = this.wait * (0.5 + Math.random());
    this.wait = Math.min(2 * this.wait, Connection.LONGEST_WAIT_MS);
    this.timer = setTimeout(() => this.open(), ms);
    this.handlers.lost(Math.ceil(ms / 1000), reason);
  }

  // Does not wait any longer.
  retry() {
    if (this.timer === null) return;
    clearTimeout(this.timer);
    this.open();
  }

  get isOpen() {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  // False when there is nobody to send it to.
  send(command) {
    if (this.isOpen) this.socket.send(JSON.stringify(command));
    return this.isOpen;
  }
}
