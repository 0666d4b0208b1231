/** The four settings of a bucket's public access block, and what they do to ACLs and policies that are public. */
import type { Instance } from '../../../domain/resource.ts';
import type { Rule } from '../../../domain/rule.ts';
import type { Severity } from '../../../domain/severity.ts';
import type { Value } from '../../../domain/value.ts';
import { absent, at } from '../../../domain/value.ts';
import { textOf } from '../../attribute.ts';
import { ACCESS_BLOCK, parts } from './bucket.ts';
import type { BucketSettingRule } from './setting.ts';
import { bucketSettingRule } from './setting.ts';

export const SETTINGS = {
  block_public_acls: 'BlockPublicAcls',
  block_public_policy: 'BlockPublicPolicy',
  ignore_public_acls: 'IgnorePublicAcls',
  restrict_public_buckets: 'RestrictPublicBuckets',
} as const;

export type SettingName = keyof typeof SETTINGS;

type AccessBlockRule = Omit<BucketSettingRule, 'aspect' | 'settings' | 'missing' | 'name' | 'declare' | 'safety' | 'commands'>;

/**
 * Since April 2023 S3 turns all four on for new buckets; older buckets have none of them. What is not
 * declared is therefore not known to hold, and nothing puts it back: it fails.
 * The fix may take away access that somebody relies on, so it needs a review.
 */
export function accessBlockRule(name: SettingName, rest: AccessBlockRule): Rule {
  return bucketSettingRule({
    ...rest,
    aspect: ACCESS_BLOCK,
    name: 'the public access block',
    settings: {
      own: { path: [name], oneOf: [true], default: false },
      [ACCESS_BLOCK.property]: { path: [SETTINGS[name]], oneOf: [true], default: false },
    },
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

/** What the bucket's public access block makes of a public ACL or policy: how bad it is, and the clause that says why. */
export function mitigation(instance: Instance, kind: keyof typeof HOLDS): { severity: Severity; clause: string } {
  const { overrides, overridden, refuses, refused } = HOLDS[kind];
  const overriding = setting(instance, overrides);
  if (isTrue(overriding)) return { severity: 'MEDIUM', clause: `; only ${nameIn(instance, overrides)} ${overridden}` };
  if (isTrue(setting(instance, refuses))) return { severity: 'HIGH', clause: `; ${nameIn(instance, refuses)} ${refused}` };
  if (overriding.state === 'unknown')
    return { severity: 'CRITICAL', clause: `; whether ${nameIn(instance, overrides)} ${overridden} is not known: ${overriding.reason}` };
  return { severity: 'CRITICAL', clause: '' };
}

function setting(instance: Instance, name: SettingName): Value {
  const values = parts(instance, ACCESS_BLOCK).map(({ form, value }) => at(value, form === ACCESS_BLOCK.property ? SETTINGS[name] : name));
  return values.find(isTrue) ?? values.find(({ state }) => state === 'unknown') ?? absent(instance.resource.header);
}

function isTrue(value: Value): boolean {
  return textOf(value) === 'true';
}

function nameIn({ resource }: Instance, name: SettingName): string {
  return resource.framework === 'terraform' ? name : SETTINGS[name];
}
