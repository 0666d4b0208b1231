import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePolicy } from '../../src/config/policy/parse.ts';
import { customRule } from '../../src/domain/custom-rule.ts';
import type { CustomRule } from '../../src/domain/custom-rule.ts';
import { parsePath } from '../../src/domain/attribute-path.ts';
import type { Requirement } from '../../src/domain/requirement.ts';
import { RuleSet, evaluate } from '../../src/domain/evaluate.ts';
import { remediate } from '../../src/domain/remediation.ts';
import type { Resource } from '../../src/domain/resource.ts';
import { SourceText, applyEdits } from '../../src/domain/source.ts';
import { known, unknown } from '../../src/domain/value.ts';
import type { Value } from '../../src/domain/value.ts';
import { createWorkspace } from '../../src/iac/workspace.ts';

/** The one rule of a policy: what follows `targets`, indented as a rule is. */
function rule(targets: string, rest: string): CustomRule {
  const text = `version: 1
custom-rules:
  - id: custom-one
    title: It must be so
    severity: medium
    remedy: [Make it so.]
    targets: [${targets}]
${rest.replaceAll(/^/gmu, '    ')}
`;
  const [first] = parsePolicy(text, 'policy.yml').customRules;
  if (first === undefined) throw new Error('the policy declares no rule');
  return first;
}

/** `outcome at text: message`, one a finding. */
function said(source: string, one: CustomRule): string[] {
  const workspace = createWorkspace([
    new SourceText(source.startsWith('Resources') || source.startsWith('Parameters') ? 't.yaml' : 'main.tf', source),
  ]);
  expect(workspace.diagnostics).toEqual([]);
  return workspace.resources
    .flatMap((resource) => evaluate(resource, new RuleSet([one])))
    .map(({ outcome, message, span }) => `${outcome} at ${source.slice(span.start.offset, span.end.offset)}: ${message}`);
}

const volume = (size: string): string => `variable "open" {
  type = string
}

resource "aws_ebs_volume" "data" {
${size === '' ? '' : `  type = ${size}\n`}}
`;

const stack = (size: string): string => `Parameters:
  Open:
    Type: String
Resources:
  Data:
    Type: AWS::EC2::Volume
    Properties:
      Encrypted: true
${size === '' ? '' : `      VolumeType: ${size}\n`}`;

const HEADER = 'resource "aws_ebs_volume" "data"';
const OPEN = 'is not known: var.open has no value here';

