import type { Instance, Resource } from '../../../domain/resource.ts';
import type { Violation } from '../../../domain/rule.ts';
import { defineRule } from '../../../domain/rule.ts';
import { groupsOf } from '../ec2/groups.ts';
import { ALL_PORTS } from '../network/ports.ts';
import { entriesOf } from '../network/security-group.ts';
import { doubtsIn, isOfWorld } from '../network/source.ts';
import type { Answer } from '../network/traffic.ts';
import { isDoubt, opens } from '../network/traffic.ts';
import { another, declared, stack } from '../samples.ts';

const MUST = 'it must let in only what the instances serve';

/** Several launch templates share a group, which does not change. */
const opened = new WeakMap<Resource, { readonly answer: Answer }>();

/** Whether a group lets every address reach every port. */
function isWideOpen(group: Resource): Answer {
  const known = opened.get(group) ?? { answer: judgeGroup(group) };
  opened.set(group, known);
  return known.answer;
}

function judgeGroup(group: Resource): Answer {
  const answers = group.instances
    .flatMap((each) => entriesOf(each, 'ingress'))
    .map((entry): Answer => {
      const all = opens(entry, ALL_PORTS);
      if (all === 'no') return 'no';
      if (entry.sources.some(isOfWorld)) return isDoubt(entry.direction) ? entry.direction : all;
      return doubtsIn(entry.sources)[0] ?? 'no';
    });
  return answers.find((answer) => answer === 'yes') ?? answers.find(isDoubt) ?? 'no';
}

function* judge(instance: Instance): Iterable<Violation> {
  for (const { group, value } of groupsOf(instance)) {
    const answer = group === undefined ? 'no' : isWideOpen(group);
    if (group === undefined || answer === 'no') continue;
    if (answer === 'yes')
      yield { outcome: 'fail', message: `${group.address} lets every address reach every port; ${MUST}.`, span: value.span };
    else
      yield {
        outcome: 'undecided',
        message: `Whether ${group.address} lets every address reach every port cannot be told: ${answer.why}; ${MUST}.`,
        span: value.span,
      };
  }
}

function group(cidr: string, ports = ['from_port   = 0', 'to_port     = 65535', 'protocol    = "tcp"']): string {
  return `resource "aws_security_group" "web" {
  ingress {
${ports.map((line) => `    ${line}\n`).join('')}    cidr_blocks = [${cidr}]
  }
}
`;
}

function groupInStack(cidr: string): string {
  return another('Web', 'AWS::EC2::SecurityGroup', ['SecurityGroupIngress:', '  - IpProtocol: "-1"', `    CidrIp: ${cidr}`]);
}

export const rule = defineRule({
  id: 'aws-autoscaling-launch-open-security-group',
  title: 'Launched instances must not use a security group that is open to everyone',
  // No control of AWS Foundational Security Best Practices about launch configurations; HIGH is what another checker gives.
  severity: 'HIGH',
  // Groups that are declared elsewhere are judged there.
  targets: {
    terraform: ['aws_launch_configuration', 'aws_launch_template'],
    cloudformation: ['AWS::AutoScaling::LaunchConfiguration', 'AWS::EC2::LaunchTemplate'],
  },
  topics: ['asg-launch-open-sg'],
  why: 'Each instance that is launched, however many there will be, is reachable on every port: whatever happens to listen is attacked within minutes.',
  remedy: [
    'Narrow the rules of the security group to the ports that are served, and to the load balancer or network that asks.',
    'Or name another group here: the finding about the group itself says which entry is open.',
  ],
  references: ['https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html'],
  controls: { nist: ['AC-4', 'SC-7'] },
  equivalents: {},
  check: judge,
  examples: {
    terraform: {
      bad: [
        {
          name: 'every port of TCP is open to the world',
          source: declared('aws_launch_configuration', ['security_groups = [aws_security_group.web.id]'], group('"0.0.0.0/0"')),
          at: 'aws_security_group.web.id',
        },
        {
          name: 'every protocol is open to the world, for an interface of a launch template',
          source: declared(
            'aws_launch_template',
            ['network_interfaces {', '  security_groups = [aws_security_group.web.id]', '}'],
            group('"0.0.0.0/0"', ['from_port   = 0', 'to_port     = 0', 'protocol    = "-1"']),
          ),
          at: 'aws_security_group.web.id',
        },
      ],
      good: [
        {
          name: 'every port is open to a network',
          source: declared('aws_launch_configuration', ['security_groups = [aws_security_group.web.id]'], group('"10.0.0.0/8"')),
        },
        {
          name: 'one port is open to the world',
          source: declared(
            'aws_launch_template',
            ['vpc_security_group_ids = [aws_security_group.web.id]'],
            group('"0.0.0.0/0"', ['from_port   = 443', 'to_port     = 443', 'protocol    = "tcp"']),
          ),
        },
      ],
      undecided: [
        {
          name: 'a variable without a value decides to whom the group is open',
          source: declared('aws_launch_template', ['vpc_security_group_ids = [aws_security_group.web.id]'], group('var.unset')),
          at: 'aws_security_group.web.id',
        },
      ],
    },
    cloudformation: {
      bad: [
        {
          name: 'every protocol is open to the world',
          source: stack('AWS::AutoScaling::LaunchConfiguration', ['SecurityGroups: [!Ref Web]'], groupInStack('0.0.0.0/0')),
          at: '!Ref Web',
        },
        {
          name: 'the same, for a launch template',
          source: stack(
            'AWS::EC2::LaunchTemplate',
            ['LaunchTemplateData:', '  SecurityGroupIds: [!GetAtt Web.GroupId]'],
            groupInStack('0.0.0.0/0'),
          ),
          at: '!GetAtt Web.GroupId',
        },
      ],
      good: [
        {
          name: 'every protocol is open to a network',
          source: stack('AWS::AutoScaling::LaunchConfiguration', ['SecurityGroups: [!Ref Web]'], groupInStack('10.0.0.0/8')),
        },
      ],
      undecided: [
        {
          name: 'a parameter without a default decides to whom the group is open',
          source: stack('AWS::AutoScaling::LaunchConfiguration', ['SecurityGroups: [!Ref Web]'], groupInStack('!Ref Unset')),
          at: '!Ref Web',
        },
      ],
    },
  },
});
