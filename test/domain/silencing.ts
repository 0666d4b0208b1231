/** Small repositories, a small catalogue, and what silences their findings. */
import { RuleSet } from '../../src/domain/evaluate.ts';
import { blocksMerge } from '../../src/domain/gate.ts';
import type { Rule } from '../../src/domain/rule.ts';
import type { ExceptionTerms, Found } from '../../src/domain/silences.ts';
import type { Severity } from '../../src/domain/severity.ts';
import { SourceText } from '../../src/domain/source.ts';
import { auditOf } from '../../src/domain/steps.ts';
import type { WorkspaceAudit } from '../../src/domain/steps.ts';
import { at } from '../../src/domain/value.ts';
import type { Workspace } from '../../src/domain/workspace.ts';
import { createWorkspace } from '../../src/iac/workspace.ts';
import { readSuppressions } from '../../src/iac/suppressions/index.ts';
import { silencing } from '../../src/silencing.ts';
import type { Silencing } from '../../src/silencing.ts';

/** `attribute` of a bucket must be true: absent or false fails, unknown is undecided. */
function mustBeTrue(id: string, attribute: string, severity: Severity, checkov: string): Rule {
  return {
    id,
    title: `Bucket must have ${attribute}`,
    severity,
    targets: { terraform: ['aws_s3_bucket'], cloudformation: ['AWS::S3::Bucket'] },
    topics: [],
    why: 'For the tests.',
    remedy: ['Set it.'],
    references: [],
    controls: {},
    equivalents: { checkov: [checkov] },
    *check({ attributes }) {
      const value = at(attributes, attribute);
      if (value.state === 'unknown') yield { outcome: 'undecided', message: `${attribute} is not known`, span: value.span };
      else if (value.state === 'absent' || value.data !== true)
        yield { outcome: 'fail', message: `${attribute} is not true`, span: value.span };
    },
    examples: {},
  };
}

export const CATALOGUE: readonly Rule[] = [
  mustBeTrue('bucket-private', 'private', 'CRITICAL', 'CKV_1'),
  mustBeTrue('bucket-logged', 'logged', 'HIGH', 'CKV_2'),
  mustBeTrue('bucket-versioned', 'versioned', 'MEDIUM', 'CKV_3'),
];

export type Files = Readonly<Record<string, string>>;

export interface Side {
  readonly workspace: Workspace;
  readonly audit: WorkspaceAudit;
  readonly found: readonly Found[];
}

export function read(files: Files): Side {
  const workspace = createWorkspace(Object.entries(files).map(([file, text]) => new SourceText(file, text)));
  const audit = auditOf(workspace, { rules: new RuleSet(CATALOGUE), engine: 'test', scanners: null, approvals: null, terms: '' });
  const found = workspace.resources.flatMap((resource) => audit.judgement(resource).findings.map((finding) => ({ finding, resource })));
  return { workspace, audit, found };
}

export interface Given {
  readonly head: Files;
  /** Null: there is nothing that this is a change of. */
  readonly base?: Files | 'unavailable' | null;
  readonly exceptions?: readonly Partial<ExceptionTerms>[];
  readonly critical?: boolean;
  readonly foreign?: boolean;
}

export const TODAY = '2026-06-15';

const EXCEPTION: ExceptionTerms = {
  rule: 'bucket-*',
  resource: null,
  path: null,
  fingerprint: null,
  reason: 'agreed',
  owner: 'team-web',
  until: '2026-12-31',
  place: 'policy.yml:3',
};

export function silenced({ head, base = null, exceptions = [], critical = false, foreign = false }: Given): Silencing & Side {
  const side = read(head);
  const before = base === null || base === 'unavailable' ? base : read(base).workspace;
  const policy = { exceptions: exceptions.map((each) => ({ ...EXCEPTION, ...each })), suppressions: { critical, foreign } };
  return { ...side, ...silencing(policy, CATALOGUE, readSuppressions(side.workspace, CATALOGUE), before, TODAY) };
}

/** What becomes of each finding: `bucket-logged at aws_s3_bucket.a: ...`. */
export function outcomes(given: Given): string[] {
  const { found, silences } = silenced(given);
  return found.map(({ finding, resource }) => {
    const { silence, refusedSilences } = silences.of(finding, resource);
    const { by, until, place } = silence ?? {};
    const refused = refusedSilences.length === 0 ? 'stands' : `stands, ${refusedSilences.join(', ')}`;
    const what = silence === null ? refused : `silenced by ${by} at ${place}${until === null ? '' : ` until ${until}`}`;
    return `${finding.ruleId} at ${finding.address}: ${what}`;
  });
}

/** Warnings about what is left over. */
export function leftovers(given: Given): string[] {
  const { found, silences, diagnostics } = silenced(given);
  return [...diagnostics, ...silences.leftovers(found)].map(({ level, code, message, span }) => {
    const place = span === undefined ? '' : `${span.file}:${span.start.line}: `;
    return `${level} ${code}: ${place}${message}`;
  });
}

/** Addresses and rules of what blocks where everything counts from LOW on. */
export function blocking(given: Given): string[] {
  const { found, silences } = silenced(given);
  return found.flatMap(({ finding, resource }) => {
    const standing = { isNew: true, ...silences.of(finding, resource) };
    const policy = { threshold: 'LOW', block: 'all', undecided: 'block', unresolved: new Map() } as const;
    return blocksMerge({ ...finding, standing }, policy) ? [`${finding.ruleId} at ${finding.address}`] : [];
  });
}
