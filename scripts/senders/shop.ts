/** A real Chromium on a page of another origin than the collector's, as a shop's is. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';

/** The first HTML block of the guide, for this collector. */
const snippet = (url: string, key: string): string => {
  const found = /```html\n([\s\S]*?)```/.exec(readFileSync('docs/guides/browser.md', 'utf8'));
  if (found?.[1] === undefined) throw new Error('docs/guides/browser.md has no block of HTML.');
  return found[1].replaceAll('https://COLLECTOR', url).replaceAll('WRITE_KEY', key);
};

const bundled = async (): Promise<string> => {
  const { outputFiles } = await build({
    ...{ entryPoints: ['scripts/senders/pages/senders.js'], bundle: true, write: false },
    ...{
      platform: 'browser',
      format: 'iife',
      logLevel: 'error',
      define: { 'process.env.NODE_ENV': '"production"' },
    },
  });
  return outputFiles[0]?.text ?? '';
};

export interface Shop {
  /** in a browser that has never been there before */
  visit(path: '/libraries' | '/snippet'): Promise<Page>;
  /** hosts that pages asked beside the shop and the collector */
  strangers: ReadonlySet<string>;
  close(): Promise<void>;
}

export const openShop = async (
  executablePath: string,
  collector: { url: string; key: string },
): Promise<Shop> => {
  const script = await bundled();
  const server = createServer(({ url }, response) => {
    response.setHeader(
      'content-type',
      url === '/libraries.js' ? 'text/javascript' : 'text/html; charset=utf-8',
    );
    if (url === '/libraries.js') response.end(script);
    else if (url === '/libraries') response.end('<title>Shop</title><script src="/libraries.js"></script>');
    else response.end(`<title>Shop</title><button>Buy</button>${snippet(collector.url, collector.key)}`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on TCP has an address of this shape; Node's type also knows pipes.
  const { port } = server.address() as AddressInfo;
  const args = ['--no-sandbox', '--disable-dev-shm-usage'];
  const browser: Browser = await chromium.launch({ executablePath, args });
  const shop = `http://localhost:${port}`;
  const strangers = new Set<string>();
  return {
    strangers,
    async visit(path) {
      for (const before of browser.contexts()) await before.close();
      const page = await (await browser.newContext()).newPage();
      page.on('request', (request) => {
        const { origin, protocol } = new URL(request.url());
        if (protocol.startsWith('http') && ![shop, collector.url].includes(origin)) strangers.add(origin);
      });
      await page.goto(`${shop}${path}`);
      return page;
    },
    async close() {
      await browser.close();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
};
