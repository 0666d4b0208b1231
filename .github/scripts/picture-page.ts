/**
 * Photographs the HTML report of an example repository, light and dark, to .github/images/: those pages are committed and
 * compared by the tests, so the pictures are of real output. Does nothing where there is no Chromium.
 *
 *   npx node .github/scripts/picture-page.ts
 */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { CHROME, startBrowser } from '../../test/support/browser.ts';

const root = path.join(import.meta.dirname, '../..');
const images = path.join(root, '.github/images');
const page = pathToFileURL(path.join(root, 'fixtures/expected/network/report.html')).href;

/** Pixels; the first findings are on it, and the file stays under 200 KB. */
const SIZE = { width: 1000, height: 1250 };

if (CHROME === null) process.stderr.write('no Chromium was found (CHROME_PATH names one), so no picture was made\n');
else {
  mkdirSync(images, { recursive: true });
  const browser = await startBrowser(CHROME);
  for (const theme of ['light', 'dark']) {
    const tab = await browser.newPage();
    await tab.setViewport(SIZE);
    await tab.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: theme }]);
    await tab.goto(page);
    await tab.screenshot({ path: path.join(images, `report-${theme}.png`), optimizeForSpeed: false });
  }
  await browser.close();
}
