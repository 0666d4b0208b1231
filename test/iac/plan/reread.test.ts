import { describe, expect, it } from 'vitest';
import { evaluate, RuleSet } from '../../../src/domain/evaluate.ts';
import { remediate } from '../../../src/domain/remediation.ts';
import type { Change } from '../../../src/domain/change.ts';
import { applyEdits } from '../../../src/domain/source.ts';
import { rules } from '../../../src/rules/index.ts';
import { plan, Planned, show } from './reading.ts';

const ruleSet = new RuleSet(rules);

/** The file after the fix of one rule for one resource, and the rules whose findings that closes. */
function fixed(planned: Planned, address: string, ruleId: string): { text: string | null; closes: string[] } {
  const resource = planned.resource(address);
  const findings = evaluate(resource, ruleSet);
  const own = findings.find((finding) => finding.ruleId === ruleId);
  if (own === undefined) throw new Error(`${ruleId} says nothing of ${address}`);
  const remediation = remediate(resource, findings, ruleSet, planned.workspace).plans.get(own.fingerprint);
  const edits = remediation?.edits ?? [];
  const [first] = edits;
  return {
    text: first === undefined ? null : applyEdits(planned.texts.get(first.span.file) ?? '', edits),
    closes: findings.filter(({ fingerprint }) => remediation?.proof?.closes.includes(fingerprint)).map((finding) => finding.ruleId),
  };
}

const VOLUMES = `variable "encrypted" {}

resource "aws_ebs_volume" "data" {
  availability_zone = "eu-central-1a"
  encrypted         = var.encrypted
}
`;

describe('a fix of a planned resource is proven on its source', () => {
  it('that sets what the plan has otherwise', () => {
    const planned = new Planned(
      {
        'plan.json': plan([{ address: 'aws_ebs_volume.data', after: { availability_zone: 'eu-central-1a', encrypted: false } }], {
          variables: { encrypted: { value: false } },
        }),
      },
      { 'main.tf': VOLUMES },
    );
    expect(fixed(planned, 'aws_ebs_volume.data', 'aws-ebs-encryption')).toEqual({
      text: VOLUMES.replace('var.encrypted', 'true'),
      closes: ['aws-ebs-encryption'],
    });
  });

  it('for all instances of a declaration', () => {
    const text = 'resource "aws_ebs_volume" "all" {\n  for_each = var.zones\n}\nvariable "zones" {}\n';
    const planned = new Planned(
      {
        'plan.json': plan([
          { address: 'aws_ebs_volume.all["a"]', after: { encrypted: false } },
          { address: 'aws_ebs_volume.all["b"]', after: { encrypted: false } },
        ]),
      },
      { 'main.tf': text },
    );
    expect(fixed(planned, 'aws_ebs_volume.all', 'aws-ebs-encryption')).toEqual({
      text: text.replace('var.zones\n', 'var.zones\n  encrypted = true\n').replace('for_each =', 'for_each  ='),
      closes: ['aws-ebs-encryption'],
    });
  });

  it('that declares a companion, which no plan has yet', () => {
    const text = 'resource "aws_s3_bucket" "logs" {\n  bucket = "acme-logs"\n}\n';
    const planned = new Planned(
      { 'plan.json': plan([{ address: 'aws_s3_bucket.logs', after: { bucket: 'acme-logs' }, unknown: { id: true, acl: true } }]) },
      { 'main.tf': text },
    );
    const { text: after, closes } = fixed(planned, 'aws_s3_bucket.logs', 'aws-s3-block-public-acls');
    expect(after).toContain('resource "aws_s3_bucket_public_access_block" "logs" {\n  bucket                  = aws_s3_bucket.logs.id\n');
    expect(closes).toContain('aws-s3-block-public-acls');
  });

  it('is none where the declaration is not here', () => {
    const planned = new Planned({ 'plan.json': plan([{ address: 'aws_ebs_volume.data', after: { encrypted: false } }]) });
    expect(fixed(planned, 'aws_ebs_volume.data', 'aws-ebs-encryption')).toEqual({ text: null, closes: [] });
  });
});

describe('an edited source', () => {
  const GROUP = `variable "port" {}

resource "aws_security_group" "web" {
  description = "web"
  ingress {
    from_port   = 443
    cidr_blocks = ["0.0.0.0/0"]
  }
  ingress {
    from_port   = var.port
    cidr_blocks = ["10.0.0.0/8"]
  }
}
`;
  const planned = new Planned(
    {
      'plan.json': plan([
        {
          address: 'aws_security_group.web',
          after: {
            description: 'web',
            name: 'web-1',
            ingress: [
              { from_port: 22, cidr_blocks: ['10.0.0.0/8'], self: false },
              { from_port: 443, cidr_blocks: ['0.0.0.0/0'], self: false },
            ],
          },
        },
      ]),
    },
    { 'main.tf': GROUP },
  );

  function after(...changes: readonly Change[]): string {
    const edits = planned.workspace.edits(changes);
    if (edits === null) throw new Error('it cannot be written');
    const copy = planned.workspace.reread(edits);
    const [instance] = copy.resource('.', 'aws_security_group.web')?.instances ?? [];
    return instance === undefined ? 'gone' : show(instance.attributes);
  }

  it('gives what it says otherwise, and the plan the rest', () => {
    const resource = planned.resource('aws_security_group.web');
    expect(after({ kind: 'set', resource, path: ['description'], value: 'other' })).toBe(
      '{description: "other", name: "web-1", ingress: [{from_port: 22, cidr_blocks: ["10.0.0.0/8"], self: false}, {from_port: 443, cidr_blocks: ["0.0.0.0/0"], self: false}]}',
    );
    expect(after({ kind: 'remove', resource, path: ['description'] })).toBe(
      '{description: absent, name: "web-1", ingress: [{from_port: 22, cidr_blocks: ["10.0.0.0/8"], self: false}, {from_port: 443, cidr_blocks: ["0.0.0.0/0"], self: false}]}',
    );
  });

  it('in a block of a set changes that block alone', () => {
    const resource = planned.resource('aws_security_group.web');
    expect(after({ kind: 'set', resource, path: ['ingress', 0, 'cidr_blocks'], value: ['10.1.0.0/16'] })).toBe(
      '{description: "web", name: "web-1", ingress: [{from_port: 22, cidr_blocks: ["10.0.0.0/8"], self: false}, {from_port: 443, cidr_blocks: ["10.1.0.0/16"], self: false}]}',
    );
  });

  it('without a block has the others as the plan has them', () => {
    const resource = planned.resource('aws_security_group.web');
    expect(after({ kind: 'remove', resource, path: ['ingress', 0] })).toBe(
      '{description: "web", name: "web-1", ingress: [{from_port: 22, cidr_blocks: ["10.0.0.0/8"], self: false}]}',
    );
  });
});
