import { after } from 'node:test';
import { launch } from './chromium.js';
import { Server } from './latchkey.js';

/** A server, made as `Server.start` makes it, and a browser for all tests of one file. They end with the last of them. */
export async function site(options) {
  const stands = {};
  after(async () => {
    await stands.browser?.close();
    await stands.server?.stop();
  });
  stands.server = await Server.start(options);
  stands.browser = await launch();
  return stands;
}
