import { join } from 'node:path';
import { realpathSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { namedBase } from '../../src/base.ts';
import { Comparison } from '../../src/domain/comparison.ts';
import type { Side } from '../../src/domain/comparison.ts';
import { RuleSet } from '../../src/domain/evaluate.ts';
import { auditOf } from '../../src/domain/steps.ts';
import type { Workspace } from '../../src/domain/workspace.ts';
import { readWorkspace } from '../../src/iac/workspace.ts';
import { rules } from '../../src/rules/index.ts';
import { commit, git, makeRepository, removeFolders, write } from './repository.ts';
import type { Change } from './repository.ts';

afterEach(removeFolders);

const RULES = new RuleSet(rules);

const FILES: Readonly<Record<string, string>> = {
  'live/main.tf': `variable "acl" {
  default = "private"
}

resource "aws_s3_bucket" "logs" {
  bucket = "logs"
  acl    = var.acl
}

resource "aws_s3_bucket" "plain" {
  bucket = "plain"
}

module "store" {
  source = "../modules/store"
  name   = "store"
}
`,
  'live/related.tf': `resource "aws_s3_bucket_public_access_block" "plain" {
  bucket                  = aws_s3_bucket.plain.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}
`,
  'modules/store/main.tf': 'variable "name" {}\n\nresource "aws_s3_bucket" "this" {\n  bucket = var.name\n}\n',
  'other/main.tf': 'resource "aws_ebs_volume" "disk" {\n  availability_zone = "a"\n  encrypted         = false\n}\n',
};

const LIVE = FILES['live/main.tf'] ?? '';

function sideOf(workspace: Workspace): Side {
  return { workspace, audit: auditOf(workspace, { rules: RULES, engine: 'test', scanners: null, approvals: null, terms: '' }) };
}

/** What changes do to a repository: resources that differ, and findings that are new. */
async function compare(changes: Readonly<Record<string, Change>>, below = ''): Promise<{ changed: string[]; findings: string[] }> {
  const folder = realpathSync(makeRepository());
  commit(folder, FILES);
  git(folder, 'checkout', '--quiet', '-b', 'feature');
  write(folder, changes);
  const root = join(folder, below);
  const base = await (await namedBase('main', root, process.env)).read({ paths: ['.'] });
  if ('unavailable' in base) throw new Error(base.unavailable);
  const head = sideOf(await readWorkspace({ root, paths: ['.'] }));
  const comparison = new Comparison(head, sideOf(base));
  const { resources } = head.workspace;
  return {
    changed: resources.filter((resource) => comparison.isChanged(resource)).map(({ address }) => address),
    findings: resources.flatMap((resource) =>
      head.audit
        .judgement(resource)
        .findings.filter((finding) => comparison.isNew(finding, resource))
        .map(({ ruleId, address }) => `${ruleId} ${address}`),
    ),
  };
}

describe('a change', () => {
  it('of nothing changes no resource', async () => {
    expect(await compare({ 'README.md': 'words' })).toEqual({ changed: [], findings: [] });
  });

  it("of a variable's default changes what uses it", async () => {
    const { changed, findings } = await compare({ 'live/main.tf': LIVE.replace('"private"', '"public-read-write"') });
    expect(changed).toEqual(['aws_s3_bucket.logs']);
    expect(findings).toContain('aws-s3-acl-public-write aws_s3_bucket.logs');
  });

  it('of a file of values changes what uses them', async () => {
    const { changed, findings } = await compare({ 'live/terraform.tfvars': 'acl = "public-read-write"\n' });
    expect(changed).toEqual(['aws_s3_bucket.logs']);
    expect(findings).toContain('aws-s3-acl-public-write aws_s3_bucket.logs');
  });

  it("of a module's argument changes what the module declares", async () => {
    const { changed, findings } = await compare({ 'live/main.tf': LIVE.replace('= "store"', '= "shop"') });
    expect(changed).toEqual(['module.store.aws_s3_bucket.this']);
    expect(findings).toEqual([]);
  });

  it('of a related resource changes both, and what it no longer sees to is new', async () => {
    const { changed, findings } = await compare({
      'live/related.tf': FILES['live/related.tf']?.replace('block_public_acls       = true', 'block_public_acls       = false') ?? '',
    });
    expect(changed.toSorted()).toEqual(['aws_s3_bucket.plain', 'aws_s3_bucket_public_access_block.plain']);
    expect(findings).toEqual(['aws-s3-block-public-acls aws_s3_bucket.plain']);
  });

  it('of the place of a block, or of its file, changes nothing', async () => {
    const moved = LIVE.replace(/resource "aws_s3_bucket" "plain" \{[^}]*\}\n\n/u, '');
    const plain = 'resource "aws_s3_bucket" "plain" {\n  bucket = "plain"\n}\n';
    expect(await compare({ 'live/main.tf': `# words\n\n${moved}`, 'live/plain.tf': plain })).toEqual({ changed: [], findings: [] });
    expect(await compare({ 'live/main.tf': null, 'live/all.tf': LIVE })).toEqual({ changed: [], findings: [] });
  });

  it('of a folder changes what is in it, and brings no new finding', async () => {
    expect(await compare({ 'other/main.tf': null, 'disks/main.tf': FILES['other/main.tf'] ?? '' })).toEqual({
      changed: ['aws_ebs_volume.disk'],
      findings: [],
    });
  });

  it('is seen below the audited folder alone', async () => {
    const changes = { 'live/main.tf': LIVE.replace('"private"', '"public-read"'), 'other/main.tf': FILES['other/main.tf'] ?? '' };
    expect(await compare(changes, 'other')).toEqual({ changed: [], findings: [] });
  });
});
