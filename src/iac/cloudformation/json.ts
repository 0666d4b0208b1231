/** JSON text to the tree of a template. */
import { parseTree, printParseErrorCode } from 'jsonc-parser';
import type { Node as JsonNode, ParseError } from 'jsonc-parser';
import type { SourceText } from '../../domain/source.ts';
import type { Limits } from '../limits.ts';
import type { Entry, Node } from './ast.ts';
import type { Parsed } from './parsed.ts';
import { Problems } from './problems.ts';

/** Broken JSON gives what could be read of it, and diagnostics. */
export function parseJson(source: SourceText, limits: Limits): Parsed {
  const problems = new Problems(source);
  const deep = tooDeepAt(source.text, limits.depth);
  if (deep !== null) {
    problems.undecided('limit-depth', `maps and lists lie within each other more than ${limits.depth} deep; the file is not read`, {
      start: deep,
      end: deep + 1,
    });
    return { tree: null, others: [], anchored: false, diagnostics: problems.list };
  }
  const errors: ParseError[] = [];
  const text = source.text.startsWith('\uFEFF') ? ` ${source.text.slice(1)}` : source.text;
  const root = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
  for (const { error, offset, length } of errors.slice(0, 10)) {
    problems.undecided('syntax', `not valid JSON: ${words(printParseErrorCode(error))}`, { start: offset, end: offset + length });
  }
  return { tree: root === undefined ? null : convert(root, problems, limits), others: [], anchored: false, diagnostics: problems.list };
}

function words(code: string): string {
  return code.replaceAll(/(?<=.)[A-Z]/gu, (letter) => ` ${letter.toLowerCase()}`).toLowerCase();
}

/** Offset of the bracket that is one too deep. */
function tooDeepAt(text: string, limit: number): number | null {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === 0x22) {
      for (at += 1; at < text.length && text.charCodeAt(at) !== 0x22 && text.charCodeAt(at) !== 0x0a; at += 1)
        if (text.charCodeAt(at) === 0x5c) at += 1;
    } else if (unit === 0x7b || unit === 0x5b) {
      depth += 1;
      if (depth > limit) return at;
    } else if (unit === 0x7d || unit === 0x5d) depth -= 1;
  }
  return null;
}

function convert(node: JsonNode, problems: Problems, limits: Limits): Node {
  const range = { start: node.offset, end: node.offset + node.length };
  const base = { ...range, tag: null, anchored: false, content: range };
  switch (node.type) {
    case 'object':
      return { ...base, kind: 'mapping', flow: true, entries: entries(node, problems, limits) };
    case 'array':
      return { ...base, kind: 'sequence', flow: true, items: (node.children ?? []).map((child) => convert(child, problems, limits)) };
    case 'string':
      return { ...base, kind: 'scalar', style: 'double', value: String(node.value) };
    case 'number':
    case 'boolean':
    case 'null':
      return { ...base, kind: 'scalar', style: 'plain', value: node.value as number | boolean | null };
    case 'property':
      throw new Error('a property of JSON stands outside an object');
    default:
      return node.type satisfies never;
  }
}

function entries(node: JsonNode, problems: Problems, limits: Limits): Entry[] {
  const result: Entry[] = [];
  const seen = new Set<string>();
  for (const { children } of node.children ?? []) {
    const [key, value] = children ?? [];
    if (key === undefined || value === undefined) continue;
    const name = String(key.value);
    const keyRange = { start: key.offset, end: key.offset + key.length };
    if (problems.repeats(seen, name, keyRange) || problems.crowded(seen, keyRange, limits)) continue;
    result.push({ key: name, keyRange, value: convert(value, problems, limits), merge: false });
  }
  return result;
}
