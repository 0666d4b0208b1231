/** Turns changes into edits of the declarations' text. */
import type { Change, Literal, ReferenceLiteral } from '../../../domain/change.ts';
import type { Node } from 'jsonc-parser';
import type { Resource } from '../../../domain/resource.ts';
import type { Edit, SourceText } from '../../../domain/source.ts';
import type { Declaration } from '../folder.ts';
import { findAttribute } from '../folder.ts';
import type { TerraformResource } from '../resources.ts';
import type { Attribute, Block } from '../syntax/ast.ts';
import { propertiesOf } from '../syntax/json-tree.ts';
import type { Json } from './json-patch.ts';
import { JsonPatch } from './json-patch.ts';
import { jsonDeclaration, rewriteJsonObject } from './json-rewrite.ts';
import { Patch } from './patch.ts';
import { isMap, Printer } from './print.ts';
import { keyOf, rewriteBlock } from './rewrite.ts';
import type { Wish } from './rewrite.ts';

/** Finds the declaration of a resource of the same root. */
type Find = (resource: Resource) => TerraformResource | undefined;
type Addition = Extract<Change, { kind: 'add' }>;

/** What the changes of one call share. */
interface Context {
  readonly find: Find;
  /** By file. */
  readonly json: Map<string, JsonPatch>;
  /** Names that new declarations were given, by folder, type and name. */
  readonly taken: Set<string>;
}

/** What is wished for one block: the declaration itself, or one of an override file. */
interface Wishes {
  readonly resource: TerraformResource;
  readonly layer: Declaration;
  readonly byKey: Map<string, Wish>;
}

/** Null when one of the changes cannot be written. */
export function changesToEdits(changes: readonly Change[], find: Find): readonly Edit[] | null {
  const wishes = new Map<Block, Wishes>();
  const additions = new Map<TerraformResource, Addition[]>();
  for (const change of changes) {
    const resource = find(change.kind === 'add' ? change.beside : change.resource);
    if (resource === undefined) return null;
    if (change.kind === 'add') additions.set(resource, [...(additions.get(resource) ?? []), change]);
    else if (!note(wishes, resource, change)) return null;
  }
  const edits: Edit[] = [];
  const context: Context = { find, json: new Map(), taken: new Set() };
  for (const each of wishes.values()) {
    const written = isJson(each.layer.source) ? rewriteJson(each, context) : rewriteNative(each, context);
    if (written === null) return null;
    edits.push(...written);
  }
  for (const [resource, own] of additions) {
    const written = isJson(resource.text) ? addJson(resource, own, context) : addNative(resource, own, context);
    if (written === null) return null;
    edits.push(...written);
  }
  return [...edits, ...[...context.json.values()].flatMap((patch) => patch.edits())];
}

function isJson({ file }: SourceText): boolean {
  return file.endsWith('.json');
}

function rewriteNative({ resource, layer, byKey }: Wishes, { find }: Context): Edit[] | null {
  const patch = new Patch(layer.source, layer.block);
  const printer = new Printer((reference) => referenceText(reference, resource, find), unitOf(layer));
  return rewriteBlock(layer.block, byKey, patch, printer) && !printer.failed ? patch.edits() : null;
}

/** Its edits are those of its file's patch. */
function rewriteJson({ resource, layer, byKey }: Wishes, { find, json }: Context): [] | null {
  const patch = jsonPatch(layer.source, json);
  const object = patch.nodeAt(layer.block.open.start);
  const printer = new Printer((reference) => referenceText(reference, resource, find), '');
  return object !== undefined && rewriteJsonObject(object, byKey, patch, printer) && !printer.failed ? [] : null;
}

function jsonPatch(source: SourceText, patches: Map<string, JsonPatch>): JsonPatch {
  const patch = patches.get(source.file) ?? new JsonPatch(source);
  patches.set(source.file, patch);
  return patch;
}

/** Changes by block and attribute, so that several of one block are written together. */
function note(wishes: Map<Block, Wishes>, resource: TerraformResource, change: Exclude<Change, { kind: 'add' }>): boolean {
  const steps = keysOf(change.path);
  const last = steps?.at(-1);
  if (steps === undefined || last === undefined) return false;
  for (const layer of layersOf(resource.declaration, String(change.path[0]), change.kind)) {
    const own = wishes.get(layer.block) ?? { resource, layer, byKey: new Map<string, Wish>() };
    wishes.set(layer.block, own);
    let level = own.byKey;
    for (const key of steps.slice(0, -1)) level = innerOf(level, key);
    if (change.kind === 'remove') level.set(last, { kind: 'remove' });
    else if (change.block === true) level.set(last, merged(level.get(last), blockWish(change.value)));
    else level.set(last, { kind: 'value', value: change.value });
  }
  return true;
}

