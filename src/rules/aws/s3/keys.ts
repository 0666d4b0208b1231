/** Which key encrypts the objects of a bucket: one of the customer's, or one that AWS keeps. */
import type { Instance } from '../../../domain/resource.ts';
import type { Unknown, Value } from '../../../domain/value.ts';
import { asString, at } from '../../../domain/value.ts';
import { textOf } from '../../../domain/wording.ts';
import { inside } from '../../attribute.ts';
import type { Answer } from '../policy.ts';
import { and, or } from '../policy.ts';
import type { Part } from './bucket.ts';
import { bucketsOf, ENCRYPTION, parts } from './bucket.ts';

export const ALGORITHMS = ['AES256', 'aws:kms', 'aws:kms:dsse'] as const;

export interface DefaultEncryption {
  /** Paths at the resource that declares it. */
  readonly algorithmPath: readonly (string | number)[];
  readonly keyPath: readonly (string | number)[];
  readonly algorithm: Value;
  readonly key: Value;
  /** Set where it is not known whether the block is there that says so. */
  readonly perhaps?: Unknown;
}

const TERRAFORM = ['rule', 'apply_server_side_encryption_by_default'];
const CLOUDFORMATION = ['ServerSideEncryptionConfiguration', 0, 'ServerSideEncryptionByDefault'];

/** What a part of the aspect {@link ENCRYPTION} that is declared says. */
export function defaultEncryption({ form, value }: Part): DefaultEncryption {
  const path = form === 'BucketEncryption' ? CLOUDFORMATION : TERRAFORM;
  const [algorithm, key] = form === 'BucketEncryption' ? ['SSEAlgorithm', 'KMSMasterKeyID'] : ['sse_algorithm', 'kms_master_key_id'];
  const own = form === null || form === 'own' ? path : [form, ...path];
  const { value: block, perhaps } = inside(value, path);
  return {
    algorithmPath: [...own, algorithm],
    keyPath: [...own, key],
    algorithm: at(block, algorithm),
    key: at(block, key),
    ...(perhaps && { perhaps }),
  };
}

/** Whether a value names a key of the customer's: `alias/aws/s3` is kept by AWS. What exists only after creation is a key. */
export function isCustomerKey(key: Value): Answer {
  if (key.state === 'unknown') return key.reference !== undefined || key;
  const name = asString(key) ?? '';
  return name !== '' && !/(?:^|:)alias\/aws\//u.test(name);
}

function isKms(algorithm: Value): Answer {
  return algorithm.state === 'unknown' ? algorithm : ['aws:kms', 'aws:kms:dsse'].includes(textOf(algorithm) ?? '');
}

/** What the bucket that an object is put in does with objects that ask for nothing: false also where that is not declared here. */
export function bucketDefault(object: Instance, holds: (encryption: DefaultEncryption) => Answer): Answer {
  const buckets = bucketsOf(object.resource).flatMap(({ instances }) => instances);
  return buckets.length > 0 && and(...buckets.map((bucket) => or(...parts(bucket, ENCRYPTION).map((part) => answerOf(part, holds)))));
}

function answerOf(part: Part, holds: (encryption: DefaultEncryption) => Answer): Answer {
  if (part.form === null) return part.value.state === 'unknown' && part.value;
  const encryption = defaultEncryption(part);
  return and(encryption.perhaps ?? true, holds(encryption));
}

export function usesCustomerKey({ algorithm, key }: DefaultEncryption): Answer {
  return and(isKms(algorithm), isCustomerKey(key));
}

export function encrypts({ algorithm }: DefaultEncryption): Answer {
  return algorithm.state === 'unknown' ? algorithm : ALGORITHMS.some((each) => each === textOf(algorithm));
}
