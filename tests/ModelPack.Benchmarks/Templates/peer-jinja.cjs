// node peer-jinja.cjs NODE_MODULES < {"templates":{name:{source,variables}},"messages":[...]}: milliseconds a rendering by Hugging Face's interpreter
// (npm package "@huggingface/jinja"), or null where it fails; the least of several. One line of JSON.
const { readFileSync } = require('node:fs');
const [modules] = process.argv.slice(2);
const { Template } = require(require.resolve('@huggingface/jinja', { paths: [modules] }));
const input = JSON.parse(readFileSync(0, 'utf8'));
const results = {};
for (const [name, { source, variables }] of Object.entries(input.templates)) {
  try {
    const template = new Template(source);
    let best = Infinity;
    let text = '';
    for (let i = 0; i < 40; i++) {
      const start = process.cpuUsage();
      text = template.render({ ...variables, messages: input.messages, add_generation_prompt: true });
      const used = process.cpuUsage(start);
      best = Math.min(best, (used.user + used.system) / 1000);
    }
    results[name] = { milliseconds: best, length: text.length };
  } catch {
    results[name] = null;
  }
}
console.log(JSON.stringify(results));
