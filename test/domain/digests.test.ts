/** A recorded result must never stand for something else than what a new audit would say; and should stand for as much as it can. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { locate, mapFinding, mapPlan } from '../../src/domain/anchor.ts';
import type { AuditRef } from '../../src/domain/audit-ref.ts';
import type { Remediation, Risk } from '../../src/domain/audit.ts';
import { RuleSet } from '../../src/domain/evaluate.ts';
import type { Rule } from '../../src/domain/rule.ts';
import type { Scanners } from '../../src/domain/scanner.ts';
import type { SourceText as Text, Span } from '../../src/domain/source.ts';
import { SourceText } from '../../src/domain/source.ts';
import { auditOf } from '../../src/domain/steps.ts';
import type { AuditBasis, WorkspaceAudit } from '../../src/domain/steps.ts';
import { createWorkspace } from '../../src/iac/workspace.ts';
import { rules } from '../../src/rules/index.ts';

type Files = Readonly<Record<string, string>>;

const REPOSITORY: Files = {
  'main.tf': `variable "acl" {
  default = "private"
}

variable "owner" {
  default = "ops"
}

locals {
  suffix = "eu"
}

resource "aws_s3_bucket" "logs" {
  bucket = "logs-\${local.suffix}"
}

resource "aws_s3_bucket_acl" "logs" {
  bucket = aws_s3_bucket.logs.id
  acl    = var.acl
}

resource "aws_s3_bucket" "site" {
  bucket = "site"
  tags   = { owner = var.owner }
}

resource "aws_s3_bucket_policy" "site" {
  bucket = aws_s3_bucket.site.id
  policy = file("policy.json")
}

resource "aws_s3_bucket_logging" "site" {
  bucket        = aws_s3_bucket.site.id
  target_bucket = aws_s3_bucket.logs.id
  target_prefix = "site/"
}

module "first" {
  source = "./bucket"
  acl    = "private"
}

module "second" {
  source = "./bucket"
  acl    = "public-read"
}
`,
  'network.tf': `resource "aws_security_group" "web" {
  name = "web"
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_subnet" "private" {
  vpc_id                  = "vpc-1"
  cidr_block              = "10.0.0.0/24"
  map_public_ip_on_launch = false
}

resource "aws_instance" "web" {
  ami                    = "ami-1"
  subnet_id              = aws_subnet.private.id
  vpc_security_group_ids = [aws_security_group.web.id]
}

resource "aws_instance" "other" {
  ami                    = "ami-2"
  subnet_id              = aws_subnet.private.id
  vpc_security_group_ids = [aws_security_group.web.id]
}
`,
  'bucket/main.tf': `variable "acl" {}

resource "aws_s3_bucket" "this" {
  bucket_prefix = "data"
}

resource "aws_s3_bucket_acl" "this" {
  bucket = aws_s3_bucket.this.id
  acl    = var.acl
}
`,
  'terraform.tfvars': 'owner = "team"\n',
  'policy.json':
    '{"Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"s3:GetObject","Resource":"*"}]}\n',
  'stack/template.yaml': `Parameters:
  Access:
    Type: String
    Default: Private
Resources:
  Data:
    Type: AWS::S3::Bucket
    Properties:
      AccessControl: !Ref Access
  Policy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Data
      PolicyDocument:
        Statement:
          - {Effect: Allow, Principal: '*', Action: 's3:GetObject', Resource: '*'}
  Disk:
    Type: AWS::EC2::Volume
    Properties:
      Size: 8
`,
};

const SCANNERS: Scanners = {
  digest: 'another scanner',
  analyze: async () => ({ findings: [], failures: [] }),
  analyzeAgain: async () => ({ findings: [], failures: [] }),
  diagnostics: () => [],
  close: async () => undefined,
};

interface Read {
  readonly audit: WorkspaceAudit;
  readonly refs: ReadonlyMap<string, AuditRef>;
  source(file: string): Text | undefined;
}

function read(files: Files, engine = 'engine', ruleSet: readonly Rule[] = rules, basis: Partial<AuditBasis> = {}): Read {
  const texts = new Map(Object.entries(files));
  const workspace = createWorkspace(
    [...texts].filter(([file]) => /\.(?:tf|ya?ml|tfvars)$/u.test(file)).map(([file, text]) => new SourceText(file, text)),
    {
      reader: {
        read: (path) => {
          const text = texts.get(path);
          return text === undefined ? { failure: 'there is no such file', missing: true } : { text };
        },
        list: () => [...texts.keys()],
      },
    },
  );
  const set = new RuleSet(ruleSet);
  const audit = auditOf(workspace, { rules: set, engine, scanners: null, approvals: null, terms: '', ...basis });
  const covered = workspace.resources.filter(({ type }) => set.for(type).length > 0);
  const refs = covered.map((resource): [string, AuditRef] => [`${resource.root} ${resource.address}`, audit.refOf(resource)]);
  return { audit, refs: new Map(refs), source: (file) => workspace.source(file) };
}

/** Resources of both readings that would be audited again. */
function audited(before: Read, after: Read): string[] {
  return [...after.refs].filter(([key, { digest }]) => before.refs.has(key) && before.refs.get(key)?.digest !== digest).map(([key]) => key);
}

