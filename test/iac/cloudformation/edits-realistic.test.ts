/** Edits of templates as people write them: comments, functions, aliases, every style of YAML and JSON. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Change } from '../../../src/domain/change.ts';
import { applyEdits } from '../../../src/domain/source.ts';
import { isList, isMap } from '../../../src/domain/value.ts';
import type { Value } from '../../../src/domain/value.ts';
import type { Root } from '../../../src/iac/root.ts';
import { at, read, resource } from './reading.ts';

/** What a property says: plain data, a function of CloudFormation, or an alias of what another resource has. */
type Node =
  | { readonly kind: 'scalar'; readonly value: string | number | boolean }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [string, Node])[] }
  | { readonly kind: 'list'; readonly items: readonly Node[] }
  | { readonly kind: 'function'; readonly short: string; readonly long: unknown }
  | { readonly kind: 'alias' };

type Plain = string | number | boolean | Plain[] | { [key: string]: Plain };

interface Style {
  readonly json: boolean;
  readonly unit: string;
  /** Whether dashes are indented below their key. */
  readonly indented: boolean;
  readonly newline: string;
  readonly last: boolean;
}

const key = fc.constantFrom('Enabled', 'Rules', 'Tags', 'Encryption', 'Status', 'aws:SourceArn', 'With space');
const { node } = fc.letrec<{ node: Node; map: Node }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3 },
    fc
      .constantFrom('plain', 'Enabled', "it's", 'a: b', '*', '# no comment', 'yes', 'one\n\n  two: 2\n')
      .map((value): Node => ({ kind: 'scalar', value })),
    fc.oneof(fc.integer({ min: 0, max: 9 }), fc.boolean()).map((value): Node => ({ kind: 'scalar', value })),
    fc.constantFrom<Node>(
      { kind: 'function', short: '!Ref Name', long: { Ref: 'Name' } },
      { kind: 'function', short: '!Sub "${Name}: {x}"', long: { 'Fn::Sub': '${Name}: {x}' } },
      { kind: 'function', short: '!If [Some, {A: 1}, !Ref AWS::NoValue]', long: { 'Fn::If': ['Some', { A: 1 }, { Ref: 'AWS::NoValue' }] } },
      { kind: 'alias' },
    ),
    fc.array(tie('node'), { minLength: 1, maxLength: 3 }).map((items): Node => ({ kind: 'list', items })),
    tie('map'),
  ),
  map: fc
    .uniqueArray(fc.tuple(key, tie('node')), { minLength: 1, maxLength: 4, selector: ([name]) => name })
    .map((entries): Node => ({ kind: 'map', entries })),
}));
const top = fc
  .uniqueArray(fc.tuple(key, node), { minLength: 1, maxLength: 5, selector: ([name]) => name })
  .map((entries): Node => ({ kind: 'map', entries }));

const style = fc.record<Style>({
  json: fc.boolean(),
  unit: fc.constantFrom('  ', '    '),
  indented: fc.boolean(),
  newline: fc.constantFrom('\n', '\r\n'),
  last: fc.boolean(),
});

/** A note and the path of what it stands at. */
type Notes = Map<string, readonly string[]>;

/** Writes a template by hand, so to speak: `draw` decides on quotes, braces, comments and empty lines. */
class Writer {
  readonly notes: Notes = new Map();
  readonly #style: Style;
  readonly #draw: (choices: number) => number;

  constructor(given: Style, draw: (choices: number) => number) {
    this.#style = given;
    this.#draw = draw;
  }

