import type { Value } from '../../../domain/value.ts';
import { all } from '../../../domain/value.ts';
import { defineRule } from '../../../domain/rule.ts';
import { usersOf } from '../network/exposure.ts';

export const rule = defineRule({
  id: 'aws-security-group-unused',
  title: 'Security group must be used',
  // A house rule; INFO is what another checker gives.
  severity: 'INFO',
  // Only what refers to the group within its root module is seen: a group that others use by an output or a tag is reported as well.
  // CloudFormation stacks often hold nothing but groups for others, so nothing is said about them.
  targets: { terraform: ['aws_security_group'] },
  topics: ['sg-unused'],
  why: 'A group that nothing uses is one that nobody looks after; the day it is attached, it opens what it was left with.',
  remedy: [
    'Name the group where it is needed, for example `vpc_security_group_ids = [aws_security_group.app.id]`, or remove it.',
    'Where another root module uses it, record an exception.',
  ],
  references: ['https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html'],
  controls: { nist: ['CM-8'] },
  equivalents: { checkov: ['CKV2_AWS_5'] },
  *check({ resource }) {
    const users = usersOf(resource);
    if (users.some(({ certain }) => certain)) return;
    const [maybe] = users;
    if (maybe === undefined) {
      yield { outcome: 'fail', message: 'Nothing here uses the group; something must, or it must go.', span: resource.header };
      return;
    }
    const values = maybe.resource.instances.flatMap(({ attributes }) => all(attributes, maybe.attribute));
    const value = values.find((each): each is Extract<Value, { state: 'unknown' }> => each.state === 'unknown');
    yield {
      outcome: 'undecided',
      message: `Whether ${maybe.resource.address} uses the group is not known${value === undefined ? '' : `: ${value.reason}`}; something must use it.`,
      span: value?.span ?? maybe.resource.header,
    };
  },
  examples: {
    terraform: {
      bad: [
        {
          name: 'nothing refers to it',
          source: 'resource "aws_security_group" "app" {\n  name = "app"\n}\n',
          at: 'resource "aws_security_group" "app"',
        },
        {
          name: 'only its own rule refers to it',
          source: `resource "aws_security_group" "app" {
  name = "app"
}

resource "aws_vpc_security_group_ingress_rule" "app" {
  security_group_id = aws_security_group.app.id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "10.0.0.0/16"
}
`,
          at: 'resource "aws_security_group" "app"',
        },
      ],
      good: [
        {
          name: 'an instance uses it',
          source: `resource "aws_security_group" "app" {
  name = "app"
}

resource "aws_instance" "app" {
  vpc_security_group_ids = [aws_security_group.app.id]
}
`,
        },
        {
          name: 'a function uses it',
          source: `resource "aws_security_group" "app" {
  name = "app"
}

resource "aws_lambda_function" "app" {
  vpc_config {
    security_group_ids = [aws_security_group.app.id]
  }
}
`,
        },
        {
          name: 'an instance uses it by its name',
          source: `resource "aws_security_group" "app" {
  name = "app"
}

resource "aws_instance" "app" {
  security_groups = ["app"]
}
`,
        },
      ],
      undecided: [
        {
          name: 'groups of an instance are not known',
          source: `variable "groups" {
  type = list(string)
}

resource "aws_security_group" "app" {
  name = "app"
}

resource "aws_instance" "app" {
  vpc_security_group_ids = var.groups
}
`,
          at: 'var.groups',
        },
      ],
    },
  },
});
