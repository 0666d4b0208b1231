/** The declarations of a template as resources, evaluated and linked when asked for. */
import type { Diagnostic } from '../../domain/diagnostic.ts';
import type { Instance, Related, Resource } from '../../domain/resource.ts';
import type { Span } from '../../domain/source.ts';
import { known } from '../../domain/value.ts';
import type { Limits } from '../limits.ts';
import { Links } from '../links.ts';
import type { Link, Mention, Mentioning } from '../links.ts';
import { entryOf } from './ast.ts';
import { Evaluator } from './evaluate.ts';
import { TOP } from './evaluation.ts';
import type { Declaration, Template } from './template.ts';

/** One reading of a template. It may stand on an earlier one of which only some declarations changed. */
export class Stack {
  readonly template: Template;
  readonly #evaluator: Evaluator;
  readonly #earlier: Earlier | undefined;
  readonly #resources = new Map<string, TemplateResource>();
  #links: Links | undefined;

  constructor(template: Template, limits: Limits, earlier?: Earlier) {
    this.template = template;
    this.#evaluator = new Evaluator(template, limits);
    this.#earlier = earlier;
  }

  get resources(): readonly TemplateResource[] {
    return [...this.template.resources.keys()].flatMap((address) => this.resource(address) ?? []);
  }

  resource(address: string): TemplateResource | undefined {
    const made = this.#resources.get(address);
    if (made !== undefined) return made;
    const declaration = this.template.resources.get(address);
    if (declaration === undefined) return undefined;
    const resource = new TemplateResource(declaration, this, this.#evaluator);
    this.#resources.set(address, resource);
    return resource;
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
    return this.#evaluator.problems.list;
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
  readonly #declaration: Declaration;
  readonly #stack: Stack;
  readonly #evaluator: Evaluator;
  #evaluated: Evaluated | undefined;
  #related: readonly Related[] | undefined;

  constructor(declaration: Declaration, stack: Stack, evaluator: Evaluator) {
    const { entry, type, shift } = declaration;
    this.#declaration = declaration;
    this.#stack = stack;
    this.#evaluator = evaluator;
    this.root = evaluator.template.source.file;
    this.address = entry.key;
    this.type = type;
    this.header = evaluator.span(entry.keyRange, { ...TOP, shift });
    const written = evaluator.span({ start: entry.keyRange.start, end: Math.max(entry.value.end, entry.keyRange.end) }, { ...TOP, shift });
    this.source = withComment(written, evaluator.template);
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
    const properties = entryOf(body, 'Properties');
    const attributes =
      properties === undefined
        ? known(new Map(), this.header)
        : this.#evaluator.value(properties.value, { ...TOP, shift, key: entry.keyRange });
    const condition = entryOf(body, 'Condition')?.value;
    const gone = condition?.kind === 'scalar' && this.#evaluator.condition(String(condition.value)) === false;
    return {
      instances: gone ? [] : [{ address: this.address, resource: this, key: null, attributes }],
      mentions: [...this.#evaluator.takeMentions(), ...dependencies(this.#declaration).map((to) => ({ attribute: 'DependsOn', to }))],
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
