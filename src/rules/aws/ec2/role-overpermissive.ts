import type { Instance, Resource } from '../../../domain/resource.ts';
import type { Violation } from '../../../domain/rule.ts';
import { defineRule } from '../../../domain/rule.ts';
import type { Value } from '../../../domain/value.ts';
import { asString, at } from '../../../domain/value.ts';
import type { Answer } from '../policy.ts';
import { and, coversAction, excludesActions, hasEffect, isNarrowed, isUnknown, not, or, several, statements } from '../policy.ts';
import { another, declared, stack } from '../samples.ts';
import type { RolePolicy } from './role.ts';
import { isBounded, policiesOf, rolesOf } from './role.ts';

const MUST = 'the role must allow only what the instance does';

/** Policies of AWS that give away everything, or the power to take it. */
const TOO_MUCH = /^arn:aws[\w-]*:iam::aws:policy\/(?:AdministratorAccess|PowerUserAccess|IAMFullAccess)$/u;

interface Excess {
  readonly outcome: Violation['outcome'];
  readonly what: string;
  readonly span: Violation['span'];
}

/** Many instances share a role, which does not change. */
const judged = new WeakMap<Resource, readonly Excess[]>();

function excessesOf(role: Resource): readonly Excess[] {
  const known = judged.get(role) ?? policiesOf(role).flatMap((policy) => [...judgePolicy(policy)]);
  judged.set(role, known);
  return known;
}

function* judgePolicy(policy: RolePolicy): Iterable<Excess> {
  const { kind, name, value } = policy;
  if (kind === 'arn') {
    if (TOO_MUCH.test(asString(value) ?? ''))
      yield { outcome: 'fail', what: `${name} attaches ${asString(value)?.split('/').at(-1) ?? ''}`, span: value.span };
    else if (value.state === 'unknown' && value.reference === undefined)
      yield { outcome: 'undecided', what: `which policy ${name} attaches is not known: ${value.reason}`, span: value.span };
    return;
  }
  for (const statement of statements(value)) {
    const answer = allowsEverything(statement);
    const { span } = statement.state === 'known' ? actionOf(statement) : statement;
    if (isUnknown(answer)) yield { outcome: 'undecided', what: `what the policy of ${name} allows is not known: ${answer.reason}`, span };
    else if (answer) yield { outcome: 'fail', what: `the policy of ${name} allows everything, or the power over who may do what`, span };
  }
}

/** Allow of every action, of every one of IAM, or of all but some, on every resource and for whatever reason. */
function allowsEverything(statement: Value): Answer {
  return and(
    hasEffect(statement, 'Allow'),
    or(coversAction(statement, '*'), coversAction(statement, 'iam:*'), excludesActions(statement)),
    or(
      ...several(at(statement, 'Resource')).map((each) =>
        each.state === 'unknown' ? each.reference === undefined && each : asString(each) === '*',
      ),
    ),
    not(isNarrowed(statement)),
  );
}

function actionOf(statement: Value): Value {
  const action = at(statement, 'Action');
  const [first = action] = several(action);
  return action.state === 'absent' ? at(statement, 'NotAction') : first;
}

function* judge({ resource }: Instance): Iterable<Violation> {
  for (const role of rolesOf(resource)) {
    for (const { outcome, what, span } of excessesOf(role)) {
      const message = `The instance has the role ${role.address}, and ${what}; ${MUST}.`;
      yield { outcome, message, span, ...(isBounded(role) ? { severity: 'MEDIUM' } : {}) };
    }
  }
}

const ROLE = `resource "aws_iam_instance_profile" "web" {
  role = aws_iam_role.web.name
}

resource "aws_iam_role" "web" {
  assume_role_policy = "{}"
}
`;

function inline(action: string, resource = '"*"'): string {
  return `resource "aws_iam_role_policy" "web" {
  role   = aws_iam_role.web.id
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = ${action}, Resource = ${resource} }] })
}
`;
}

function roleInStack(...lines: readonly string[]): readonly string[] {
  return [
    another('Profile', 'AWS::IAM::InstanceProfile', ['Roles: [!Ref Role]']),
    another('Role', 'AWS::IAM::Role', ['AssumeRolePolicyDocument: {}', ...lines]),
  ];
}

