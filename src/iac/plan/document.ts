/** The JSON of a plan (`terraform show -json`, `tofu show -json`), read for what an audit needs of it. */
import type { Address } from './address.ts';
import { declarationOf, parseAddress } from './address.ts';
import { Configuration } from './configuration.ts';
import type { Extent } from './json-reader.ts';
import { isObject, JsonError, JsonReader, member, parseAt, textOf } from './json-reader.ts';
import { collectSecrets } from './secrets.ts';

/** One object that is there after the plan was applied. */
export interface PlannedObject {
  /** As the plan writes it, with instance keys. */
  readonly address: string;
  readonly parts: Address;
  readonly key: string | number | null;
  /** Where its address stands, without the quotes. */
  readonly place: Extent;
  /** Where `change` stands. */
  readonly change: Extent;
}

/** What `change` says of an object. */
export interface Planned {
  readonly after: unknown;
  readonly unknown: unknown;
  readonly sensitive: unknown;
}

export interface PlanDocument {
  readonly text: string;
  readonly errored: boolean;
  readonly incomplete: boolean;
  readonly objects: readonly PlannedObject[];
  /** What of `resource_changes` is not as it should be. */
  readonly problems: readonly string[];
  readonly configuration: Configuration | undefined;
  /** Values of the root module's variables. */
  readonly variables: ReadonlyMap<string, unknown>;
  readonly secrets: ReadonlySet<string>;
}

interface Refusal {
  readonly code: 'plan-unreadable' | 'plan-version';
  /** What is wrong, as a part of a sentence that begins with the file, and what to do. */
  readonly refused: string;
}

const SHOW = 'make it with "terraform show -json FILE", FILE being what "terraform plan -out FILE" wrote';

/** Never throws on what the text holds. */
export function readDocument(text: string): PlanDocument | Refusal {
  if (text.startsWith('PK')) return { code: 'plan-unreadable', refused: `it is a plan as Terraform saves it, not its JSON; ${SHOW}` };
  try {
    return new Reading(text).document();
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    return { code: 'plan-unreadable', refused: `it is not JSON (${error.message}); ${SHOW}` };
  }
}

/** @throws never: the place was read before. */
export function plannedAt(text: string, change: Extent): Planned {
  const json = parseAt(text, change);
  return { after: member(json, 'after'), unknown: member(json, 'after_unknown'), sensitive: member(json, 'after_sensitive') };
}

/** State modules within each other. */
const MAX_MODULE_DEPTH = 100;

class Reading {
  readonly #reader: JsonReader;
  readonly #top = new Map<string, unknown>();
  readonly #objects: PlannedObject[] = [];
  /** Addresses of everything in `resource_changes`. */
  readonly #changes = new Set<string>();
  readonly #expected: string[] = [];
  readonly #problems: string[] = [];
  readonly #secrets = new Set<string>();
  readonly #variables = new Map<string, unknown>();
  #configuration: Configuration | undefined;

  constructor(text: string) {
    this.#reader = new JsonReader(text);
  }

