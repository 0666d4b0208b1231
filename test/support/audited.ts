/** The whole way from a folder to its report, with the steps of each audit called one after the other instead of by workflows. */
import { realpathSync } from 'node:fs';
import { conclude } from '../../src/conclude.ts';
import { underPolicy } from '../../src/config/config.ts';
import { settingsFromInputs } from '../../src/config/inputs.ts';
import type { Given } from '../../src/config/inputs.ts';
import type { AuditRef } from '../../src/domain/audit-ref.ts';
import type { AuditResult } from '../../src/domain/audit.ts';
import { Comparison } from '../../src/domain/comparison.ts';
import { RuleSet } from '../../src/domain/evaluate.ts';
import { auditOf } from '../../src/domain/steps.ts';
import type { AuditBasis, WorkspaceAudit } from '../../src/domain/steps.ts';
import { readWorkspace } from '../../src/iac/workspace.ts';
import type { Report } from '../../src/report/report.ts';
import { rules } from '../../src/rules/index.ts';
import { readSuppressions } from '../../src/iac/suppressions/index.ts';
import { silencing } from '../../src/silencing.ts';

/** Not those of the program that is tested, which would be others with each change of it. */
const DISTRIBUTION = { home: '/nowhere', version: '1.2.3', engine: 'test' };
const TODAY = '2026-11-24';
const HEAD = '5eed5eed5eed5eed5eed5eed5eed5eed5eed5eed';
const BASE = 'ba5eba5eba5eba5eba5eba5eba5eba5eba5eba5e';

export interface Asked {
  /** Absolute. */
  readonly folder: string;
  /** What the folder was at the base commit; null: there is none. */
  readonly base: string | null;
  readonly inputs: Given;
}

export async function auditFolder({ folder, base: baseFolder, inputs }: Asked): Promise<Report> {
  const root = realpathSync(folder);
  const config = underPolicy(settingsFromInputs(inputs, root), null);
  const ruleSet = new RuleSet(rules);
  const basis: AuditBasis = { rules: ruleSet, engine: DISTRIBUTION.engine, scanners: null, approvals: null, terms: '' };
  const asked = { paths: config.paths, variableFiles: config.variableFiles, parameterFiles: config.parameterFiles };
  const workspace = await readWorkspace({ root, ...asked });
  const audit = auditOf(workspace, basis);
  const base = baseFolder === null ? null : await readWorkspace({ root: realpathSync(baseFolder), ...asked });
  const comparison = base === null ? null : new Comparison({ workspace, audit }, { workspace: base, audit: auditOf(base, basis) });
  const covered = workspace.resources.filter((resource) => ruleSet.for(resource.type).length > 0);
  const unchanged = covered.filter((resource) => comparison?.isChanged(resource) === false);
  const changed = covered.filter((resource) => !unchanged.includes(resource));
  const outcomes = [];
  for (const resource of changed) {
    const ref = audit.refOf(resource);
    outcomes.push({ ref, workflowId: `audit-${resource.address}`, reused: false, result: await auditOne(ref, audit), failure: null });
  }
  return conclude({
    config,
    context: {
      distribution: DISTRIBUTION,
      headSha: HEAD,
      links: (file, startLine, endLine) =>
        `https://github.com/acme/infrastructure/blob/${HEAD}/${file}#L${startLine}${endLine === startLine ? '' : `-L${endLine}`}`,
    },
    ruleSet,
    workspace,
    audit,
    selected: workspace.resources,
    unchanged,
    outcomes,
    rulesOff: [],
    approvals: new Map(),
    scanners: null,
    gateChanges: [],
    comparison,
    silencing: silencing(config.policy, ruleSet.rules, readSuppressions(workspace, ruleSet.rules), base, TODAY),
    base: base === null ? null : { commit: BASE, changed: changed.length, unchanged: unchanged.length },
  });
}

async function auditOne(ref: AuditRef, audit: WorkspaceAudit): Promise<AuditResult> {
  const metadata = await audit.fetchMetadata(ref);
  const { violationFound, severity, findings } = await audit.analyzeRisk(ref, metadata);
  const remediation = violationFound ? await audit.generateFix(ref, metadata, { violationFound, severity, findings }) : null;
  const plans = new Map(remediation?.plans.map(({ fingerprint, plan }) => [fingerprint, plan]));
  return {
    address: ref.address,
    violationFound,
    severity,
    findings: findings.map((finding) => ({ ...finding, remediationPlan: plans.get(finding.fingerprint) ?? null })),
    remediationPlan: remediation?.combined ?? null,
  };
}