export const rule = defineRule({
  id: 'aws-ec2-role-overpermissive',
  title: 'Role of an instance must not be allowed everything',
  // IAM.1 of AWS Foundational Security Best Practices, on policies that allow everything, is High. MEDIUM where a
  // permissions boundary holds the role back.
  severity: 'HIGH',
  // Only policies that are declared here, or are of AWS, are seen.
  targets: {
    terraform: ['aws_instance', 'aws_launch_configuration', 'aws_launch_template'],
    cloudformation: ['AWS::EC2::Instance', 'AWS::AutoScaling::LaunchConfiguration', 'AWS::EC2::LaunchTemplate'],
  },
  topics: ['ec2-iam-role-overpermissive'],
  why: 'Whoever gets into the instance, or makes it fetch an address, has the credentials of its role, and with them the account.',
  remedy: [
    'Find out what the instance does: IAM Access Analyzer makes a policy from what the role has done.',
    'Name these actions, and the resources they are done to, in place of the wildcards; remove `AdministratorAccess` and the like.',
  ],
  references: [
    'https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege',
    'https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html#iam-1',
  ],
  controls: { fsbp: ['IAM.1'], cis: ['1.16'], nist: ['AC-6'], pci: ['7.2.1'] },
  equivalents: {},
  check: judge,
  examples: {
    terraform: {
      bad: [
        {
          name: 'an inline policy allows every action',
          source: declared(
            'aws_instance',
            ['iam_instance_profile = aws_iam_instance_profile.web.name'],
            ROLE,
            inline('["s3:GetObject", "*"]'),
          ),
          at: '"s3:GetObject"',
        },
        {
          name: 'an inline policy allows all of IAM, for a launch template',
          source: declared(
            'aws_launch_template',
            ['iam_instance_profile {', '  name = aws_iam_instance_profile.web.name', '}'],
            ROLE,
            inline('"iam:*"'),
          ),
          at: '"iam:*"',
        },
        {
          name: 'a policy of AWS, for a launch configuration',
          source: declared(
            'aws_launch_configuration',
            ['iam_instance_profile = aws_iam_instance_profile.web.name'],
            ROLE,
            `resource "aws_iam_role_policy_attachment" "web" {
  role       = aws_iam_role.web.name
  policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"
}
`,
          ),
          at: '"arn:aws:iam::aws:policy/AdministratorAccess"',
        },
        {
          name: 'a policy of its own that is attached',
          source: declared(
            'aws_instance',
            ['iam_instance_profile = aws_iam_instance_profile.web.name'],
            ROLE,
            `resource "aws_iam_policy" "web" {
  policy = jsonencode({ Statement = { Effect = "Allow", NotAction = "iam:*", Resource = "*" } })
}
`,
            `resource "aws_iam_role_policy_attachment" "web" {
  role       = aws_iam_role.web.name
  policy_arn = aws_iam_policy.web.arn
}
`,
          ),
          at: '"iam:*"',
        },
      ],
      good: [
        {
          name: 'certain actions',
          source: declared(
            'aws_instance',
            ['iam_instance_profile = aws_iam_instance_profile.web.name'],
            ROLE,
            inline('["s3:GetObject", "s3:List*"]'),
          ),
        },
        {
          name: 'every action on one bucket',
          source: declared(
            'aws_instance',
            ['iam_instance_profile = aws_iam_instance_profile.web.name'],
            ROLE,
            inline('"*"', '"arn:aws:s3:::example-web/*"'),
          ),
        },
      ],
      undecided: [
        {
          name: 'a variable without a value decides',
          source: declared('aws_instance', ['iam_instance_profile = aws_iam_instance_profile.web.name'], ROLE, inline('var.unset')),
          at: 'var.unset',
        },
        {
          name: 'the policy that is attached is not known',
          source: declared(
            'aws_instance',
            ['iam_instance_profile = aws_iam_instance_profile.web.name'],
            ROLE,
            'resource "aws_iam_role_policy_attachment" "web" {\n  role       = aws_iam_role.web.name\n  policy_arn = var.unset\n}\n',
          ),
          at: 'var.unset',
        },
      ],
    },
    cloudformation: {
      bad: [
        {
          name: 'a policy in the role allows everything',
          source: stack(
            'AWS::EC2::Instance',
            ['IamInstanceProfile: !Ref Profile'],
            ...roleInStack(
              'Policies:',
              '  - PolicyName: web',
              '    PolicyDocument:',
              '      Statement: { Effect: Allow, Action: "*", Resource: "*" }',
            ),
          ),
          at: '"*"',
        },
        {
          name: 'a policy of AWS, for a launch configuration',
          source: stack(
            'AWS::AutoScaling::LaunchConfiguration',
            ['IamInstanceProfile: !Ref Profile'],
            ...roleInStack('ManagedPolicyArns: ["arn:aws:iam::aws:policy/PowerUserAccess"]'),
          ),
          at: '"arn:aws:iam::aws:policy/PowerUserAccess"',
        },
        {
          name: 'a policy of its own, for a launch template',
          source: stack(
            'AWS::EC2::LaunchTemplate',
            ['LaunchTemplateData:', '  IamInstanceProfile: { Arn: !GetAtt Profile.Arn }'],
            ...roleInStack(),
            another('Policy', 'AWS::IAM::Policy', [
              'Roles: [!Ref Role]',
              'PolicyDocument:',
              '  Statement:',
              '    - Effect: Allow',
              '      Action: ["*:*"]',
              '      Resource: "*"',
            ]),
          ),
          at: '"*:*"',
        },
      ],
      good: [
        {
          name: 'certain actions',
          source: stack(
            'AWS::EC2::Instance',
            ['IamInstanceProfile: !Ref Profile'],
            ...roleInStack(
              'Policies:',
              '  - PolicyName: web',
              '    PolicyDocument:',
              '      Statement: { Effect: Allow, Action: "s3:Get*", Resource: "*" }',
            ),
          ),
        },
      ],
      undecided: [
        {
          name: 'a parameter without a default decides',
          source: stack('AWS::EC2::Instance', ['IamInstanceProfile: !Ref Profile'], ...roleInStack('ManagedPolicyArns: [!Ref Unset]')),
          at: '!Ref Unset',
        },
      ],
    },
  },
});
