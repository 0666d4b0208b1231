/**
 * Workflow code: runs in Temporal's sandbox and must be deterministic, so it imports types and the
 * workflow library only. A change here needs a replay of the saved histories (test/temporal/replay.test.ts).
 */
import { defineQuery, proxyActivities, proxyLocalActivities, setHandler } from '@temporalio/workflow';
import type { AuditRef, AuditResult, AuditStep, AuditSteps } from '../domain/audit.ts';

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

export async function infrastructureAuditWorkflow(ref: AuditRef): Promise<AuditResult> {
  let step: AuditStep = 'fetchMetadata';
  setHandler(progressQuery, () => step);

  const metadata = await fetchMetadata(ref);
  step = 'analyzeRisk';
  const risk = await analyzeRisk(ref, metadata);
  const { violationFound, severity, findings } = risk;
  if (!violationFound) {
    step = 'done';
    return { address: ref.address, violationFound, severity, findings, remediationPlan: null };
  }
  step = 'generateFix';
  const { plans, combined } = await generateFix(ref, metadata, risk);
  const byFingerprint = new Map(plans.map(({ fingerprint, plan }) => [fingerprint, plan]));
  step = 'done';
  return {
    address: ref.address,
    violationFound,
    severity,
    findings: findings.map((finding) => ({ ...finding, remediationPlan: byFingerprint.get(finding.fingerprint) ?? null })),
    remediationPlan: combined,
  };
}
