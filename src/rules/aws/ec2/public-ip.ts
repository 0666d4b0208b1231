import type { Change } from '../../../domain/change.ts';
import type { Instance } from '../../../domain/resource.ts';
import type { Violation } from '../../../domain/rule.ts';
import type { Span } from '../../../domain/source.ts';
import { defineRule } from '../../../domain/rule.ts';
import type { Value } from '../../../domain/value.ts';
import { at } from '../../../domain/value.ts';
import { seen } from '../../../domain/wording.ts';
import { elements, judge } from '../../attribute.ts';
import type { Judgement } from '../../judgement.ts';
import { judging } from '../../judgement.ts';

interface Layout {
  /** Where the network interfaces are; empty where the resource itself is one. */
  readonly interfaces: readonly string[];
  readonly flag: 'associate_public_ip_address' | 'AssociatePublicIpAddress';
  readonly subnet: 'subnet_id' | 'SubnetId';
}

const TERRAFORM = { flag: 'associate_public_ip_address', subnet: 'subnet_id' } as const;
const CLOUDFORMATION = { flag: 'AssociatePublicIpAddress', subnet: 'SubnetId' } as const;

const LAYOUTS: ReadonlyMap<string, Layout> = new Map<string, Layout>([
  ['aws_instance', { interfaces: [], ...TERRAFORM }],
  ['aws_launch_template', { interfaces: ['network_interfaces'], ...TERRAFORM }],
  ['aws_launch_configuration', { interfaces: [], ...TERRAFORM }],
  ['AWS::EC2::Instance', { interfaces: ['NetworkInterfaces'], ...CLOUDFORMATION }],
  ['AWS::EC2::LaunchTemplate', { interfaces: ['LaunchTemplateData', 'NetworkInterfaces'], ...CLOUDFORMATION }],
  ['AWS::AutoScaling::LaunchConfiguration', { interfaces: [], ...CLOUDFORMATION }],
]);

function* judgements(instance: Instance): Iterable<Judgement> {
  const layout = LAYOUTS.get(instance.resource.type);
  if (layout === undefined) return;
  const { flag, interfaces, subnet } = layout;
  const name = [...interfaces, flag].join('.');
  const found = elements(instance.attributes, interfaces);
  for (const { path, value } of found) {
    const assigned = at(value, flag);
    const violations =
      assigned.state === 'absent'
        ? judgeSubnet(instance, at(value, subnet), name, assigned.span)
        : judge(assigned, { name, oneOf: [false] });
    const fix: Change = { kind: 'set', resource: instance.resource, path: [...path, flag], value: false };
    for (const violation of violations) yield { violation, fix };
  }
  if (found.length > 0) return;
  // Without an interface of its own the instance takes what its subnet gives; only an interface can refuse, and that needs settings of its own.
  const id = at(instance.attributes, subnet);
  for (const violation of judgeSubnet(instance, id, name, id.span)) yield { violation, fix: null };
}

/**
 * An interface that says nothing gets a public address where its subnet assigns one. A subnet that is not declared here,
 * or none at all, passes: the declaration asks for no address, and reporting every such instance would help nobody.
 */
function* judgeSubnet({ resource }: Instance, id: Value, name: string, span: Span): Iterable<Violation> {
  const address = id.state === 'unknown' ? id.reference?.address : undefined;
  const subnet = resource.related.find((link) => link.resource.address === address && SUBNETS.has(link.resource.type))?.resource;
  if (subnet === undefined) return;
  const setting = subnet.framework === 'terraform' ? 'map_public_ip_on_launch' : 'MapPublicIpOnLaunch';
  const flags = subnet.instances.map((each) => at(each.attributes, setting));
  const assigning = flags.filter(
    (flag) => flag.state !== 'unknown' && [...judge(flag, { name, oneOf: [false], default: false })].length > 0,
  );
  const unknown = flags.find((flag) => flag.state === 'unknown');
  if (assigning.length === 0 && unknown === undefined) return;
  if (assigning.length === flags.length) {
    yield {
      outcome: 'fail',
      message: `${name} is not set, and ${subnet.address} assigns public addresses (${setting} is true); it must be false.`,
      span,
    };
    return;
  }
  const why =
    unknown === undefined
      ? `some instances of ${subnet.address} assign public addresses and some do not`
      : `${setting} of ${subnet.address} is ${seen(unknown)}`;
  yield { outcome: 'undecided', message: `${name} is not set, so the subnet decides, and ${why}; it must be false.`, span };
}

const SUBNETS = new Set(['aws_subnet', 'AWS::EC2::Subnet']);

