/** Texts made of parts, some of which may not be known. */
import { fromJson, isList, isMap, known, unknown } from '../../domain/value.ts';
import type { Unknown, Value } from '../../domain/value.ts';
import type { Span } from '../../domain/source.ts';

export type Part = { readonly text: string } | { readonly name: string };

/** Splits the text of `Fn::Sub`: `${Name}`, `${Name.Attribute}`; `${!Name}` stands for `${Name}`. */
export function substitutions(text: string): Part[] {
  const parts: Part[] = [];
  let at = 0;
  for (const match of text.matchAll(/\$\{([^{}]*)\}/gu)) {
    const inner = match[1] ?? '';
    parts.push({ text: text.slice(at, match.index) });
    parts.push(inner.startsWith('!') ? { text: `\${${inner.slice(1)}}` } : { name: inner.trim() });
    at = match.index + match[0].length;
  }
  parts.push({ text: text.slice(at) });
  return parts.filter((part) => !('text' in part) || part.text !== '');
}

/** Why a text with `{{resolve:...}}` is not known. */
export const DYNAMIC = 'its dynamic reference is resolved when the stack is created';

const LONGEST = 1024 * 1024;

/** Parts in a row as one text. A text with unknown parts is unknown, with its shape where it is JSON. */
export function concatenate(parts: readonly (string | Value)[], span: Span): Value {
  const [only, another] = parts;
  if (only !== undefined && another === undefined && typeof only !== 'string' && only.state === 'unknown') return { ...only, span };
  const texts: string[] = [];
  const missing: Value[] = [];
  let length = 0;
  let sensitive = false;
  for (const part of parts) {
    if (typeof part !== 'string' && part.state !== 'absent' && part.sensitive === true) sensitive = true;
    const text = typeof part === 'string' ? part : textOf(part);
    if (text === null) texts.push(placeholder(missing.push(part as Value) - 1));
    else texts.push(text);
    length += texts.at(-1)?.length ?? 0;
    if (length > LONGEST) return unknown(`its text is longer than ${LONGEST} characters`, span);
  }
  const mark = sensitive ? { sensitive } : {};
  const whole = texts.join('');
  if (whole.includes('{{resolve:')) return { ...unknown(DYNAMIC, span), sensitive: true };
  const [first] = missing;
  if (first === undefined) return { ...known(whole, span), ...mark };
  const shape = parts.some((part) => typeof part === 'string' && part.includes(OPEN)) ? null : shapeOf(whole, missing, span);
  const pieces = whole.split(/\uE000[0-9]+\uE001/u).filter((text) => text !== '');
  return {
    ...partlyUnknown(whole.slice(0, whole.indexOf(OPEN)), whole.slice(whole.lastIndexOf(CLOSE) + 1), first, span),
    ...(pieces.length === 0 ? {} : { texts: pieces }),
    ...mark,
    ...(shape === null ? {} : { shape }),
  };
}

function textOf(value: Value): string | null {
  if (value.state === 'absent') return '';
  return value.state === 'known' && typeof value.data !== 'object' ? String(value.data) : null;
}

const [OPEN, CLOSE] = ['\uE000', '\uE001'];

function placeholder(index: number): string {
  return `${OPEN}${index}${CLOSE}`;
}

/** The JSON document of a text with placeholders; null when it is none. */
function shapeOf(text: string, missing: readonly Value[], span: Span): Value | null {
  if (!/^\s*[{[]/u.test(text)) return null;
  try {
    return restore(fromJson(JSON.parse(text), span), missing);
  } catch {
    return null;
  }
}

/** Puts what is missing where its placeholder stands; a text of which it is a part is unknown. */
function restore(value: Value, missing: readonly Value[]): Value {
  if (value.state !== 'known') return value;
  const { data, span } = value;
  if (typeof data === 'string') {
    const [, before = '', index] = /^([^\uE000]*)\uE000([0-9]+)\uE001/u.exec(data) ?? [];
    const part = index === undefined ? undefined : missing[Number(index)];
    if (part === undefined) return value;
    if (data === placeholder(Number(index))) return { ...part, span };
    return partlyUnknown(before, data.slice(data.lastIndexOf(CLOSE) + 1), part, span);
  }
  if (isList(data)) return { ...value, data: data.map((item) => restore(item, missing)) };
  if (isMap(data)) return { ...value, data: new Map([...data].map(([key, item]) => [key, restore(item, missing)])) };
  return value;
}

function partlyUnknown(prefix: string, suffix: string, part: Value, span: Span): Unknown {
  const reason = part.state === 'unknown' ? part.reason : 'a part of its text is no text';
  return { ...unknown(reason, span), ...(prefix === '' ? {} : { prefix }), ...(suffix === '' ? {} : { suffix }) };
}