describe('what a custom rule requires of a Terraform attribute', () => {
  it.each<[must: string, written: string, ...expected: string[]]>([
    ['equal: gp3', '"gp3"'],
    ['equal: gp3', '"io2"', 'fail at "io2": type is "io2"; it must be "gp3".'],
    ['equal: gp3', '["gp3"]', 'fail at ["gp3"]: type is a list of 1; it must be "gp3".'],
    ['equal: gp3', '', `fail at ${HEADER}: type is not set; it must be "gp3".`],
    ['equal: gp3', 'var.open', `undecided at var.open: type ${OPEN}; it must be "gp3".`],
    ['equal: true', '"true"'],
    ['not-equal: gp2', '"gp3"'],
    ['not-equal: gp2', '"gp2"', 'fail at "gp2": type is "gp2"; it must not be "gp2".'],
    ['not-equal: gp2', ''],
    [
      'not-equal: gp2',
      '["gp2"]',
      'undecided at ["gp2"]: type is a list of 1, which cannot be compared with one value (type[*] names each item); it must not be "gp2".',
    ],
    ['not-equal: gp2', 'var.open', `undecided at var.open: type ${OPEN}; it must not be "gp2".`],
    ['in: [gp3, io2]', '"io2"'],
    ['in: [gp3, io2]', '"gp2"', 'fail at "gp2": type is "gp2"; it must be "gp3" or "io2".'],
    ['in: [gp3, io2]', '', `fail at ${HEADER}: type is not set; it must be "gp3" or "io2".`],
    ['not-in: [gp2, st1]', '"gp3"'],
    ['not-in: [gp2, st1]', '"st1"', 'fail at "st1": type is "st1"; it must not be "gp2" or "st1".'],
    ['not-in: [gp2, st1]', 'var.open', `undecided at var.open: type ${OPEN}; it must not be "gp2" or "st1".`],
    ['match: "^gp[0-9]$"', '"gp3"'],
    ['match: "^gp[0-9]$"', '"xgp3"', 'fail at "xgp3": type is "xgp3"; it must match "^gp[0-9]$".'],
    ['match: "^gp[0-9]$"', 'var.open', `undecided at var.open: type ${OPEN}; it must match "^gp[0-9]$".`],
    ['not-match: "2"', '"gp3"'],
    ['not-match: "2"', '"gp2"', 'fail at "gp2": type is "gp2"; it must not match "2".'],
    ['present: true', '"gp3"'],
    ['present: true', '', `fail at ${HEADER}: type is not set; it must be set.`],
    ['present: true', 'null', 'fail at null: type is not set; it must be set.'],
    ['present: true', 'var.open', `undecided at var.open: type ${OPEN}; it must be set.`],
    ['absent: true', ''],
    ['absent: true', '"gp3"', 'fail at "gp3": type is "gp3"; it must not be set.'],
    ['absent: true', 'var.open', `undecided at var.open: type ${OPEN}; it must not be set.`],
    ['less-than: 5', '4'],
    ['less-than: 5', '5', 'fail at 5: type is 5; it must be less than 5.'],
    ['at-most: 5', '5'],
    ['at-most: 5', '"6"', 'fail at "6": type is "6"; it must be at most 5.'],
    ['at-least: 5', '5'],
    ['at-least: 5', '4.5', 'fail at 4.5: type is 4.5; it must be at least 5.'],
    ['greater-than: 5', '6'],
    ['greater-than: 5', '5', 'fail at 5: type is 5; it must be greater than 5.'],
    ['greater-than: 5', '"many"', 'fail at "many": type is "many"; it must be greater than 5.'],
    ['greater-than: 5', 'var.open', `undecided at var.open: type ${OPEN}; it must be greater than 5.`],
    ['starts-with: gp', '"gp3"'],
    ['starts-with: gp', '"io2"', 'fail at "io2": type is "io2"; it must begin with "gp".'],
    ['ends-with: "3"', '"gp3"'],
    ['ends-with: "3"', '"gp2"', 'fail at "gp2": type is "gp2"; it must end with "3".'],
    ['contains: p', '"gp3"'],
    ['contains: a', '["a", "b"]'],
    ['contains: c', '["a", "b"]', 'fail at ["a", "b"]: type is a list of 2; it must contain "c".'],
    ['contains: a', '["a", var.open]'],
    ['contains: c', '["a", var.open]', `undecided at ["a", var.open]: an item of type ${OPEN}; it must contain "c".`],
    ['at-least: 1, at-most: 3', '2'],
    ['at-least: 1, at-most: 3', '4', 'fail at 4: type is 4; it must be at least 1 and be at most 3.'],
  ])('%s, written %s', (must, written, ...expected) => {
    expect(said(volume(written), rule('aws_ebs_volume', `attribute: type\nmust: {${must}}`))).toEqual(expected);
  });
});

describe('what a custom rule requires of a CloudFormation property', () => {
  it.each<[must: string, written: string, ...expected: string[]]>([
    ['equal: gp3', 'gp3'],
    ['equal: gp3', 'io2', 'fail at io2: VolumeType is "io2"; it must be "gp3".'],
    ['equal: gp3', '', 'fail at Data: VolumeType is not set; it must be "gp3".'],
    ['equal: gp3', '[gp3]', 'fail at VolumeType: VolumeType is a list of 1; it must be "gp3".'],
    ['equal: gp3', '!Ref Open', 'undecided at !Ref Open: VolumeType is not known: parameter Open has no default here; it must be "gp3".'],
    ['not-in: [gp2, st1]', 'gp2', 'fail at gp2: VolumeType is "gp2"; it must not be "gp2" or "st1".'],
    ['not-in: [gp2, st1]', ''],
    ['at-least: 5', '"7"'],
    ['at-least: 5', '4', 'fail at 4: VolumeType is 4; it must be at least 5.'],
    ['present: true', '!Ref AWS::NoValue', 'fail at !Ref AWS::NoValue: VolumeType is not set; it must be set.'],
    ['absent: true', 'gp2', 'fail at gp2: VolumeType is "gp2"; it must not be set.'],
  ])('%s, written %s', (must, written, ...expected) => {
    expect(said(stack(written), rule('AWS::EC2::Volume', `attribute: VolumeType\nmust: {${must}}`))).toEqual(expected);
  });
});