export const rule = defineRule({
  id: 'aws-ec2-public-ip',
  title: 'Instance must not be given a public IPv4 address',
  // EC2.9 (instances), EC2.25 (launch templates) and AutoScaling.5 (launch configurations) of AWS Foundational Security Best Practices are High.
  severity: 'HIGH',
  targets: {
    terraform: ['aws_instance', 'aws_launch_template', 'aws_launch_configuration'],
    cloudformation: ['AWS::EC2::Instance', 'AWS::EC2::LaunchTemplate', 'AWS::AutoScaling::LaunchConfiguration'],
  },
  topics: ['ec2-public-ip', 'asg-launch-config-public-ip'],
  why: 'An instance with a public address is one security group mistake away from the whole internet. Behind a load balancer or a NAT gateway it can serve and reach out without one.',
  remedy: [
    'Set `associate_public_ip_address = false` (CloudFormation: `AssociatePublicIpAddress: false` in the network interface).',
    'Serve through a load balancer, reach out through a NAT gateway or VPC endpoints, and administer through AWS Systems Manager, before the address goes away.',
  ],
  references: [
    'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-instance-addressing.html',
    'https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-9',
  ],
  controls: { fsbp: ['EC2.9', 'EC2.25', 'AutoScaling.5'], nist: ['AC-4', 'SC-7'] },
  equivalents: { checkov: ['CKV_AWS_88', 'CKV_AWS_389'], trivy: ['AWS-0009'] },
  // Whoever reaches the instance by its public address no longer does.
  ...judging(judgements, 'needs-review'),
  examples: {
    terraform: {
      bad: [
        {
          name: 'instance asks for an address',
          source: `resource "aws_instance" "web" {
  ami                         = "ami-0123456789abcdef0"
  instance_type               = "t3.micro"
  associate_public_ip_address = true
}
`,
          at: 'true',
          fixed: `resource "aws_instance" "web" {
  ami                         = "ami-0123456789abcdef0"
  instance_type               = "t3.micro"
  associate_public_ip_address = false
}
`,
        },
        {
          name: 'instance says nothing and its subnet assigns addresses',
          source: `resource "aws_subnet" "public" {
  vpc_id                  = "vpc-0a1b2c3d4e5f67890"
  cidr_block              = "10.0.1.0/24"
  map_public_ip_on_launch = true
}

resource "aws_instance" "web" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"
  subnet_id     = aws_subnet.public.id
}
`,
          at: 'resource "aws_instance" "web"',
          fixed: `resource "aws_subnet" "public" {
  vpc_id                  = "vpc-0a1b2c3d4e5f67890"
  cidr_block              = "10.0.1.0/24"
  map_public_ip_on_launch = true
}

resource "aws_instance" "web" {
  ami                         = "ami-0123456789abcdef0"
  instance_type               = "t3.micro"
  subnet_id                   = aws_subnet.public.id
  associate_public_ip_address = false
}
`,
        },
        {
          name: 'second interface of a launch template asks for an address, as text',
          source: `resource "aws_launch_template" "web" {
  image_id = "ami-0123456789abcdef0"

  network_interfaces {
    device_index                = 0
    associate_public_ip_address = "false"
  }

  network_interfaces {
    device_index                = 1
    associate_public_ip_address = "true"
  }
}
`,
          at: '"true"',
          fixed: `resource "aws_launch_template" "web" {
  image_id = "ami-0123456789abcdef0"

  network_interfaces {
    device_index                = 0
    associate_public_ip_address = "false"
  }

  network_interfaces {
    device_index                = 1
    associate_public_ip_address = false
  }
}
`,
        },
        {
          name: 'launch configuration with a text that is neither true nor false',
          source: `resource "aws_launch_configuration" "web" {
  image_id                    = "ami-0123456789abcdef0"
  instance_type               = "t3.micro"
  associate_public_ip_address = "no"
}
`,
          at: '"no"',
          fixed: `resource "aws_launch_configuration" "web" {
  image_id                    = "ami-0123456789abcdef0"
  instance_type               = "t3.micro"
  associate_public_ip_address = false
}
`,
        },
      ],
      good: [
        {
          name: 'refuses an address whatever the subnet does',
          source: `resource "aws_subnet" "public" {
  vpc_id                  = "vpc-0a1b2c3d4e5f67890"
  cidr_block              = "10.0.1.0/24"
  map_public_ip_on_launch = true
}

resource "aws_instance" "web" {
  ami                         = "ami-0123456789abcdef0"
  instance_type               = "t3.micro"
  subnet_id                   = aws_subnet.public.id
  associate_public_ip_address = false
}
`,
        },
        {
          name: 'says nothing, in a subnet that assigns none',
          source: `resource "aws_subnet" "private" {
  vpc_id     = "vpc-0a1b2c3d4e5f67890"
  cidr_block = "10.0.2.0/24"
}

resource "aws_instance" "app" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"
  subnet_id     = aws_subnet.private.id
}
`,
        },
      ],
      undecided: [
        {
          name: 'a variable without a value decides',
          source: `variable "public" {
  type = bool
}

resource "aws_instance" "web" {
  ami                         = "ami-0123456789abcdef0"
  instance_type               = "t3.micro"
  associate_public_ip_address = var.public
}
`,
          at: 'var.public',
        },
        {
          name: 'the subnet decides, by a variable without a value',
          source: `variable "public" {
  type = bool
}

resource "aws_subnet" "web" {
  vpc_id                  = "vpc-0a1b2c3d4e5f67890"
  cidr_block              = "10.0.1.0/24"
  map_public_ip_on_launch = var.public
}

resource "aws_instance" "web" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"
  subnet_id     = aws_subnet.web.id
}
`,
          at: 'resource "aws_instance" "web"',
        },
      ],
    },
    cloudformation: {
      bad: [
        {
          name: 'interface asks for an address',
          source: `Resources:
  Web:
    Type: AWS::EC2::Instance
    Properties:
      ImageId: ami-0123456789abcdef0
      NetworkInterfaces:
        - DeviceIndex: "0"
          AssociatePublicIpAddress: true
`,
          at: 'true',
          fixed: `Resources:
  Web:
    Type: AWS::EC2::Instance
    Properties:
      ImageId: ami-0123456789abcdef0
      NetworkInterfaces:
        - DeviceIndex: "0"
          AssociatePublicIpAddress: false
`,
        },
        {
          name: 'interface of a launch template says nothing and its subnet assigns addresses',
          source: `Resources:
  Public:
    Type: AWS::EC2::Subnet
    Properties:
      VpcId: vpc-0a1b2c3d4e5f67890
      CidrBlock: 10.0.1.0/24
      MapPublicIpOnLaunch: true
  Web:
    Type: AWS::EC2::LaunchTemplate
    Properties:
      LaunchTemplateData:
        NetworkInterfaces:
          - DeviceIndex: 0
            SubnetId: !Ref Public
`,
          at: `DeviceIndex: 0
            SubnetId: !Ref Public`,
          fixed: `Resources:
  Public:
    Type: AWS::EC2::Subnet
    Properties:
      VpcId: vpc-0a1b2c3d4e5f67890
      CidrBlock: 10.0.1.0/24
      MapPublicIpOnLaunch: true
  Web:
    Type: AWS::EC2::LaunchTemplate
    Properties:
      LaunchTemplateData:
        NetworkInterfaces:
          - DeviceIndex: 0
            SubnetId: !Ref Public
            AssociatePublicIpAddress: false
`,
        },
        {
          name: 'instance has no interface of its own and its subnet assigns addresses',
          source: `Resources:
  Public:
    Type: AWS::EC2::Subnet
    Properties:
      VpcId: vpc-0a1b2c3d4e5f67890
      CidrBlock: 10.0.1.0/24
      MapPublicIpOnLaunch: true
  Web:
    Type: AWS::EC2::Instance
    Properties:
      ImageId: ami-0123456789abcdef0
      SubnetId: !Ref Public
`,
          at: '!Ref Public',
        },
        {
          name: 'launch configuration with a text that is neither true nor false',
          source: `{
  "Resources": {
    "Web": {
      "Type": "AWS::AutoScaling::LaunchConfiguration",
      "Properties": {
        "ImageId": "ami-0123456789abcdef0",
        "InstanceType": "t3.micro",
        "AssociatePublicIpAddress": "always"
      }
    }
  }
}
`,
          at: '"always"',
          fixed: `{
  "Resources": {
    "Web": {
      "Type": "AWS::AutoScaling::LaunchConfiguration",
      "Properties": {
        "ImageId": "ami-0123456789abcdef0",
        "InstanceType": "t3.micro",
        "AssociatePublicIpAddress": false
      }
    }
  }
}
`,
        },
      ],
      good: [
        {
          name: 'interface refuses an address',
          source: `Resources:
  Web:
    Type: AWS::EC2::Instance
    Properties:
      ImageId: ami-0123456789abcdef0
      NetworkInterfaces:
        - DeviceIndex: "0"
          AssociatePublicIpAddress: false
`,
        },
        {
          name: 'nothing said, and nothing known of the subnet',
          source: `Resources:
  Web:
    Type: AWS::EC2::Instance
    Properties:
      ImageId: ami-0123456789abcdef0
      SubnetId: subnet-0123456789abcdef0
`,
        },
      ],
      undecided: [
        {
          name: 'a parameter without a default decides',
          source: `Parameters:
  Public:
    Type: String
    AllowedValues: ["true", "false"]
Resources:
  Web:
    Type: AWS::AutoScaling::LaunchConfiguration
    Properties:
      ImageId: ami-0123456789abcdef0
      InstanceType: t3.micro
      AssociatePublicIpAddress: !Ref Public
`,
          at: '!Ref Public',
        },
      ],
    },
  },
});