  template(before: Node, logs: Node, after: Node): string {
    const { unit, newline, last } = this.#style;
    const declared = Object.entries({ Before: before, Logs: logs, After: after });
    if (this.#style.json) return this.#json(declared);
    const lines = [
      'Parameters:',
      `${unit}Name: {Type: String}`,
      'Resources:',
      `${unit}Shared: {Type: AWS::S3::Bucket, Properties: {Base: &base {X: 1, Y: [2]}}}`,
    ];
    for (const [name, properties] of declared) {
      lines.push('', `${unit}${name}:${this.#note([name])}`, `${unit.repeat(2)}Type: AWS::S3::Bucket`, `${unit.repeat(2)}Properties:`);
      lines.push(...this.#map(properties, unit.repeat(3), [name]));
    }
    return lines.join(newline) + (last ? newline : '');
  }

  #json(declared: readonly (readonly [string, Node])[]): string {
    const Resources = Object.fromEntries(
      declared.map(([name, properties]) => [name, { Type: 'AWS::S3::Bucket', Properties: long(properties) }]),
    );
    const text = JSON.stringify({ Parameters: { Name: { Type: 'String' } }, Resources }, null, this.#draw(4) === 0 ? 0 : this.#style.unit);
    return text.replaceAll('\n', this.#style.newline);
  }

  #note(path: readonly string[]): string {
    if (this.#draw(4) !== 0) return '';
    const note = `note ${this.notes.size}.`;
    this.notes.set(note, path);
    return ` # ${note}`;
  }

  #map(map: Node, indent: string, path: readonly string[]): string[] {
    if (map.kind !== 'map') return [];
    return map.entries.flatMap(([name, value]) => {
      const below = [...path, name];
      const above = this.#draw(8) === 0 ? [`${indent}${this.#note(path).trim()}`] : [];
      const blank = this.#draw(8) === 0 ? [''] : [];
      return [...above, ...blank, ...this.#entry(text(name, 0), value, indent, below)];
    });
  }

  #entry(name: string, value: Node, indent: string, path: readonly string[]): string[] {
    const { unit, indented } = this.#style;
    const braces = this.#draw(3) === 0;
    if (value.kind === 'map' && !braces) return [`${indent}${name}:${this.#note(path)}`, ...this.#map(value, indent + unit, path)];
    if (value.kind === 'list' && !braces) {
      const dash = indented ? indent + unit : indent;
      return [
        `${indent}${name}:${this.#note(path)}`,
        ...value.items.flatMap((item, index) => this.#item(item, dash, [...path, String(index)])),
      ];
    }
    if (value.kind === 'scalar' && typeof value.value === 'string' && value.value.endsWith('\n') && !braces)
      return [
        `${indent}${name}: |${this.#note(path)}`,
        ...value.value
          .trimEnd()
          .split('\n')
          .map((line) => (line === '' ? '' : indent + unit + line)),
      ];
    return [`${indent}${name}: ${this.#inline(value)}${this.#note(path)}`];
  }

  #item(item: Node, dash: string, path: readonly string[]): string[] {
    if (item.kind !== 'map' || this.#draw(3) === 0) return [`${dash}- ${this.#inline(item)}${this.#note(path)}`];
    const [first = '', ...lines] = item.entries.flatMap(([name, value]) => this.#entry(text(name, 0), value, `${dash}  `, [...path, name]));
    const apart = this.#draw(8) === 0 ? this.#note(path) : '';
    return apart === '' ? [`${dash}- ${first.trimStart()}`, ...lines] : [`${dash}-${apart}`, first, ...lines];
  }

  #inline(value: Node): string {
    switch (value.kind) {
      case 'scalar':
        return typeof value.value === 'string' ? text(value.value, this.#draw(3)) : String(value.value);
      case 'function':
        return value.short;
      case 'alias':
        return '*base';
      case 'list':
        return `[${value.items.map((item) => this.#inline(item)).join(', ')}]`;
      case 'map':
        return `{${value.entries.map(([name, item]) => `${text(name, 0)}: ${this.#inline(item)}`).join(', ')}}`;
      default:
        return value satisfies never;
    }
  }
}

function text(value: string, quotes: number): string {
  if (quotes === 1 || value.includes('\n')) return JSON.stringify(value);
  return quotes === 2 || !/^[A-Za-z]+$/u.test(value) || value === 'yes' ? `'${value.replaceAll("'", "''")}'` : value;
}

function long(value: Node): unknown {
  switch (value.kind) {
    case 'scalar':
      return value.value;
    case 'function':
      return value.long;
    case 'alias':
      return { X: 1, Y: [2] };
    case 'list':
      return value.items.map(long);
    case 'map':
      return Object.fromEntries(value.entries.map(([name, item]) => [name, long(item)]));
    default:
      return value satisfies never;
  }
}

const FUNCTION = 'a function';

function said(value: Node): Plain {
  if (value.kind === 'scalar') return value.value;
  if (value.kind === 'function') return FUNCTION;
  if (value.kind === 'alias') return { X: 1, Y: [2] };
  return value.kind === 'list' ? value.items.map(said) : Object.fromEntries(value.entries.map(([name, item]) => [name, said(item)]));
}

function evaluated(value: Value): Plain {
  if (value.state !== 'known') return FUNCTION;
  if (isList(value.data)) return value.data.map(evaluated);
  return isMap(value.data) ? Object.fromEntries([...value.data].map(([name, item]) => [name, evaluated(item)])) : value.data;
}

function contentOf(root: Root, address: string): Plain[] {
  return resource(root, address).instances.map(({ attributes }) => evaluated(attributes));
}

type Path = readonly (string | number)[];

/** What a value says after a change; null where the way leads through what is not written out, or past the end of a list. */
function after(value: Node, [step = '', ...path]: Path, wanted: Plain | null): Plain | null {
  if (value.kind === 'list' && typeof step === 'number') {
    const items = value.items.map(said);
    const own = value.items[step];
    if (own === undefined && wanted === null) return items;
    if (step > items.length) return null;
    const below = path.length === 0 ? wanted : after(own ?? EMPTY, path, wanted);
    if (below === null && path.length > 0) return null;
    return items.toSpliced(step, 1, ...(below === null ? [] : [below]));
  }
  if (value.kind !== 'map' || typeof step === 'number') return null;
  const rest = value.entries.filter(([name]) => name !== step).map(([name, item]): [string, Plain] => [name, said(item)]);
  const own = value.entries.find(([name]) => name === step)?.[1];
  if (own === undefined && wanted === null) return Object.fromEntries(rest);
  if (own === undefined && path.some((each) => typeof each === 'number')) return null;
  const below = path.length === 0 ? wanted : after(own ?? EMPTY, path, wanted);
  if (below === null) return path.length === 0 ? Object.fromEntries(rest) : null;
  return Object.fromEntries([...rest, [step, below]]);
}

const EMPTY: Node = { kind: 'map', entries: [] };

const plain: fc.Arbitrary<Plain> = fc.oneof<fc.Arbitrary<Plain>[]>(
  fc.constantFrom('text', 'off', 'a: b', '', '*'),
  fc.integer({ min: 0, max: 99 }),
  fc.boolean(),
  fc.array(fc.constantFrom('x', 'y z'), { minLength: 1, maxLength: 2 }),
  fc.constant({ Status: 'on', Rules: [{ Days: 3 }] }),
);

interface Asked {
  readonly path: Path;
  /** Null removes. */
  readonly value: Plain | null;
}

/** What the properties say after changes of different ones; null where one of them has no way. */
function afterAll(logs: Node, asked: readonly Asked[]): Plain | null {
  const content = new Map(Object.entries(said(logs)));
  for (const { path, value } of asked) {
    const changed = after(logs, path, value);
    if (changed === null) return null;
    const [name = ''] = path.map(String);
    const own = new Map(Object.entries(changed)).get(name);
    if (own === undefined) content.delete(name);
    else content.set(name, own);
  }
  return Object.fromEntries(content);
}

function changes(root: Root, asked: readonly Asked[]): Change[] {
  const logs = resource(root, 'Logs');
  return asked.map(({ path, value }) =>
    value === null ? { kind: 'remove', resource: logs, path } : { kind: 'set', resource: logs, path, value },
  );
}

describe('edits of a template as people write it', () => {
  const step = fc.oneof({ weight: 2, arbitrary: key }, { weight: 1, arbitrary: fc.nat({ max: 2 }) });
  const path = fc.tuple(key, fc.array(step, { maxLength: 3 })).map(([first, more]): Path => [first, ...more]);
  const wanted = fc.uniqueArray(fc.record<Asked>({ path, value: fc.option(plain, { nil: null }) }), {
    minLength: 1,
    maxLength: 2,
    selector: (each) => each.path[0],
  });

  it('say what was asked and keep every other character, comments and aliases included', () => {
    fc.assert(
      fc.property(top, top, top, style, wanted, fc.infiniteStream(fc.nat({ max: 23 })), (before, logs, last, chosen, asked, stream) => {
        const writer = new Writer(chosen, (choices) => stream.next().value % choices);
        const source = writer.template(before, logs, last);
        const root = read(source);
        expect(root.diagnostics).toEqual([]);
        expect(contentOf(root, 'Logs')).toEqual([said(logs)]);
        const edits = root.edits(changes(root, asked));
        const expected = afterAll(logs, asked);
        if (expected !== null) expect(edits).not.toBeNull();
        if (edits === null || expected === null) return;
        const result = applyEdits(source, edits);
        const again = read(result);
        expect(again.diagnostics).toEqual([]);
        expect(contentOf(again, 'Logs')).toEqual([expected]);
        for (const other of again.resources.filter(({ address }) => address !== 'Logs'))
          expect(at(result, other.source)).toBe(at(source, resource(root, other.address).source));
        // Without an item, its number is that of the next.
        const lasting = asked.filter((each) => each.value !== null || typeof each.path.at(-1) === 'string');
        expect(again.edits(changes(again, lasting))).toEqual([]);
        expect(result.replaceAll('\r\n', '').includes('\n')).toBe(chosen.newline === '\n' && result.includes('\n'));
        const lost = asked.map((each) => ['Logs', ...each.path].join('\0'));
        for (const [note, place] of writer.notes)
          if (!lost.some((each) => place.join('\0').startsWith(each))) expect(result).toContain(note);
      }),
      { numRuns: 300 },
    );
  });
});