describe('an attribute of a custom rule', () => {
  const group = `variable "ports" {
  type = list(number)
}

resource "aws_security_group" "web" {
  ingress {
    from_port   = 22
    cidr_blocks = ["10.0.0.0/8", "0.0.0.0/0"]
  }

  ingress {
    from_port   = 443
    cidr_blocks = ["0.0.0.0/0"]
  }

  dynamic "egress" {
    for_each = var.ports
    content {
      from_port = 25
    }
  }
}
`;

  it('is each item of a list, narrowed by the same item', () => {
    const one = rule(
      'aws_security_group',
      `attribute: ingress[*].cidr_blocks[*]
must: {not-equal: 0.0.0.0/0}
when: [{attribute: "ingress[*].from_port", equal: 22}]
message: SSH is for the office.`,
    );
    expect(said(group, one)).toEqual([
      'fail at "0.0.0.0/0": SSH is for the office. ingress[*].cidr_blocks[*] is "0.0.0.0/0"; it must not be "0.0.0.0/0".',
    ]);
  });

  it('is in each of several blocks, also where no [*] says so', () => {
    expect(said(group, rule('aws_security_group', 'attribute: ingress.from_port\nmust: {less-than: 400}'))).toEqual([
      'fail at 443: ingress.from_port is 443; it must be less than 400.',
    ]);
  });

  it('in blocks that may not be there is open, unless it makes no difference', () => {
    const reason = 'Whether there is such a block is not known: var.ports has no value here.';
    expect(said(group, rule('aws_security_group', 'attribute: egress[*].from_port\nmust: {not-equal: 25}'))).toEqual([
      `undecided at dynamic "egress": egress[*].from_port is 25; it must not be 25. ${reason}`,
    ]);
    expect(said(group, rule('aws_security_group', 'attribute: egress[*].from_port\nmust: {equal: 25}'))).toEqual([]);
    expect(said(group, rule('aws_security_group', 'attribute: egress.from_port\nmust: {equal: 25}'))).toEqual([
      'undecided at dynamic "egress": egress.from_port is only set if there is such a block, which is not known: var.ports has no value here; it must be 25.',
    ]);
    expect(said(group, rule('aws_security_group', 'attribute: egress.from_port\nmust: {equal: 26}'))).toEqual([
      'fail at 25: egress.from_port is 25; it must be 26.',
    ]);
  });

  it('is the item that is told by another of its attributes', () => {
    const one = rule('AWS::S3::Bucket', 'attribute: "Tags[Key=Owner].Value"\nmust: {match: ^team-}');
    const bucket = (tags: string): string => `Parameters:
  Name: {Type: String}
Resources:
  Logs:
    Type: AWS::S3::Bucket
    Properties:
      Tags: ${tags}
`;
    expect(said(bucket('[{Key: Stage, Value: x}, {Key: Owner, Value: team-web}]'), one)).toEqual([]);
    expect(said(bucket('[{Key: Owner, Value: web}]'), one)).toEqual([
      'fail at web: Tags[Key=Owner].Value is "web"; it must match "^team-".',
    ]);
    expect(said(bucket('[{Key: Stage, Value: team-x}]'), one)).toEqual([
      'fail at Tags: Tags[Key=Owner].Value is not set; it must match "^team-".',
    ]);
    expect(said(bucket('[{Key: !Ref Name, Value: x}]'), one)).toEqual([
      'undecided at !Ref Name: Tags[Key=Owner].Value is not known: Key of an item, which may be "Owner", is not known: parameter Name has no default here; it must match "^team-".',
    ]);
  });

  it('may have any name, and lie in a JSON text', () => {
    const source = `resource "aws_s3_bucket_policy" "logs" {
  policy = jsonencode({ Statement = [{ Effect = "Allow", "x.y" = "z" }] })
}
`;
    expect(said(source, rule('aws_s3_bucket_policy', 'attribute: policy.Statement[*].Effect\nmust: {equal: Deny}'))).toEqual([
      'fail at "Allow": policy.Statement[*].Effect is "Allow"; it must be "Deny".',
    ]);
    expect(said(source, rule('aws_s3_bucket_policy', `attribute: 'policy.Statement["x.y"]'\nmust: {equal: z}`))).toEqual([]);
  });

  it('that is an attribute of another declaration is set, whatever it is', () => {
    const source = `resource "aws_kms_key" "own" {
}

resource "aws_ebs_volume" "data" {
  kms_key_id = aws_kms_key.own.arn
}
`;
    expect(said(source, rule('aws_ebs_volume', 'attribute: kms_key_id\nmust: {present: true}'))).toEqual([]);
    expect(said(source, rule('aws_ebs_volume', 'attribute: kms_key_id\nmust: {absent: true}'))).toEqual([
      'fail at aws_kms_key.own.arn: kms_key_id is set; it must not be set.',
    ]);
  });

  it('is judged only where the rule applies, and undecided where that is not known', () => {
    const one = rule('aws_ebs_volume', 'attribute: encrypted\nmust: {equal: true}\nwhen: [{attribute: type, in: [gp3, io2]}]');
    expect(said(volume('"st1"'), one)).toEqual([]);
    expect(said(volume('"gp3"'), one)).toEqual([`fail at ${HEADER}: encrypted is not set; it must be true.`]);
    expect(said(volume('var.open'), one)).toEqual([
      'undecided at var.open: encrypted is not set; it must be true. Whether type is as it must be for this to apply (be "gp3" or "io2") is not known: var.open has no value here.',
    ]);
  });

  it('is never shown where it is sensitive', () => {
    const source = `variable "secret" {
  default   = "hunter2"
  sensitive = true
}

resource "aws_ebs_volume" "data" {
  type = var.secret
}
`;
    expect(said(source, rule('aws_ebs_volume', 'attribute: type\nmust: {match: ^x}'))).toEqual([
      'fail at var.secret: type is a sensitive value; it must match "^x".',
    ]);
  });
});

