/** Reads Terraform texts and tells what became of them in words. */
import type { Span } from '../../../src/domain/source.ts';
import { SourceText } from '../../../src/domain/source.ts';
import type { Resource } from '../../../src/domain/resource.ts';
import type { Value } from '../../../src/domain/value.ts';
import { at } from '../../../src/domain/value.ts';
import type { FileReader, Root } from '../../../src/iac/root.ts';
import { readTerraform } from '../../../src/iac/terraform/index.ts';

export class Reading {
  readonly roots: readonly Root[];
  readonly #texts: ReadonlyMap<string, string>;

  constructor(texts: Readonly<Record<string, string>>, valueFiles: readonly string[] = []) {
    this.#texts = new Map(Object.entries(texts));
    const sources = [...this.#texts].map(([file, text]) => new SourceText(file, text));
    const reader: FileReader = {
      read: (path) => {
        const text = this.#texts.get(path);
        return text === undefined ? { failure: 'there is no such file' } : { text };
      },
      list: () => [...this.#texts.keys()],
    };
    this.roots = readTerraform(sources, reader, valueFiles);
  }

  get root(): Root {
    const [root] = this.roots;
    if (root === undefined) throw new Error('nothing was read');
    return root;
  }

  resource(address: string): Resource {
    const found = this.roots.flatMap((root) => root.resources).find((each) => each.address === address);
    if (found === undefined) throw new Error(`${address} was not read`);
    return found;
  }

  /** An attribute of an instance (of the first one when a resource's address is given). */
  value(address: string, ...path: (string | number)[]): Value {
    const instances = this.roots
      .flatMap((root) => root.resources)
      .flatMap((each) => each.instances.map((instance) => ({ instance, owner: each.address })));
    const found = instances.find(({ instance }) => instance.address === address) ?? instances.find(({ owner }) => owner === address);
    if (found === undefined) throw new Error(`${address} was not read`);
    return at(found.instance.attributes, ...path);
  }

  /** The value in short: its JSON, `?reason`, or `absent`. */
  shown(address: string, ...path: (string | number)[]): string {
    return show(this.value(address, ...path));
  }

  textAt(span: Span | undefined): string | undefined {
    return span === undefined ? undefined : this.#texts.get(span.file)?.slice(span.start.offset, span.end.offset);
  }

  /** Texts at the span and, where there is one, the origin of a value. */
  places(value: Value): { at: string | undefined; from?: string | undefined } {
    const origin = value.state === 'known' ? value.origin : undefined;
    return origin === undefined ? { at: this.textAt(value.span) } : { at: this.textAt(value.span), from: this.textAt(origin) };
  }
}

export function show(value: Value): string {
  if (value.state === 'absent') return 'absent';
  if (value.state === 'unknown') return `?${value.reason}`;
  if (Array.isArray(value.data)) return `[${value.data.map(show).join(', ')}]`;
  if (value.data instanceof Map) return `{${[...value.data].map(([key, item]) => `${key}: ${show(item)}`).join(', ')}}`;
  return JSON.stringify(value.data);
}

/** What an expression gives, in a module with an unknown variable `var.open`. */
export function evaluated(expression: string, more = ''): string {
  return new Reading({ 'main.tf': `variable "open" {}\n${more}\nresource "aws_x" "y" {\n  value = ${expression}\n}\n` }).shown(
    'aws_x.y',
    'value',
  );
}

export function relations(resource: Resource): string[] {
  return resource.related
    .map(
      ({ resource: other, attribute, direction, certain }) => `${direction} ${other.address} by ${attribute}${certain ? '' : ', perhaps'}`,
    )
    .toSorted();
}
