/** Changes to a template as edits of its text. What is not changed keeps its every character. */
import { groupBy } from '../../../domain/group-by.ts';
import type { Change, Literal } from '../../../domain/change.ts';
import { ReferenceLiteral } from '../../../domain/change.ts';
import type { Edit } from '../../../domain/source.ts';
import { isEmpty } from '../ast.ts';
import type { Entry, MappingNode, Node, SequenceNode } from '../ast.ts';
import { callOf } from '../evaluation.ts';
import { layoutOf, Lines } from './layout.ts';
import { literalOf, makesSomething, patchOf } from './patch.ts';
import type { Patch, Within } from './patch.ts';
import { blockList, blockMap, blockValue, inline, isLiteralList, isLiteralMap, keyText, replacementText } from './print.ts';
import type { Layout } from './print.ts';
import { declarationsToAdd } from './addition.ts';
import type { Template } from '../template.ts';

/** Null when a change cannot be written, or contradicts another. */
export function planEdits(template: Template, changes: readonly Change[]): readonly Edit[] | null {
  try {
    return new Editing(template).plan(changes);
  } catch (error) {
    if (error instanceof NotEditable) return null;
    throw error;
  }
}

/** A place that cannot be changed: inside a function or behind an alias. */
class NotEditable extends Error {}

class Editing {
  readonly #template: Template;
  readonly #layout: Layout;
  readonly #lines: Lines;
  readonly #edits: Edit[] = [];

  constructor(template: Template) {
    this.#template = template;
    this.#layout = layoutOf(template);
    this.#lines = new Lines(template.source.text);
  }

  plan(changes: readonly Change[]): readonly Edit[] {
    const additions = changes.filter((change) => change.kind === 'add');
    const others = groupBy(
      changes.filter((change) => change.kind !== 'add'),
      ({ resource }) => resource.address,
    );
    for (const [address, own] of others) {
      const patch = patchOf(own);
      const declaration = this.#template.resources.get(address);
      const origin = this.#template.origins.get(address);
      if (patch === null || declaration === undefined || own.some((change) => origin?.accepts(change) === false)) throw new NotEditable();
      this.#mapping(origin?.body ?? declaration.body, { kind: 'within', steps: new Map([['Properties', patch]]) });
    }
    for (const [address, added] of declarationsToAdd(this.#template, additions)) {
      const beside = this.#template.resources.get(address);
      const parent = this.#template.tree.entries.find(({ key }) => key === 'Resources')?.value;
      if (beside === undefined || parent?.kind !== 'mapping') throw new NotEditable();
      this.#insert(parent, added, beside.entry, true);
    }
    return this.#edits;
  }

  #edit(start: number, end: number, replacement: string): void {
    this.#edits.push({ span: this.#template.source.span(start, end), replacement });
  }

