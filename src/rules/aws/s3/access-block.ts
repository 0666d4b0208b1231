/** The four settings of a bucket's public access block, and what they do to ACLs and policies that are public. */
import type { Instance } from '../../../domain/resource.ts';
import type { Rule } from '../../../domain/rule.ts';
import type { Severity } from '../../../domain/severity.ts';
import type { Value } from '../../../domain/value.ts';
import { absent, at } from '../../../domain/value.ts';
import { isTrue, textOf } from '../../../domain/wording.ts';
import { ACCESS_BLOCK, OWNERSHIP, parts } from './bucket.ts';
import type { BucketSettingRule } from './setting.ts';
import { bucketSettingRule } from './setting.ts';

export const SETTINGS = {
  block_public_acls: 'BlockPublicAcls',
  block_public_policy: 'BlockPublicPolicy',
  ignore_public_acls: 'IgnorePublicAcls',
  restrict_public_buckets: 'RestrictPublicBuckets',
} as const;

export type SettingName = keyof typeof SETTINGS;

/** Holds for every bucket of the account; S3 applies the stricter of its settings and the bucket's. */
const ACCOUNT_BLOCK = 'aws_s3_account_public_access_block';

type AccessBlockRule = Omit<
  BucketSettingRule,
  'aspect' | 'settings' | 'missing' | 'name' | 'declare' | 'safety' | 'commands' | 'others' | 'held'
>;

/**
 * Since April 2023 S3 turns all four on for new buckets; older buckets have none of them. What is not
 * declared is therefore not known to hold, and nothing puts it back: it fails, unless a block for the
 * whole account, declared in the same root, holds it on.
 * The fix may take away access that somebody relies on, so it needs a review.
 */
export function accessBlockRule(name: SettingName, rest: AccessBlockRule): Rule {
  return bucketSettingRule({
    ...rest,
    aspect: ACCESS_BLOCK,
    others: { terraform: [ACCOUNT_BLOCK] },
    name: 'the public access block',
    settings: {
      own: { path: [name], oneOf: [true], default: false },
      [ACCESS_BLOCK.properties[0]]: { path: [SETTINGS[name]], oneOf: [true], default: false },
    },
    held: (instance) => accountSetting(instance, name),
    missing(framework) {
      const called = framework === 'terraform' ? name : SETTINGS[name];
      return `no public access block is declared, so nothing holds ${called} on, and buckets made before April 2023 start with it off; it must be true.`;
    },
    declare: {
      terraform: Object.fromEntries(Object.keys(SETTINGS).map((each) => [each, true])),
      cloudformation: Object.fromEntries(Object.values(SETTINGS).map((each) => [each, true])),
    },
    safety: 'needs-review',
    commands: (bucket) => [
      ['aws', 's3api', 'get-public-access-block', `--bucket=${bucket}`],
      [
        'aws',
        's3api',
        'put-public-access-block',
        `--bucket=${bucket}`,
        `--public-access-block-configuration=${Object.values(SETTINGS)
          .map((each) => `${each}=true`)
          .join(',')}`,
      ],
    ],
  });
}

/** How public access that was granted is held back: by overriding it, or only by refusing to grant it anew. */
const HOLDS = {
  acl: {
    overrides: 'ignore_public_acls',
    overridden: 'makes S3 ignore it',
    refuses: 'block_public_acls',
    refused: 'makes S3 refuse such an ACL, but one that is in place stays in force',
  },
  policy: {
    overrides: 'restrict_public_buckets',
    overridden: 'limits it to the owning account and AWS services',
    refuses: 'block_public_policy',
    refused: 'makes S3 refuse such a policy, but one that is in place stays in force',
  },
} as const satisfies Record<string, { overrides: SettingName; refuses: SettingName; overridden: string; refused: string }>;

/** Public access that was granted, and what becomes of it. */
export interface Exposure {
  readonly severity: Severity;
  /** The clause that says why; empty where nothing holds it back. */
  readonly clause: string;
}

/** What keeps a public ACL or policy from letting anyone in: the setting's name and what it does; null when nothing does for certain. */
export function override(instance: Instance, kind: keyof typeof HOLDS): { readonly name: string; readonly does: string } | null {
  const { overrides, overridden } = HOLDS[kind];
  if (isTrue(setting(instance, overrides))) return { name: nameIn(instance, overrides), does: overridden };
  if (isTrue(accountSetting(instance, overrides))) return { name: `${overrides} of the account`, does: overridden };
  if (kind === 'acl' && enforcesOwnership(instance))
    return {
      name: `${instance.resource.framework === 'terraform' ? 'object_ownership' : 'ObjectOwnership'} = BucketOwnerEnforced`,
      does: overridden,
    };
  return null;
}

/** How bad a public ACL or policy is that is not overridden for certain; at MEDIUM, it is. */
export function exposure(instance: Instance, kind: keyof typeof HOLDS): Exposure {
  const { overrides, overridden, refuses, refused } = HOLDS[kind];
  const overriding = override(instance, kind);
  if (overriding !== null) return { severity: 'MEDIUM', clause: `; only ${overriding.name} ${overriding.does}` };
  for (const [value, of] of [
    [setting(instance, refuses), ''],
    [accountSetting(instance, refuses), ' of the account'],
  ] as const) {
    if (isTrue(value)) return { severity: 'HIGH', clause: `; ${nameIn(instance, refuses)}${of} ${refused}` };
  }
  const open = [setting(instance, overrides), accountSetting(instance, overrides)].find(({ state }) => state === 'unknown');
  if (open?.state === 'unknown')
    return { severity: 'CRITICAL', clause: `; whether ${nameIn(instance, overrides)} ${overridden} is not known: ${open.reason}` };
  return { severity: 'CRITICAL', clause: '' };
}

function setting(instance: Instance, name: SettingName): Value {
  const values = parts(instance, ACCESS_BLOCK).map(({ form, value }) =>
    at(value, form === ACCESS_BLOCK.properties[0] ? SETTINGS[name] : name),
  );
  return strictest(values, instance);
}

/** As blocks for the whole account have it that are declared in the same root. */
function accountSetting(instance: Instance, name: SettingName): Value {
  const blocks = instance.resource.related.filter(({ resource }) => resource.type === ACCOUNT_BLOCK);
  return strictest(
    blocks.flatMap(({ resource }) => resource.instances.map(({ attributes }) => at(attributes, name))),
    instance,
  );
}

function strictest(values: readonly Value[], { resource }: Instance): Value {
  return values.find(isTrue) ?? values.find(({ state }) => state === 'unknown') ?? absent(resource.header);
}

function enforcesOwnership(instance: Instance): boolean {
  return parts(instance, OWNERSHIP).some(({ form, value }) => {
    const ownership = form === 'own' ? at(value, 'rule', 'object_ownership') : at(value, 'Rules', 'ObjectOwnership');
    return textOf(ownership) === 'BucketOwnerEnforced';
  });
}

function nameIn({ resource }: Instance, name: SettingName): string {
  return resource.framework === 'terraform' ? name : SETTINGS[name];
}
