// What a command costs with ioredis: `node_client.mjs PORT COUNT`, as main.snow prints it.

import { Redis } from "ioredis";

const [port, count] = process.argv.slice(2).map(Number);
const client = new Redis({ port, host: "127.0.0.1" });
await client.set("key", "value");

async function printCost(name, count, work) {
  const begun = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(begun);
  console.log(name, Math.round(((user + system) * 1000) / count));
}

async function oneByOne(count) {
  for (let number = 0; number < count; number += 1) {
    if ((await client.get("key")) !== "value") throw new Error("no value");
  }
}

async function pipelines(count) {
  for (let number = 0; number < count; number += 1) {
    const pipeline = client.pipeline();
    for (let command = 0; command < 100; command += 1) pipeline.get("key");
    const answers = await pipeline.exec();
    if (answers.at(-1)[1] !== "value") throw new Error("no value");
  }
}

await oneByOne(count / 10);
await printCost("one", count / 4, () => oneByOne(count / 4));
await printCost("many", count, () => Promise.all(Array.from({ length: 64 }, () => oneByOne(count / 64))));
await printCost("pipeline", count, () => pipelines(count / 100));
client.disconnect();
