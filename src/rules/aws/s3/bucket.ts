/**
 * A bucket as AWS sees it: one thing, whether its settings stand in resources of their own (Terraform
 * since AWS provider 4), in blocks of `aws_s3_bucket` (before), or in properties of `AWS::S3::Bucket`.
 *
 * What certainly belongs to a bucket is judged with the bucket. A resource that holds a setting of a
 * bucket which is not declared here, or not known, answers for itself; that bucket's setting is then
 * not missing but undecided.
 */
import type { Change, LiteralMap } from '../../../domain/change.ts';
import { reference } from '../../../domain/change.ts';
import type { Instance, Related, Resource } from '../../../domain/resource.ts';
import { companions } from '../../../domain/resource.ts';
import type { Rule, Violation } from '../../../domain/rule.ts';
import type { Value } from '../../../domain/value.ts';
import { absent, asString, at, unknown } from '../../../domain/value.ts';

const BUCKETS = ['aws_s3_bucket', 'AWS::S3::Bucket'];

/** The names under which one aspect of a bucket is declared. */
export interface Aspect {
  /** Types of the resources that hold only this, by their `bucket` (`Bucket`). */
  readonly companions: readonly [string, ...string[]];
  /** Attributes or blocks of `aws_s3_bucket`. */
  readonly blocks: readonly string[];
  /** Property of `AWS::S3::Bucket`. */
  readonly property?: string;
}

export const ACCESS_BLOCK = {
  companions: ['aws_s3_bucket_public_access_block'],
  blocks: [],
  property: 'PublicAccessBlockConfiguration',
} as const satisfies Aspect;
export const ACL = { companions: ['aws_s3_bucket_acl'], blocks: ['acl', 'grant'], property: 'AccessControl' } as const satisfies Aspect;
export const ENCRYPTION = {
  companions: ['aws_s3_bucket_server_side_encryption_configuration'],
  blocks: ['server_side_encryption_configuration'],
  property: 'BucketEncryption',
} as const satisfies Aspect;
export const LOGGING = {
  companions: ['aws_s3_bucket_logging'],
  blocks: ['logging'],
  property: 'LoggingConfiguration',
} as const satisfies Aspect;
export const POLICY = { companions: ['aws_s3_bucket_policy', 'AWS::S3::BucketPolicy'], blocks: ['policy'] } as const satisfies Aspect;
export const VERSIONING = {
  companions: ['aws_s3_bucket_versioning'],
  blocks: ['versioning'],
  property: 'VersioningConfiguration',
} as const satisfies Aspect;

/** Types to judge for an aspect: buckets, and what may hold the aspect of a bucket declared elsewhere. */
export function targets(aspect: Aspect): Rule['targets'] {
  const all = [...BUCKETS, ...aspect.companions];
  return {
    terraform: all.filter((type) => !type.startsWith('AWS::')),
    cloudformation: all.filter((type) => type.startsWith('AWS::')),
  };
}

export interface Part {
  /** `own`: the attributes of a resource of its own; otherwise the name it has in the bucket; null: declared nowhere. */
  readonly form: string | null;
  /** The attributes or the setting; where it is declared nowhere, absent or unknown for a reason. */
  readonly value: Value;
  /** Where it is declared, or the bucket that lacks it. */
  readonly resource: Resource;
}

/** Where this aspect of the bucket is declared: at least one part, but none for a companion that its bucket answers for. */
export function parts(instance: Instance, aspect: Aspect): readonly Part[] {
  const { resource } = instance;
  if (!BUCKETS.includes(resource.type)) {
    return bucketOf(resource) === undefined ? [{ form: 'own', value: instance.attributes, resource }] : [];
  }
  const names = resource.framework === 'terraform' ? aspect.blocks : [aspect.property].filter((name) => name !== undefined);
  const inline = names
    .map((name): Part => ({ form: name, value: at(instance.attributes, name), resource }))
    .filter(({ value }) => value.state !== 'absent');
  const links = linksTo(resource, aspect);
  const own = links.filter(({ certain }) => certain).flatMap((link) => ownParts(instance, link));
  if (inline.length + own.length > 0) return [...inline, ...own];
  return [{ form: null, value: missing(resource, links), resource }];
}

