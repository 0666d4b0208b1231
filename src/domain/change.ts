/**
 * What a fix asks for, in the words of resources and attributes; the reader of each format turns it
 * into edits of source text.
 */
import type { Edit } from './source.ts';
import type { Resource } from './resource.ts';

/** A value to be written. */
export type Literal = string | number | boolean | readonly Literal[] | LiteralMap | ReferenceLiteral;

export interface LiteralMap {
  readonly [key: string]: Literal;
}

/**
 * `reference(bucket, 'id')` is written `aws_s3_bucket.logs.id`, or `!Ref Logs` (attribute `''`) and `!GetAtt Logs.Arn`;
 * with a suffix, `reference(bucket, 'arn', '/*')`, as the text `"${aws_s3_bucket.logs.arn}/*"` or `!Sub ${Logs.Arn}/*`.
 */
export class ReferenceLiteral {
  readonly resource: Resource;
  readonly attribute: string;
  readonly suffix: string;

  constructor(resource: Resource, attribute: string, suffix: string) {
    this.resource = resource;
    this.attribute = attribute;
    this.suffix = suffix;
  }
}

export function reference(resource: Resource, attribute: string, suffix = ''): ReferenceLiteral {
  return new ReferenceLiteral(resource, attribute, suffix);
}

export type Change =
  /**
   * Writes an attribute, whether it is there or not. Steps before the last are nested blocks
   * (Terraform) or maps (CloudFormation) and are made when missing; a number picks one of several
   * blocks or list items. Where the last step is a block (`block: true`), the value is its content.
   */
  | {
      readonly kind: 'set';
      readonly resource: Resource;
      readonly path: readonly (string | number)[];
      readonly value: Literal;
      readonly block?: boolean;
    }
  | { readonly kind: 'remove'; readonly resource: Resource; readonly path: readonly (string | number)[] }
  /**
   * Declares another resource right after `beside`, named after it, once for each of its instances
   * where it has several. In Terraform a map value is written as a nested block.
   */
  | {
      readonly kind: 'add';
      readonly beside: Resource;
      readonly type: string;
      readonly attributes: LiteralMap;
      readonly jsonAttributes?: readonly string[];
    };

/** Turns changes into edits; null where the source does not allow it (a value inside a dynamic block, a declaration outside the workspace). */
export type Editor = (changes: readonly Change[]) => readonly Edit[] | null;
