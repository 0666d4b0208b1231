/** Writes values as HCL, laid out as `terraform fmt` leaves them. */
import type { Literal, LiteralMap } from '../../../domain/change.ts';
import { ReferenceLiteral } from '../../../domain/change.ts';

/** How a reference is written where the text goes; undefined where it cannot be. */
export type WriteReference = (reference: ReferenceLiteral) => string | undefined;

/** What a block holds: attributes first, then blocks. */
export interface Content {
  readonly attributes: ReadonlyMap<string, string>;
  readonly blocks: readonly (readonly [type: string, content: Content])[];
}

export class Printer {
  readonly #write: WriteReference;
  /** One step of indentation. */
  readonly unit: string;
  /** Set when something could not be written. */
  failed = false;

  constructor(reference: WriteReference, unit: string) {
    this.#write = reference;
    this.unit = unit;
  }

  /** A value on one line; lines are joined with `\n`. */
  inline(value: Literal): string {
    if (typeof value === 'string') return quote(value);
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    if (value instanceof ReferenceLiteral) return this.#written(value);
    if (isList(value)) return `[${value.map((item) => this.inline(item)).join(', ')}]`;
    const entries = Object.entries(value).map(([key, item]) => `${keyText(key)} = ${this.inline(item)}`);
    return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
  }

  /** A value of an attribute that stands at an indentation: maps over several lines. */
  value(value: Literal, indent: string): string {
    if (typeof value !== 'object' || value instanceof ReferenceLiteral || isFlat(value)) return this.inline(value);
    const inner = indent + this.unit;
    if (isList(value)) return `[\n${value.map((item) => `${inner}${this.value(item, inner)}`).join(',\n')}\n${indent}]`;
    const entries = Object.entries(value).map(([key, item]): [string, string] => [keyText(key), this.value(item, inner)]);
    return `{\n${assignments(entries, inner).join('\n')}\n${indent}}`;
  }

  json(value: Literal, indent: string): string {
    return `jsonencode(${this.value(value, indent)})`;
  }

  /** Maps, and lists of maps, are written as nested blocks. */
  content(values: LiteralMap, indent: string, json: readonly string[] = []): Content {
    const attributes = new Map<string, string>();
    const blocks: [string, Content][] = [];
    for (const [name, value] of Object.entries(values)) {
      if (json.includes(name)) attributes.set(name, this.json(value, indent));
      else if (isMap(value)) blocks.push([name, this.content(value, indent + this.unit)]);
      else if (isList(value) && value.length > 0 && value.every(isMap))
        blocks.push(...value.map((each): [string, Content] => [name, this.content(each, indent + this.unit)]));
      else attributes.set(name, this.value(value, indent));
    }
    return { attributes, blocks };
  }

  /** Lines of a block's content. */
  lines({ attributes, blocks }: Content, indent: string): string[] {
    const lines = assignments([...attributes], indent);
    for (const [type, content] of blocks) {
      if (lines.length > 0) lines.push('');
      lines.push(...this.block(type, content, indent));
    }
    return lines;
  }

  block(header: string, content: Content, indent: string): string[] {
    const lines = this.lines(content, indent + this.unit);
    return lines.length === 0 ? [`${indent}${header} {}`] : [`${indent}${header} {`, ...lines, `${indent}}`];
  }

  /** What a reference names, without its suffix. */
  reference(reference: ReferenceLiteral): string {
    const text = this.#write(reference);
    if (text === undefined) this.failed = true;
    return text ?? '';
  }

  #written(reference: ReferenceLiteral): string {
    const text = this.reference(reference);
    return reference.suffix === '' ? text : `"\${${text}}${quote(reference.suffix).slice(1, -1)}"`;
  }
}

export function isMap(value: Literal): value is LiteralMap {
  return typeof value === 'object' && !(value instanceof ReferenceLiteral) && !isList(value);
}

export function isList(value: Literal): value is readonly Literal[] {
  return Array.isArray(value);
}

/** Short enough for one line: no maps with content, no lists of lists. */
function isFlat(value: readonly Literal[] | LiteralMap): boolean {
  if (!isList(value)) return Object.keys(value).length === 0;
  return value.every((item) => typeof item !== 'object' || item instanceof ReferenceLiteral);
}

/** `name = value` lines; the `=` of neighbours on one line each are aligned. */
function assignments(entries: readonly (readonly [string, string])[], indent: string): string[] {
  const lines: string[] = [];
  let run: (readonly [string, string])[] = [];
  const flush = (): void => {
    const width = Math.max(0, ...run.map(([name]) => name.length));
    lines.push(...run.map(([name, value]) => `${indent}${name.padEnd(width)} = ${value}`));
    run = [];
  };
  for (const entry of entries) {
    const [name, value] = entry;
    if (!value.includes('\n')) {
      run.push(entry);
      continue;
    }
    flush();
    lines.push(`${indent}${name} = ${value}`);
  }
  flush();
  return lines;
}

function keyText(key: string): string {
  return /^[A-Za-z_][\w-]*$/u.test(key) ? key : quote(key);
}

function quote(text: string): string {
  const escaped = text.replaceAll(/["\\]/gu, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t');
  return `"${escapeTemplate(escaped).replaceAll(/[\x00-\x1f\x7f]/gu, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`)}"`;
}

/** So that a text says what it is, and nothing in it is evaluated. */
export function escapeTemplate(text: string): string {
  return text.replaceAll(/([$%])\{/gu, '$1$1{');
}
