/** Reads a plan with Terraform texts and tells what became of it in words. */
import type { Diagnostic } from '../../../src/domain/diagnostic.ts';
import type { Resource } from '../../../src/domain/resource.ts';
import { SourceText } from '../../../src/domain/source.ts';
import type { Span } from '../../../src/domain/source.ts';
import type { Value } from '../../../src/domain/value.ts';
import { at, isList, isMap } from '../../../src/domain/value.ts';
import type { Workspace } from '../../../src/domain/workspace.ts';
import { createWorkspace } from '../../../src/iac/workspace.ts';

export interface Change {
  readonly address: string;
  readonly after?: unknown;
  readonly unknown?: unknown;
  readonly sensitive?: unknown;
  readonly actions?: readonly string[];
  /** Members of the entry beside `change`, which replace what the address says. */
  readonly more?: Readonly<Record<string, unknown>>;
}

/** The JSON of a plan; what each entry says of itself follows from its address. */
export function plan(changes: readonly Change[], more: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ format_version: '1.2', terraform_version: '1.9.0', resource_changes: changes.map(entry), ...more });
}

function entry({ address, after = {}, unknown = {}, sensitive = {}, actions = ['create'], more = {} }: Change): object {
  const parts = /^(?:(module\..*?)\.)?(data\.)?([a-z_0-9]+)\.([a-z_0-9]+)(?:\[(.*)\])?$/u.exec(address);
  const [, within, data, type, name, index] = parts ?? [];
  return {
    address,
    ...(within === undefined ? {} : { module_address: within }),
    mode: data === undefined ? 'managed' : 'data',
    type,
    name,
    ...(index === undefined ? {} : { index: JSON.parse(index) as unknown }),
    provider_name: 'registry.terraform.io/hashicorp/aws',
    change: { actions, before: null, after, after_unknown: unknown, before_sensitive: false, after_sensitive: sensitive },
    ...more,
  };
}

/** A managed resource of `configuration`. */
export function configured(type: string, name: string, expressions: unknown = {}): object {
  return { address: `${type}.${name}`, mode: 'managed', type, name, expressions };
}

export class Planned {
  readonly workspace: Workspace;
  readonly texts: ReadonlyMap<string, string>;

  constructor(plans: Readonly<Record<string, string>>, texts: Readonly<Record<string, string>> = {}) {
    this.texts = new Map([...Object.entries(texts), ...Object.entries(plans)]);
    const sources = (of: Readonly<Record<string, string>>): SourceText[] =>
      Object.entries(of).map(([file, text]) => new SourceText(file, text));
    this.workspace = createWorkspace(sources(texts), { plans: sources(plans) });
  }

  resource(address: string): Resource {
    const found = this.workspace.resources.find((each) => each.address === address);
    if (found === undefined) throw new Error(`${address} was not read`);
    return found;
  }

  /** Each instance with the place of its declaration. */
  get instances(): string[] {
    return this.workspace.resources.flatMap((resource) =>
      resource.instances.map(({ address }) => `${address} ${resource.header.file}:${resource.header.start.line}`),
    );
  }

  get said(): string[] {
    return this.workspace.diagnostics.map(({ level, code, message, file }: Diagnostic) => `${level} ${code} ${file ?? ''}: ${message}`);
  }

  value(instance: string, ...path: (string | number)[]): Value {
    const found = this.workspace.resources.flatMap(({ instances }) => instances).find(({ address }) => address === instance);
    if (found === undefined) throw new Error(`${instance} was not read`);
    return at(found.attributes, ...path);
  }

  /** A value in short, with the text that it points at. */
  shown(instance: string, ...path: (string | number)[]): string {
    const value = this.value(instance, ...path);
    return `${show(value)} at ${this.textAt(value.span)}`;
  }

  textAt(span: Span): string {
    return this.texts.get(span.file)?.slice(span.start.offset, span.end.offset) ?? '';
  }

  links(address: string): string[] {
    return this.resource(address).related.map(
      ({ direction, attribute, resource, certain }) => `${direction} ${resource.address} by ${attribute}${certain ? '' : ' perhaps'}`,
    );
  }
}

/** Its JSON, `?reason`, `absent`; sensitive values in `*`. */
export function show(value: Value): string {
  if (value.state === 'absent') return 'absent';
  const mark = value.sensitive === true ? '*' : '';
  if (value.state === 'unknown')
    return `${mark}?${value.reference === undefined ? value.reason : `${value.reference.address}.${value.reference.attribute}`}${mark}`;
  const { data } = value;
  if (isList(data)) return `${mark}[${data.map(show).join(', ')}]${mark}`;
  if (isMap(data)) return `${mark}{${[...data].map(([key, item]) => `${key}: ${show(item)}`).join(', ')}}${mark}`;
  return `${mark}${JSON.stringify(data)}${mark}`;
}
