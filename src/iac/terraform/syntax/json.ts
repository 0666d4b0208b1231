/**
 * Reads Terraform's JSON syntax into the tree of native syntax. Which properties are blocks, and how many labels they
 * have, is fixed by the language; inside resources it is the provider's schema that says so, which is not at hand:
 * there an object or list of objects is an attribute, except for what the language defines itself.
 */
import type { Node } from 'jsonc-parser';
import type { Attribute, Block, Body, Label, ParsedFile, SyntaxError } from './ast.ts';
import type { Mode } from './json-expression.ts';
import { JsonExpressions } from './json-expression.ts';
import type { Property } from './json-tree.ts';
import { objectsOf, parseJsonTree, propertiesOf, rangeOf, tooDeep } from './json-tree.ts';
import { MAX_DEPTH } from './lexer.ts';

interface Schema {
  readonly blocks?: Readonly<Record<string, BlockSchema>>;
  /** How texts of attributes are read that are no templates. */
  readonly modes?: Readonly<Record<string, Mode>>;
  /** Holds what a provider defines: properties may come several times, as blocks, and be made by `dynamic`. */
  readonly open?: boolean;
}

interface BlockSchema {
  readonly labels: number;
  readonly body: Schema;
}

const PLAIN: BlockSchema = { labels: 0, body: {} };
const CONTENT: BlockSchema = { labels: 0, body: { open: true } };
const DYNAMIC: BlockSchema = { labels: 1, body: { modes: { iterator: 'expression' }, blocks: { content: CONTENT } } };
const RULES = { precondition: PLAIN, postcondition: PLAIN };
const LIFECYCLE: BlockSchema = {
  labels: 0,
  body: { modes: { ignore_changes: 'expression', replace_triggered_by: 'expression' }, blocks: RULES },
};
const PROVISIONER: BlockSchema = { labels: 1, body: { blocks: { connection: PLAIN } } };
const RESOURCE: BlockSchema = {
  labels: 2,
  body: {
    open: true,
    modes: { depends_on: 'expression', provider: 'expression' },
    blocks: { lifecycle: LIFECYCLE, provisioner: PROVISIONER, connection: PLAIN },
  },
};

const FILE: Schema = {
  blocks: {
    terraform: PLAIN,
    provider: { labels: 1, body: { open: true, blocks: { default_tags: PLAIN } } },
    variable: { labels: 1, body: { modes: { type: 'expression', default: 'literal' }, blocks: { validation: PLAIN } } },
    locals: PLAIN,
    output: { labels: 1, body: { modes: { depends_on: 'expression' }, blocks: RULES } },
    module: { labels: 1, body: { modes: { depends_on: 'expression', providers: 'expression' } } },
    resource: RESOURCE,
    data: RESOURCE,
    ephemeral: RESOURCE,
    moved: { labels: 0, body: { modes: { from: 'expression', to: 'expression' } } },
    import: { labels: 0, body: { modes: { to: 'expression', provider: 'expression' } } },
    removed: {
      labels: 0,
      body: { modes: { from: 'expression' }, blocks: { lifecycle: LIFECYCLE, provisioner: PROVISIONER, connection: PLAIN } },
    },
    check: { labels: 1, body: { blocks: { data: RESOURCE, assert: PLAIN } } },
  },
};

/** Reads `.tf.json`. Never throws; with errors the body holds what could be read. */
export function parseTerraformJson(text: string): ParsedFile {
  return new JsonReader(text).file((reader, root) => reader.configuration(root));
}

/** Reads `.tfvars.json`: each property is a value, and texts are what they say. */
export function parseValuesJson(text: string): ParsedFile {
  return new JsonReader(text).file((reader, root) => reader.body([root], { modes: {} }, 'literal', 1));
}

class JsonReader {
  readonly #text: string;
  readonly #errors: SyntaxError[] = [];
  readonly #expressions: JsonExpressions;
  /** Whether a value holds `dynamic` somewhere, by its node. */
  readonly #dynamic = new Map<Node, boolean>();
  readonly #anyDynamic: boolean;

  constructor(text: string) {
    this.#text = text;
    this.#expressions = new JsonExpressions(text, this.#errors);
    this.#anyDynamic = text.includes('"dynamic"');
  }

