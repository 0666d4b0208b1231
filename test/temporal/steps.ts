/** Steps that read nothing: what an audit of one resource would answer; and the key that these audits are kept with. */
import type { Anchor } from '../../src/domain/anchor.ts';
import type { AuditRef } from '../../src/domain/audit-ref.ts';
import type { AuditSteps, Metadata, Remediation, Risk } from '../../src/domain/audit.ts';
import type { Finding } from '../../src/domain/finding.ts';

export const KEY = Buffer.alloc(32, 'key of the tests');

export function refOf(address: string, digest = '0'): AuditRef {
  return { root: '.', address, digest: digest.padEnd(64, '0') };
}

export function finding(address: string): Finding<Anchor> {
  return {
    ruleId: 'aws-s3-versioning',
    severity: 'MEDIUM',
    outcome: 'fail',
    message: 'versioning is off',
    address,
    instances: [],
    instanceCount: 0,
    span: { address, start: 0, end: 10 },
    fingerprint: `fingerprint of ${address}`,
    remediationPlan: null,
  };
}

export const METADATA: Metadata = {
  type: 'aws_s3_bucket',
  framework: 'terraform',
  file: 'main.tf',
  startLine: 1,
  endLine: 3,
  instances: 1,
  related: [],
  unknown: [],
  digest: '',
};

export const NO_RISK: Risk = { violationFound: false, severity: null, findings: [] };

export function riskOf(address: string): Risk {
  return { violationFound: true, severity: 'MEDIUM', findings: [finding(address)] };
}

export function remediationOf(address: string): Remediation {
  const plan = { summary: `switch it on for ${address}`, steps: ['set it'], edits: [], safety: null, commands: [], proof: null };
  return { plans: [{ fingerprint: `fingerprint of ${address}`, plan }], combined: plan };
}

/** Steps of a resource that fails one rule and has a plan. */
export function steps(over: Partial<AuditSteps>): AuditSteps {
  return {
    fetchMetadata: async () => METADATA,
    analyzeRisk: async ({ address }) => riskOf(address),
    generateFix: async ({ address }) => remediationOf(address),
    verifyApproval: async () => null,
    ...over,
  };
}
