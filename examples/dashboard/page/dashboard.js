// The dashboard's page: draws the readings of the last minute, and says how many were lost.
"use strict";

const SHOWN_MS = 60000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10000;
const [WIDTH, HEIGHT, MARGIN] = [600, 160, 4];
const $ = (id) => document.getElementById(id);
const measures = {
  processor: { shown: (value) => `${value.toFixed(1)} %`, least: 10 },
  memory: { shown: (value) => `${(value / 2 ** 20).toFixed(1)} MiB`, least: 2 ** 20 },
  connections: { shown: String, least: 4 },
};
let readings = [];
let rate = 0;
let received = 0;
let lost = 0;
let wait = FIRST_WAIT_MS;
let socket = null;

function path(kind, points) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", "path");
  made.setAttribute("class", kind);
  made.setAttribute("d", points);
  return made;
}

function draw() {
  const now = readings.length ? readings[readings.length - 1].at : Date.now();
  for (const [name, { shown, least }] of Object.entries(measures)) {
    const most = Math.max(least, ...readings.map((reading) => reading[name])) * 1.1;
    const points = readings.map((reading) => {
      const x = WIDTH * (1 - (now - reading.at) / SHOWN_MS);
      const y = HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * reading[name] / most;
      return `${x.toFixed(1)} ${y.toFixed(1)}`;
    });
    if (points.length < 2) continue;
    const line = `M${points.join("L")}`;
    const [first, last] = [points[0], points[points.length - 1]].map((point) => point.split(" ")[0]);
    $(`${name}-chart`).replaceChildren(path("area", `${line}L${last} ${HEIGHT}L${first} ${HEIGHT}Z`), path("line", line));
    $(name).textContent = shown(readings[readings.length - 1][name]);
  }
  $("received").textContent = received;
  $("lost").textContent = lost;
}

function measured({ reading }) {
  const before = readings[readings.length - 1];
  const step = 10 / rate;
  // A smaller number is another life of the publisher.
  if (before && reading.number > before.number) {
    lost += Math.max(0, Math.floor((reading.number - before.number) / step) - 1);
  }
  received += 1;
  readings = readings.filter(({ at }) => reading.at - at < SHOWN_MS);
  readings.push(reading);
  requestAnimationFrame(draw);
}

function showRates(chosen, rates) {
  rate = chosen;
  readings = readings.slice(-1).map((reading) => ({ ...reading, number: Infinity }));
  for (const label of $("rates").querySelectorAll("label")) label.remove();
  for (const each of rates) {
    const label = document.createElement("label");
    const input = document.createElement("input");
    Object.assign(input, { type: "radio", name: "rate", value: each, checked: each === chosen });
    input.onchange = () => socket?.send(JSON.stringify({ type: "choose", rate: each }));
    label.append(input, String(each));
    $("rates").append(label);
  }
}

async function connect() {
  try {
    const { port } = await (await fetch("server.json", { cache: "no-store" })).json();
    socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.hostname}:${port}/`);
    socket.onopen = () => {
      wait = FIRST_WAIT_MS;
      $("state").textContent = "live";
    };
    socket.onmessage = ({ data }) => {
      const event = JSON.parse(data);
      if (event.type === "measured") measured(event);
      if (event.type === "rate") showRates(event.rate, event.rates);
      if (event.type === "refused") $("state").textContent = event.why;
    };
    socket.onclose = later;
  } catch {
    later();
  }
}

// Waits longer after each failed attempt, and not all pages alike.
function later() {
  $("state").textContent = "no connection, trying again";
  setTimeout(connect, wait * (0.5 + Math.random()));
  wait = Math.min(2 * wait, LONGEST_WAIT_MS);
}

connect();
