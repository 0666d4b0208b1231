/**
 * Workflow code: runs in Temporal's sandbox and must be deterministic, so it imports the domain and the
 * workflow library only. A change here needs a replay of the saved histories (test/temporal/replay.test.ts).
 */
import {
  defineQuery,
  defineSignal,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
  upsertMemo,
  workflowInfo,
} from '@temporalio/workflow';
import type { ApprovalTerms } from '../domain/approval.ts';
import type { AuditRef } from '../domain/audit-ref.ts';
import type { AuditApproval, AuditResult, AuditStep, AuditSteps, AuditTerms, Remediation, Risk } from '../domain/audit.ts';
import { compareSeverity } from '../domain/severity.ts';
import { Hints, decision } from './workflow-decision.ts';
import { DECIDE, OTHER_HINTS, PROGRESS } from './workflow-messages.ts';
import type { AuditMemo, AuditProgress } from './workflow-messages.ts';

/** Types of failures for which trying again cannot help. */
const NON_RETRYABLE = ['UnknownResource', 'DigestMismatch', 'RuleFailed', 'ResultTooLarge'];

const { fetchMetadata } = proxyLocalActivities<AuditSteps>({
  startToCloseTimeout: '20s',
  scheduleToCloseTimeout: '60s',
  retry: { maximumAttempts: 3, initialInterval: '200ms', nonRetryableErrorTypes: NON_RETRYABLE },
});

const rules = proxyLocalActivities<AuditSteps>({
  startToCloseTimeout: '60s',
  scheduleToCloseTimeout: '180s',
  retry: { maximumAttempts: 3, initialInterval: '200ms', nonRetryableErrorTypes: NON_RETRYABLE },
});

/** Scanners are outside, and take as long as they take. */
const rulesAndScanners = proxyActivities<AuditSteps>({
  startToCloseTimeout: '10m',
  scheduleToCloseTimeout: '31m',
  heartbeatTimeout: '10s',
  retry: { maximumAttempts: 3, initialInterval: '200ms', nonRetryableErrorTypes: NON_RETRYABLE },
});

/** Regular, so that what came before it is recorded when it fails or the process dies. */
const { generateFix } = proxyActivities<AuditSteps>({
  startToCloseTimeout: '60s',
  scheduleToCloseTimeout: '5m',
  heartbeatTimeout: '10s',
  retry: { maximumAttempts: 3, initialInterval: '200ms', nonRetryableErrorTypes: NON_RETRYABLE },
});

/** Characters of JSON; a longer result is not repeated in the memo, which lists of workflows carry. One that waits is there whole: few do. */
const MEMO_LIMIT = 8 * 1024;

/** What there was to say before terms were passed on. */
const NO_TERMS: AuditTerms = { scanners: false, approval: null };

/** Leaves the result in the memo too, where one list of many workflows finds it. */
export async function infrastructureAuditWorkflow(ref: AuditRef, terms: AuditTerms = NO_TERMS): Promise<AuditResult> {
  const hints = new Hints();
  for (const name of [DECIDE, ...OTHER_HINTS]) setHandler(defineSignal<[unknown]>(name), (hint) => hints.hear(hint));
  let progress = at('fetchMetadata');
  setHandler(defineQuery<AuditProgress>(PROGRESS), () => progress);

  const metadata = await fetchMetadata(ref);
  progress = at('analyzeRisk');
  const { analyzeRisk } = terms.scanners ? rulesAndScanners : rules;
  const risk = await analyzeRisk(ref, metadata);
  const fingerprints = terms.approval === null ? [] : toBeDecided(risk, terms.approval);
  let approval: AuditApproval | null = null;
  if (terms.approval !== null && fingerprints.length > 0) {
    progress = at('approval');
    const deadline = new Date(Date.now() + terms.approval.deadlineMilliseconds).toISOString();
    remember(resultOf(ref, risk, null, { state: 'waiting', fingerprints, deadline }));
    approval = await decision({ ref, fingerprints }, deadline, hints);
    remember(null);
  }
  if (risk.violationFound) progress = at('generateFix');
  const remediation = risk.violationFound ? await generateFix(ref, metadata, risk) : null;
  const result = resultOf(ref, risk, remediation, approval);
  if (JSON.stringify(result).length <= MEMO_LIMIT) remember(result);
  progress = at('done');
  return result;
}

function at(step: AuditStep): AuditProgress {
  return { step, attempt: workflowInfo().attempt, since: new Date().toISOString() };
}

function remember(result: AuditResult | null): void {
  upsertMemo({ result } satisfies AuditMemo);
}

function toBeDecided({ findings }: Risk, { severity }: ApprovalTerms): string[] {
  return findings
    .filter((finding) => finding.outcome === 'fail' && compareSeverity(finding.severity, severity) <= 0)
    .map(({ fingerprint }) => fingerprint);
}

function resultOf(
  { address }: AuditRef,
  { violationFound, severity, findings, scannerFailures }: Risk,
  remediation: Remediation | null,
  approval: AuditApproval | null,
): AuditResult {
  const plans = new Map(remediation?.plans.map(({ fingerprint, plan }) => [fingerprint, plan]));
  return {
    address,
    violationFound,
    severity,
    findings: findings.map((finding) => ({ ...finding, remediationPlan: plans.get(finding.fingerprint) ?? null })),
    remediationPlan: remediation?.combined ?? null,
    ...(scannerFailures === undefined ? {} : { scannerFailures }),
    ...(approval === null ? {} : { approval }),
  };
}