describe('the fix of a custom rule', () => {
  function fixed(source: string, one: CustomRule): { text: string; safety: string | null } {
    const workspace = createWorkspace([new SourceText('main.tf', source)]);
    const [resource] = workspace.resources;
    if (resource === undefined) throw new Error('nothing is declared');
    const set = new RuleSet([one]);
    const findings = evaluate(resource, set);
    const plan = remediate(resource, findings, set, workspace).plans.get(findings[0]?.fingerprint ?? '');
    return { text: applyEdits(source, plan?.edits ?? []), safety: plan?.safety ?? null };
  }

  it('writes the value, proven by reading it again', () => {
    const one = rule('aws_ebs_volume', 'attribute: type\nmust: {in: [gp3, io2]}\nfix: {set: gp3, safety: safe}');
    const after = 'resource "aws_ebs_volume" "data" {\n  type = "gp3"\n}\n';
    expect(fixed('resource "aws_ebs_volume" "data" {\n  type = "gp2"\n}\n', one)).toEqual({ text: after, safety: 'safe' });
    expect(fixed('resource "aws_ebs_volume" "data" {\n}\n', one)).toEqual({ text: after, safety: 'safe' });
  });

  it('writes into the block that is wrong', () => {
    const one = rule('aws_instance', 'attribute: ebs_block_device[*].encrypted\nmust: {equal: true}\nfix: {set: true}');
    expect(
      fixed(
        'resource "aws_instance" "a" {\n  ebs_block_device {\n    encrypted = true\n  }\n\n  ebs_block_device {\n    encrypted = false\n  }\n}\n',
        one,
      ),
    ).toEqual({
      text: 'resource "aws_instance" "a" {\n  ebs_block_device {\n    encrypted = true\n  }\n\n  ebs_block_device {\n    encrypted = true\n  }\n}\n',
      safety: 'needs-review',
    });
  });

  it('is advice where there is no place to write to', () => {
    const source = 'resource "aws_s3_bucket_policy" "p" {\n  policy = jsonencode({ Effect = "Allow" })\n}\n';
    const one = rule('aws_s3_bucket_policy', 'attribute: policy.Effect\nmust: {equal: Deny}\nfix: {set: Deny}');
    expect(fixed(source, one)).toEqual({ text: source, safety: null });
  });
});

describe('an attribute that is not known', () => {
  const span = new SourceText('main.tf', 'x').span(0, 1);
  const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean());
  const requirement: fc.Arbitrary<Requirement> = fc.oneof(
    fc.record({ operator: fc.constantFrom('present', 'absent') }),
    fc.record({ operator: fc.constantFrom('equal', 'not-equal', 'contains'), operand: scalar }),
    fc.record({ operator: fc.constantFrom('in', 'not-in'), operand: fc.array(scalar, { minLength: 1 }) }),
    fc.record({ operator: fc.constantFrom('match', 'not-match'), operand: fc.string(), matches: fc.func(fc.boolean()) }),
    fc.record({ operator: fc.constantFrom('less-than', 'at-most', 'at-least', 'greater-than'), operand: fc.integer() }),
    fc.record({ operator: fc.constantFrom('starts-with', 'ends-with'), operand: fc.string() }),
  );

  it('never fails and never passes, wherever on its path it is not known', () => {
    const paths = ['a', 'a.b', 'a[*]', 'a[*].b', 'a[k=v].b', 'a["x y"].b[*]'];
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.array(requirement, { minLength: 1, maxLength: 3 }), fc.boolean(), (text, must, inList) => {
        const path = parsePath(text);
        if (path === null) throw new Error(`${text} is no path`);
        const open: Value = unknown('nobody said', span);
        const attributes = known(new Map([['a', inList ? known([open], span) : open]]), span);
        const resource = {} as Resource;
        const one = customRule({
          id: 'custom-x',
          title: 'X',
          severity: 'LOW',
          targets: { terraform: ['x'] },
          attribute: { terraform: path },
          must,
          when: [],
          message: null,
          why: 'w',
          remedy: ['r'],
          references: [],
          fix: { set: 1, safety: 'safe' },
        });
        const instance = { address: 'x', key: null, attributes, resource: { ...resource, framework: 'terraform' as const } };
        const isListItself = inList && text === 'a';
        if (!isListItself) expect([...one.check(instance)].map(({ outcome }) => outcome)).toEqual(['undecided']);
        if (!isListItself) expect(one.fix?.changes(instance)).toEqual([]);
      }),
    );
  });
});
