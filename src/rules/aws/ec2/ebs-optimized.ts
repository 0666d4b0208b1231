import type { Instance } from '../../../domain/resource.ts';
import { defineRule } from '../../../domain/rule.ts';
import { asString, at } from '../../../domain/value.ts';
import { judge } from '../../attribute.ts';
import type { Judgement } from '../../judgement.ts';
import { judging } from '../../judgement.ts';
import { declared, stack } from '../samples.ts';
import { launchTemplate } from './launch.ts';

/**
 * Types that can be optimised and are not unless they are told to, and types that never can be; all others always are
 * (https://docs.aws.amazon.com/ebs/latest/userguide/ebs-optimized.html).
 */
const OPTIONAL = /^(?:c1\.xlarge|c3\.[24]?xlarge|g2\.2xlarge|i2\.[24]?xlarge|m1\.x?large|m2\.[24]xlarge|m3\.2?xlarge|r3\.[24]?xlarge)$/u;
const NEVER = /^(?:t[12]\.|c[cr][12]\.|cg1\.|hi1\.|hs1\.|c[13]\.|g2\.|i2\.|m[123]\.|r3\.)/u;

function* judgements(instance: Instance): Iterable<Judgement> {
  const { attributes, resource } = instance;
  const [name, type] = resource.framework === 'terraform' ? ['ebs_optimized', 'instance_type'] : ['EbsOptimized', 'InstanceType'];
  const value = at(attributes, name);
  // A type that is not known does not excuse what is left out.
  const kind = asString(at(attributes, type));
  const can = kind === undefined || OPTIONAL.test(kind);
  if (!can && !NEVER.test(kind)) return;
  if (value.state === 'absent' && launchTemplate(instance).declared !== 'none') return;
  for (const violation of judge(value, { name, oneOf: [true], default: false }))
    yield { violation, fix: can ? { kind: 'set', resource, path: [name], value: true } : null };
}

export const rule = defineRule({
  id: 'aws-ec2-ebs-optimized',
  title: 'Instance must be optimised for EBS',
  // No control of AWS Foundational Security Best Practices; INFO is what other checkers give it.
  severity: 'INFO',
  // Whoever leaves it to a launch template has chosen there.
  targets: { terraform: ['aws_instance'], cloudformation: ['AWS::EC2::Instance'] },
  topics: ['ec2-ebs-optimized'],
  why: 'Without a path of their own, disks share the network with everything else: under load, or under attack, the instance can no longer write its logs.',
  remedy: [
    'Set `ebs_optimized = true` (CloudFormation: `EbsOptimized: true`).',
    'Or choose an instance type of a current generation, which is optimised in any case; T2 and some older types never can be.',
  ],
  references: ['https://docs.aws.amazon.com/ebs/latest/userguide/ebs-optimized.html'],
  controls: { nist: ['SC-5'] },
  equivalents: { checkov: ['CKV_AWS_135'], guard: ['EBS_OPTIMIZED_INSTANCE'] },
  // The instance is stopped for the change, and some types refuse it.
  ...judging(judgements, 'needs-review'),
  examples: {
    terraform: {
      bad: [
        {
          name: 'turned off',
          source: declared('aws_instance', ['instance_type = "m3.xlarge"', 'ebs_optimized = false']),
          at: 'false',
          fixed: declared('aws_instance', ['instance_type = "m3.xlarge"', 'ebs_optimized = true']),
        },
        {
          name: 'nothing said, and the type is not known',
          source: declared('aws_instance', ['instance_type = var.unset']),
          at: 'resource "aws_instance" "app"',
          fixed: declared('aws_instance', ['instance_type = var.unset', 'ebs_optimized = true']),
        },
        {
          name: 'a type that never is',
          source: declared('aws_instance', ['instance_type = "t2.micro"']),
          at: 'resource "aws_instance" "app"',
        },
        {
          name: 'a text that is neither true nor false',
          source: declared('aws_instance', ['ebs_optimized = "yes"']),
          at: '"yes"',
          fixed: declared('aws_instance', ['ebs_optimized = true']),
        },
      ],
      good: [
        { name: 'turned on', source: declared('aws_instance', ['instance_type = "m3.xlarge"', 'ebs_optimized = true']) },
        { name: 'a type that always is', source: declared('aws_instance', ['instance_type = "m7i.large"']) },
        {
          name: 'left to a launch template',
          source: declared('aws_instance', ['launch_template {', '  name = "web"', '}']),
        },
      ],
      undecided: [
        {
          name: 'a variable without a value decides',
          source: declared('aws_instance', ['instance_type = "r3.xlarge"', 'ebs_optimized = var.unset']),
          at: 'var.unset',
        },
      ],
    },
    cloudformation: {
      bad: [
        {
          name: 'turned off',
          source: stack('AWS::EC2::Instance', ['InstanceType: m3.xlarge', 'EbsOptimized: false']),
          at: 'false',
          fixed: stack('AWS::EC2::Instance', ['InstanceType: m3.xlarge', 'EbsOptimized: true']),
        },
        {
          name: 'nothing said',
          source: stack('AWS::EC2::Instance', ['InstanceType: c3.2xlarge']),
          at: 'App',
          fixed: stack('AWS::EC2::Instance', ['InstanceType: c3.2xlarge', 'EbsOptimized: true']),
        },
        {
          name: 'a text that is neither true nor false',
          source: stack('AWS::EC2::Instance', ['InstanceType: !Ref Unset', 'EbsOptimized: "yes"']),
          at: '"yes"',
          fixed: stack('AWS::EC2::Instance', ['InstanceType: !Ref Unset', 'EbsOptimized: true']),
        },
      ],
      good: [
        { name: 'turned on', source: stack('AWS::EC2::Instance', ['InstanceType: m3.xlarge', 'EbsOptimized: true']) },
        { name: 'a type that always is', source: stack('AWS::EC2::Instance', ['InstanceType: m7i.large']) },
      ],
      undecided: [
        {
          name: 'a parameter without a default decides',
          source: stack('AWS::EC2::Instance', ['EbsOptimized: !Ref Unset']),
          at: '!Ref Unset',
        },
      ],
    },
  },
});
