/** The page as a browser shows it: nothing leaves it, the keyboard is enough, and it can be read in the dark. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderHtml } from '../../src/report/html.ts';
import { CHROME, startBrowser } from '../support/browser.ts';
import { hostileReport } from './hostile.ts';
import { comparedReport } from './sample.ts';

const NETWORK = path.join(import.meta.dirname, '../../fixtures/expected/network/report.html');

/** The page and everything it did that it must not do. */
interface Opened {
  readonly page: Page;
  readonly wrong: string[];
}

async function open(browser: Browser, file: string): Promise<Opened> {
  const page = await browser.newPage();
  const url = pathToFileURL(file).href;
  const wrong: string[] = [];
  page.on('request', (request) => {
    if (request.url() !== url) wrong.push(`request ${request.url()}`);
  });
  page.on('console', (message) => wrong.push(`console ${message.type()} ${message.text()}`));
  page.on('pageerror', (error) => wrong.push(`error ${String(error)}`));
  page.on('dialog', (dialog) => {
    wrong.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(url);
  return { page, wrong };
}

/** Severity and resource of what is shown of the findings. */
async function shown(page: Page): Promise<string[]> {
  return page.$$eval('[data-severity]', (all) =>
    all
      .filter((each) => each.checkVisibility())
      .map((each) => `${each.getAttribute('data-severity')} ${each.getAttribute('data-resource')}`),
  );
}

/** Moves the focus on with Tab until it is on what the selector means. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 100; presses += 1) {
    await page.keyboard.press('Tab');
    if ((await page.evaluate(`document.activeElement.matches(${JSON.stringify(selector)})`)) === true) return;
  }
  throw new Error(`Tab does not lead to ${selector}`);
}

/**
 * Runs in the page: texts whose contrast with what is behind them is under 4.5 to 1 (WCAG 2.2, 1.4.3). A canvas tells the
 * channels of a colour however it is written.
 */
const FAINT = `(() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const channels = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const luminance = (colour) => {
    const [red, green, blue] = channels(colour).map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const behind = (element) => {
    if (element === null) return 'white';
    const own = getComputedStyle(element).backgroundColor;
    return channels(own)[3] === 255 ? own : behind(element.parentElement);
  };
  return [...document.querySelectorAll('body *:not(svg, svg *)')].flatMap((element) => {
    const text = [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.textContent.trim()).join('');
    if (text === '' || !element.checkVisibility()) return [];
    const [a, b] = [luminance(getComputedStyle(element).color), luminance(behind(element))];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 4.5 ? [element.tagName + ' ' + text.slice(0, 40)] : [];
  });
})()`;

describe.skipIf(CHROME === null)('the page in a browser (skipped without a Chromium)', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'page-'));
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser(CHROME ?? '');
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  it('asks for nothing, and has no error', async () => {
    const { page, wrong } = await open(browser, NETWORK);
    expect(await page.title()).toBe('Fail: 2 new CRITICAL findings · infrastructure-security-agent');
    expect(wrong).toEqual([]);
  });

  it('is filtered by severity, resource and file with the keyboard alone', async () => {
    const file = path.join(folder, 'compared.html');
    writeFileSync(file, renderHtml(comparedReport));
    const { page, wrong } = await open(browser, file);
    const all = ['CRITICAL aws_s3_bucket.logs', 'HIGH aws_security_group.web', 'HIGH aws_security_group.web', 'LOW aws_s3_bucket.logs'];
    expect(await shown(page)).toEqual(all);
    await tabTo(page, 'input[value=HIGH]');
    await page.keyboard.press('Space');
    expect(await shown(page)).toEqual(['CRITICAL aws_s3_bucket.logs', 'LOW aws_s3_bucket.logs']);
    await page.keyboard.press('Space');
    await tabTo(page, '#resource');
    await page.keyboard.type('GROUP.WEB');
    expect(await shown(page)).toEqual(['HIGH aws_security_group.web', 'HIGH aws_security_group.web']);
    await tabTo(page, '#reset');
    await page.keyboard.press('Enter');
    expect(await shown(page)).toEqual(all);
    await page.reload();
    await tabTo(page, '#file');
    await page.keyboard.type('main.tf');
    expect(await shown(page)).toEqual(['CRITICAL aws_s3_bucket.logs', 'LOW aws_s3_bucket.logs']);
    expect(await page.$eval('#shown', (output) => output.textContent)).toBe('2 of 4 shown');
    expect(wrong).toEqual([]);
  });

  it.each(['light', 'dark'])('has enough contrast in %s', async (value) => {
    const { page } = await open(browser, NETWORK);
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value }]);
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe(
      value === 'dark' ? 'rgb(13, 17, 23)' : 'rgb(255, 255, 255)',
    );
    expect(await page.evaluate(FAINT)).toEqual([]);
    await page.evaluate(`document.querySelector('.message').style.color = getComputedStyle(document.body).backgroundColor`);
    expect(await page.evaluate(FAINT)).toEqual([expect.stringMatching(/^P /u)]);
  });

  it('runs nothing that a name holds', async () => {
    const names = [
      '<img src=x onerror=alert(1)>',
      '"><script>alert(1)</script>',
      "' onmouseover='alert(1)",
      '</title><svg onload=alert(1)>',
      'javascript:alert(1)',
    ];
    for (const [index, name] of names.entries()) {
      const file = path.join(folder, `hostile${index}.html`);
      writeFileSync(file, renderHtml(hostileReport(name)));
      const { page, wrong } = await open(browser, file);
      await page.hover('h1');
      await page.click('article summary');
      expect(await page.$$eval('script', (all) => all.length)).toBe(1);
      expect(wrong).toEqual([]);
      await page.close();
    }
  });
});
