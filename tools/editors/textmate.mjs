// The classes that the TextMate grammar gives to parts of Snow files, as `compare.py` reads them.
//
//     node textmate.mjs GRAMMAR FILE...
//
// Reads with the libraries that VS Code reads grammars with. Prints a line of JSON for each file.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const oniguruma = require("vscode-oniguruma");
const textmate = require("vscode-textmate");

// The beginning of a scope's name and its class; the first that fits counts.
const CLASSES = [
  ["comment.", "Comment"],
  ["constant.character.escape.", "Text"],
  ["constant.language.", "Constant"],
  ["constant.numeric.", "Number"],
  ["entity.name.function.", "Call"],
  ["entity.name.type.", "Capital"],
  ["keyword.operator.word.", "Keyword"],
  ["keyword.operator.", "Symbol"],
  ["keyword.", "Keyword"],
  ["punctuation.section.interpolation.", "Interpolation"],
  ["punctuation.", "Symbol"],
  ["source.", "Name"],
  ["string.", "Text"],
  ["support.function.", "Keyword"],
  ["variable.language.", "Keyword"],
  ["variable.other.", "Name"],
];

// The class that the innermost scope with one says.
function classOf(scopes) {
  for (const scope of scopes.toReversed()) {
    const found = CLASSES.find(([start]) => scope.startsWith(start));
    if (found) return found[1];
  }
  throw new Error(`no class for ${scopes}`);
}

// The parts of a text, in bytes.
function parts(grammar, text) {
  const found = [];
  let state = textmate.INITIAL;
  let lineStart = 0;
  for (const line of text.split("\n")) {
    const read = grammar.tokenizeLine(line, state);
    state = read.ruleStack;
    let start = lineStart;
    for (const token of read.tokens) {
      const end = start + Buffer.byteLength(line.slice(token.startIndex, token.endIndex));
      const name = classOf(token.scopes);
      if (name !== "Name") found.push([start, end, name]);
      start = end;
    }
    lineStart = start + 1;
  }
  return found;
}

const [grammarPath, ...files] = process.argv.slice(2);
const wasm = readFileSync(require.resolve("vscode-oniguruma/release/onig.wasm"));
await oniguruma.loadWASM(wasm);
const registry = new textmate.Registry({
  onigLib: Promise.resolve({
    createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
    createOnigString: (text) => new oniguruma.OnigString(text),
  }),
  loadGrammar: async () => textmate.parseRawGrammar(readFileSync(grammarPath, "utf8"), grammarPath),
});
const grammar = await registry.loadGrammar("source.snow");
for (const file of files) {
  console.log(JSON.stringify({ file, parts: parts(grammar, readFileSync(file, "utf8")) }));
}
