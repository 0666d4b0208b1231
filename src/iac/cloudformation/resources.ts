/** The declarations of a template as resources, evaluated and linked when asked for. */
import type { Diagnostic } from '../../domain/diagnostic.ts';
import type { Instance, Related, Resource } from '../../domain/resource.ts';
import type { Span } from '../../domain/source.ts';
import { known } from '../../domain/value.ts';
import { Links } from '../links.ts';
import type { Link, Mention, Mentioning } from '../links.ts';
import { entryOf } from './ast.ts';
import { TOP } from './evaluation.ts';
import type { StackNode } from './nesting.ts';
import type { Declaration, Template } from './template.ts';

/** One reading of a root. It may stand on an earlier one of which only some declarations changed. */
export class Stack {
  /** File of the root's template. */
  readonly path: string;
  readonly #nodes: ReadonlyMap<string, StackNode>;
  readonly #earlier: Earlier | undefined;
  readonly #resources = new Map<string, TemplateResource>();
  #links: Links | undefined;

  constructor(root: StackNode, earlier?: Earlier) {
    this.path = root.template.source.file;
    this.#nodes = new Map(root.nodes().map((node) => [node.prefix, node]));
    this.#earlier = earlier;
  }

  get nodes(): readonly StackNode[] {
    return [...this.#nodes.values()];
  }

  get resources(): readonly TemplateResource[] {
    return this.nodes.flatMap(({ prefix, template }) =>
      [...template.resources.keys()].flatMap((name) => this.resource(prefix + name) ?? []),
    );
  }

  /** `Logs`, or `Child.Logs` of a nested stack. */
  resource(address: string): TemplateResource | undefined {
    const made = this.#resources.get(address);
    if (made !== undefined) return made;
    const node = this.nodeOf(address);
    const declaration = node?.template.resources.get(address.slice(node.prefix.length));
    if (node === undefined || declaration === undefined) return undefined;
    const resource = new TemplateResource(declaration, this, node);
    this.#resources.set(address, resource);
    return resource;
  }

  /** What declares an address. */
  nodeOf(address: string): StackNode | undefined {
    return this.#nodes.get(address.slice(0, address.lastIndexOf('.') + 1));
  }

  get links(): Links {
    return (this.#links ??=
      this.#earlier === undefined
        ? new Links(this.resources)
        : new Links(
            [...this.#earlier.changed].flatMap((address) => this.resource(address) ?? []),
            { links: this.#earlier.stack.links, changed: this.#earlier.changed },
          ));
  }

  /** What evaluating these resources has to say. */
  diagnostics(resources: readonly TemplateResource[]): readonly Diagnostic[] {
    for (const resource of resources) resource.evaluate();
    return [...new Set(this.nodes.map(({ problems }) => problems))].flatMap(({ list }) => list);
  }

  relatedTo({ address }: Resource): Related[] {
    const find = (other: string, { attribute, certain }: Link, direction: Related['direction']): Related[] => {
      const resource = this.resource(other);
      return resource === undefined ? [] : [{ resource, attribute, direction, certain }];
    };
    return [
      ...this.links.from(address).flatMap((link) => find(link.to, link, 'to')),
      ...this.links.to(address).flatMap((link) => find(link.from, link, 'from')),
    ];
  }
}

export interface Earlier {
  readonly stack: Stack;
  /** Addresses of declarations that are new or other than they were. */
  readonly changed: ReadonlySet<string>;
}

export class TemplateResource implements Mentioning {
  readonly root: string;
  readonly address: string;
  readonly type: string;
  readonly framework = 'cloudformation';
  readonly source: Span;
  readonly header: Span;
  readonly path?: string;
  readonly #declaration: Declaration;
  readonly #stack: Stack;
  readonly #node: StackNode;
  #evaluated: Evaluated | undefined;
  #related: readonly Related[] | undefined;

  constructor(declaration: Declaration, stack: Stack, node: StackNode) {
    const { entry, type, shift, body } = declaration;
    this.#declaration = declaration;
    this.#stack = stack;
    this.#node = node;
    this.root = stack.path;
    this.address = node.prefix + entry.key;
    this.type = type;
    this.header = node.evaluator.span(entry.keyRange, { ...TOP, shift });
    const end = Math.max(entry.value.end, entry.keyRange.end);
    this.source = withComment(node.evaluator.span({ start: entry.keyRange.start, end }, { ...TOP, shift }), node.template);
    const path = entryOf(entryOf(body, 'Metadata')?.value, 'aws:cdk:path')?.value;
    if (path?.kind === 'scalar' && typeof path.value === 'string') this.path = path.value;
  }

  get instances(): readonly Instance[] {
    return this.evaluate().instances;
  }

  get related(): readonly Related[] {
    return (this.#related ??= this.#stack.relatedTo(this));
  }

  /** What it refers to. */
  mentions(): readonly Mention[] {
    return this.evaluate().mentions;
  }

  evaluate(): Evaluated {
    return (this.#evaluated ??= this.#evaluate());
  }

  #evaluate(): Evaluated {
    const { entry, body, shift } = this.#declaration;
    const { evaluator, prefix } = this.#node;
    const { gone, facts } = this.#node.stands(this.#declaration);
    const properties = entryOf(body, 'Properties');
    const value = properties === undefined ? null : evaluator.value(properties.value, { ...TOP, shift, facts, key: entry.keyRange });
    const attributes = value === null || value.state === 'absent' ? known(new Map(), this.header) : value;
    const depending = dependencies(this.#declaration).map((to) => ({ attribute: 'DependsOn', to: prefix + to }));
    return {
      instances: gone || this.#node.gone ? [] : [{ address: this.address, resource: this, key: null, attributes }],
      mentions: [...evaluator.takeMentions(), ...depending],
    };
  }
}

/** A comment at the end of the last line belongs to the declaration: what is written after its last entry comes after it. */
function withComment(span: Span, { source, format }: Template): Span {
  const start = span.end.offset;
  const comment = format === 'yaml' ? /^[ \t]+#[^\r\n]*/u.exec(source.text.slice(start, start + LONGEST_COMMENT))?.[0] : undefined;
  return comment === undefined ? span : source.span(span.start.offset, start + comment.length);
}

const LONGEST_COMMENT = 4096;

interface Evaluated {
  readonly instances: readonly Instance[];
  readonly mentions: readonly Mention[];
}

function dependencies({ body }: Declaration): string[] {
  const node = entryOf(body, 'DependsOn')?.value;
  const names = node?.kind === 'sequence' ? node.items : node === undefined ? [] : [node];
  return names.flatMap((name) => (name.kind === 'scalar' ? [String(name.value)] : []));
}
