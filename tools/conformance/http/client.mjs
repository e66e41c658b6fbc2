// Node's fetch and http against server.snow: a keep-alive agent, streams both ways, an abort.
//
//   node client.mjs PORT
//
// Prints a line for each thing that is not as expected; the exit status is 1 then.

import http from "node:http";

const url = `http://127.0.0.1:${process.argv[2]}`;
let failures = 0;

function expect(what, wanted, got) {
  if (wanted !== got) {
    console.error(`node: ${what}: expected ${wanted}, got ${got}`);
    failures += 1;
  }
}

const lines = (await (await fetch(`${url}/stream`)).text()).trim().split("\n");
expect("a stream", 1000, lines.length);

const posted = await fetch(`${url}/echo`, { method: "POST", body: "é".repeat(100000) });
expect("a body", 100000, (await posted.text()).length);

const part = await fetch(`${url}/files/a.txt`, { headers: { Range: "bytes=-3" } });
expect("a part", "789", await part.text());
expect("its place", "bytes 7-9/10", part.headers.get("content-range"));

// A client that goes away inside of a long response.
const controller = new AbortController();
const long = await fetch(`${url}/files/big.bin`, { signal: controller.signal });
controller.abort();
await long.text().catch(() => {});

const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const ports = new Set();
for (let number = 0; number < 20; number += 1) {
  await new Promise((resolve, reject) => {
    const request = http.get(`${url}/hello`, { agent }, (response) => {
      ports.add(response.socket.localPort);
      response.resume().on("end", resolve);
    });
    request.on("error", reject);
  });
}
expect("connections of an agent", 1, ports.size);
agent.destroy();
process.exit(failures ? 1 : 0);
