// node peer.cjs TOKENIZER_JSON TEXT NODE_MODULES: the same work by Hugging Face's library (npm package "tokenizers"), as one line of JSON.
const { readFileSync } = require('node:fs');
const [file, text, modules] = process.argv.slice(2);
const { Tokenizer } = require(require.resolve('tokenizers', { paths: [modules] }));

async function main() {
  const loads = [];
  let tokenizer;
  for (let i = 0; i < 3; i++) {
    const start = performance.now();
    tokenizer = Tokenizer.fromFile(file);
    loads.push(performance.now() - start);
  }
  const content = readFileSync(text, 'utf8');
  const encodes = [];
  let count = 0;
  for (let i = 0; i < 4; i++) {
    const start = performance.now();
    count = (await tokenizer.encode(content, null, { addSpecialTokens: false })).getIds().length;
    encodes.push(performance.now() - start);
  }
  console.log(JSON.stringify({ load: Math.min(...loads), encode: Math.min(...encodes), count }));
}

main();
