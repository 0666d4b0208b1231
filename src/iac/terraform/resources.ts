/** Declarations of managed resources as the domain sees them, evaluated when asked for. */
import type { Instance, Related, Resource } from '../../domain/resource.ts';
import type { SourceText, Span } from '../../domain/source.ts';
import type { Value } from '../../domain/value.ts';
import { attributesOf } from './attributes.ts';
import { headerOf } from './body.ts';
import type { Block } from './syntax/ast.ts';
import { referentsOf } from './values/datum.ts';
import type { Declaration } from './folder.ts';
import type { Key } from './modules/expansion.ts';
import type { ResourceInstance } from './modules/instance.ts';
import type { Module } from './modules/module.ts';
import type { Session } from './modules/session.ts';
import type { ModuleNode } from './tree.ts';

/** What a resource asks the root it belongs to. */
export interface Owner {
  readonly path: string;
  readonly session: Session;
  modulesOf(node: ModuleNode): readonly Module[];
  relatedTo(resource: TerraformResource): readonly Related[];
}

export class TerraformResource implements Resource {
  readonly framework = 'terraform';
  readonly root: string;
  readonly address: string;
  readonly type: string;
  readonly source: Span;
  readonly header: Span;
  readonly node: ModuleNode;
  readonly declaration: Declaration;
  readonly #owner: Owner;
  #instances: readonly TerraformInstance[] | undefined;
  #related: readonly Related[] | undefined;

  /** `name`: `type.name` */
  constructor(owner: Owner, node: ModuleNode, name: string, declaration: Declaration) {
    const { block, source } = declaration;
    const header = headerOf(block);
    this.#owner = owner;
    this.root = owner.path;
    this.node = node;
    this.declaration = declaration;
    this.address = node.address === '' ? name : `${node.address}.${name}`;
    this.type = block.labels[0]?.value ?? '';
    this.source = source.span(block.start, block.end);
    this.header = source.span(header.start, header.end);
  }

  get block(): Block {
    return this.declaration.block;
  }

  get text(): SourceText {
    return this.declaration.source;
  }

  get name(): string {
    return this.block.labels[1]?.value ?? '';
  }

  get instances(): readonly TerraformInstance[] {
    return (this.#instances ??= this.#owner
      .modulesOf(this.node)
      .flatMap((module) => module.instances(`${this.type}.${this.name}`))
      .map((instance) => new TerraformInstance(this, instance, this.#owner.session)));
  }

  get related(): readonly Related[] {
    return (this.#related ??= this.#owner.relatedTo(this));
  }

  /** What the attributes of its instances refer to: attribute and address of the declaration, each pair once. */
  mentions(): { readonly attribute: string; readonly to: string }[] {
    const found = new Map<string, { attribute: string; to: string }>();
    for (const instance of this.instances) {
      for (const { attribute, to } of instance.mentions()) found.set(`${attribute}\u0000${to}`, { attribute, to });
    }
    return [...found.values()];
  }
}

class TerraformInstance implements Instance {
  readonly resource: TerraformResource;
  readonly #evaluated: ResourceInstance;
  readonly #session: Session;
  #attributes: Value | undefined;

  constructor(resource: TerraformResource, evaluated: ResourceInstance, session: Session) {
    this.resource = resource;
    this.#evaluated = evaluated;
    this.#session = session;
  }

  get address(): string {
    return this.#evaluated.address;
  }

  get key(): Key {
    return this.#evaluated.key;
  }

  get attributes(): Value {
    const { block, text, header } = this.resource;
    return (this.#attributes ??= attributesOf(this.#evaluated, {
      place: { source: text, start: block.start, end: block.end },
      header,
      limits: this.#session.limits,
    }));
  }

  mentions(): { attribute: string; to: string }[] {
    const { body } = this.#evaluated;
    return [...body.names()].flatMap((attribute) => {
      const datum = body.get(attribute);
      return (datum === undefined ? [] : (referentsOf([datum]) ?? [])).map(({ address }) => ({ attribute, to: address }));
    });
  }
}
