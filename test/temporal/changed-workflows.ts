/** The audit workflow with its first two steps in the other order: what a careless change would look like. */
import { proxyLocalActivities } from '@temporalio/workflow';
import type { AuditRef } from '../../src/domain/audit-ref.ts';
import type { Metadata, Risk } from '../../src/domain/audit.ts';

interface Steps {
  fetchMetadata(ref: AuditRef): Promise<Metadata>;
  analyzeRisk(ref: AuditRef): Promise<Risk>;
}

const { fetchMetadata, analyzeRisk } = proxyLocalActivities<Steps>({ startToCloseTimeout: '20s' });

export async function infrastructureAuditWorkflow(ref: AuditRef): Promise<string> {
  const risk = await analyzeRisk(ref);
  const metadata = await fetchMetadata(ref);
  return `${metadata.type} ${risk.violationFound}`;
}
