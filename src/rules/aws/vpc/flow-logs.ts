import type { Instance } from '../../../domain/resource.ts';
import type { Violation } from '../../../domain/rule.ts';
import { defineRule } from '../../../domain/rule.ts';
import { asString, at } from '../../../domain/value.ts';
import { companionsOf, judgeCompanions } from '../network/companion.ts';
import { stackWith, vpcWith } from '../network/vpc-samples.ts';

const KINDS = [
  { type: 'aws_flow_log', attribute: 'vpc_id' },
  { type: 'AWS::EC2::FlowLog', attribute: 'ResourceId' },
];
const MUST = 'one must record at least what is rejected';
const WORDS = { missing: 'no flow log is declared for the VPC', must: MUST };

/** Each log that leaves rejected traffic out is only half of one; with any other the VPC has what it needs. */
function* judge(instance: Instance): Iterable<Violation> {
  yield* judgeCompanions(instance, KINDS, WORDS);
  const traffic = companionsOf(instance, KINDS).found.map(({ attributes, resource }) =>
    at(attributes, resource.framework === 'terraform' ? 'traffic_type' : 'TrafficType'),
  );
  if (traffic.some((type) => type.state === 'absent' || (type.state === 'known' && asString(type) !== 'ACCEPT'))) return;
  const [first] = traffic.toSorted((a, b) => Number(b.state === 'unknown') - Number(a.state === 'unknown'));
  if (first?.state === 'unknown')
    yield { outcome: 'undecided', message: `What the flow log records is not known: ${first.reason}; ${MUST}.`, span: first.span };
  else if (first !== undefined)
    yield { outcome: 'fail', message: `The flow log records only what is accepted; ${MUST}.`, span: first.span };
}

export const rule = defineRule({
  id: 'aws-vpc-flow-logs',
  title: 'VPC must have flow logs',
  // EC2.6 of AWS Foundational Security Best Practices is Medium; it looks for logs of rejected traffic.
  severity: 'MEDIUM',
  targets: { terraform: ['aws_vpc'], cloudformation: ['AWS::EC2::VPC'] },
  topics: ['vpc-flow-logs'],
  why: 'Without flow logs nobody sees who scans the network, or what a host that was taken over talked to.',
  remedy: [
    'Choose where the logs go: a CloudWatch log group (with a role that may write to it) or an S3 bucket.',
    'Terraform: add `resource "aws_flow_log" "main"` with `vpc_id = aws_vpc.main.id`, `traffic_type = "REJECT"` or `"ALL"`, `log_destination_type = "s3"` and the ARN of your bucket in `log_destination`.',
    'CloudFormation: add an `AWS::EC2::FlowLog` with `ResourceType: VPC`, `ResourceId: !Ref Vpc`, `TrafficType: REJECT` or `ALL`, and your `LogDestination`.',
  ],
  references: [
    'https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html',
    'https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-6',
  ],
  controls: { fsbp: ['EC2.6'], cis: ['3.7'], nist: ['AU-12', 'SI-4'] },
  equivalents: { checkov: ['CKV2_AWS_11'], trivy: ['AWS-0178'], cfn_nag: ['W60'] },
  check: judge,
  examples: {
    terraform: {
      bad: [
        {
          name: 'none is declared',
          source: 'resource "aws_vpc" "main" {\n  cidr_block = "10.0.0.0/16"\n}\n',
          at: 'resource "aws_vpc" "main"',
        },
        {
          name: 'one of a subnet',
          source: vpcWith('aws_flow_log', ['subnet_id    = "subnet-0123456789abcdef0"', 'traffic_type = "ALL"']),
          at: 'resource "aws_vpc" "main"',
        },
        {
          name: 'one of accepted traffic',
          source: vpcWith('aws_flow_log', ['vpc_id       = aws_vpc.main.id', 'traffic_type = "ACCEPT"']),
          at: '"ACCEPT"',
        },
        {
          name: 'one that is not made',
          source: vpcWith('aws_flow_log', ['count        = 0', 'vpc_id       = aws_vpc.main.id', 'traffic_type = "ALL"']),
          at: 'resource "aws_vpc" "main"',
        },
      ],
      good: [
        { name: 'one that says nothing of traffic', source: vpcWith('aws_flow_log', ['vpc_id = aws_vpc.main.id']) },
        {
          name: 'one of accepted traffic, and one of rejected',
          source: `${vpcWith('aws_flow_log', ['vpc_id       = aws_vpc.main.id', 'traffic_type = "ACCEPT"'])}
resource "aws_flow_log" "rejected" {
  vpc_id       = aws_vpc.main.id
  traffic_type = "REJECT"
}
`,
        },
        { name: 'one of all traffic', source: vpcWith('aws_flow_log', ['vpc_id       = aws_vpc.main.id', 'traffic_type = "ALL"']) },
      ],
      undecided: [
        {
          name: 'one of accepted traffic, and one of which that is not known',
          source: `${vpcWith('aws_flow_log', ['vpc_id       = aws_vpc.main.id', 'traffic_type = "ACCEPT"'])}
resource "aws_flow_log" "perhaps" {
  vpc_id       = aws_vpc.main.id
  traffic_type = var.unset
}
`,
          at: 'var.unset',
        },

        {
          name: 'one of a VPC that is not known',
          source: vpcWith('aws_flow_log', ['vpc_id       = var.unset', 'traffic_type = "ALL"']),
          at: 'var.unset',
        },
        {
          name: 'one that may not be made',
          source: vpcWith('aws_flow_log', ['count        = var.unset', 'vpc_id       = aws_vpc.main.id', 'traffic_type = "ALL"']),
          at: 'resource "aws_flow_log" "this"',
        },
        {
          name: 'one of traffic that is not known',
          source: vpcWith('aws_flow_log', ['vpc_id       = aws_vpc.main.id', 'traffic_type = var.unset']),
          at: 'var.unset',
        },
      ],
    },
    cloudformation: {
      bad: [
        {
          name: 'one of another VPC',
          source: stackWith('AWS::EC2::FlowLog', ['ResourceType: VPC', 'ResourceId: vpc-0a1b2c3d4e5f67890', 'TrafficType: ALL']),
          at: 'Main',
        },
        {
          name: 'one of accepted traffic',
          source: stackWith('AWS::EC2::FlowLog', ['ResourceType: VPC', 'ResourceId: !Ref Main', 'TrafficType: ACCEPT']),
          at: 'ACCEPT',
        },
      ],
      good: [
        {
          name: 'one of rejected traffic',
          source: stackWith('AWS::EC2::FlowLog', ['ResourceType: VPC', 'ResourceId: !Ref Main', 'TrafficType: REJECT']),
        },
      ],
      undecided: [
        {
          name: 'one of a VPC that is not known',
          source: stackWith('AWS::EC2::FlowLog', ['ResourceType: VPC', 'ResourceId: !Ref Unset', 'TrafficType: ALL']),
          at: '!Ref Unset',
        },
      ],
    },
  },
});
