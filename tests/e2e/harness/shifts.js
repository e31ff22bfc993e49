/** What moves on a page by itself, as Chromium measures it (the Layout Instability API). */

/** Runs in the page. An entry is told as it comes, since a page that goes elsewhere takes its own with it. */
function watch() {
  const name = (node) => {
    const element = node?.nodeType === Node.TEXT_NODE ? node.parentElement : node;
    if (!element) return 'something that is gone';
    const marks = [...element.attributes].filter(({ name }) => name === 'class' || name.startsWith('data-'));
    return `<${[element.localName, ...marks.map(({ name, value }) => `${name}="${value}"`)].join(' ')}>`;
  };
  const box = ({ x, y, width, height }) => `${x},${y} ${width}×${height}`;
  const tell = (entries) => {
    for (const { value, sources } of entries) {
      const moved = sources.map(({ node, previousRect, currentRect }) => `${name(node)} from ${box(previousRect)} to ${box(currentRect)}`);
      window.toldShift({ value, moved, path: location.pathname });
    }
  };
  const observer = new PerformanceObserver((list) => tell(list.getEntries()));
  observer.observe({ type: 'layout-shift', buffered: true });
  addEventListener('pagehide', () => tell(observer.takeRecords()));
}

/**
 * Everything that moves on this page from now on, wherever it goes: `{value, moved, path}` each; also what Chromium would
 * excuse, as it does for half a second after a press and after a change of the screen's size, which is how a phone's page begins.
 */
export async function shiftsOf(page) {
  const shifts = [];
  await page.exposeFunction('toldShift', (shift) => shifts.push(shift));
  await page.addInitScript(watch);
  return shifts;
}

/** What the page shows now has been painted, and what moved for it has been told. */
export function painted(page) {
  return page.evaluate(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    for (let frames = 0; frames < 3; frames += 1) await frame();
    await new Promise((resolve) => setTimeout(resolve));
  });
}

/** Lets requests to `path` go only when what the page shows until then has been painted, however quick the answer is. */
export async function paintedBefore(page, path) {
  await page.route(`**${path}`, async (route) => {
    await painted(page);
    await route.fallback();
  });
}

/** Keeps requests to `path` back until the function that this gives is called. */
export async function held(page, path) {
  let letGo;
  const gone = new Promise((resolve) => (letGo = resolve));
  await page.route(`**${path}`, async (route) => {
    await gone;
    await route.fallback();
  });
  return letGo;
}
