/** A small run to render: a bucket that fails, a security group that cannot be decided, a template that cannot be read. */
import type { Diagnostic } from '../../src/domain/diagnostic.ts';
import { blocksMerge, decide, unresolvedBlocks } from '../../src/domain/gate.ts';
import type { GatePolicy } from '../../src/domain/gate.ts';
import type { Finding } from '../../src/domain/finding.ts';
import { SourceText } from '../../src/domain/source.ts';
import type { Edit, Span } from '../../src/domain/source.ts';
import type { Standing } from '../../src/domain/standing.ts';
import type { Report, ResourceReport, RuleText } from '../../src/report/report.ts';

const MAIN = new SourceText(
  'infra/main.tf',
  `# Access logs of the shop.
resource "aws_s3_bucket" "logs" {
  bucket = "shop-logs"
}

resource "aws_s3_bucket_acl" "logs" {
  bucket = aws_s3_bucket.logs.id
  acl    = "public-read"
}
`,
);

const NETWORK = new SourceText(
  'infra/network.tf',
  `resource "aws_security_group" "web" {
\tname = "web"

\tingress {
\t\tfrom_port   = 22
\t\tto_port     = 22
\t\tprotocol    = "tcp"
\t\tcidr_blocks = var.office
\t}
}
`,
);

const sources = new Map([MAIN, NETWORK].map((text) => [text.file, text]));

function spanOf(source: SourceText, text: string): Span {
  const start = source.text.indexOf(text);
  if (start === -1) throw new Error(`${source.file} does not hold ${text}`);
  return source.span(start, start + text.length);
}

function replace(source: SourceText, text: string, replacement: string): Edit {
  return { span: spanOf(source, text), replacement };
}

const PUBLIC_ACL: RuleText = {
  id: 'aws-s3-no-public-acl',
  title: 'S3 bucket must not grant access to everyone by its ACL',
  severity: 'CRITICAL',
  why: 'Anyone on the internet can list the bucket and download every object.',
  remedy: ['Set `acl` to `private`.', 'Give readers access by a bucket policy.'],
  references: ['https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html'],
  controls: { fsbp: ['S3.2'] },
  equivalents: { checkov: ['CKV_AWS_20'] },
};

const LOGGING: RuleText = {
  id: 'aws-s3-access-logging',
  title: 'S3 bucket must log access',
  severity: 'LOW',
  why: 'Without a log nobody can tell what was read by whom.',
  remedy: ['Choose a bucket for the logs.', 'Name it in `aws_s3_bucket_logging`.'],
  references: [],
  controls: {},
  equivalents: {},
};

const OPEN_SSH: RuleText = {
  id: 'aws-ec2-no-open-ssh',
  title: 'Security group must not open SSH to the world',
  severity: 'HIGH',
  why: 'Password guessing reaches every instance in the group within minutes.',
  remedy: ['Name the networks that need SSH in `cidr_blocks`.'],
  references: [],
  controls: {},
  equivalents: {},
};

const publicAcl: Finding = {
  ruleId: PUBLIC_ACL.id,
  severity: 'CRITICAL',
  outcome: 'fail',
  message: 'acl is "public-read", which lets everyone read the bucket; it must be private.',
  address: 'aws_s3_bucket.logs',
  instances: [],
  instanceCount: 0,
  span: spanOf(MAIN, '"public-read"'),
  fingerprint: '0123456789abcdef0123456789abcdef',
  remediationPlan: {
    summary: 'Set acl to "private".',
    steps: ['Set acl to "private".', 'Give readers access by a bucket policy.'],
    edits: [replace(MAIN, '"public-read"', '"private"')],
    safety: 'needs-review',
    commands: [['aws', 's3api', 'put-bucket-acl', '--bucket', 'shop-logs', '--acl', 'private']],
    proof: { closes: ['0123456789abcdef0123456789abcdef'], resourcesAudited: 2 },
  },
};

