/** What a change did, told from the files before and after it. */
import { describe, expect, it } from 'vitest';
import { Comparison } from '../../src/domain/comparison.ts';
import type { Side } from '../../src/domain/comparison.ts';
import { RuleSet } from '../../src/domain/evaluate.ts';
import { SourceText } from '../../src/domain/source.ts';
import { auditOf } from '../../src/domain/steps.ts';
import { createWorkspace } from '../../src/iac/workspace.ts';
import { rules } from '../../src/rules/index.ts';

type Files = Readonly<Record<string, string>>;

const REPOSITORY: Files = {
  'main.tf': `variable "acl" {
  default = "private"
}

resource "aws_s3_bucket" "site" {
  bucket = "site"
}

resource "aws_s3_bucket_acl" "site" {
  bucket = aws_s3_bucket.site.id
  acl    = var.acl
}

resource "aws_ebs_volume" "disk" {
  availability_zone = "eu-central-1a"
  encrypted         = false
}

module "logs" {
  source = "./bucket"
  acl    = "private"
}
`,
  'bucket/main.tf': `variable "acl" {}

resource "aws_s3_bucket" "this" {
  bucket = "logs"
}

resource "aws_s3_bucket_acl" "this" {
  bucket = aws_s3_bucket.this.id
  acl    = var.acl
}
`,
};

function side(files: Files): Side {
  const workspace = createWorkspace(Object.entries(files).map(([file, text]) => new SourceText(file, text)));
  return {
    workspace,
    audit: auditOf(workspace, { rules: new RuleSet(rules), engine: 'engine', scanners: null, approvals: null, terms: '' }),
  };
}

function edited(file: string, from: string, to: string): Files {
  const text = REPOSITORY[file] ?? '';
  if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
  return { ...REPOSITORY, [file]: text.replace(from, to) };
}

function compare(before: Files, after: Files) {
  const head = side(after);
  const comparison = new Comparison(head, side(before));
  const { resources, diagnostics } = head.workspace;
  const findings = resources.flatMap((resource) => head.audit.judgement(resource).findings.map((finding) => ({ finding, resource })));
  return {
    changed: resources.filter((resource) => comparison.isChanged(resource)).map(({ address }) => address),
    news: findings
      .filter(({ finding, resource }) => comparison.isNew(finding, resource))
      .map(({ finding: { ruleId, address, outcome } }) => `${outcome} ${ruleId} ${address}`),
    old: findings.filter(({ finding, resource }) => !comparison.isNew(finding, resource)).length,
    diagnostics: diagnostics.filter((each) => comparison.isNewDiagnostic(each)).map(({ code }) => code),
  };
}

describe('compared with the base', () => {
  it('the same files: nothing changed, no finding is new', () => {
    const same = compare(REPOSITORY, REPOSITORY);

    expect(same).toMatchObject({ changed: [], news: [], diagnostics: [] });
    expect(same.old).toBeGreaterThan(0);
  });

  it("a variable's default that makes a bucket public: the bucket and its ACL changed, and the public ACL is new", () => {
    const { changed, news } = compare(REPOSITORY, edited('main.tf', '"private"', '"public-read"'));

    expect(changed).toEqual(['aws_s3_bucket.site', 'aws_s3_bucket_acl.site']);
    expect(news).toEqual(['fail aws-s3-acl-public-read aws_s3_bucket.site']);
  });

  it("a module's argument that makes what it declares worse: that is new", () => {
    const { changed, news } = compare(REPOSITORY, edited('main.tf', 'acl    = "private"', 'acl    = "public-read"'));

    expect(changed).toEqual(['module.logs.aws_s3_bucket.this', 'module.logs.aws_s3_bucket_acl.this']);
    expect(news).toEqual(['fail aws-s3-acl-public-read module.logs.aws_s3_bucket.this']);
  });

  it('a resource that changed and fails as it did: its findings were there before', () => {
    const { changed, news } = compare(REPOSITORY, edited('main.tf', 'encrypted         = false', 'encrypted         = false\n  size = 8'));

    expect(changed).toEqual(['aws_ebs_volume.disk']);
    expect(news).toEqual([]);
  });

  it('a value that is not known any more: not decided is new, where it was decided before', () => {
    const unknown = edited('main.tf', '  default = "private"\n', '  type = string\n');

    expect(compare(REPOSITORY, unknown).news).toContain('undecided aws-s3-acl-public-read aws_s3_bucket.site');
  });

  it.each([
    ['a block that moved', edited('main.tf', 'resource "aws_ebs_volume"', '# Data.\n\nresource "aws_ebs_volume"')],
    ['a file that is called otherwise', { 'all.tf': REPOSITORY['main.tf'] ?? '', 'bucket/main.tf': REPOSITORY['bucket/main.tf'] ?? '' }],
  ])('%s: nothing changed', (_, after) => {
    expect(compare(REPOSITORY, after)).toMatchObject({ changed: [], news: [] });
  });

  it('a folder that moved: everything is audited, and no finding is new', () => {
    const moved = Object.fromEntries(Object.entries(REPOSITORY).map(([file, text]) => [`infra/${file}`, text]));
    const { changed, news } = compare(REPOSITORY, moved);

    expect(changed).toContain('aws_ebs_volume.disk');
    expect(news).toEqual([]);
  });

  it('a copy of a folder: the findings of the copy are new', () => {
    const copied = Object.fromEntries(Object.entries(REPOSITORY).map(([file, text]) => [`copy/${file}`, text]));
    const { news } = compare(REPOSITORY, { ...REPOSITORY, ...copied });

    expect(news).toContain('fail aws-ebs-encryption aws_ebs_volume.disk');
  });

  it('a module from elsewhere: new where the base does not call it', () => {
    const called = { ...REPOSITORY, 'vpc.tf': 'module "vpc" {\n  source = "terraform-aws-modules/vpc/aws"\n}\n' };

    expect(compare(REPOSITORY, called).diagnostics).toEqual(['unresolved-module']);
    expect(compare(called, { ...called, 'vpc.tf': `\n${called['vpc.tf']}` }).diagnostics).toEqual([]);
  });

  it('nothing at the base: everything is new', () => {
    const { changed, old } = compare({}, REPOSITORY);

    expect(changed).toContain('aws_s3_bucket.site');
    expect(old).toBe(0);
  });
});
