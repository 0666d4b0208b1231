import type { Instance } from '../../../domain/resource.ts';
import type { Violation } from '../../../domain/rule.ts';
import { defineRule } from '../../../domain/rule.ts';
import type { Value } from '../../../domain/value.ts';
import { all, at } from '../../../domain/value.ts';
import { declared, stack } from '../samples.ts';
import { isWritten, launchTemplate } from './launch.ts';

/** Attributes each of which says in which subnet or VPC the instance is: groups are of one VPC, interfaces of one subnet. */
const PLACES = {
  terraform: ['subnet_id', 'network_interface', 'primary_network_interface', 'vpc_security_group_ids'],
  cloudformation: ['SubnetId', 'NetworkInterfaces', 'SecurityGroupIds'],
} as const;

const MUST = 'it must name its subnet';

function* judge(instance: Instance): Iterable<Violation> {
  const { attributes, resource } = instance;
  const [subnet, ...others] = PLACES[resource.framework].map((name) => at(attributes, name));
  if (subnet === undefined || isSaid(subnet) || others.some(isSaid)) return;
  if (subnet.state === 'unknown') {
    yield { outcome: 'undecided', message: `The subnet is not known: ${subnet.reason}; ${MUST}.`, span: subnet.span };
    return;
  }
  const origin = launchTemplate(instance);
  if (origin.declared === 'elsewhere')
    yield {
      outcome: 'undecided',
      message: `The subnet is not set here and comes from a launch template declared elsewhere; ${MUST}.`,
      span: origin.reference.span,
    };
  else if (origin.declared === 'none' || !origin.template.instances.some(hasInterface))
    yield {
      outcome: 'fail',
      message: `No subnet is named, so the instance is put into the default VPC; ${MUST}.`,
      span: resource.header,
    };
}

/** What exists only after creation is something; of a list, one of its items. */
function isSaid(value: Value): boolean {
  if (value.state === 'unknown') return value.reference !== undefined;
  return value.state === 'known' && value.data !== '' && (all(value).length > 0 || typeof value.data !== 'object');
}

function hasInterface({ attributes, resource }: Instance): boolean {
  const paths =
    resource.framework === 'terraform'
      ? [['network_interfaces'], ['vpc_security_group_ids']]
      : [
          ['LaunchTemplateData', 'NetworkInterfaces'],
          ['LaunchTemplateData', 'SecurityGroupIds'],
        ];
  return paths.some((path) => isWritten(attributes, ...path));
}

export const rule = defineRule({
  id: 'aws-ec2-in-vpc',
  title: 'Instance must name the subnet it is put into',
  // No control of AWS Foundational Security Best Practices; LOW is what other checkers give it.
  severity: 'LOW',
  targets: { terraform: ['aws_instance'], cloudformation: ['AWS::EC2::Instance'] },
  // AWS has no EC2 outside of VPCs any more: an instance that names no place is in the default VPC.
  topics: ['ec2-in-vpc', 'ec2-default-vpc'],
  why: 'An instance that names no place is started in the default VPC, whose subnets are all public and give out public addresses.',
  remedy: ['Choose a private subnet of a VPC that is made for the purpose, and name it in `subnet_id` (CloudFormation: `SubnetId`).'],
  references: ['https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc.html'],
  controls: { nist: ['AC-4', 'SC-7'] },
  equivalents: { guard: ['EC2_INSTANCES_IN_VPC'] },
  check: judge,
  examples: {
    terraform: {
      bad: [
        { name: 'none is named', source: declared('aws_instance', ['instance_type = "t3.micro"']), at: 'resource "aws_instance" "app"' },
        { name: 'an empty text', source: declared('aws_instance', ['subnet_id = ""']), at: 'resource "aws_instance" "app"' },
        {
          name: 'its launch template names none either',
          source: declared(
            'aws_instance',
            ['launch_template {', '  id = aws_launch_template.web.id', '}'],
            'resource "aws_launch_template" "web" {\n  instance_type = "t3.micro"\n}\n',
          ),
          at: 'resource "aws_instance" "app"',
        },
      ],
      good: [
        { name: 'a subnet by its id', source: declared('aws_instance', ['subnet_id = "subnet-0123456789abcdef0"']) },
        { name: 'groups of a VPC', source: declared('aws_instance', ['vpc_security_group_ids = ["sg-0123456789abcdef0"]']) },
        {
          name: 'a subnet that is declared here',
          source: declared(
            'aws_instance',
            ['subnet_id = aws_subnet.web.id'],
            'resource "aws_subnet" "web" {\n  vpc_id = "vpc-0a1b2c3d4e5f67890"\n}\n',
          ),
        },
      ],
      undecided: [
        { name: 'a variable without a value decides', source: declared('aws_instance', ['subnet_id = var.unset']), at: 'var.unset' },
        {
          name: 'a launch template that is declared elsewhere decides',
          source: declared('aws_instance', ['launch_template {', '  name = "web"', '}']),
          at: 'launch_template',
        },
      ],
    },
    cloudformation: {
      bad: [
        { name: 'none is named', source: stack('AWS::EC2::Instance', ['InstanceType: t3.micro']), at: 'App' },
        { name: 'an empty text', source: stack('AWS::EC2::Instance', ['SubnetId: ""']), at: 'App' },
      ],
      good: [
        { name: 'a subnet by its id', source: stack('AWS::EC2::Instance', ['SubnetId: subnet-0123456789abcdef0']) },
        {
          name: 'an interface',
          source: stack('AWS::EC2::Instance', ['NetworkInterfaces:', '  - DeviceIndex: "0"', '    SubnetId: subnet-0123456789abcdef0']),
        },
      ],
      undecided: [
        { name: 'a parameter without a default decides', source: stack('AWS::EC2::Instance', ['SubnetId: !Ref Unset']), at: '!Ref Unset' },
      ],
    },
  },
});
