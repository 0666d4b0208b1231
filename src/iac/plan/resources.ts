/** The objects of a plan as resources: each declaration once, with the instances that the plan makes of it. */
import type { Instance, Related, Resource } from '../../domain/resource.ts';
import type { Span } from '../../domain/source.ts';
import type { Value } from '../../domain/value.ts';
import type { Mention, Mentioning } from '../links.ts';
import type { TerraformResource } from '../terraform/resources.ts';
import { isObject } from './json-reader.ts';
import { settles } from './settled.ts';
import type { Context } from './values.ts';
import { attributesOf, edited } from './values.ts';
import type { PlanDocument, PlannedObject } from './document.ts';
import { plannedAt } from './document.ts';

/** What a resource asks the reading it belongs to. */
export interface Owner {
  readonly path: string;
  relatedTo(resource: PlannedResource): readonly Related[];
}

/** What a declaration is read from. */
export interface Origin {
  readonly address: string;
  readonly type: string;
  /** The declaration in the source, which gives the places; of an edited source `before` is what it was. */
  readonly source?: TerraformResource;
  readonly before?: TerraformResource;
  /** The source is of a module whose caller is not here: it gives places, and takes no edits. */
  readonly guest?: boolean;
  /** Where it stands when there is no source. */
  readonly span: Span;
  /** Undefined for a declaration that is new in an edited source, which no plan knows yet. */
  readonly plan?: { readonly document: PlanDocument; readonly objects: readonly PlannedObject[] };
}

export class PlannedResource implements Mentioning {
  readonly framework = 'terraform';
  readonly origin: Origin;
  readonly root: string;
  readonly address: string;
  readonly type: string;
  readonly source: Span;
  readonly header: Span;
  readonly #owner: Owner;
  #instances: readonly Instance[] | undefined;
  #related: readonly Related[] | undefined;

  constructor(owner: Owner, origin: Origin) {
    this.#owner = owner;
    this.origin = origin;
    this.root = owner.path;
    this.address = origin.address;
    this.type = origin.type;
    this.source = origin.source?.source ?? origin.span;
    this.header = origin.source?.header ?? origin.span;
  }

  get instances(): readonly Instance[] {
    return (this.#instances ??= this.#make());
  }

  get related(): readonly Related[] {
    return (this.#related ??= this.#owner.relatedTo(this));
  }

  /** From the configuration, and from the source, which also has `dynamic` blocks and local values. */
  mentions(): readonly Mention[] {
    const { plan, source, guest } = this.origin;
    const mentions = guest === true ? [] : [...(source?.mentions() ?? [])];
    const [object] = plan?.objects ?? [];
    const configuration = plan?.document.configuration;
    if (object === undefined || configuration === undefined) return mentions;
    const expressions = configuration.expressions(object.parts);
    for (const [attribute, expression] of isObject(expressions) ? Object.entries(expressions) : []) {
      for (const { address } of configuration.referred(expression, object.parts.modules)) mentions.push({ attribute, to: address });
    }
    return mentions;
  }

  #make(): readonly Instance[] {
    const { plan, source, before } = this.origin;
    const written = instancesOf(source);
    if (plan === undefined) {
      return (source?.instances ?? []).map(
        (instance) => new PlannedInstance(this, instance.address, instance.key, () => instance.attributes),
      );
    }
    const earlier = instancesOf(before);
    return plan.objects.map(
      (object) =>
        new PlannedInstance(this, object.address, object.key, () => {
          const now = written(object.address);
          const value = this.#valueOf(plan.document, object, now);
          const was = earlier(object.address);
          return was === undefined || now === undefined ? value : edited(value, was, now);
        }),
    );
  }

  #valueOf(document: PlanDocument, object: PlannedObject, written: Value | undefined): Value {
    const { configuration, secrets, text } = document;
    const { modules } = object.parts;
    const context: Context = {
      secrets,
      guest: this.origin.guest === true,
      settled: (attribute) => settles(this.type, attribute),
      reference: (expression) => {
        const [only, ...others] = configuration?.referred(expression, modules) ?? [];
        return only === undefined || only.attribute === '' || others.length > 0 ? undefined : only;
      },
    };
    return attributesOf(plannedAt(text, object.change), written, configuration?.expressions(object.parts), context, this.header);
  }
}

class PlannedInstance implements Instance {
  readonly resource: Resource;
  readonly address: string;
  readonly key: Instance['key'];
  readonly #read: () => Value;
  #attributes: Value | undefined;

  constructor(resource: Resource, address: string, key: Instance['key'], read: () => Value) {
    this.resource = resource;
    this.address = address;
    this.key = key;
    this.#read = read;
  }

  get attributes(): Value {
    return (this.#attributes ??= this.#read());
  }
}

/** What the source says of an instance; of one that it does not know by its key, what it says of the one it has. */
function instancesOf(source: TerraformResource | undefined): (address: string) => Value | undefined {
  if (source === undefined) return () => undefined;
  const byAddress = new Map(source.instances.map((instance) => [instance.address, instance]));
  const [any] = source.instances;
  return (address) => (byAddress.get(address) ?? any)?.attributes;
}
