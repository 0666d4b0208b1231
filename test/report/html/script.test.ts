import vm from 'node:vm';
import { describe, expect, it } from 'vitest';
import { renderHtml } from '../../../src/report/html.ts';
import { SCRIPT } from '../../../src/report/html/script.ts';
import { sampleReport } from '../sample.ts';
import { tagsOf } from './page.ts';

type Listener = () => void;

/** As much of an element as the page's script uses. */
class Element {
  readonly id: string;
  readonly dataset: Record<string, string>;
  readonly details: { open: boolean } = { open: true };
  readonly children: Element[] = [];
  readonly #listeners = new Map<string, Listener>();
  value: string;
  checked = true;
  hidden: boolean;
  textContent = '';
  scrolledTo = false;

  constructor(attributes: ReadonlyMap<string, string>) {
    this.id = attributes.get('id') ?? '';
    this.value = attributes.get('value') ?? '';
    this.hidden = attributes.has('hidden');
    this.dataset = Object.fromEntries([...attributes].map(([name, value]) => [name.replace('data-', ''), value]));
  }

  querySelector(): { open: boolean } {
    return this.details;
  }

  querySelectorAll(): Element[] {
    return this.children;
  }

  scrollIntoView(): void {
    this.scrolledTo = true;
  }

  addEventListener(event: string, listener: Listener): void {
    this.#listeners.set(event, listener);
  }

  fire(event: string): void {
    this.#listeners.get(event)?.();
  }
}

/** The sample's page with its script run: findings f1 (CRITICAL), f2 (HIGH) and f3 (LOW). */
function open(hash = '') {
  const tags = tagsOf(renderHtml(sampleReport)).filter(({ closing }) => !closing);
  const elements = new Map(
    tags.filter(({ attributes }) => attributes.has('id')).map(({ attributes }) => [attributes.get('id') ?? '', new Element(attributes)]),
  );
  const byId = (id: string): Element => {
    const element = elements.get(id);
    if (element === undefined) throw new Error(`the page has no ${id}`);
    return element;
  };
  const boxes = tags.filter(({ attributes }) => attributes.get('type') === 'checkbox').map(({ attributes }) => new Element(attributes));
  byId('filters').children.push(...boxes);
  const articles = tags.filter(({ name }) => name === 'article').map(({ attributes }) => byId(attributes.get('id') ?? ''));
  const page = new Element(new Map());
  const location = { hash };
  const document = { getElementById: byId, querySelectorAll: () => articles };
  vm.runInNewContext(SCRIPT, { document, location, addEventListener: page.addEventListener.bind(page) });
  const box = (severity: string): Element => boxes.find(({ value }) => value === severity) ?? new Element(new Map());
  const visible = (): string[] => articles.filter(({ hidden }) => !hidden).map(({ id }) => id);
  return { byId, box, page, location, visible };
}

describe('the script of the page', () => {
  it('shows the filters and every finding', () => {
    const { byId, visible } = open();
    expect(byId('filters').hidden).toBe(false);
    expect(visible()).toEqual(['f1', 'f2', 'f3']);
    expect(byId('shown').textContent).toBe('3 of 3 shown');
  });

  it('filters by severity, resource and file together', () => {
    const { byId, box, visible } = open();
    box('CRITICAL').checked = false;
    byId('filters').fire('input');
    expect(visible()).toEqual(['f2', 'f3']);
    byId('resource').value = ' S3_Bucket ';
    byId('filters').fire('input');
    expect(visible()).toEqual(['f3']);
    expect(byId('shown').textContent).toBe('1 of 3 shown');
    byId('file').value = 'network.tf';
    byId('filters').fire('input');
    expect(visible()).toEqual([]);
    byId('reset').fire('click');
    expect(visible()).toEqual(['f1', 'f2', 'f3']);
    expect([box('CRITICAL').checked, byId('resource').value, byId('file').value]).toEqual([true, '', '']);
  });

  it('folds and unfolds everything', () => {
    const { byId } = open();
    byId('close').fire('click');
    expect(['f1', 'f2', 'f3'].map((id) => byId(id).details.open)).toEqual([false, false, false]);
    byId('open').fire('click');
    expect(['f1', 'f2', 'f3'].map((id) => byId(id).details.open)).toEqual([true, true, true]);
  });

  it('shows a finding that a link leads to, though it was filtered out and folded', () => {
    const { byId, box, page, location, visible } = open();
    box('LOW').checked = false;
    byId('filters').fire('input');
    byId('close').fire('click');
    location.hash = '#f3';
    page.fire('hashchange');
    expect(visible()).toContain('f3');
    expect([byId('f3').details.open, byId('f3').scrolledTo, byId('f1').details.open]).toEqual([true, true, false]);
  });

  it('leads to the finding of the address the page is opened with', () => {
    expect(open('#f2').byId('f2').scrolledTo).toBe(true);
    expect(open('#nothing').byId('f2').scrolledTo).toBe(false);
  });

  it('filters again by what the browser has kept in the fields', () => {
    const { byId, page, visible } = open();
    byId('resource').value = 'security_group';
    page.fire('pageshow');
    expect(visible()).toEqual(['f2']);
  });
});
