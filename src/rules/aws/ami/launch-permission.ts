import type { Instance } from '../../../domain/resource.ts';
import type { Violation } from '../../../domain/rule.ts';
import { defineRule } from '../../../domain/rule.ts';
import { asString, at } from '../../../domain/value.ts';
import { declared } from '../samples.ts';

const MUST = 'it must stay within this account';

/** A permission is for one of these, and there is none for the account of the image itself. */
const WITHIN = ['organization_arn', 'organizational_unit_arn'];

function* judge({ attributes, key, resource }: Instance): Iterable<Violation> {
  if (key === undefined) {
    const message = `Whether the image is shared is not known, as the number of permissions is not; ${MUST}.`;
    yield { outcome: 'undecided', message, span: resource.header };
    return;
  }
  const group = at(attributes, 'group');
  if (group.state === 'unknown')
    yield {
      outcome: 'undecided',
      message: `Whether the image is shared with everyone is not known: ${group.reason}; ${MUST}.`,
      span: group.span,
      severity: 'HIGH',
    };
  else if (asString(group) === 'all')
    yield { outcome: 'fail', message: `The image is shared with every AWS account; ${MUST}.`, span: group.span, severity: 'HIGH' };
  else {
    const account = at(attributes, 'account_id');
    const inside = WITHIN.map((name) => at(attributes, name)).find(({ state }) => state !== 'absent');
    if (account.state !== 'absent')
      yield { outcome: 'fail', message: `The image is shared with another account; ${MUST}.`, span: account.span };
    else if (inside !== undefined)
      yield {
        outcome: 'fail',
        message: `The image is shared with accounts of an organisation; ${MUST}.`,
        span: inside.span,
        severity: 'LOW',
      };
  }
}

function permission(...lines: readonly string[]): string {
  return declared('aws_ami_launch_permission', ['image_id = "ami-0123456789abcdef0"', ...lines]);
}

export const rule = defineRule({
  id: 'aws-ami-launch-permission',
  title: 'Machine image must not be shared with other accounts',
  // No control of AWS Foundational Security Best Practices; MEDIUM is what other checkers give. Shared with everyone is worse,
  // with one's own organisation less so.
  severity: 'MEDIUM',
  // Every permission is for somebody else, whichever account it names.
  targets: { terraform: ['aws_ami_launch_permission'] },
  topics: ['ami-launch-permission'],
  why: 'Whoever may start an image can read all that is on its disks: code, configuration and whatever credentials were left behind.',
  remedy: [
    'Remove the permission, unless the other account needs the image and you know what is on it; record an exception then.',
    'Build images in one account and share them within your organisation, with disks encrypted by a KMS key whose policy names the accounts.',
  ],
  references: ['https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/sharingamis-explicit.html'],
  controls: { nist: ['AC-3', 'AC-6'] },
  equivalents: { checkov: ['CKV_AWS_205'] },
  check: judge,
  examples: {
    terraform: {
      bad: [
        { name: 'shared with an account', source: permission('account_id = "111122223333"'), at: '"111122223333"' },
        { name: 'shared with everyone', source: permission('group    = "all"'), at: '"all"' },
        {
          name: 'shared within an organisation',
          source: permission('organization_arn = "arn:aws:organizations::111122223333:organization/o-abcdefghij"'),
          at: '"arn:aws:organizations::111122223333:organization/o-abcdefghij"',
        },
        {
          name: 'shared with an account that is not known',
          source: permission('account_id = var.unset'),
          at: 'var.unset',
        },
      ],
      good: [
        { name: 'nobody is named', source: permission('account_id = null') },
        { name: 'no permission is made', source: permission('count = 0', 'group = "all"') },
      ],
      undecided: [{ name: 'a variable without a value decides', source: permission('group = var.unset'), at: 'var.unset' }],
    },
  },
});
