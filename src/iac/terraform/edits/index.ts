/** Turns changes into edits of the declarations' text. */
import type { Change, Literal, ReferenceLiteral } from '../../../domain/change.ts';
import type { Resource } from '../../../domain/resource.ts';
import type { Edit } from '../../../domain/source.ts';
import { findAttribute } from '../folder.ts';
import { Patch } from './patch.ts';
import { isMap, Printer } from './print.ts';
import type { TerraformResource } from '../resources.ts';
import { rewriteBlock } from './rewrite.ts';
import type { Wish } from './rewrite.ts';

/** Null when one of the changes cannot be written. `find` gives the declaration of a resource of the same root. */
export function changesToEdits(
  changes: readonly Change[],
  find: (resource: Resource) => TerraformResource | undefined,
): readonly Edit[] | null {
  const wishes = new Map<TerraformResource, Map<string, Wish>>();
  const additions = new Map<TerraformResource, Extract<Change, { kind: 'add' }>[]>();
  for (const change of changes) {
    const resource = find(change.kind === 'add' ? change.beside : change.resource);
    if (resource === undefined) return null;
    if (change.kind === 'add') additions.set(resource, [...(additions.get(resource) ?? []), change]);
    else if (!note(wishes, resource, change)) return null;
  }
  const edits: Edit[] = [];
  for (const resource of new Set([...wishes.keys(), ...additions.keys()])) {
    const patch = new Patch(resource.text, resource.block);
    const printer = printerFor(resource, find);
    if (!rewriteBlock(resource.block, wishes.get(resource) ?? new Map(), patch, printer) || printer.failed) return null;
    edits.push(...patch.edits());
    const added = (additions.get(resource) ?? []).map((change) => declare(resource, change, find));
    if (added.includes(null)) return null;
    if (added.length > 0) edits.push(patch.after(added.join('')));
  }
  return edits;
}

/** Changes by block and attribute, so that several of one block are written together. */
function note(
  wishes: Map<TerraformResource, Map<string, Wish>>,
  resource: TerraformResource,
  change: Exclude<Change, { kind: 'add' }>,
): boolean {
  const { path } = change;
  const first = path[0];
  const { overrides } = resource.declaration;
  if (
    typeof first !== 'string' ||
    overrides.some(({ block }) => block.body.items.some((item) => (item.kind === 'attribute' ? item.name : item.type) === first))
  )
    return false;
  const steps = keysOf(path);
  if (steps === undefined) return false;
  let level = wishes.get(resource) ?? new Map<string, Wish>();
  wishes.set(resource, level);
  for (const key of steps.slice(0, -1)) level = innerOf(level, key);
  const last = steps.at(-1);
  if (last === undefined) return false;
  if (change.kind === 'remove') level.set(last, { kind: 'remove' });
  else if (change.block === true) level.set(last, merged(level.get(last), blockWish(change.value)));
  else level.set(last, { kind: 'value', value: change.value });
  return true;
}

function innerOf(level: Map<string, Wish>, key: string): Map<string, Wish> {
  const wish = level.get(key);
  if (wish?.kind === 'block') return wish.inner;
  const inner = new Map<string, Wish>();
  level.set(key, { kind: 'block', inner });
  return inner;
}

/** `name` or `name#2` for the third block of that type. */
function keysOf(path: readonly (string | number)[]): string[] | undefined {
  const keys: string[] = [];
  for (const step of path) {
    if (typeof step === 'string') keys.push(step);
    else if (keys.length > 0 && Number.isInteger(step) && step >= 0) keys.push(`${keys.pop() ?? ''}#${step}`);
    else return undefined;
  }
  return keys;
}

function blockWish(value: Literal): Wish {
  if (!isMap(value)) return { kind: 'value', value };
  return { kind: 'block', inner: new Map(Object.entries(value).flatMap(([name, item]) => wishesOf(name, item))) };
}

function wishesOf(name: string, value: Literal): [string, Wish][] {
  if (isMap(value)) return [[name, blockWish(value)]];
  if (Array.isArray(value) && value.length > 0 && value.every(isMap))
    return value.map((item, index) => [`${name}#${index}`, blockWish(item)]);
  return [[name, { kind: 'value', value }]];
}

function merged(earlier: Wish | undefined, later: Wish): Wish {
  return earlier?.kind === 'block' && later.kind === 'block'
    ? { kind: 'block', inner: new Map([...earlier.inner, ...later.inner]) }
    : later;
}

type Repeat = 'count' | 'for_each' | undefined;

function repeatOf(resource: TerraformResource): Repeat {
  if (findAttribute(resource.declaration, 'count') !== undefined) return 'count';
  return findAttribute(resource.declaration, 'for_each') === undefined ? undefined : 'for_each';
}

/** Writes with the declaration's own step of indentation. */
function printerFor(
  resource: TerraformResource,
  find: (resource: Resource) => TerraformResource | undefined,
  beside?: TerraformResource,
): Printer {
  const patch = new Patch(resource.text, resource.block);
  const unit = patch.innerIndent(resource.block, '  ').slice(patch.indentOf(resource.block.start).length) || '  ';
  return new Printer((reference) => referenceText(reference, resource, find, beside), unit);
}

/** A declaration of the same module by its name; of several instances the one beside. */
function referenceText(
  { resource: wanted, attribute }: ReferenceLiteral,
  from: TerraformResource,
  find: (resource: Resource) => TerraformResource | undefined,
  beside?: TerraformResource,
): string | undefined {
  const target = find(wanted);
  if (target === undefined || target.node !== from.node) return undefined;
  const name = `${target.type}.${target.name}`;
  const repeat = repeatOf(target);
  if (repeat === undefined) return `${name}.${attribute}`;
  if (target !== beside) return undefined;
  return repeat === 'count' ? `${name}[count.index].${attribute}` : `each.value.${attribute}`;
}

/** The text of another declaration that follows this one; null where it cannot be written. */
function declare(
  resource: TerraformResource,
  { type, attributes, jsonAttributes }: Extract<Change, { kind: 'add' }>,
  find: (resource: Resource) => TerraformResource | undefined,
): string | null {
  const printer = printerFor(resource, find, resource);
  const name = freeName(resource, type);
  const repeat = repeatOf(resource);
  const self = `${resource.type}.${resource.name}`;
  const meta =
    repeat === 'count'
      ? [`${printer.unit}count = length(${self})`, '']
      : repeat === 'for_each'
        ? [`${printer.unit}for_each = ${self}`, '']
        : [];
  const body = printer.lines(printer.content(attributes, printer.unit, jsonAttributes), printer.unit);
  if (printer.failed) return null;
  return ['', '', `resource "${type}" "${name}" {`, ...meta, ...body, '}'].join('\n');
}

function freeName({ node, name }: TerraformResource, type: string): string {
  const { resources } = node.folder;
  let free = name;
  for (let number = 2; resources.has(`${type}.${free}`); number += 1) free = `${name}_${number}`;
  return free;
}
