import type { Instance } from '../../../domain/resource.ts';
import type { Violation } from '../../../domain/rule.ts';
import { defineRule } from '../../../domain/rule.ts';
import { asString } from '../../../domain/value.ts';
import { another, declared, stack } from '../samples.ts';
import type { NamedGroup } from './groups.ts';
import { groupsOf, namesGroups } from './groups.ts';
import { isWritten } from './launch.ts';

const MUST = 'it must name a security group that is made for it';

const BRINGING = {
  terraform: [['network_interface'], ['primary_network_interface'], ['launch_template']],
  cloudformation: [['NetworkInterfaces', 'NetworkInterfaceId'], ['LaunchTemplate']],
} as const;

/** Attributes of a VPC that name its default group. */
const DEFAULT_OF_VPC = new Set(['default_security_group_id', 'DefaultSecurityGroup']);

/** By its name, which AWS keeps for the default group; as an attribute of its VPC; or as the resource that takes it over. */
function isDefault({ group, value }: NamedGroup): boolean {
  if (group?.type === 'aws_default_security_group') return true;
  return value.state === 'unknown' ? DEFAULT_OF_VPC.has(value.reference?.attribute ?? '') : asString(value) === 'default';
}

function* judge(instance: Instance): Iterable<Violation> {
  const { attributes, resource } = instance;
  const groups = groupsOf(instance);
  for (const each of groups)
    if (isDefault(each))
      yield { outcome: 'fail', message: `${each.name} names the default security group; ${MUST}.`, span: each.value.span };
    else if (each.value.state === 'unknown' && each.value.reference === undefined)
      yield {
        outcome: 'undecided',
        message: `Whether ${each.name} names the default security group is not known: ${each.value.reason}; ${MUST}.`,
        span: each.value.span,
      };
  if (namesGroups(instance)) return;
  // An interface that is made elsewhere, and a launch template, bring groups of their own.
  if (BRINGING[resource.framework].some((path) => isWritten(attributes, ...path))) return;
  yield {
    outcome: 'fail',
    message: `No security group is named, so the instance gets the default one of its VPC; ${MUST}.`,
    span: resource.header,
  };
}

export const rule = defineRule({
  id: 'aws-ec2-default-security-group',
  title: 'Instance must not use the default security group',
  // No control of AWS Foundational Security Best Practices on instances; MEDIUM is what another checker gives it.
  severity: 'MEDIUM',
  targets: { terraform: ['aws_instance'], cloudformation: ['AWS::EC2::Instance'] },
  topics: ['ec2-default-security-group'],
  why: 'Whatever is in the default group can reach everything else in it, and a rule that is added for one instance opens all the others.',
  remedy: [
    'Declare a security group for what the instance does, with the ports that it serves.',
    'Name it in `vpc_security_group_ids` (CloudFormation: `SecurityGroupIds`).',
  ],
  references: ['https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html'],
  controls: { nist: ['AC-4', 'SC-7'] },
  equivalents: {},
  check: judge,
  examples: {
    terraform: {
      bad: [
        { name: 'by its name', source: declared('aws_instance', ['security_groups = ["default"]']), at: '"default"' },
        {
          name: 'as an attribute of the VPC',
          source: declared(
            'aws_instance',
            ['vpc_security_group_ids = [aws_vpc.main.default_security_group_id]'],
            'resource "aws_vpc" "main" {\n  cidr_block = "10.0.0.0/16"\n}\n',
          ),
          at: 'aws_vpc.main.default_security_group_id',
        },
        {
          name: 'as the resource that takes it over',
          source: declared(
            'aws_instance',
            ['vpc_security_group_ids = [aws_default_security_group.main.id]'],
            'resource "aws_default_security_group" "main" {\n  vpc_id = "vpc-0a1b2c3d4e5f67890"\n}\n',
          ),
          at: 'aws_default_security_group.main.id',
        },
        { name: 'none is named', source: declared('aws_instance', ['instance_type = "t3.micro"']), at: 'resource "aws_instance" "app"' },
        { name: 'an empty list', source: declared('aws_instance', ['vpc_security_group_ids = []']), at: 'resource "aws_instance" "app"' },
      ],
      good: [
        {
          name: 'a group of its own',
          source: declared(
            'aws_instance',
            ['vpc_security_group_ids = [aws_security_group.web.id]'],
            'resource "aws_security_group" "web" {\n  name = "web"\n}\n',
          ),
        },
        { name: 'a group by its id', source: declared('aws_instance', ['vpc_security_group_ids = ["sg-0123456789abcdef0"]']) },
        {
          name: 'its interface is made elsewhere',
          source: declared('aws_instance', [
            'network_interface {',
            '  device_index         = 0',
            '  network_interface_id = "eni-0123456789abcdef0"',
            '}',
          ]),
        },
      ],
      undecided: [
        {
          name: 'a variable without a value decides',
          source: declared('aws_instance', ['vpc_security_group_ids = [var.unset]']),
          at: 'var.unset',
        },
      ],
    },
    cloudformation: {
      bad: [
        { name: 'by its name', source: stack('AWS::EC2::Instance', ['SecurityGroups: [default]']), at: 'default' },
        {
          name: 'as an attribute of the VPC',
          source: stack(
            'AWS::EC2::Instance',
            ['SecurityGroupIds:', '  - !GetAtt Vpc.DefaultSecurityGroup'],
            another('Vpc', 'AWS::EC2::VPC', ['CidrBlock: 10.0.0.0/16']),
          ),
          at: '!GetAtt Vpc.DefaultSecurityGroup',
        },
        { name: 'none is named', source: stack('AWS::EC2::Instance', ['InstanceType: t3.micro']), at: 'App' },
      ],
      good: [
        {
          name: 'a group of its own',
          source: stack(
            'AWS::EC2::Instance',
            ['SecurityGroupIds: [!GetAtt Web.GroupId]'],
            another('Web', 'AWS::EC2::SecurityGroup', ['GroupDescription: web']),
          ),
        },
        {
          name: 'a group of its interface',
          source: stack('AWS::EC2::Instance', ['NetworkInterfaces:', '  - DeviceIndex: "0"', '    GroupSet: [sg-0123456789abcdef0]']),
        },
      ],
      undecided: [
        {
          name: 'a parameter without a default decides',
          source: stack('AWS::EC2::Instance', ['SecurityGroupIds: [!Ref Unset]']),
          at: '!Ref Unset',
        },
      ],
    },
  },
});
