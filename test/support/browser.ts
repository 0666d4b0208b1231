/** The system's Chromium, without anything that would use the network by itself. */
import { existsSync } from 'node:fs';
import { launch } from 'puppeteer-core';
import type { Browser } from 'puppeteer-core';

const PLACES = [process.env['CHROME_PATH'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Null where there is none. */
export const CHROME: string | null = PLACES.find((place) => place !== undefined && existsSync(place)) ?? null;

/** With a profile of its own, which goes when it is closed. */
export async function startBrowser(executablePath: string): Promise<Browser> {
  return launch({
    executablePath,
    headless: true,
    args: [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
