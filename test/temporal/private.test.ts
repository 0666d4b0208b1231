/** What somebody who reads the Temporal server learns of a repository: nothing. */
import { randomUUID } from 'node:crypto';
import { Connection } from '@temporalio/client';
import type { WorkflowService } from '@temporalio/client';
import { expect, it } from 'vitest';
import { RuleSet } from '../../src/domain/evaluate.ts';
import { SourceText } from '../../src/domain/source.ts';
import { StepFailure, auditOf } from '../../src/domain/steps.ts';
import type { WorkspaceAudit } from '../../src/domain/steps.ts';
import { createWorkspace } from '../../src/iac/workspace.ts';
import { rules } from '../../src/rules/index.ts';
import { auditAll } from '../../src/temporal/auditor.ts';
import { EncryptionCodec } from '../../src/temporal/codec.ts';
import { KEY } from './steps.ts';
import { options, sharedServer } from './support.ts';

const FILE = 'finance/payroll.tf';
const SOURCE = `
resource "aws_s3_bucket" "salaries" {
  bucket = "acme-salaries-7731"
  acl    = "public-read"
  tags   = { owner = "morgana@acme.test" }
}

resource "aws_s3_bucket" "bonuses" {
  bucket = var.bonus_bucket
}

resource "aws_instance" "ledger" {
  ami       = "ami-0ddba11"
  user_data = "export PASSWORD=swordfish-9f2c"
}

resource "aws_instance" "broken" {
  ami = "ami-0ddba11"
}
`;
const WORDS =
  'finance payroll aws_s3 aws_instance salaries bonuses ledger broken bonus_bucket acme 7731 public-read morgana ami-0ddba11 PASSWORD swordfish user_data CRITICAL ACL steps.ts gorlois tintagel camlann pendragon';

/** An audit that fails for good on one resource, and once on another, with messages that name them. */
function flawed(audit: WorkspaceAudit): WorkspaceAudit {
  let attempts = 0;
  return {
    ...audit,
    analyzeRisk: async (ref, metadata) => {
      if (ref.address === 'aws_instance.broken') throw new StepFailure('RuleFailed', `a rule failed on ${ref.address} in ${FILE}`);
      return audit.analyzeRisk(ref, metadata);
    },
    generateFix: async (ref, metadata, risk) => {
      if (attempts++ === 0) throw new Error(`${ref.address}: no fix for swordfish-9f2c yet`);
      return audit.generateFix(ref, metadata, risk);
    },
    verifyApproval: async (id) =>
      id.includes('12-')
        ? null
        : { id, decision: 'approve', by: 'gorlois', reason: 'tintagel falls', until: '2100-01-01', place: 'camlann' },
  };
}

/** Every text and every byte string in an answer of the server, the latter as text and as Latin-1. */
function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (value instanceof Uint8Array) return [Buffer.from(value).toString('utf8'), Buffer.from(value).toString('latin1')];
  if (Array.isArray(value)) return value.flatMap(texts);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => [name, ...texts(item)]);
}

type Answer = Awaited<ReturnType<WorkflowService['getWorkflowExecutionHistory']>>;

/** Everything the server keeps of the workflows of a repository. */
async function kept(repository: string): Promise<{ histories: Answer[]; ids: string[]; all: unknown }> {
  const { workflowService } = await Connection.connect({ address: sharedServer().address });
  const namespace = 'default';
  const query = `WorkflowId STARTS_WITH 'audit-${repository}-'`;
  const list = await workflowService.listWorkflowExecutions({ namespace, query });
  const executions = list.executions.flatMap(({ execution }) => execution ?? []);
  const histories: Answer[] = [];
  const descriptions: unknown[] = [];
  for (const execution of executions) {
    histories.push(await workflowService.getWorkflowExecutionHistory({ namespace, execution }));
    descriptions.push(await workflowService.describeWorkflowExecution({ namespace, execution }));
  }
  return { histories, ids: executions.map(({ workflowId }) => workflowId ?? ''), all: { list, histories, descriptions } };
}

it('no path, name, value, finding or failure of a repository is in what the server keeps of its audit', async () => {
  const workspace = createWorkspace([new SourceText(FILE, SOURCE)]);
  const audit = auditOf(workspace, { rules: new RuleSet(rules), engine: 'engine', scanners: null, approvals: null, terms: '' });
  const audited = options({
    repository: randomUUID(),
    steps: flawed(audit),
    terms: { scanners: true, approval: { severity: 'MEDIUM', deadlineMilliseconds: 60_000 } },
    approvals: {
      candidates: ({ ref }) => (ref.address.endsWith('salaries') ? ['12-pendragon', '13-pendragon'] : []),
      verify: async () => ({ refusal: 'asked of the steps' }),
    },
  });

  const outcomes = await auditAll(workspace.resources.map(audit.refOf), audited);

  expect(outcomes.map(({ ref, result, failure }) => [ref.address, result?.violationFound ?? failure])).toEqual([
    ['aws_s3_bucket.salaries', true],
    ['aws_s3_bucket.bonuses', true],
    ['aws_instance.ledger', true],
    ['aws_instance.broken', `a rule failed on aws_instance.broken in ${FILE}`],
  ]);
  expect(outcomes.map(({ ref, result }) => [ref.address, result?.approval?.state])).toEqual([
    ['aws_s3_bucket.salaries', 'approved'],
    ['aws_s3_bucket.bonuses', 'waiting'],
    ['aws_instance.ledger', 'waiting'],
    ['aws_instance.broken', undefined],
  ]);
  const { histories, ids, all } = await kept(audited.repository);
  expect(ids.toSorted()).toEqual(outcomes.map(({ workflowId }) => workflowId).toSorted());
  const seen = texts(all).join('\n');
  expect(WORDS.split(' ').filter((word) => seen.toLowerCase().includes(word.toLowerCase()))).toEqual([]);

  // The same words are there for whoever has the key: in what each workflow was started with.
  const started = histories.flatMap(({ history }, index) =>
    (history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.slice(0, 1) ?? []).map((payload) => ({
      payload,
      workflowId: ids[index] ?? '',
    })),
  );
  const opened = await Promise.all(
    started.map(async ({ payload, workflowId }) => {
      const [plain] = await new EncryptionCodec(KEY).decode([payload], { type: 'workflow', namespace: 'default', workflowId });
      return (JSON.parse(Buffer.from(plain?.data ?? []).toString()) as { address: string }).address;
    }),
  );
  expect(opened.toSorted()).toEqual(outcomes.map(({ ref }) => ref.address).toSorted());
});