const noLogging: Finding = {
  ruleId: LOGGING.id,
  severity: 'LOW',
  outcome: 'fail',
  message: 'No aws_s3_bucket_logging refers to this bucket; access to it must be logged.',
  address: 'aws_s3_bucket.logs',
  instances: [],
  instanceCount: 0,
  span: spanOf(MAIN, 'resource "aws_s3_bucket" "logs"'),
  fingerprint: '00112233445566778899aabbccddeeff',
  remediationPlan: {
    summary: 'Log access to another bucket.',
    steps: ['Choose a bucket for the logs.', 'Name it in `aws_s3_bucket_logging`.'],
    edits: [],
    safety: null,
    commands: [],
    proof: null,
  },
};

const openSsh: Finding = {
  ruleId: OPEN_SSH.id,
  severity: 'HIGH',
  outcome: 'undecided',
  message: 'cidr_blocks is not known (var.office has no value here); it must not hold 0.0.0.0/0 for port 22.',
  address: 'aws_security_group.web',
  instances: [],
  instanceCount: 0,
  span: spanOf(NETWORK, 'var.office'),
  fingerprint: 'fedcba9876543210fedcba9876543210',
  remediationPlan: null,
};

/** How a finding of the samples counts, unless a test says otherwise. */
export const NEW: Standing = { isNew: true, silence: null, refusedSilences: [] };

/** A finding before the gate; without a standing it is new and nothing silences it. */
export type SampleFinding = Finding & { readonly standing?: Standing };
export type SampleResource = Omit<ResourceReport, 'findings'> & { readonly findings: readonly SampleFinding[] };
type SampleDiagnostic = Diagnostic & { readonly isNew?: boolean };
type Parts = Partial<Omit<Report, 'verdict' | 'resources' | 'diagnostics'>> & {
  readonly resources?: readonly SampleResource[];
  readonly diagnostics?: readonly SampleDiagnostic[];
};

export const bucket: SampleResource = {
  root: 'infra',
  address: 'aws_s3_bucket.logs',
  path: null,
  type: 'aws_s3_bucket',
  framework: 'terraform',
  file: 'infra/main.tf',
  startLine: 2,
  endLine: 4,
  instances: ['aws_s3_bucket.logs'],
  related: [{ address: 'aws_s3_bucket_acl.logs', direction: 'from' }],
  outcome: 'fail',
  severity: 'CRITICAL',
  violationFound: true,
  workflowId: 'audit-42-1f2e3d',
  reused: false,
  changed: null,
  approval: null,
  findings: [noLogging, publicAcl],
  remediationPlan: publicAcl.remediationPlan,
};

const securityGroup: SampleResource = {
  root: 'infra',
  address: 'aws_security_group.web',
  path: null,
  type: 'aws_security_group',
  framework: 'terraform',
  file: 'infra/network.tf',
  startLine: 1,
  endLine: 10,
  instances: ['aws_security_group.web'],
  related: [{ address: 'aws_vpc.main', direction: 'to' }],
  outcome: 'undecided',
  severity: 'HIGH',
  violationFound: false,
  workflowId: 'audit-42-4c5b6a',
  reused: true,
  changed: null,
  approval: null,
  findings: [openSsh],
  remediationPlan: null,
};

const CLEAN: Omit<Report, 'verdict'> = {
  tool: { name: 'infrastructure-security-agent', version: '0.1.0' },
  threshold: 'CRITICAL',
  block: 'all',
  base: null,
  headSha: null,
  resources: [],
  notCovered: [],
  rules: new Map([PUBLIC_ACL, LOGGING, OPEN_SSH].map((rule) => [rule.id, rule])),
  coverage: {
    scanned: [
      { path: 'infra/main.tf', reason: 'Terraform' },
      { path: 'infra/network.tf', reason: 'Terraform' },
    ],
    failed: [],
    ignored: [],
  },
  diagnostics: [],
  failedAudits: [],
  source: (file) => sources.get(file),
  links: (file, startLine, endLine) =>
    `https://github.com/acme/shop/blob/0a1b2c3d/${file}#L${startLine}${endLine === startLine ? '' : `-L${endLine}`}`,
};