  document(): PlanDocument | Refusal {
    const reader = this.#reader;
    if (!reader.isObject) throw new JsonError('an object was expected');
    reader.object((key) => this.#member(key));
    if (!this.#top.has('@level')) reader.end();
    const refusal = this.#refusal();
    if (refusal !== undefined) return refusal;
    for (const name of this.#configuration?.root.sensitiveVariables ?? []) collectSecrets(this.#variables.get(name), true, this.#secrets);
    const missing = this.#expected.filter((address) => !this.#changes.has(address));
    if (missing.length > 0) this.#problems.push(`planned_values has ${listed(missing)}, which resource_changes has not`);
    return {
      text: reader.text,
      errored: this.#top.get('errored') === true,
      incomplete: this.#top.get('complete') === false,
      objects: this.#objects,
      problems: this.#problems,
      configuration: this.#configuration,
      variables: this.#variables,
      secrets: this.#secrets,
    };
  }

  #member(key: string): void {
    const reader = this.#reader;
    if (this.#top.has(key)) this.#problems.push(`"${key}" stands in it twice`);
    this.#top.set(key, true);
    switch (key) {
      case 'format_version':
      case 'errored':
      case 'complete':
        this.#top.set(key, reader.value());
        return;
      case 'resource_changes':
        reader.array(() => this.#change());
        return;
      case 'resource_drift':
        reader.array(() => this.#secretsOf(member(reader.value(), 'change')));
        return;
      case 'output_changes':
        reader.object(() => this.#secretsOf(reader.value()));
        return;
      case 'planned_values':
        this.#values((address) => this.#expected.push(address));
        return;
      case 'prior_state':
        reader.object((name) => {
          if (name === 'values') this.#values(() => undefined);
        });
        return;
      case 'configuration':
        this.#configuration = new Configuration(reader);
        return;
      case 'variables':
        reader.object((name) => {
          const variable = reader.value();
          if (isObject(variable) && Object.hasOwn(variable, 'value')) this.#variables.set(name, variable['value']);
        });
        break;
      default:
    }
  }

  /** Why the document is no plan that is understood here. */
  #refusal(): Refusal | undefined {
    const top = this.#top;
    const refuse = (what: string): Refusal => ({ code: 'plan-unreadable', refused: `it is ${what}, not the JSON of a plan; ${SHOW}` });
    if (top.has('@level')) return refuse('the log of a command with -json');
    if (top.has('lineage') || (top.has('serial') && top.has('terraform_version'))) return refuse('a state file');
    const planned = top.has('resource_changes') || top.has('planned_values');
    if (!planned && top.has('format_version') && top.has('values')) return refuse('the JSON of a state');
    if (!planned && !top.has('configuration')) return refuse('another JSON document');
    const version = textOf(top.get('format_version'));
    if (version !== undefined && /^[01]\.\d{1,6}$/u.test(version)) return undefined;
    const seen = version === undefined ? 'it has no format_version' : `its format_version is ${JSON.stringify(version.slice(0, 20))}`;
    return {
      code: 'plan-version',
      refused: `${seen}; 0.x and 1.x are understood, so make it with a version of Terraform that writes them`,
    };
  }

  #change(): void {
    const reader = this.#reader;
    const entry = new Map<string, unknown>();
    let place: Extent = { start: 0, end: 0 };
    let change: Extent | undefined;
    if (!reader.isObject) {
      this.#problems.push('an entry of resource_changes is no object');
      return;
    }
    reader.object((key) => {
      if (key === 'change') change = reader.skip();
      else if (key === 'address') {
        const whole = reader.skip();
        entry.set(key, parseAt(reader.text, whole));
        place = { start: whole.start + 1, end: whole.end - 1 };
      } else entry.set(key, reader.value());
    });
    const address = textOf(entry.get('address'));
    const json = change === undefined ? undefined : parseAt(reader.text, change);
    this.#secretsOf(json);
    if (address !== undefined) this.#changes.add(address);
    if (entry.get('mode') === 'data' || textOf(entry.get('deposed')) !== undefined || isGone(json)) return;
    const parts = address === undefined ? undefined : partsOf(address, entry);
    if (address === undefined || parts === undefined) {
      const of = address === undefined ? 'an entry of resource_changes' : JSON.stringify(address.slice(0, 100));
      this.#problems.push(`${of} has an address that does not agree with its mode, module, type, name and index`);
    } else if (change === undefined || !isObject(member(json, 'after'))) {
      this.#problems.push(`${address} has no values after apply`);
    } else {
      this.#objects.push({ address, parts, key: keyOf(entry.get('index')), place, change });
    }
  }

  #secretsOf(change: unknown): void {
    collectSecrets(member(change, 'before'), member(change, 'before_sensitive'), this.#secrets);
    collectSecrets(member(change, 'after'), member(change, 'after_sensitive'), this.#secrets);
  }

  /** `planned_values`, or the `values` of a state. */
  #values(managed: (address: string) => void): void {
    const reader = this.#reader;
    reader.object((key) => {
      if (key === 'root_module') this.#module(managed, 0);
      else if (key === 'outputs') {
        reader.object(() => {
          const output = reader.value();
          collectSecrets(member(output, 'value'), member(output, 'sensitive'), this.#secrets);
        });
      }
    });
  }

  #module(managed: (address: string) => void, depth: number): void {
    const reader = this.#reader;
    if (depth > MAX_MODULE_DEPTH) return;
    reader.object((key) => {
      if (key === 'child_modules') reader.array(() => this.#module(managed, depth + 1));
      else if (key === 'resources') {
        reader.array(() => {
          const resource = reader.value();
          const address = textOf(member(resource, 'address'));
          if (address !== undefined && member(resource, 'mode') === 'managed') managed(address);
          collectSecrets(member(resource, 'values'), member(resource, 'sensitive_values'), this.#secrets);
        });
      }
    });
  }
}

/** Nothing of it is left, or nothing that Terraform manages. */
function isGone(change: unknown): boolean {
  const actions = member(change, 'actions');
  return Array.isArray(actions) && actions.length > 0 && actions.every((action) => action === 'delete' || action === 'forget');
}

/** An address that says what the other members of its entry say; undefined when it does not. */
function partsOf(address: string, entry: ReadonlyMap<string, unknown>): Address | undefined {
  const parts = parseAddress(address);
  if (parts?.rest !== '' || parts.mode !== 'managed') return undefined;
  const { type, name, key, modules } = parts;
  const within = textOf(entry.get('module_address')) ?? '';
  const agrees =
    entry.get('mode') === 'managed' &&
    entry.get('type') === type &&
    entry.get('name') === name &&
    keyOf(entry.get('index')) === key &&
    address.startsWith(within === '' ? declarationOf({ ...parts, modules: [] }) : `${within}.${type}.${name}`) &&
    (within === '') === (modules.length === 0);
  return agrees ? parts : undefined;
}

function keyOf(index: unknown): string | number | null {
  return typeof index === 'string' || typeof index === 'number' ? index : null;
}

/** The first few, and how many more. */
export function listed(addresses: readonly string[]): string {
  const shown = addresses.slice(0, 3).join(', ');
  return addresses.length > 3 ? `${shown} and ${addresses.length - 3} more` : shown;
}
