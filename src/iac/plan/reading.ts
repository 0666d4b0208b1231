/** One reading of a plan with its source: its resources by address, and how they are related. */
import type { Related } from '../../domain/resource.ts';
import { Links } from '../links.ts';
import type { Link } from '../links.ts';
import type { Origin } from './resources.ts';
import { PlannedResource } from './resources.ts';

/** What an earlier reading knows of declarations that did not change. */
interface Earlier {
  readonly reading: Reading;
  /** Addresses of declarations that are other or new. */
  readonly changed: ReadonlySet<string>;
}

export class Reading {
  readonly path: string;
  readonly #origins: (address: string) => Origin | undefined;
  readonly #addresses: readonly string[];
  readonly #resources = new Map<string, PlannedResource | undefined>();
  readonly #earlier: Earlier | undefined;
  #links: Links | undefined;

  /** `addresses`: of all declarations, in order; with an earlier reading none, since nobody asks for all of them. */
  constructor(path: string, addresses: readonly string[], origins: (address: string) => Origin | undefined, earlier?: Earlier) {
    this.path = path;
    this.#addresses = addresses;
    this.#origins = origins;
    this.#earlier = earlier;
  }

  resources(): readonly PlannedResource[] {
    return this.#addresses.flatMap((address) => this.resource(address) ?? []);
  }

  resource(address: string): PlannedResource | undefined {
    if (!this.#resources.has(address)) {
      const origin = this.#origins(address);
      this.#resources.set(address, origin === undefined ? undefined : new PlannedResource(this, origin));
    }
    return this.#resources.get(address);
  }

  relatedTo({ address }: PlannedResource): readonly Related[] {
    const links = this.links();
    const find = (other: string, { attribute, certain }: Link, direction: Related['direction']): Related[] => {
      const resource = this.resource(other);
      return resource === undefined ? [] : [{ resource, attribute, direction, certain }];
    };
    return [
      ...links.from(address).flatMap((link) => find(link.to, link, 'to')),
      ...links.to(address).flatMap((link) => find(link.from, link, 'from')),
    ];
  }

  links(): Links {
    return (this.#links ??= this.#read());
  }

  #read(): Links {
    if (this.#earlier === undefined) return new Links(this.resources());
    const { reading, changed } = this.#earlier;
    return new Links(
      [...changed].flatMap((address) => this.resource(address) ?? []),
      { links: reading.links(), changed },
    );
  }
}