  #within(node: Node, patch: Within): void {
    if (node.anchored || callOf(node) !== null) throw new NotEditable();
    if (node.kind === 'mapping') this.#mapping(node, patch);
    else if (node.kind === 'sequence') this.#sequence(node, patch);
    else throw new NotEditable();
  }

  #mapping(node: MappingNode, { steps }: Within): void {
    if (node.anchored || node.tag !== null) throw new NotEditable();
    const missing: [string, Literal][] = [];
    const removed = new Set<Entry>();
    for (const [step, patch] of steps) {
      if (typeof step === 'number') throw new NotEditable();
      const entry = node.entries.find(({ key, merge }) => key === step && !merge);
      if (patch.kind === 'remove') {
        if (entry !== undefined) removed.add(entry);
        else if (node.entries.some(({ merge }) => merge)) throw new NotEditable();
      } else if (entry !== undefined) {
        this.#entry(node, entry, patch);
      } else if (makesSomething(patch)) {
        const value = literalOf(patch);
        const hidden = patch.kind === 'within' && node.entries.some(({ merge }) => merge);
        if (value === null || hidden) throw new NotEditable();
        missing.push([step, value]);
      }
    }
    const last = node.entries.findLast((entry) => !removed.has(entry));
    if (last === undefined && missing.length > 0) return this.#rewrite(node, missing);
    this.#remove(node, removed);
    if (last !== undefined && missing.length > 0) this.#insert(node, missing, last, false);
  }

  #entry(parent: MappingNode, { keyRange, value }: Entry, patch: Exclude<Patch, { kind: 'remove' }>): void {
    const emptyMap = value.kind === 'mapping' && value.entries.length === 0 && value.tag === null && !value.anchored;
    const emptyList = value.kind === 'sequence' && value.items.length === 0 && value.tag === null && !value.anchored;
    const anew =
      isEmpty(value) ||
      emptyMap ||
      (emptyList && patch.kind === 'within' && [...patch.steps.keys()].every((step) => typeof step === 'number'));
    if (patch.kind === 'within' && !anew) return this.#within(value, patch);
    if (!makesSomething(patch)) return;
    const literal = literalOf(patch);
    if (literal === null) throw new NotEditable();
    const colon = this.#template.source.text.indexOf(':', keyRange.end) + 1;
    this.#replace(value, literal, parent.flow ? null : { colon, column: this.#lines.column(keyRange.start) });
  }

  #sequence(node: SequenceNode, { steps }: Within): void {
    const removed = new Set<Node>();
    const added = new Map<string | number, Patch>();
    for (const [step, patch] of steps) {
      const index = typeof step === 'number' ? step : 0;
      const item = node.items[index];
      // A name steps through a list of one, as rules read it.
      if (item === undefined && !makesSomething(patch)) continue;
      if (typeof step === 'string' && (item === undefined || node.items.length > 1 || item.kind === 'sequence')) throw new NotEditable();
      if (item === undefined) added.set(index - node.items.length, patch);
      else if (typeof step === 'string') this.#within(item, { kind: 'within', steps: new Map([[step, patch]]) });
      else if (patch.kind === 'remove') removed.add(item);
      else if (patch.kind === 'within') this.#within(item, patch);
      else this.#replace(item, patch.value, null);
    }
    if (added.size > 0) this.#append(node, literalOf({ kind: 'within', steps: added }), removed);
    this.#removeItems(node, removed);
  }

  /** `items`: null when they would leave a gap. */
  #append(node: SequenceNode, items: Literal | null, removed: ReadonlySet<Node>): void {
    const last = node.items.findLast((item) => !removed.has(item));
    if (items === null || !isLiteralList(items) || last === undefined || !this.#refersWithin(items)) throw new NotEditable();
    const { newline, space, json } = this.#layout;
    if (!node.flow) {
      const column = this.#lines.column(node.content.start);
      const end = this.#lines.endOfLine(last.end);
      return this.#edit(end, end, newline + column + blockList(items, column, this.#layout));
    }
    const ownLine = json && this.#lines.firstOnLine(last.start);
    const indent = ownLine ? this.#lines.indent(last.start) : null;
    const text = items.map((item) => `,${indent === null ? space : newline + indent}${inline(item, this.#layout, indent)}`).join('');
    this.#edit(last.end, last.end, text);
  }

  /** `block`: the value of a block map's key, which may go on below it. */
  #replace(old: Node, value: Literal, block: { readonly colon: number; readonly column: string } | null): void {
    if (says(old, value)) return;
    if (holdsAnchor(old) || !this.#refersWithin(value)) throw new NotEditable();
    const collection = (isLiteralMap(value) && Object.keys(value).length > 0) || (isLiteralList(value) && value.length > 0);
    if (typeof value === 'string' && old.kind === 'scalar' && !this.#layout.json && !isEmpty(old)) {
      return this.#edit(old.start, old.end, replacementText(value, old, block === null));
    }
    const below = old.kind !== 'scalar' && old.kind !== 'alias' && !old.flow;
    // A list may stand at the column of its key, where a map must not.
    const alike = block === null || (old.kind === 'sequence') === isLiteralList(value);
    if (below && alike && old.tag === null && collection) {
      const column = this.#lines.column(old.start);
      return this.#edit(
        old.start,
        old.end,
        isLiteralList(value) ? blockList(value, column, this.#layout) : isLiteralMap(value) ? blockMap(value, column, this.#layout) : '',
      );
    }
    if (block !== null && isEmpty(old)) {
      const after = collection ? this.#lines.endOfLine(block.colon) : block.colon;
      return this.#edit(after, after, blockValue(value, block.column, this.#layout));
    }
    if (block !== null && (collection || below)) return this.#edit(block.colon, old.end, blockValue(value, block.column, this.#layout));
    if (isEmpty(old) && this.#template.source.text[old.start - 1] !== ':') throw new NotEditable();
    this.#edit(old.start, old.end, (isEmpty(old) ? ' ' : '') + inline(value, this.#layout, this.#indentWhereSpread(old.start)));
  }

  /** Indentation of the line where what is written in braces goes over several lines: in JSON that is not on one line as a whole. */
  #indentWhereSpread(offset: number): string | null {
    return this.#layout.json && this.#layout.space !== '' ? this.#lines.indent(offset) : null;
  }

  /** Nothing of the map stays. */
  #rewrite(node: MappingNode, added: readonly (readonly [string, Literal])[]): void {
    if (holdsAnchor(node) || added.some(([, value]) => !this.#refersWithin(value))) throw new NotEditable();
    const value = Object.fromEntries(added);
    const { start, end } = node.content;
    if (!node.flow) this.#edit(start, end, blockMap(value, this.#lines.column(start), this.#layout));
    else this.#edit(start, end, inline(value, this.#layout, this.#indentWhereSpread(node.start)));
  }

  #insert(node: MappingNode, added: readonly (readonly [string, Literal])[], after: Entry, apart: boolean): void {
    const [first = after] = node.entries;
    if (added.some(([, value]) => !this.#refersWithin(value))) throw new NotEditable();
    const column = this.#lines.column(first.keyRange.start);
    const { newline, space } = this.#layout;
    if (!node.flow) {
      const gap = apart && this.#lines.blankBetween(first, node.entries[1]) ? newline : '';
      const text = added.map(([key, value]) => gap + newline + column + blockMap({ [key]: value }, column, this.#layout)).join('');
      const at = this.#lines.endOfLine(Math.max(after.value.end, after.keyRange.end));
      return this.#edit(at, at, text);
    }
    const ownLine = this.#lines.firstOnLine(first.keyRange.start);
    const text = added
      .map(
        ([key, value]) =>
          `,${ownLine ? newline + column : space}${keyText(key, this.#layout)}:${space}${inline(value, this.#layout, ownLine && this.#layout.json ? column : null)}`,
      )
      .join('');
    this.#edit(after.value.end, after.value.end, text);
  }

  #remove(node: MappingNode, removed: ReadonlySet<Entry>): void {
    if (removed.size === 0) return;
    if ([...removed].some(({ value }) => holdsAnchor(value))) throw new NotEditable();
    const parts = node.entries.map((entry) => ({
      start: entry.keyRange.start,
      end: Math.max(entry.value.end, entry.keyRange.end),
      gone: removed.has(entry),
    }));
    this.#removeParts(node, parts, '{}');
  }

  #removeItems(node: SequenceNode, removed: ReadonlySet<Node>): void {
    if (removed.size === 0) return;
    if ([...removed].some(holdsAnchor)) throw new NotEditable();
    const { length } = this.#lines.column(node.content.start);
    const dashes = node.items.map(({ start }) => (node.flow ? start : this.#lines.dashBefore(start, length)));
    const parts = node.items.map((item, index) => ({ start: dashes[index] ?? item.start, end: item.end, gone: removed.has(item) }));
    this.#removeParts(node, parts, '[]');
  }

  #removeParts(node: MappingNode | SequenceNode, parts: readonly { start: number; end: number; gone: boolean }[], empty: string): void {
    if (parts.every(({ gone }) => gone)) {
      const { start, end } = node.content;
      const colon = this.#lines.colonBefore(start);
      if (!node.flow && colon !== null) return this.#edit(colon, end, ` ${empty}`);
      // Below a comment, a list may stand at the column of its key, where brackets must not.
      return this.#edit(start, end, (node.flow ? '' : this.#layout.unit) + empty);
    }
    const firstKept = parts.findIndex(({ gone }) => !gone);
    for (const [index, part] of parts.entries()) {
      if (!part.gone) continue;
      const [before, after] = [parts[index - 1], parts[index + 1]];
      if (!node.flow && this.#lines.firstOnLine(part.start))
        this.#edit(this.#lines.startOfLine(part.start), this.#lines.startOfNextLine(part.end), '');
      else if (index < firstKept && after !== undefined) this.#edit(part.start, after.start, '');
      else if (before !== undefined && node.flow) this.#edit(before.end, part.end, '');
      else throw new NotEditable();
    }
  }

  /** References name declarations of this template. */
  #refersWithin(value: Literal): boolean {
    if (value instanceof ReferenceLiteral)
      return value.resource.root === this.#template.source.file && this.#template.resources.has(value.resource.address);
    if (isLiteralList(value)) return value.every((item) => this.#refersWithin(item));
    return !isLiteralMap(value) || Object.values(value).every((item) => this.#refersWithin(item));
  }
}

/** Whether a node already says a literal. */
function says(node: Node, value: Literal): boolean {
  if (node.tag !== null || value instanceof ReferenceLiteral) return false;
  switch (node.kind) {
    case 'alias':
      return false;
    case 'scalar':
      return node.value === value && node.ambiguity === undefined;
    case 'sequence':
      return (
        isLiteralList(value) && value.length === node.items.length && node.items.every((item, index) => says(item, value[index] ?? ''))
      );
    case 'mapping': {
      if (!isLiteralMap(value) || Object.keys(value).length !== node.entries.length) return false;
      return node.entries.every((entry) => !entry.merge && Object.hasOwn(value, entry.key) && says(entry.value, value[entry.key] ?? ''));
    }
    default:
      return node satisfies never;
  }
}

function holdsAnchor(node: Node): boolean {
  if (node.anchored) return true;
  if (node.kind === 'mapping') return node.entries.some(({ value }) => holdsAnchor(value));
  return node.kind === 'sequence' && node.items.some(holdsAnchor);
}
