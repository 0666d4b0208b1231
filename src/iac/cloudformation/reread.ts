/**
 * Reads a template again of which one declaration was edited, at the cost of that declaration: what
 * stands between one key and the next of the same map is a document of its own, in JSON with braces around it.
 */
import { SourceText } from '../../domain/source.ts';
import type { Limits } from '../limits.ts';
import { entryOf } from './ast.ts';
import type { Entry } from './ast.ts';
import { parseJson } from './json.ts';
import { Lines } from './edits/layout.ts';
import { Problems } from './problems.ts';
import { declarations, IN_PLACE } from './template.ts';
import type { Declaration, Template } from './template.ts';
import { parseYaml } from './yaml.ts';

export interface Reread {
  readonly template: Template;
  /** Addresses of what may be other than before, and of what is new. */
  readonly changed: ReadonlySet<string>;
}

/** Null when more than one declaration is touched, a macro works on the template, or the text cannot be told apart like this; then it is to be read as a whole. */
export function rereadDeclaration(before: Template, source: SourceText, limits: Limits): Reread | null {
  const slot = before.anchored || before.shift !== IN_PLACE || before.transforms.size > 0 ? null : touchedSlot(before, source.text);
  if (slot === null) return null;
  const { entry, start, end } = slot;
  const by = source.text.length - before.source.text.length;
  const part = partOf(before, slot, source.text.slice(start, end + by));
  if (part === null) return null;
  const parse = before.format === 'json' ? parseJson : parseYaml;
  const { tree, diagnostics, anchored } = parse(part.source, { ...limits, depth: limits.depth - 2 });
  if (diagnostics.length > 0 || anchored || tree?.kind !== 'mapping' || tree.entries[0]?.key !== entry.key) return null;
  const problems = new Problems(part.source);
  const now = declarations(tree.entries, { from: 0, by: start - part.before }, problems);
  if (problems.list.length > 0 || now.size !== tree.entries.length) return null;
  const resources = new Map<string, Declaration>();
  for (const [address, declaration] of before.resources) {
    if (address === entry.key) for (const [key, each] of now) resources.set(key, each);
    else if (now.has(address)) return null;
    else resources.set(address, { ...declaration, shift: { from: end, by } });
  }
  return { template: { ...before, source, shift: { from: end, by }, resources }, changed: new Set(now.keys()) };
}

/** A declaration from its key to the next, or to the end of the map that holds it; offsets of the text before. */
interface Slot {
  readonly entry: Entry;
  readonly start: number;
  readonly end: number;
  readonly last: boolean;
}

/** The slot as a text of its own, `before` characters of which are not from the slot. */
function partOf(
  { source: { file }, format }: Template,
  { last }: Slot,
  text: string,
): { readonly source: SourceText; readonly before: number } | null {
  if (format === 'yaml') return { source: new SourceText(file, text), before: 0 };
  const trimmed = text.trimEnd();
  if (trimmed.endsWith(',') === last) return null;
  return { source: new SourceText(file, `{${last ? trimmed : trimmed.slice(0, -1)}}`), before: 1 };
}

/** The slot that all differences lie in, after its key. */
function touchedSlot({ source, tree, format }: Template, text: string): Slot | null {
  const section = entryOf(tree, 'Resources');
  if (section?.value.kind !== 'mapping') return null;
  const { entries, flow, content } = section.value;
  const [first, end] = differences(source.text, text);
  const index = entries.findLastIndex(({ keyRange }) => keyRange.end < first);
  const entry = entries[index];
  if (entry === undefined) return null;
  const next = entries[index + 1];
  const last = next === undefined;
  if (format === 'json') {
    const slot = { entry, start: entry.keyRange.start, end: next?.keyRange.start ?? content.end - 1, last };
    return end <= slot.end ? slot : null;
  }
  const lines = new Lines(source.text);
  if (flow || tree.flow || !lines.firstOnLine(entry.keyRange.start)) return null;
  const following = next ?? tree.entries[tree.entries.indexOf(section) + 1];
  const slot = {
    entry,
    start: lines.startOfLine(entry.keyRange.start),
    end: following === undefined ? source.text.length : lines.startOfLine(following.keyRange.start),
    last,
  };
  return end <= slot.end ? slot : null;
}

/** From where to where, in the text before, two texts differ; as far to the front as may be, so that a new line belongs to what stands before it. */
function differences(before: string, after: string): [number, number] {
  const shorter = Math.min(before.length, after.length);
  let tail = 0;
  while (tail < shorter && before.charCodeAt(before.length - 1 - tail) === after.charCodeAt(after.length - 1 - tail)) tail += 1;
  let same = 0;
  while (same < shorter - tail && before.charCodeAt(same) === after.charCodeAt(same)) same += 1;
  return [same, before.length - tail];
}
