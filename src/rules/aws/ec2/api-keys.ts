import type { Instance } from '../../../domain/resource.ts';
import type { Violation } from '../../../domain/rule.ts';
import { defineRule } from '../../../domain/rule.ts';
import { declared } from '../samples.ts';
import { givesKeys } from './secrets.ts';
import { userDataOf } from './user-data.ts';

const MUST = 'software must take its permissions from the role of the instance';

/** Real or not, keys in user data say that the software works with keys. */
function* judge(instance: Instance): Iterable<Violation> {
  for (const { name, texts, value } of userDataOf(instance)) {
    if (texts?.some(givesKeys) === true)
      yield { outcome: 'fail', message: `${name} gives the instance AWS access keys; ${MUST}.`, span: value.span };
    else if (texts === null && value.state === 'unknown')
      yield {
        outcome: 'undecided',
        message: `Whether ${name} gives the instance AWS access keys is not known: ${value.reason}; ${MUST}.`,
        span: value.span,
      };
  }
}

export const rule = defineRule({
  id: 'aws-ec2-api-keys',
  title: 'Instance must work with a role, not with access keys',
  // No control of AWS Foundational Security Best Practices; LOW is what another checker gives it. What looks like a
  // real key is another rule's finding, HIGH.
  severity: 'LOW',
  // What provisioners run is no attribute of the instance and is not seen.
  targets: { terraform: ['aws_instance'] },
  topics: ['ec2-api-keys'],
  why: 'Access keys do not expire, work from anywhere, and have to be put on the instance by someone; the credentials of a role change by themselves every few hours.',
  remedy: [
    'Choose what the instance may do, declare a role for EC2 with it and an instance profile, and name that in `iam_instance_profile`.',
    'Remove the keys from user data, and delete them: the SDKs and the CLI find the role by themselves.',
  ],
  references: ['https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_switch-role-ec2.html'],
  controls: { nist: ['AC-6', 'IA-5'] },
  equivalents: {},
  check: judge,
  examples: {
    terraform: {
      bad: [
        {
          name: 'as variables of the shell',
          source: declared('aws_instance', ['user_data = "export AWS_ACCESS_KEY_ID=some-id AWS_SECRET_ACCESS_KEY=some-key"']),
          at: '"export AWS_ACCESS_KEY_ID=some-id AWS_SECRET_ACCESS_KEY=some-key"',
        },
        {
          name: 'by a command, in base64',
          source: declared('aws_instance', ['user_data_base64 = base64encode("aws configure set aws_access_key_id some-id")']),
          at: 'base64encode("aws configure set aws_access_key_id some-id")',
        },
      ],
      good: [
        {
          name: 'its role is asked',
          source: declared('aws_instance', [
            'iam_instance_profile = "web"',
            'user_data            = "aws s3 cp s3://example-setup/run.sh ."',
          ]),
        },
        {
          name: 'from somewhere else',
          source: declared('aws_instance', ['user_data = "export AWS_ACCESS_KEY_ID=$(fetch-id)"']),
        },
      ],
      undecided: [
        { name: 'a variable without a value decides', source: declared('aws_instance', ['user_data = var.unset']), at: 'var.unset' },
      ],
    },
  },
});
