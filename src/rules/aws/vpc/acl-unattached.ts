import { at, isList } from '../../../domain/value.ts';
import { defineRule } from '../../../domain/rule.ts';
import { judgeCompanions } from '../network/companion.ts';

const KINDS = [
  { type: 'aws_network_acl_association', attribute: 'network_acl_id' },
  { type: 'AWS::EC2::SubnetNetworkAclAssociation', attribute: 'NetworkAclId' },
];
const WORDS = { missing: 'no subnet has this network ACL', must: 'a subnet must, or it must go' };

export const rule = defineRule({
  id: 'aws-vpc-acl-unattached',
  title: 'Network ACL must be attached to a subnet',
  // EC2.16 of AWS Foundational Security Best Practices (unused network ACLs) is Low.
  severity: 'LOW',
  targets: { terraform: ['aws_network_acl'], cloudformation: ['AWS::EC2::NetworkAcl'] },
  topics: ['nacl-unattached'],
  why: 'A network ACL without a subnet protects nothing: what was meant to be behind it has the default one, which lets everything through.',
  remedy: [
    'Name the subnets: `subnet_ids = [aws_subnet.app.id]`, or an `aws_network_acl_association` for each.',
    'In CloudFormation declare an `AWS::EC2::SubnetNetworkAclAssociation` with `NetworkAclId: !Ref Acl` and your `SubnetId`.',
  ],
  references: [
    'https://docs.aws.amazon.com/vpc/latest/userguide/nacl-tasks.html',
    'https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-16',
  ],
  controls: { fsbp: ['EC2.16'], nist: ['CM-8'] },
  equivalents: { checkov: ['CKV2_AWS_1'] },
  *check(instance) {
    const subnets = at(instance.attributes, 'subnet_ids');
    const isEmpty = subnets.state === 'known' && isList(subnets.data) && subnets.data.every(({ state }) => state === 'absent');
    if (subnets.state === 'known' && !isEmpty) return;
    const [violation] = judgeCompanions(instance, KINDS, WORDS);
    if (violation === undefined) return;
    if (subnets.state === 'unknown') {
      const message = `Whether a subnet has this network ACL is not known: ${subnets.reason}; ${WORDS.must}.`;
      yield { outcome: 'undecided', message, span: subnets.span };
    } else yield isEmpty && violation.outcome === 'fail' ? { ...violation, span: subnets.span } : violation;
  },
  examples: {
    terraform: {
      bad: [
        {
          name: 'no subnet is named',
          source: 'resource "aws_network_acl" "app" {\n  vpc_id = "vpc-0a1b2c3d4e5f67890"\n}\n',
          at: 'resource "aws_network_acl" "app"',
        },
        {
          name: 'an empty list',
          source: 'resource "aws_network_acl" "app" {\n  vpc_id     = "vpc-0a1b2c3d4e5f67890"\n  subnet_ids = []\n}\n',
          at: '[]',
        },
      ],
      good: [
        { name: 'subnets by their ids', source: 'resource "aws_network_acl" "app" {\n  subnet_ids = ["subnet-0123456789abcdef0"]\n}\n' },
        {
          name: 'an association',
          source: `resource "aws_network_acl" "app" {
  vpc_id = "vpc-0a1b2c3d4e5f67890"
}

resource "aws_network_acl_association" "app" {
  network_acl_id = aws_network_acl.app.id
  subnet_id      = "subnet-0123456789abcdef0"
}
`,
        },
      ],
      undecided: [
        {
          name: 'a list that is not known',
          source: `variable "subnets" {
  type = list(string)
}

resource "aws_network_acl" "app" {
  subnet_ids = var.subnets
}
`,
          at: 'var.subnets',
        },
        {
          name: 'an association with an ACL that is not known',
          source: `variable "acl" {
  type = string
}

resource "aws_network_acl" "app" {
  vpc_id = "vpc-0a1b2c3d4e5f67890"
}

resource "aws_network_acl_association" "app" {
  network_acl_id = var.acl
  subnet_id      = "subnet-0123456789abcdef0"
}
`,
          at: 'var.acl',
        },
      ],
    },
    cloudformation: {
      bad: [
        {
          name: 'no association',
          source: 'Resources:\n  App:\n    Type: AWS::EC2::NetworkAcl\n    Properties:\n      VpcId: vpc-0a1b2c3d4e5f67890\n',
          at: 'App',
        },
      ],
      good: [
        {
          name: 'an association',
          source: `Resources:
  App:
    Type: AWS::EC2::NetworkAcl
    Properties:
      VpcId: vpc-0a1b2c3d4e5f67890
  AppSubnet:
    Type: AWS::EC2::SubnetNetworkAclAssociation
    Properties:
      NetworkAclId: !Ref App
      SubnetId: subnet-0123456789abcdef0
`,
        },
      ],
      undecided: [
        {
          name: 'an association with an ACL that is not known',
          source: `Parameters:
  Acl:
    Type: String
Resources:
  App:
    Type: AWS::EC2::NetworkAcl
    Properties:
      VpcId: vpc-0a1b2c3d4e5f67890
  AppSubnet:
    Type: AWS::EC2::SubnetNetworkAclAssociation
    Properties:
      NetworkAclId: !Ref Acl
      SubnetId: subnet-0123456789abcdef0
`,
          at: '!Ref Acl',
        },
      ],
    },
  },
});