/** A report of these parts, with the verdict that the gate gives it. */
export function reportOf(parts: Parts): Report {
  const report = { ...CLEAN, ...parts };
  const policy: GatePolicy = { threshold: report.threshold, block: report.block, undecided: 'block', unresolved: new Map() };
  const resources = report.resources.map((resource): ResourceReport => ({
    ...resource,
    findings: resource.findings.map((finding) => {
      const { standing = NEW } = finding;
      return { ...finding, standing, blocks: blocksMerge({ ...finding, standing }, policy) };
    }),
  }));
  const diagnostics = report.diagnostics.map((diagnostic) => {
    const isNew = diagnostic.isNew ?? true;
    return { ...diagnostic, isNew, blocks: diagnostic.level === 'undecided' || unresolvedBlocks({ ...diagnostic, isNew }, policy) };
  });
  const findings = resources.flatMap((resource) => resource.findings);
  const verdict = decide({ ...report, findings, diagnostics, held: [], resourcesAudited: resources.length, resourcesUnchanged: 0, policy });
  return { ...report, resources, diagnostics, verdict };
}

export const cleanReport = reportOf({
  resources: [{ ...bucket, outcome: 'pass', severity: null, violationFound: false, findings: [], remediationPlan: null }],
});

export const sampleReport = reportOf({
  resources: [securityGroup, bucket],
  notCovered: [{ address: 'aws_iam_role.deploy', type: 'aws_iam_role', file: 'infra/main.tf' }],
  coverage: {
    scanned: CLEAN.coverage.scanned,
    failed: [{ path: 'stacks/web.yaml', reason: 'it is not valid YAML' }],
    ignored: [{ path: 'charts/values.yaml', reason: 'not a CloudFormation template' }],
  },
  diagnostics: [
    {
      level: 'undecided',
      code: 'syntax',
      message: 'A mapping key ends without ":"; write "Key: value".',
      file: 'stacks/web.yaml',
      span: { file: 'stacks/web.yaml', start: { offset: 40, line: 3, column: 5 }, end: { offset: 44, line: 3, column: 9 } },
    },
    {
      level: 'warning',
      code: 'terraform-folder',
      message: 'A .terraform folder is committed; it is never read.',
      file: 'infra/.terraform',
    },
  ],
});

const silenced: SampleFinding = {
  ...openSsh,
  outcome: 'fail',
  message: 'Port 22 is open to everyone.',
  fingerprint: 'abababababababababababababababab',
  standing: {
    isNew: false,
    silence: {
      by: 'exception',
      reason: 'the bastion is audited by hand',
      owner: 'team-web',
      until: '2027-01-31',
      place: '.github/infra-audit.yml:12',
    },
    refusedSilences: [],
  },
};

/**
 * A change on top of a base commit: the bucket changed, became public and waits for a person; the security group is as it was,
 * with a silenced finding and one that cannot be decided; a module is not in the repository.
 */
export const comparedReport = reportOf({
  block: 'new',
  base: { commit: 'abcdef1234567890abcdef1234567890abcdef12', changed: 1, unchanged: 1 },
  headSha: '1234567890abcdef1234567890abcdef12345678',
  resources: [
    {
      ...bucket,
      changed: true,
      approval: { state: 'waiting', fingerprints: [publicAcl.fingerprint], deadline: '2026-12-01T12:00:00Z' },
      findings: [
        { ...noLogging, standing: { ...NEW, isNew: false } },
        { ...publicAcl, standing: { ...NEW, refusedSilences: ['the exception of team-web expired on 2026-01-31'] } },
      ],
    },
    {
      ...securityGroup,
      changed: false,
      workflowId: null,
      reused: false,
      findings: [{ ...openSsh, standing: { ...NEW, isNew: false } }, silenced],
    },
  ],
  diagnostics: [
    {
      level: 'unresolved',
      code: 'unresolved-module',
      message: 'module.archive comes from "acme/archive/aws", which is outside this repository and not read.',
      file: 'infra/main.tf',
      isNew: false,
    },
    {
      level: 'unresolved',
      code: 'unresolved-module',
      message: 'module.cdn comes from "acme/cdn/aws", which is outside this repository and not read.',
      file: 'infra/network.tf',
    },
  ],
});
