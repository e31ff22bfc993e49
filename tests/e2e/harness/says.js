/** What is put into a server's mouth, to bring a page into a state. */

export const account = { id: 'AAAAAAAAAAAAAAAAAAAAAA', name: 'Ada Lovelace' };
export const device = { browser: 'Chrome', system: 'Windows', address: '203.0.113.7' };

export const never = () => new Promise(() => {});

export function problem(status, name) {
  return { status, contentType: 'application/problem+json', json: { type: `https://latchkey.dev/problems/${name}`, title: name, status } };
}

/** Answers `path` with `answer`, `'never'` or `'gone'` (no connection). */
export async function says(page, path, answer) {
  await page.route(`**${path}`, (route) => {
    if (answer === 'never') return never();
    if (answer === 'gone') return route.abort('connectionfailed');
    return route.fulfill(answer);
  });
}

export async function fillSignIn(page) {
  await page.locator('[name=name]:visible').fill('ada');
  await page.locator('[name=password]:visible').fill('not the password');
  await page.locator('[type=submit]:visible').click();
}
