/** Literals as text in the style of the template they go into. */
import { ReferenceLiteral } from '../../../domain/change.ts';
import type { Literal, LiteralMap } from '../../../domain/change.ts';
import { ambiguity } from '../scalar.ts';
import type { ScalarNode } from '../ast.ts';

export interface Layout {
  readonly newline: string;
  /** One step of indentation. */
  readonly unit: string;
  /** Of the dashes of a list below their key: nothing, or a step. */
  readonly dash: string;
  /** Nothing where the file puts none after `:` and `,`. */
  readonly space: string;
  readonly json: boolean;
}

export function isLiteralMap(value: Literal): value is LiteralMap {
  return typeof value === 'object' && !isLiteralList(value) && !(value instanceof ReferenceLiteral);
}

export function isLiteralList(value: Literal): value is readonly Literal[] {
  return Array.isArray(value);
}

/** What follows a `key:` that stands at a column: ` value`, or lines below it. */
export function blockValue(value: Literal, column: string, layout: Layout): string {
  if (isLiteralList(value) && value.length > 0)
    return layout.newline + column + layout.dash + blockList(value, column + layout.dash, layout);
  if (isLiteralMap(value) && Object.keys(value).length > 0)
    return layout.newline + column + layout.unit + blockMap(value, column + layout.unit, layout);
  return ` ${flow(value, layout, false)}`;
}

/** Entries of a map, the first without its indentation. */
export function blockMap(value: LiteralMap, column: string, layout: Layout): string {
  return Object.entries(value)
    .map(([key, item]) => `${text(key, false, true)}:${blockValue(item, column, layout)}`)
    .join(layout.newline + column);
}

/** Items of a list, the first without its indentation. */
export function blockList(value: readonly Literal[], column: string, layout: Layout): string {
  return value
    .map((item) => {
      if (isLiteralMap(item) && Object.keys(item).length > 0) return `- ${blockMap(item, `${column}  `, layout)}`;
      if (isLiteralList(item) && item.length > 0) return `- ${blockList(item, `${column}  `, layout)}`;
      return `-${blockValue(item, column, layout)}`;
    })
    .join(layout.newline + column);
}

/** On one line, or in JSON over several with this indentation of the line that holds it. */
export function inline(value: Literal, layout: Layout, indent: string | null): string {
  if (indent === null || (!isLiteralList(value) && !isLiteralMap(value))) return flow(value, layout, true);
  const below = indent + layout.unit;
  const parts = isLiteralList(value)
    ? value.map((item) => inline(item, layout, below))
    : Object.entries(value).map(([key, item]) => `${keyText(key, layout)}:${layout.space}${inline(item, layout, below)}`);
  const [open, close] = isLiteralList(value) ? '[]' : '{}';
  return parts.length === 0
    ? `${open}${close}`
    : `${open}${layout.newline}${below}${parts.join(`,${layout.newline}${below}`)}${layout.newline}${indent}${close}`;
}

export function keyText(key: string, layout: Layout): string {
  return layout.json ? JSON.stringify(key) : text(key, true, true);
}

function flow(value: Literal, layout: Layout, within: boolean): string {
  if (typeof value === 'string') return layout.json ? JSON.stringify(value) : text(value, within, false);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value instanceof ReferenceLiteral) return layout.json ? inline(longReference(value), layout, null) : shortReference(value, within);
  const separator = `,${layout.space}`;
  if (isLiteralList(value)) return `[${value.map((item) => flow(item, layout, true)).join(separator)}]`;
  return `{${Object.entries(value)
    .map(([key, item]) => `${keyText(key, layout)}:${layout.space}${flow(item, layout, true)}`)
    .join(separator)}}`;
}

function shortReference({ resource, attribute, suffix }: ReferenceLiteral, within: boolean): string {
  const { address } = resource;
  if (suffix !== '') {
    const template = `\${${attribute === '' ? address : `${address}.${attribute}`}}${suffix}`;
    return `!Sub ${!within && /^[^\s'"#:]*$/u.test(suffix) ? template : quoted(template)}`;
  }
  return attribute === '' ? `!Ref ${address}` : `!GetAtt ${address}.${attribute}`;
}

function longReference({ resource, attribute, suffix }: ReferenceLiteral): LiteralMap {
  const { address } = resource;
  if (suffix !== '') return { 'Fn::Sub': `\${${attribute === '' ? address : `${address}.${attribute}`}}${suffix}` };
  return attribute === '' ? { Ref: address } : { 'Fn::GetAtt': [address, attribute] };
}

/** A YAML text, plain where every reader takes it for one. */
function text(value: string, within: boolean, key: boolean): string {
  const plain = within ? /^[A-Za-z_][\w./-]*(?: [\w./-]+)*$/u : /^[A-Za-z_](?:[\w./*-]|:(?=[\w/:*-]))*(?: [\w./*-]+)*$/u;
  const word = /^(?:true|false|null|nan|inf)$/iu.test(value) || (!key && ambiguity(value) !== undefined);
  return plain.test(value) && !word ? value : quoted(value);
}

function quoted(value: string): string {
  return /[\p{Cc}\u2028\u2029\uFEFF]/u.test(value) ? JSON.stringify(value) : `'${value.replaceAll("'", "''")}'`;
}

/** A text in place of another in YAML, with the quotes of that. */
export function replacementText(value: string, old: ScalarNode, within: boolean): string {
  const printable = !/[\p{Cc}\u2028\u2029\uFEFF"\\]/u.test(value);
  return old.style === 'double' && printable ? `"${value}"` : old.style === 'single' ? quoted(value) : text(value, within, false);
}