function edited(file: string, from: string, to: string): Files {
  const text = REPOSITORY[file] ?? '';
  if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
  return { ...REPOSITORY, [file]: text.replace(from, to) };
}

const original = read(REPOSITORY);

describe('what is audited again', () => {
  it('nothing, when nothing changed', () => {
    expect(audited(original, read(REPOSITORY))).toEqual([]);
    expect([...original.refs.keys()]).toEqual(
      expect.arrayContaining([
        '. aws_s3_bucket.logs',
        '. aws_instance.web',
        '. module.first.aws_s3_bucket.this',
        'stack/template.yaml Data',
      ]),
    );
  });

  it.each([
    ['its own attribute', 'network.tf', 'ami-2', 'ami-3', '. aws_instance.other'],
    ['a companion that refers to it', 'main.tf', 'site/"', 'web/"', '. aws_s3_bucket.site'],
    ["a variable's default", 'main.tf', '"private"', '"public-read"', '. aws_s3_bucket.logs'],
    ['a local', 'main.tf', 'suffix = "eu"', 'suffix = "us"', '. aws_s3_bucket.logs'],
    ["a module's argument", 'main.tf', 'acl    = "private"', 'acl    = "public-read-write"', '. module.first.aws_s3_bucket.this'],
    ['a file that it reads', 'policy.json', 'arn:aws:iam::111122223333:root', '*', '. aws_s3_bucket.site'],
    ['a file of variables', 'terraform.tfvars', 'team', 'crew', '. aws_s3_bucket.site'],
    ["a parameter's default", 'stack/template.yaml', 'Default: Private', 'Default: PublicRead', 'stack/template.yaml Data'],
    ['what a companion says in a template', 'stack/template.yaml', 's3:GetObject', 's3:*', 'stack/template.yaml Data'],
    [
      'a comment within the declaration, where an edit would go',
      'network.tf',
      'name = "web"',
      'name = "web" # ours',
      '. aws_security_group.web',
    ],
  ])('%s', (_, file, from, to, address) => {
    expect(audited(original, read(edited(file, from, to)))).toContain(address);
  });

  it('a group, when an address is given to an instance that uses it, two links away', () => {
    const address = '\nresource "aws_eip" "web" {\n  instance = aws_instance.web.id\n}\n';
    const after = read({ ...REPOSITORY, 'address.tf': address });

    expect(audited(original, after)).toContain('. aws_security_group.web');
  });

  it('a resource whose fix would declare another, when the name of that is taken', () => {
    const versioning = '\nresource "aws_s3_bucket_versioning" "logs" {\n  bucket = "elsewhere"\n}\n';
    const after = read({ ...REPOSITORY, 'other.tf': versioning });

    expect(audited(original, after)).toContain('. aws_s3_bucket.logs');
  });

  it.each<[string, Partial<AuditBasis>]>([
    ['the terms of the policy', { terms: 'approval of CRITICAL' }],
    ['the scanners', { scanners: SCANNERS }],
  ])('every resource, when %s are others', (_, basis) => {
    expect(audited(original, read(REPOSITORY, 'engine', rules, basis))).toEqual([...original.refs.keys()]);
  });

  it('every resource, when the program or its rules are others', () => {
    const all = [...original.refs.keys()];

    expect(audited(original, read(REPOSITORY, 'another engine'))).toEqual(all);
    expect(audited(original, read(REPOSITORY, 'engine', [...rules.slice(1), ...rules.slice(0, 1)]))).toEqual(all);
    expect(
      audited(
        original,
        read(
          REPOSITORY,
          'engine',
          rules.map((rule) => ({ ...rule, severity: 'INFO' as const })),
        ),
      ),
    ).toEqual(all);
  });
});

describe('what is not audited again', () => {
  it.each([
    ['a block that moved', edited('network.tf', 'resource "aws_security_group"', '# The web.\n\n\nresource "aws_security_group"')],
    ['declarations in another file', { ...REPOSITORY, 'network.tf': '', 'net.tf': REPOSITORY['network.tf'] ?? '' }],
    ['declarations in another order', { ...REPOSITORY, 'main.tf': reversed(REPOSITORY['main.tf'] ?? '') }],
    ['a file that is none of its own', { ...REPOSITORY, 'README.md': 'Hello.' }],
  ])('%s', (_, files) => {
    expect(audited(original, read(files))).toEqual([]);
  });

  it('999 of 1,000 instances that share a group and a subnet, when one of them changes', () => {
    const many = Array.from(
      { length: 1000 },
      (_, index) =>
        `resource "aws_instance" "n${index}" {\n  ami = "ami-1"\n  subnet_id = aws_subnet.private.id\n  vpc_security_group_ids = [aws_security_group.web.id]\n}\n`,
    ).join('');
    const before = read({ ...REPOSITORY, 'many.tf': many });
    const after = read({ ...REPOSITORY, 'many.tf': many.replace('"n7" {\n  ami = "ami-1"', '"n7" {\n  ami = "ami-9"') });

    expect(audited(before, after).toSorted()).toEqual(['. aws_instance.n7', '. aws_security_group.web', '. aws_subnet.private']);
  });
});

