import type { Instance } from '../../../domain/resource.ts';
import type { Violation } from '../../../domain/rule.ts';
import { defineRule } from '../../../domain/rule.ts';
import { at } from '../../../domain/value.ts';
import { judge } from '../../attribute.ts';

const TYPES = ['aws_networkfirewall_firewall', 'aws_networkfirewall_firewall_policy', 'aws_networkfirewall_rule_group'] as const;
const NAME = 'encryption_configuration';

function* check({ attributes }: Instance): Iterable<Violation> {
  const type = at(attributes, NAME, 'type');
  const key = at(attributes, NAME, 'key_id');
  yield* judge(type, { name: `${NAME}.type`, oneOf: ['CUSTOMER_KMS'], default: 'AWS_OWNED_KMS_KEY' });
  if (type.state === 'known' && key.state === 'absent')
    yield { outcome: 'fail', message: `${NAME}.key_id is not set; it must name a KMS key.`, span: key.span };
}

function declare(type: string, block: string): string {
  return `variable "unset" {
  type = string
}

resource "aws_kms_key" "firewall" {}

resource "${type}" "edge" {
  name = "edge"${block === '' ? '' : `\n\n  encryption_configuration {\n    ${block}\n  }`}
}
`;
}

export const rule = defineRule({
  id: 'aws-network-firewall-encryption',
  title: 'Network firewall must be encrypted with a key of your own',
  // No control of AWS Foundational Security Best Practices, and no other checker gives a severity. LOW: it is encrypted in any case, by a key of AWS.
  severity: 'LOW',
  // CloudFormation has no property for it.
  targets: { terraform: TYPES },
  topics: ['network-firewall-kms'],
  why: 'Rules and policies say what a network lets through. With a key of your own you decide who may read them, see who did, and can end it.',
  remedy: [
    'Add `encryption_configuration { type = "CUSTOMER_KMS"` and `key_id = aws_kms_key.firewall.arn }` with your own key, whose policy lets Network Firewall use it.',
  ],
  references: ['https://docs.aws.amazon.com/network-firewall/latest/developerguide/kms-encryption-at-rest.html'],
  controls: { nist: ['SC-12', 'SC-28'] },
  equivalents: { checkov: ['CKV_AWS_345', 'CKV_AWS_346'] },
  check,
  examples: {
    terraform: {
      bad: [
        ...TYPES.map((type) => ({ name: `nothing is said, ${type}`, source: declare(type, ''), at: `resource "${type}" "edge"` })),
        {
          name: 'a key of AWS',
          source: declare(TYPES[0], 'type = "AWS_OWNED_KMS_KEY"\n    key_id = "alias/edge"'),
          at: '"AWS_OWNED_KMS_KEY"',
        },
        { name: 'no text', source: declare(TYPES[1], 'type   = true\n    key_id = aws_kms_key.firewall.arn'), at: 'true' },
        { name: 'no key', source: declare(TYPES[2], 'type = "CUSTOMER_KMS"'), at: 'encryption_configuration' },
      ],
      good: [{ name: 'a key of your own', source: declare(TYPES[0], 'type   = "CUSTOMER_KMS"\n    key_id = aws_kms_key.firewall.arn') }],
      undecided: [
        {
          name: 'a variable without a value',
          source: declare(TYPES[0], 'type   = var.unset\n    key_id = aws_kms_key.firewall.arn'),
          at: 'var.unset',
        },
      ],
    },
  },
});
