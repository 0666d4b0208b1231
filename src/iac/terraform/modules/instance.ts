/** One instance of a resource or data source. */
import { Body, headerOf } from '../body.ts';
import type { Declaration } from '../folder.ts';
import type { Frame, Names, Scope } from '../scope.ts';
import type { Datum, Readable, Referent, SequenceDatum } from '../values/datum.ts';
import { isFailure, mapping, placeOf, sequence, unknown } from '../values/datum.ts';
import { computedByData } from './data-source.ts';
import type { Key } from './expansion.ts';
import { keyText } from './expansion.ts';
import type { Refuse } from './session.ts';

/** Arguments that are no attributes. */
const META = new Set(['count', 'for_each', 'provider', 'depends_on', 'lifecycle', 'provisioner', 'connection']);

/** The module that it is declared in. */
export interface Owner extends Names {
  /** With instance keys; empty for the root. */
  readonly address: string;
  /** Without instance keys. */
  readonly declared: string;
  /** The tags that the provider of a declaration gives to all. */
  providerTags(declaration: Declaration): Datum | undefined;
}

export interface Origin {
  readonly kind: 'resource' | 'data';
  readonly declaration: Declaration;
  readonly frame: Frame | undefined;
  /** It is there for certain. */
  readonly exists: boolean;
  readonly refuse: Refuse | undefined;
}

export class ResourceInstance implements Readable {
  readonly address: string;
  readonly key: Key;
  readonly body: Body;
  readonly #owner: Owner;
  readonly #declared: string;
  readonly #scope: Scope;
  readonly #from: Origin;
  readonly #values = new Map<string, Datum>();

  /** `name`: `aws_x.y`, `data.aws_x.y`. */
  constructor(owner: Owner, name: string, key: Key, from: Origin) {
    const { declaration, frame, refuse } = from;
    this.key = key;
    this.#owner = owner;
    this.#from = from;
    this.address = `${prefixed(owner.address, name)}${keyText(key)}`;
    this.#declared = prefixed(owner.declared, name);
    const self: Frame = { name: 'self', value: { kind: 'instance', of: this }, outer: frame };
    this.#scope = { source: declaration.source, names: owner, frame: self };
    this.body = new Body([declaration, ...declaration.overrides], this.#scope, { skipped: META, refuse });
  }

  /** An attribute, as a reference from elsewhere sees it: what is written, else known only after creation. */
  get(name: string): Datum {
    const done = this.#values.get(name);
    if (done !== undefined) return done;
    const value = this.#read(name);
    this.#values.set(name, value);
    return value;
  }

  /** Its tags with those that its provider gives to all; undefined where the provider gives none. */
  tagsAll(): Datum | undefined {
    const [type] = this.#from.declaration.block.labels;
    // The tags of a group are blocks, and the provider leaves them alone.
    if (type?.value.startsWith('aws_') !== true || type.value === 'aws_autoscaling_group') return undefined;
    const shared = this.#owner.providerTags(this.#from.declaration);
    if (shared === undefined) return undefined;
    const own = this.body.get('tags');
    if (own === undefined || own.kind === 'null') return shared;
    if (own.kind !== 'mapping') return own;
    if (shared.kind !== 'mapping') return unknown('the default tags of its provider are not known', { place: own.place });
    return { ...mapping('map', new Map([...shared.entries, ...own.entries])), place: own.place };
  }

  #read(name: string): Datum {
    const { kind, exists } = this.#from;
    const reference: Referent = { address: this.#declared, instance: this.address, attribute: name, exists };
    const refersTo = [reference];
    if (kind === 'data') return this.#readData(name, reference);
    const written = name === 'tags_all' ? this.tagsAll() : this.body.get(name);
    if (written === undefined || written.kind === 'null') return this.#computed(name, reference);
    // An attribute that is exactly another one stands for that too.
    if (written.kind === 'unknown')
      return {
        ...plain(written),
        ...(written.reference === undefined ? { reference, refersTo } : { refersTo: [reference, written.reference] }),
      };
    if (this.body.isBlock(name) && written.kind === 'sequence') return nestedBlocks(written, name, reference);
    return { ...written, refersTo };
  }

  #readData(name: string, reference: Referent): Datum {
    const { declaration } = this.#from;
    const value = computedByData(declaration.block.labels[0]?.value ?? '', name, this.body, this.#scope);
    if (value === undefined) return unknown(`${this.address}.${name} is read when Terraform runs`, { reference, refersTo: [reference] });
    const place = value.place ?? placeOf(declaration.source, headerOf(declaration.block));
    const refersTo = [reference, ...(value.refersTo ?? [])];
    return { ...plain(value), place, refersTo };
  }

  /** Known only after creation; where the provider will take it from another attribute, it stands for the same. */
  #computed(name: string, own: Referent): Datum {
    const type = this.#from.declaration.block.labels[0]?.value ?? '';
    const bucket = name === 'id' && NAMED_BY_BUCKET.has(type) ? this.body.get('bucket') : undefined;
    const reference = (bucket?.kind === 'unknown' ? bucket.reference : undefined) ?? own;
    return unknown(`${this.address}.${name} is known only after creation`, { reference, refersTo: [own, reference] });
  }
}

/** Types whose `id` is the name of the bucket that they configure. */
const NAMED_BY_BUCKET: ReadonlySet<string> = new Set(
  [
    'accelerate_configuration',
    'cors_configuration',
    'lifecycle_configuration',
    'logging',
    'notification',
    'object_lock_configuration',
    'ownership_controls',
    'policy',
    'public_access_block',
    'replication_configuration',
    'request_payment_configuration',
    'server_side_encryption_configuration',
    'versioning',
    'website_configuration',
  ].map((name) => `aws_s3_bucket_${name}`),
);

function prefixed(module: string, name: string): string {
  return module === '' ? name : `${module}.${name}`;
}

/** Nested blocks seen from elsewhere: what is not written in them is known only after creation. */
function nestedBlocks(blocks: SequenceDatum, path: string, owner: Referent): Datum {
  const items = blocks.items.map((item, index) => nested(item, `${path}[${index}]`, owner));
  return { ...sequence('list', items), place: blocks.place, refersTo: [{ ...owner, attribute: path }] };
}

function nested(block: Datum, path: string, owner: Referent): Datum {
  if (block.kind !== 'mapping') return block;
  const address = `${owner.instance}.${path}`;
  const get = (name: string): Datum => {
    const reference: Referent = { ...owner, attribute: `${path}.${name}` };
    const item = block.entries.get(name);
    if (item === undefined || item.kind === 'null')
      return unknown(`${address}.${name} is known only after creation`, { reference, refersTo: [reference] });
    // What is written as a list in brackets is a tuple; blocks make a list.
    if (item.kind === 'sequence' && item.type === 'list') return nestedBlocks(item, reference.attribute, owner);
    return { ...item, refersTo: [reference] };
  };
  return { kind: 'instance', of: { address, get }, place: block.place };
}

/** Past the border of a module, a resource or a variable an error is no longer an error of the expression that uses it. */
export function plain(datum: Datum): Datum {
  return isFailure(datum) ? { ...datum, failed: undefined } : datum;
}