function reversed(text: string): string {
  return text.split('\n\n').toReversed().join('\n\n');
}

/** What a report would show of a result, whether it was recorded or is new. */
async function recorded({ audit }: Read, ref: AuditRef): Promise<{ risk: Risk; remediation: Remediation | null }> {
  const metadata = await audit.fetchMetadata(ref);
  const risk = await audit.analyzeRisk(ref, metadata);
  return { risk, remediation: risk.violationFound ? await audit.generateFix(ref, metadata, risk) : null };
}

function shown({ risk, remediation }: Awaited<ReturnType<typeof recorded>>, ref: AuditRef, { audit, source }: Read): unknown {
  const place = (at: Parameters<typeof locate>[0]): Span => locate(at, audit.resource(ref), source);
  const byFingerprint = <T extends { readonly fingerprint: string }>(all: readonly T[]): T[] =>
    all.toSorted((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1));
  return {
    findings: byFingerprint(risk.findings.map((finding) => mapFinding(finding, place, place))),
    plans: byFingerprint(remediation?.plans ?? []).map(({ fingerprint, plan }) => [fingerprint, mapPlan(plan, place)]),
    combined: [remediation?.combined ?? []].flat().map((plan) => mapPlan(plan, place).edits),
  };
}

const WORDS = 'true false 22 443 "0.0.0.0/0" "10.0.0.0/8" "private" "public-read" Private PublicRead "*" logs site web this'.split(' ');
const BLOCKS = [
  'resource "aws_eip" "web" {\n  instance = aws_instance.web.id\n}',
  'resource "aws_s3_bucket_public_access_block" "site" {\n  bucket = aws_s3_bucket.site.id\n  block_public_acls = true\n}',
  'resource "aws_s3_account_public_access_block" "all" {\n  block_public_acls = true\n  block_public_policy = true\n}',
  'resource "aws_s3_bucket_versioning" "logs" {\n  bucket = aws_s3_bucket.site.id\n}',
  'resource "aws_vpc_security_group_ingress_rule" "web" {\n  security_group_id = aws_security_group.web.id\n  cidr_ipv4 = "0.0.0.0/0"\n  ip_protocol = "-1"\n}',
];

/** One change to one file: a word is another, a line goes, comes twice or trades places, or a block is added or goes. */
const mutation = fc.record({
  file: fc.constantFrom(...Object.keys(REPOSITORY)),
  at: fc.nat(),
  kind: fc.constantFrom('word', 'word', 'word', 'cut', 'twice', 'swap', 'add', 'remove'),
  word: fc.constantFrom(...WORDS),
  block: fc.constantFrom(...BLOCKS),
});

function mutated(files: Files, { file, at, kind, word, block }: typeof mutation extends fc.Arbitrary<infer T> ? T : never): Files {
  const text = files[file] ?? '';
  const lines = text.split('\n');
  const line = at % lines.length;
  const blocks = text.split('\n\n');
  const change = (): string => {
    switch (kind) {
      case 'word': {
        const words = [...text.matchAll(/"[^"\n]*"|\b\w+\b/gu)];
        const found = words[at % Math.max(1, words.length)];
        return found === undefined ? text : text.slice(0, found.index) + word + text.slice(found.index + found[0].length);
      }
      case 'cut':
        return lines.toSpliced(line, 1).join('\n');
      case 'twice':
        return lines.toSpliced(line, 0, lines[line] ?? '').join('\n');
      case 'swap':
        return lines.toSpliced(line, 2, lines[line + 1] ?? '', lines[line] ?? '').join('\n');
      case 'add':
        return file.endsWith('.tf') ? `${text}\n${block}\n` : text;
      default:
        return blocks.toSpliced(at % blocks.length, 1).join('\n\n');
    }
  };
  return { ...files, [file]: change() };
}

describe('a recorded result', () => {
  it('of a resource with the same digest is what a new audit would show, whatever changed in the repository', async () => {
    const records = new Map(await Promise.all([...original.refs].map(async ([key, ref]) => [key, await recorded(original, ref)] as const)));
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 3 }), async (mutations) => {
        const after = read(mutations.reduce(mutated, REPOSITORY));
        for (const [key, ref] of after.refs) {
          const record = original.refs.get(key)?.digest === ref.digest ? records.get(key) : undefined;
          if (record === undefined) continue;
          compared += 1;
          expect({ key, ...Object(shown(record, ref, after)) }).toEqual({ key, ...Object(shown(await recorded(after, ref), ref, after)) });
        }
      }),
      { numRuns: 150 },
    );
    expect(compared).toBeGreaterThan(150);
  });
});
