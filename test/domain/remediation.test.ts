import { describe, expect, it } from 'vitest';
import { RuleSet, evaluate } from '../../src/domain/evaluate.ts';
import { remediate } from '../../src/domain/remediation.ts';
import { applyEdits, SourceText } from '../../src/domain/source.ts';
import { createWorkspace } from '../../src/iac/workspace.ts';
import { rules } from '../../src/rules/index.ts';

const ruleSet = new RuleSet(rules);

/** Plans for one resource of a file, as its text would be after each. */
function plansFor(file: string, text: string, address: string) {
  const source = new SourceText(file, text);
  const workspace = createWorkspace([source]);
  const resource = workspace.resources.find((each) => each.address === address);
  if (resource === undefined) throw new Error(`${address} is not declared`);
  const findings = evaluate(resource, ruleSet);
  const { plans, combined } = remediate(resource, findings, ruleSet, workspace);
  const after = (edits: Parameters<typeof applyEdits>[1]): string | null => (edits.length === 0 ? null : applyEdits(text, edits));
  return {
    of: (ruleId: string) => {
      const plan = plans.get(findings.find((finding) => finding.ruleId === ruleId)?.fingerprint ?? '');
      return plan === undefined ? undefined : after(plan.edits);
    },
    combined: combined === null ? null : after(combined.edits),
    closes: findings.filter(({ fingerprint }) => combined?.proof?.closes.includes(fingerprint)).map(({ ruleId }) => ruleId),
  };
}

describe('a proven fix', () => {
  it('of a declaration whose last line ends in a comment comes after the comment', () => {
    const template = 'Resources:\n  Disk:\n    Type: AWS::EC2::Volume\n    Properties:\n      AvailabilityZone: eu-central-1a # zone\n';

    expect(plansFor('disk.yaml', template, 'Disk').of('aws-ebs-encryption')).toBe(`${template}      Encrypted: true\n`);
  });

  it('may change the words of another finding, which is neither closed nor new', () => {
    const open = `resource "aws_s3_bucket" "pictures" {
  bucket = "acme-pictures"
}

resource "aws_s3_bucket_acl" "pictures" {
  bucket = aws_s3_bucket.pictures.id
  acl    = "public-read"
}

resource "aws_s3_bucket_public_access_block" "pictures" {
  bucket                  = aws_s3_bucket.pictures.id
  block_public_acls       = false
  block_public_policy     = true
  ignore_public_acls      = false
  restrict_public_buckets = true
}
`;
    const plans = plansFor('main.tf', open, 'aws_s3_bucket.pictures');

    expect(plans.of('aws-s3-ignore-public-acls')).toBe(open.replace('ignore_public_acls      = false', 'ignore_public_acls      = true'));
    expect(plans.closes).toEqual(
      expect.arrayContaining(['aws-s3-acl-public-read', 'aws-s3-block-public-acls', 'aws-s3-ignore-public-acls']),
    );
    expect(plans.combined).toContain('acl    = "private"');
  });

  it('is not shown where a person must choose', () => {
    const group = `resource "aws_security_group" "bastion" {
  name        = "bastion"
  description = "Administrators"

  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
`;

    expect(plansFor('main.tf', group, 'aws_security_group.bastion').of('aws-security-group-ssh')).toBeNull();
  });

  it('of a module that is called twice is proven for both calls', () => {
    const files = [
      new SourceText('main.tf', 'module "a" {\n  source = "./disk"\n}\n\nmodule "b" {\n  source = "./disk"\n}\n'),
      new SourceText(
        'disk/main.tf',
        'resource "aws_ebs_volume" "this" {\n  availability_zone = "eu-central-1a"\n  encrypted         = false\n}\n',
      ),
    ];
    const workspace = createWorkspace(files);
    const resource = workspace.resources.find((each) => each.address === 'module.a.aws_ebs_volume.this');
    if (resource === undefined) throw new Error('not declared');

    const { combined } = remediate(resource, evaluate(resource, ruleSet), ruleSet, workspace);

    expect(combined?.proof).toMatchObject({ closes: { length: 2 }, resourcesAudited: 2 });
  });
});

describe('a declaration of many instances', () => {
  it('gives a result that stays small: the first instances are named, the others counted', () => {
    const source = new SourceText(
      'main.tf',
      'resource "aws_s3_bucket" "shards" {\n  count  = 1024\n  bucket = "acme-shard-${count.index}"\n  acl    = "public-read"\n}\n',
    );
    const workspace = createWorkspace([source]);
    const resource = workspace.resources.find((each) => each.address === 'aws_s3_bucket.shards');
    if (resource === undefined) throw new Error('not declared');

    const findings = evaluate(resource, ruleSet);
    const { plans, combined } = remediate(resource, findings, ruleSet, workspace);

    const acl = findings.find(({ ruleId }) => ruleId === 'aws-s3-acl-public-read');
    expect(acl?.instances.at(-1)).toBe('aws_s3_bucket.shards[19]');
    expect(acl?.instanceCount).toBe(1024);
    expect(plans.get(acl?.fingerprint ?? '')?.steps.at(-1)).toBe(
      'The commands are for the first 20 of 1024 instances; do likewise for the others.',
    );
    expect(JSON.stringify([findings, [...plans.values()], combined]).length).toBeLessThan(256 * 1024);
  });
});
