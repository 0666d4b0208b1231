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
import { groupBy } from '../../../domain/group-by.ts';
import type { Instance, Related, Resource } from '../../../domain/resource.ts';
import { companions } from '../../../domain/resource.ts';
import type { Rule, Violation } from '../../../domain/rule.ts';
import type { Value } from '../../../domain/value.ts';
import { absent, asString, at, isList, unknown } from '../../../domain/value.ts';

const BUCKETS = ['aws_s3_bucket', 'AWS::S3::Bucket'];

/** The names under which one aspect of a bucket is declared. */
export interface Aspect {
  /** Types of the resources that hold only this, by their `bucket` (`Bucket`). */
  readonly companions: readonly [string, ...string[]];
  /** Attributes or blocks of `aws_s3_bucket`. */
  readonly blocks: readonly string[];
  /** Properties of `AWS::S3::Bucket`; a fix writes the first. */
  readonly properties: readonly string[];
}

export const ACCESS_BLOCK = {
  companions: ['aws_s3_bucket_public_access_block'],
  blocks: [],
  properties: ['PublicAccessBlockConfiguration'],
} as const satisfies Aspect;
export const ACCELERATION = {
  companions: ['aws_s3_bucket_accelerate_configuration'],
  blocks: ['acceleration_status'],
  properties: ['AccelerateConfiguration'],
} as const satisfies Aspect;
export const ACL = { companions: ['aws_s3_bucket_acl'], blocks: ['acl', 'grant'], properties: ['AccessControl'] } as const satisfies Aspect;
export const CORS = {
  companions: ['aws_s3_bucket_cors_configuration'],
  blocks: ['cors_rule'],
  properties: ['CorsConfiguration'],
} as const satisfies Aspect;
export const ENCRYPTION = {
  companions: ['aws_s3_bucket_server_side_encryption_configuration'],
  blocks: ['server_side_encryption_configuration'],
  properties: ['BucketEncryption'],
} as const satisfies Aspect;
export const LIFECYCLE = {
  companions: ['aws_s3_bucket_lifecycle_configuration'],
  blocks: ['lifecycle_rule'],
  properties: ['LifecycleConfiguration'],
} as const satisfies Aspect;
export const LOGGING = {
  companions: ['aws_s3_bucket_logging'],
  blocks: ['logging'],
  properties: ['LoggingConfiguration'],
} as const satisfies Aspect;
export const NOTIFICATION = {
  companions: ['aws_s3_bucket_notification'],
  blocks: [],
  properties: ['NotificationConfiguration'],
} as const satisfies Aspect;
export const OBJECT_LOCK = {
  companions: ['aws_s3_bucket_object_lock_configuration'],
  blocks: ['object_lock_enabled', 'object_lock_configuration'],
  properties: ['ObjectLockConfiguration', 'ObjectLockEnabled'],
} as const satisfies Aspect;
export const OWNERSHIP = {
  companions: ['aws_s3_bucket_ownership_controls'],
  blocks: [],
  properties: ['OwnershipControls'],
} as const satisfies Aspect;
export const POLICY = {
  companions: ['aws_s3_bucket_policy', 'AWS::S3::BucketPolicy'],
  blocks: ['policy'],
  properties: [],
} as const satisfies Aspect;
export const REPLICATION = {
  companions: ['aws_s3_bucket_replication_configuration'],
  blocks: ['replication_configuration'],
  properties: ['ReplicationConfiguration'],
} as const satisfies Aspect;
export const VERSIONING = {
  companions: ['aws_s3_bucket_versioning'],
  blocks: ['versioning'],
  properties: ['VersioningConfiguration'],
} as const satisfies Aspect;
export const WEBSITE = {
  companions: ['aws_s3_bucket_website_configuration'],
  blocks: ['website'],
  properties: ['WebsiteConfiguration'],
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

/** Many rules ask for the same; what was found stays true as long as the instance is there. */
const found = new WeakMap<Instance, Map<Aspect, readonly Part[]>>();

/** Where this aspect of the bucket is declared: at least one part, but none for a companion that its bucket answers for. */
export function parts(instance: Instance, aspect: Aspect): readonly Part[] {
  const earlier = found.get(instance) ?? new Map<Aspect, readonly Part[]>();
  const some = earlier.get(aspect) ?? find(instance, aspect);
  earlier.set(aspect, some);
  found.set(instance, earlier);
  return some;
}

function find(instance: Instance, aspect: Aspect): readonly Part[] {
  const { resource } = instance;
  if (!BUCKETS.includes(resource.type)) {
    return bucketsOf(resource).length === 0 ? [{ form: 'own', value: instance.attributes, resource }] : [];
  }
  const names = resource.framework === 'terraform' ? aspect.blocks : aspect.properties;
  const inline = names
    .map((name): Part => ({ form: name, value: at(instance.attributes, name), resource }))
    .filter(({ value }) => !isNothing(value));
  const links = linksTo(resource, aspect);
  const own = links.filter(({ certain }) => certain).flatMap((link) => ownParts(instance, link));
  if (inline.length + own.length > 0) return [...inline, ...own];
  return [{ form: null, value: missing(resource, links), resource }];
}

/** Not written, or no block at all: plans have a list for each type of block. */
export function isNothing(value: Value): boolean {
  return value.state === 'absent' || (value.state === 'known' && isList(value.data) && value.data.length === 0);
}

/** Links from resources that hold the aspect to the bucket that they hold it for. */
function linksTo(bucket: Resource, aspect: Aspect): readonly Related[] {
  return companions(bucket, ...aspect.companions).filter(({ attribute }) => attribute === 'bucket' || attribute === 'Bucket');
}

/** Whether it is declared for other instances of the bucket: a second declaration would come in its way. */
export function isDeclaredElsewhere(bucket: Resource, aspect: Aspect): boolean {
  return linksTo(bucket, aspect).some(({ certain }) => certain);
}

/** Buckets that a resource certainly belongs to by its `bucket`: one, or none that is declared here. */
export function bucketsOf(companion: Resource): readonly Resource[] {
  return companion.related
    .filter(({ direction, certain, attribute, resource }) => {
      return direction === 'to' && certain && /^bucket$/iu.test(attribute) && BUCKETS.includes(resource.type);
    })
    .map(({ resource }) => resource);
}

/** With keys on both sides the companion of the same key counts, else each of them; one whose making is not known is not known. */
function ownParts({ key, address }: Instance, { resource, attribute }: Related): Part[] {
  const keys = keysOf(resource);
  const others =
    key !== null && key !== undefined && keys.type === typeof key
      ? (keys.instances.get(key) ?? [])
      : resource.instances.filter((other) => refersTo(at(other.attributes, attribute), address));
  return others.map((other): Part => {
    const made = other.key !== undefined || key === undefined;
    return {
      form: 'own',
      value: made ? other.attributes : unknown(`how many of ${resource.address} there are is not known`, resource.header),
      resource,
    };
  });
}

interface Keys {
  /** The type that all keys have; undefined where they have several, or there is none. */
  readonly type: string | undefined;
  readonly instances: ReadonlyMap<Instance['key'], readonly Instance[]>;
}

const keysByResource = new WeakMap<Resource, Keys>();

function keysOf(resource: Resource): Keys {
  const known = keysByResource.get(resource);
  if (known !== undefined) return known;
  const instances = groupBy(resource.instances, ({ key }) => key);
  const [type, ...others] = new Set([...instances.keys()].map((key) => typeof key));
  const keys: Keys = { type: others.length === 0 ? type : undefined, instances };
  keysByResource.set(resource, keys);
  return keys;
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

/** Whether logs of other buckets go here, or the ACL is the one for them. */
export function isLogTarget(instance: Instance): boolean {
  const acls = parts(instance, ACL).map(({ form, value }) => (form === 'own' ? at(value, 'acl') : value));
  if (acls.some((acl) => /^log-?delivery-?write$/iu.test(asString(acl) ?? ''))) return true;
  return instance.resource.related.some(
    ({ direction, certain, attribute }) =>
      direction === 'from' && certain && ['target_bucket', 'logging', LOGGING.properties[0]].includes(attribute),
  );
}

/** The change that declares what the bucket lacks: in a resource beside it, or as its property. Null where a person must extend what is there. */
export function declaration(bucket: Resource, aspect: SettingAspect, content: Declaration): Change | null {
  if (isDeclaredElsewhere(bucket, aspect)) return null;
  if (bucket.framework === 'terraform') {
    const attributes = { bucket: reference(bucket, 'id'), ...content.terraform };
    return { kind: 'add', beside: bucket, type: aspect.companions[0], attributes };
  }
  return { kind: 'set', resource: bucket, path: [aspect.properties[0]], value: content.cloudformation, block: true };
}

/** An aspect that both frameworks declare as settings. */
export type SettingAspect = Aspect & { readonly properties: readonly [string, ...string[]] };

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
