import type { Span } from './source.ts';
import type { Value } from './value.ts';

export type Framework = 'terraform' | 'cloudformation';

/** One declaration at one module path: the unit of a workflow. */
export interface Resource {
  /** What it belongs to: the folder of its Terraform root module, or its template file; relative to the audited root, `.` for that itself. */
  readonly root: string;
  /** Without instance keys: `module.logs.aws_s3_bucket.this`; CloudFormation: the logical id. */
  readonly address: string;
  /** What the tool that wrote the declaration calls it, to be shown beside the address: `LogsStack/Bucket/Resource` of CDK. */
  readonly path?: string;
  readonly type: string;
  readonly framework: Framework;
  /** The whole declaration, from its first character to its closing one. */
  readonly source: Span;
  /** The tight range that names it: `resource "aws_s3_bucket" "logs"`, or the logical id's key. */
  readonly header: Span;
  readonly instances: readonly Instance[];
  readonly related: readonly Related[];
}

/** What `count` and `for_each` make of a declaration; without them, the one instance has the resource's address. */
export interface Instance {
  readonly address: string;
  readonly resource: Resource;
  /** `null` without count and for_each; `undefined` when not known. */
  readonly key: string | number | null | undefined;
  /** A known map of attributes and nested blocks (CloudFormation: of `Properties`). */
  readonly attributes: Value;
}

/** A link between two declarations of one root. */
export interface Related {
  readonly resource: Resource;
  /** First step of the attribute path, in the declaration that refers, which holds the reference: `bucket`. */
  readonly attribute: string;
  /** `to`: this resource refers to the other; `from`: the other refers to this one. */
  readonly direction: 'to' | 'from';
  /** False when the attribute's value is not known and could name this resource or another. */
  readonly certain: boolean;
}

/** Identifies a declaration within the audited tree. */
export function keyOf(resource: Pick<Resource, 'root' | 'address'>): string {
  return `${resource.root}\u0000${resource.address}`;
}

/** Declarations of the given types that refer to this one, certain links first. */
export function companions(resource: Resource, ...types: readonly string[]): Related[] {
  return resource.related
    .filter((link) => link.direction === 'from' && types.includes(link.resource.type))
    .toSorted((a, b) => Number(b.certain) - Number(a.certain));
}