  file(read: (reader: JsonReader, root: Node) => Body): ParsedFile {
    const { root, errors } = parseJsonTree(this.#text);
    this.#errors.push(...errors);
    const body = root === undefined ? { items: [] } : read(this, root);
    return { body, comments: [], errors: this.#errors };
  }

  /** What is no block type of the language is left out, as in native syntax. */
  configuration(root: Node): Body {
    const items: Block[] = [];
    for (const object of this.#objects(root, 'The file')) {
      for (const property of propertiesOf(object)) {
        const schema = blockSchema(FILE, property.name);
        if (schema !== undefined) this.#blocks(property, schema, items, 1);
      }
    }
    return { items };
  }

  /** All that the objects of one block hold; a property named `//` is a comment. */
  body(objects: readonly Node[], schema: Schema, usual: Mode, depth: number): Body {
    const items: (Attribute | Block)[] = [];
    const attributes = new Map<string, Property[]>();
    for (const property of objects.flatMap(propertiesOf)) {
      const { name } = property;
      if (name === '//') continue;
      const block = blockSchema(schema, name);
      if (block !== undefined) this.#blocks(property, block, items, depth + 1);
      else if (schema.open === true && this.#holdsDynamic(property.value, depth)) this.#blocks(property, CONTENT, items, depth + 1);
      else {
        const same = attributes.get(name);
        if (same === undefined) attributes.set(name, [property]);
        else same.push(property);
      }
    }
    for (const [name, properties] of attributes) {
      const mode = schema.modes !== undefined && Object.hasOwn(schema.modes, name) ? (schema.modes[name] ?? usual) : usual;
      const attribute = this.#attribute(name, properties, mode, schema.open === true, depth);
      if (attribute !== undefined) items.push(attribute);
    }
    return { items };
  }

  /** A property that comes several times is a block written several times, where it may be one. */
  #attribute(name: string, properties: readonly Property[], mode: Mode, open: boolean, depth: number): Attribute | undefined {
    const [first, second] = properties;
    if (first === undefined) return undefined;
    const parts = properties.map(({ value }) => objectsOf(value));
    const repeated = second !== undefined && open && parts.every((part) => part !== undefined);
    if (second !== undefined && !repeated)
      this.#expressions.fail(second.key, 'Argument set twice', `${clip(name)} is set before in this body; remove one of the two.`);
    const nameRange = rangeOf(first.key);
    const common = { kind: 'attribute', name, nameRange, equals: { start: first.colon, end: first.colon + 1 } } as const;
    if (!repeated) {
      const value = this.#expressions.read(first.value, mode, depth + 1);
      return value === undefined ? undefined : { ...common, start: nameRange.start, end: value.end, value };
    }
    const nodes = parts.flatMap((part) => part ?? []);
    const items = nodes.flatMap((node) => this.#expressions.read(node, mode, depth + 1) ?? []);
    const range = { start: first.value.offset, end: rangeOf(properties.at(-1)?.value ?? first.value).end };
    return { ...common, start: nameRange.start, end: range.end, value: { kind: 'tuple', ...range, items } };
  }

  /** Blocks of one type: an object or a list of objects, below as many levels of labels as it has. */
  #blocks({ name, key, value }: Property, { labels, body }: BlockSchema, into: (Attribute | Block)[], depth: number): void {
    const open = (node: Node, given: readonly Label[], level: number): void => {
      if (node.type === 'null') return;
      if (level > MAX_DEPTH) return void this.#errors.push(tooDeep(rangeOf(node)));
      for (const object of this.#objects(node, `A ${name} block`)) {
        if (given.length < labels) {
          for (const { name: label, key: labelKey, value: inner } of propertiesOf(object))
            open(inner, [...given, { ...rangeOf(labelKey), value: label, quoted: true }], level + 1);
        } else into.push(this.#block(name, key, given, object, body, level));
      }
    };
    open(value, [], depth);
  }

  #block(type: string, key: Node, labels: readonly Label[], object: Node, schema: Schema, depth: number): Block {
    const typeRange = rangeOf(key);
    const { start, end } = rangeOf(object);
    return {
      kind: 'block',
      start: labels.at(-1)?.start ?? typeRange.start,
      end,
      type,
      typeRange,
      labels,
      open: { start, end: start + 1 },
      close: { start: end - 1, end },
      body: this.body([object], schema, 'template', depth),
    };
  }

  #objects(node: Node, what: string): readonly Node[] {
    const nodes = node.type === 'array' ? (node.children ?? []) : [node];
    const wrong = nodes.find(({ type }) => type !== 'object');
    if (wrong !== undefined)
      this.#expressions.fail(
        wrong,
        'Object expected',
        `${what} is written as an object or a list of objects, but this is ${kindOf(wrong)}.`,
      );
    return nodes.filter(({ type }) => type === 'object');
  }

  #holdsDynamic(node: Node, depth: number): boolean {
    if (!this.#anyDynamic || depth > MAX_DEPTH) return false;
    const done = this.#dynamic.get(node);
    if (done !== undefined) return done;
    const result = (objectsOf(node) ?? [])
      .flatMap(propertiesOf)
      .some(({ name, value }) => (name === 'dynamic' && isDynamic(value)) || this.#holdsDynamic(value, depth + 1));
    this.#dynamic.set(node, result);
    return result;
  }
}

/** `{"ingress": {"for_each": ..., "content": ...}}` */
function isDynamic(node: Node): boolean {
  const bodies = (objectsOf(node) ?? []).flatMap(propertiesOf).flatMap(({ value }) => objectsOf(value) ?? []);
  return bodies.some((body) => ['for_each', 'content'].every((needed) => propertiesOf(body).some(({ name }) => name === needed)));
}

function blockSchema({ blocks, open }: Schema, name: string): BlockSchema | undefined {
  if (open === true && name === 'dynamic') return DYNAMIC;
  return blocks !== undefined && Object.hasOwn(blocks, name) ? blocks[name] : undefined;
}

function kindOf({ type }: Node): string {
  return type === 'string' ? 'a text' : type === 'array' ? 'a list' : `a ${type}`;
}

function clip(name: string): string {
  return name.length <= 40 ? name : `${name.slice(0, 40)}...`;
}