/** Where a change is written: in the last override file that says something of it; what is removed goes from everywhere. */
function layersOf(declaration: Declaration, name: string, kind: 'set' | 'remove'): readonly Declaration[] {
  const saying = declaration.overrides.filter(({ block }) =>
    block.body.items.some((item) => (item.kind === 'block' && item.type === 'dynamic' ? item.labels[0]?.value : itemName(item)) === name),
  );
  return kind === 'remove' ? [declaration, ...saying] : [saying.at(-1) ?? declaration];
}

function itemName(item: Attribute | Block): string {
  return item.kind === 'attribute' ? item.name : item.type;
}

function innerOf(level: Map<string, Wish>, key: string): Map<string, Wish> {
  const wish = level.get(key);
  if (wish?.kind === 'block') return wish.inner;
  const inner = new Map<string, Wish>();
  level.set(key, { kind: 'block', inner });
  return inner;
}

/** A name with the number after it, if any, is one key. */
function keysOf(path: readonly (string | number)[]): string[] | undefined {
  const keys: string[] = [];
  for (const [at, step] of path.entries()) {
    const before = path[at - 1];
    if (typeof step === 'string') keys.push(keyOf(step));
    else if (typeof before === 'string' && Number.isInteger(step) && step >= 0) keys[keys.length - 1] = keyOf(before, step);
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
    return value.map((item, index) => [keyOf(name, index), blockWish(item)]);
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

/** The declaration's own step of indentation. */
function unitOf({ source, block }: Declaration): string {
  const patch = new Patch(source, block);
  return patch.innerIndent(block, '  ').slice(patch.indentOf(block.start).length) || '  ';
}

/** A declaration of the same module by its name; of several instances the one beside. */
function referenceText(
  { resource: wanted, attribute }: ReferenceLiteral,
  from: TerraformResource,
  find: Find,
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

/** Other declarations that follow this one; null where one cannot be written. */
function addNative(resource: TerraformResource, additions: readonly Addition[], { find, taken }: Context): Edit[] | null {
  const printer = new Printer((reference) => referenceText(reference, resource, find, resource), unitOf(resource.declaration));
  const texts = additions.map(({ type, attributes, jsonAttributes }) => {
    const [meta, expression] = repetition(resource);
    const first = meta === undefined ? [] : [`${printer.unit}${meta} = ${expression}`, ''];
    const body = printer.lines(printer.content(attributes, printer.unit, jsonAttributes), printer.unit);
    return ['', '', `resource "${type}" "${freeName(resource, type, taken)}" {`, ...first, ...body, '}'].join('\n');
  });
  return printer.failed ? null : [new Patch(resource.text, resource.block).after(texts.join(''))];
}

/** Into the same `resource` object, where the type may have its place already. */
function addJson(resource: TerraformResource, additions: readonly Addition[], { find, json, taken }: Context): [] | null {
  const patch = jsonPatch(resource.text, json);
  const printer = new Printer((reference) => referenceText(reference, resource, find, resource), '');
  const types = enclosingObject(enclosingObject(patch.nodeAt(resource.block.open.start)));
  if (types === undefined) return null;
  for (const { type, attributes, jsonAttributes = [] } of additions) {
    const [meta, expression] = repetition(resource);
    const first = meta === undefined ? [] : ([[meta, `\${${expression}}`]] as const);
    const declaration = new Map<string, Json>([...first, ...jsonDeclaration(attributes, jsonAttributes, printer)]);
    const names = propertiesOf(types).find(({ name, value }) => name === type && value.type === 'object')?.value;
    if (names === undefined) patch.add(types, type, new Map([[freeName(resource, type, taken), declaration]]));
    else patch.add(names, freeName(resource, type, taken), declaration);
  }
  return printer.failed ? null : [];
}

/** The object that holds the property whose value, or item of a list as value, this is. */
function enclosingObject(node: Node | undefined): Node | undefined {
  const holder = node?.parent?.type === 'array' ? node.parent.parent : node?.parent;
  return holder?.parent?.type === 'object' ? holder.parent : undefined;
}

/** The argument that makes one declaration for each instance of the other. */
function repetition(resource: TerraformResource): readonly [] | readonly [meta: string, expression: string] {
  const repeat = repeatOf(resource);
  const self = `${resource.type}.${resource.name}`;
  if (repeat === undefined) return [];
  return repeat === 'count' ? [repeat, `length(${self})`] : [repeat, self];
}

function freeName({ node, name }: TerraformResource, type: string, taken: Set<string>): string {
  const { resources, path } = node.folder;
  const isFree = (each: string): boolean => !resources.has(`${type}.${each}`) && !taken.has(`${path} ${type}.${each}`);
  let free = name;
  for (let number = 2; !isFree(free); number += 1) free = `${name}_${number}`;
  taken.add(`${path} ${type}.${free}`);
  return free;
}
