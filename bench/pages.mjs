// What a page of the v1 wire does by itself: the code of a step and its drawing, as often as one thread can. Prints
// one line of JSON. Wants `esbuild` and the rest of web/node_modules (make build installs them).
//
//     node bench/pages.mjs --seconds 2
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const web = fileURLToPath(new URL('../web/', import.meta.url));
const { build } = createRequire(`${web}package.json`)('esbuild');

/** The page's own sources, for Node. */
async function sources() {
  const built = await build({
    stdin: {
      contents: "export * from './src/shared/rotation'; export * from './src/login/qr';",
      resolveDir: web,
    },
    bundle: true,
    format: 'esm',
    write: false,
  });
  return import(`data:text/javascript,${encodeURIComponent(built.outputFiles[0].text)}`);
}

/** How often `act`, given 0, 1, 2…, is done in a second. */
function rate(act, seconds) {
  const started = performance.now();
  let done = 0;
  let took = 0;
  while (took < seconds * 1000) {
    for (let i = 0; i < 100; i += 1) act(done++);
    took = performance.now() - started;
  }
  return (done / took) * 1000;
}

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '2' } } });
const seconds = Number(values.seconds);
const { codeAt, drawQr } = await sources();
const rotation = { login: 'AAECAwQFBgcICQoL', key: 'AAECAwQFBgcICQoLDA0ODw', field: 0 };
const steps = 60;
const shown = (step) => `https://login.example.com/s/${codeAt(rotation, step % steps)}`;
rate((step) => drawQr(shown(step)), seconds / 4);
console.log(
  JSON.stringify({
    scenario: 'pages',
    codes_per_s: rate((step) => codeAt(rotation, step % steps), seconds),
    drawings_per_s: rate((step) => drawQr(shown(step)), seconds),
  }),
);