/** Links from resources that hold the aspect to the bucket that they hold it for. */
function linksTo(bucket: Resource, aspect: Aspect): readonly Related[] {
  return companions(bucket, ...aspect.companions).filter(({ attribute }) => attribute === 'bucket' || attribute === 'Bucket');
}

/** Whether it is declared for other instances of the bucket: a second declaration would come in its way. */
export function isDeclaredElsewhere(bucket: Resource, aspect: Aspect): boolean {
  return linksTo(bucket, aspect).some(({ certain }) => certain);
}

function bucketOf(companion: Resource): Resource | undefined {
  return companion.related.find(({ direction, certain, attribute, resource }) => {
    return direction === 'to' && certain && /^bucket$/iu.test(attribute) && BUCKETS.includes(resource.type);
  })?.resource;
}

/** With keys on both sides the companion of the same key counts, else each of them; one whose making is not known is not known. */
function ownParts({ key, address }: Instance, { resource, attribute }: Related): Part[] {
  const keyed = key !== null && key !== undefined && resource.instances.every((other) => typeof other.key === typeof key);
  return resource.instances
    .filter((other) => (keyed ? other.key === key : refersTo(at(other.attributes, attribute), address)))
    .map((other): Part => {
      const made = other.key !== undefined || key === undefined;
      return {
        form: 'own',
        value: made ? other.attributes : unknown(`how many of ${resource.address} there are is not known`, resource.header),
        resource,
      };
    });
}

/** False only where the reference names another instance of the bucket. */
function refersTo(value: Value, address: string): boolean {
  const instance = value.state === 'unknown' ? value.reference?.instance : undefined;
  return instance === undefined || instance === address;
}

function missing(bucket: Resource, links: readonly Related[]): Value {
  const maybe = links.find(({ certain }) => !certain);
  if (maybe === undefined) return absent(bucket.header);
  const link = at(maybe.resource.instances[0]?.attributes ?? absent(maybe.resource.header), maybe.attribute);
  const why = link.state === 'unknown' ? `: ${link.reason}` : '';
  return unknown(
    `${maybe.resource.address} may be for this bucket or for another, as its ${maybe.attribute} is not known${why}`,
    link.span,
  );
}

/** The change that declares what the bucket lacks: in a resource beside it, or as its property. Null where a person must extend what is there. */
export function declaration(bucket: Resource, aspect: SettingAspect, content: Declaration): Change | null {
  if (isDeclaredElsewhere(bucket, aspect)) return null;
  if (bucket.framework === 'terraform') {
    const attributes = { bucket: reference(bucket, 'id'), ...content.terraform };
    return { kind: 'add', beside: bucket, type: aspect.companions[0], attributes };
  }
  return { kind: 'set', resource: bucket, path: [aspect.property], value: content.cloudformation, block: true };
}

/** An aspect that both frameworks declare as settings. */
export type SettingAspect = Aspect & { readonly property: string };

export interface Declaration {
  readonly terraform: LiteralMap;
  readonly cloudformation: LiteralMap;
}

/** The live bucket's name where it is known and one that S3 accepts, so that it is no option of a command line. */
export function bucketName({ attributes, resource }: Instance): string | null {
  const value = at(
    attributes,
    resource.type === 'AWS::S3::Bucket' ? 'BucketName' : resource.type.startsWith('AWS::') ? 'Bucket' : 'bucket',
  );
  const name = asString(value);
  if (name === undefined || value.state !== 'known' || value.sensitive === true) return null;
  return /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/u.test(name) ? name : null;
}

/** Whether the rule finds something wrong with this instance: what is right or not known is not to be overwritten. */
export function fails(violations: Iterable<Violation>): boolean {
  return [...violations].some(({ outcome }) => outcome === 'fail');
}

/** All changes, or null when one of them cannot be told. */
export function allOrNull(changes: readonly (Change | null)[]): readonly Change[] | null {
  const told = changes.filter((change) => change !== null);
  return told.length === changes.length ? told : null;
}
