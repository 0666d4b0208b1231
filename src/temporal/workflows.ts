/**
 * Workflow code: runs in Temporal's sandbox and must be deterministic, so it imports types and the
 * workflow library only. A change here needs a replay of the saved histories (test/temporal/replay.test.ts).
 */
import { defineQuery, proxyActivities, proxyLocalActivities, setHandler, upsertMemo } from '@temporalio/workflow';
import type { AuditRef, AuditResult, AuditStep, AuditSteps, Remediation, Risk } from '../domain/audit.ts';

export const progressQuery = defineQuery<AuditStep>('progress');

/** Types of failures for which trying again cannot help. */
const NON_RETRYABLE = ['UnknownResource', 'DigestMismatch', 'RuleFailed', 'ResultTooLarge'];

const { fetchMetadata } = proxyLocalActivities<AuditSteps>({
  startToCloseTimeout: '20s',
  scheduleToCloseTimeout: '60s',
  retry: { maximumAttempts: 3, initialInterval: '200ms', nonRetryableErrorTypes: NON_RETRYABLE },
});

const { analyzeRisk } = proxyLocalActivities<AuditSteps>({
  startToCloseTimeout: '60s',
  scheduleToCloseTimeout: '180s',
  retry: { maximumAttempts: 3, initialInterval: '200ms', nonRetryableErrorTypes: NON_RETRYABLE },
});

/** Regular, so that what came before it is recorded when it fails or the process dies. */
const { generateFix } = proxyActivities<AuditSteps>({
  startToCloseTimeout: '60s',
  scheduleToCloseTimeout: '5m',
  heartbeatTimeout: '10s',
  retry: { maximumAttempts: 3, initialInterval: '200ms', nonRetryableErrorTypes: NON_RETRYABLE },
});

/** Characters of JSON; a longer result is not repeated in the memo, which lists of workflows carry. */
const MEMO_LIMIT = 8 * 1024;

/** Leaves the result in the memo too, where one list of many workflows finds it. */
export async function infrastructureAuditWorkflow(ref: AuditRef): Promise<AuditResult> {
  let step: AuditStep = 'fetchMetadata';
  setHandler(progressQuery, () => step);

  const metadata = await fetchMetadata(ref);
  step = 'analyzeRisk';
  const risk = await analyzeRisk(ref, metadata);
  if (risk.violationFound) step = 'generateFix';
  const remediation = risk.violationFound ? await generateFix(ref, metadata, risk) : null;
  const result = resultOf(ref, risk, remediation);
  if (JSON.stringify(result).length <= MEMO_LIMIT) upsertMemo({ result });
  step = 'done';
  return result;
}

function resultOf({ address }: AuditRef, { violationFound, severity, findings }: Risk, remediation: Remediation | null): AuditResult {
  const plans = new Map(remediation?.plans.map(({ fingerprint, plan }) => [fingerprint, plan]));
  return {
    address,
    violationFound,
    severity,
    findings: findings.map((finding) => ({ ...finding, remediationPlan: plans.get(finding.fingerprint) ?? null })),
    remediationPlan: remediation?.combined ?? null,
  };
}
