// Reads and writes the documents of the JSON benchmark with Node's JSON; see `run`.

import { readFileSync } from "node:fs";

const [folder, runs] = [process.argv[2], Number(process.argv[3])];

// The shortest of the runs in nanoseconds.
function best(run) {
  let shortest = Infinity;
  for (let i = 0; i < runs; i++) {
    const begin = process.hrtime.bigint();
    run();
    shortest = Math.min(shortest, Number(process.hrtime.bigint() - begin));
  }
  return shortest;
}

for (const name of ["objects", "texts", "numbers"]) {
  const text = readFileSync(`${folder}/${name}.json`, "utf8");
  const value = JSON.parse(text);
  const rate = (nanoseconds) => Math.floor((Buffer.byteLength(text) * 1000) / nanoseconds);
  console.log(`${name} parse ${rate(best(() => JSON.parse(text)))}`);
  console.log(`${name} print ${rate(best(() => JSON.stringify(value)))}`);
}
