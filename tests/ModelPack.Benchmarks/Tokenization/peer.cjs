// node peer.cjs TOKENIZER_JSON TEXT NODE_MODULES CHARACTERS: the same work by Hugging Face's library (npm package "tokenizers"), as one line of JSON.
// Milliseconds of the process's processors, which other work beside it hardly moves; the least of several.
const { readFileSync } = require('node:fs');
const [file, text, modules, characters] = process.argv.slice(2);
const { Tokenizer } = require(require.resolve('tokenizers', { paths: [modules] }));

async function least(times, work) {
  let best = Infinity;
  for (let i = 0; i < times; i++) {
    const start = process.cpuUsage();
    await work();
    const used = process.cpuUsage(start);
    best = Math.min(best, (used.user + used.system) / 1000);
  }
  return best;
}

async function main() {
  let tokenizer;
  let count = 0;
  const content = readFileSync(text, 'utf8').slice(0, Number(characters));
  const lines = content.split('\n');
  const load = await least(2, () => { tokenizer = Tokenizer.fromFile(file); });
  const whole = await least(3, async () => {
    count = (await tokenizer.encode(content, null, { addSpecialTokens: false })).getLength();
  });
  const line = await least(4, async () => {
    for (const part of lines) (await tokenizer.encode(part, null, { addSpecialTokens: false })).getLength();
  });
  // One call for all lines leaves out what crossing into the library costs a call.
  const batch = await least(4, () => tokenizer.encodeBatch(lines, { addSpecialTokens: false }));
  console.log(JSON.stringify({ load, whole, lines: Math.min(line, batch), count }));
}

main();
