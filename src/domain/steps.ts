/** The three steps of an audit over a workspace that was read: the port behind the workflow's activities. */
import { anchor, mapFinding, mapPlan, neighbourhood } from './anchor.ts';
import type { Anchor } from './anchor.ts';
import type { AuditRef, AuditSteps, Metadata, Remediation, Risk } from './audit.ts';
import { evaluate } from './evaluate.ts';
import type { RuleSet } from './evaluate.ts';
import type { Finding, RemediationPlan } from './finding.ts';
import { digest } from './fingerprint.ts';
import { remediate } from './remediation.ts';
import { keyOf } from './resource.ts';
import type { Resource } from './resource.ts';
import type { Span } from './source.ts';
import { isList, isMap } from './value.ts';
import type { Value } from './value.ts';
import type { Workspace } from './workspace.ts';

export type StepFailureType = 'UnknownResource' | 'DigestMismatch' | 'RuleFailed' | 'ResultTooLarge';

/** Characters of JSON; the server refuses 2 MiB and warns at 512 KiB. */
const RESULT_LIMIT = 256 * 1024;

/** A step cannot be done, and trying again would not help. */
export class StepFailure extends Error {
  readonly type: StepFailureType;

  constructor(type: StepFailureType, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StepFailure';
    this.type = type;
  }
}

export interface WorkspaceAudit extends AuditSteps {
  refOf(resource: Resource): AuditRef;
  /** @throws StepFailure when it is not declared here, or not with this digest. */
  resource(ref: AuditRef): Resource;
}

/**
 * @param engine digest of the program, its rules included: a result made by another program is never taken for ours.
 */
export function auditOf(workspace: Workspace, rules: RuleSet, engine: string): WorkspaceAudit {
  const byKey = new Map(workspace.resources.map((resource) => [keyOf(resource), resource]));
  const digests = new Digests(workspace, engine);
  const refOf = (resource: Resource): AuditRef => ({ root: resource.root, address: resource.address, digest: digests.of(resource) });

  const find = (ref: AuditRef): Resource => {
    const resource = byKey.get(keyOf(ref));
    if (resource === undefined) throw new StepFailure('UnknownResource', `${ref.address} is not declared in this checkout`);
    if (digests.of(resource) !== ref.digest) {
      throw new StepFailure(
        'DigestMismatch',
        `${ref.address} or what it depends on differs in this checkout from what the audit was started for`,
      );
    }
    return resource;
  };

  return {
    refOf,
    resource: find,
    fetchMetadata: async (ref) => metadataOf(find(ref), ref.digest),
    analyzeRisk: async (ref) => riskOf(find(ref), rules),
    generateFix: async (ref, _metadata, risk) => remediationOf(find(ref), risk, rules, workspace),
  };
}

function metadataOf(resource: Resource, ownDigest: string): Metadata {
  return {
    type: resource.type,
    framework: resource.framework,
    file: resource.source.file,
    startLine: resource.source.start.line,
    endLine: resource.source.end.line,
    instances: resource.instances.length,
    related: resource.related.map((link) => link.resource.address),
    unknown: [...new Set(resource.instances.flatMap((instance) => unknownOf(instance.attributes)))],
    digest: ownDigest,
  };
}

/** First-level attributes of which some part is not known. */
function unknownOf(attributes: Value): string[] {
  if (attributes.state === 'unknown') return [attributes.reason];
  if (attributes.state === 'absent' || !isMap(attributes.data)) return [];
  return [...attributes.data].flatMap(([name, value]) => (holdsUnknown(value) ? [name] : []));
}

function holdsUnknown(value: Value): boolean {
  if (value.state !== 'known') return value.state === 'unknown';
  if (isList(value.data)) return value.data.some(holdsUnknown);
  return isMap(value.data) && [...value.data.values()].some(holdsUnknown);
}

function riskOf(resource: Resource, rules: RuleSet): Risk {
  const findings = judged(resource, () => evaluate(resource, rules));
  const risk = {
    violationFound: findings.some((finding) => finding.outcome === 'fail'),
    severity: findings[0]?.severity ?? null,
    findings: findings.map((finding) => anchored(finding, resource)),
  };
  if (isTooLarge(risk))
    throw new StepFailure(
      'ResultTooLarge',
      `${findings.length} findings on ${resource.address} are more than can be recorded; split the declaration`,
    );
  return risk;
}

function remediationOf(resource: Resource, risk: Risk, rules: RuleSet, workspace: Workspace): Remediation {
  const wanted = new Set(risk.findings.map((finding) => finding.fingerprint));
  const { plans, combined } = judged(resource, () => {
    const findings = evaluate(resource, rules).filter((finding) => wanted.has(finding.fingerprint));
    return remediate(resource, findings, rules, workspace);
  });
  const anchoredPlan = (plan: RemediationPlan): RemediationPlan<Anchor> => mapPlan(plan, (span) => anchor(span, resource));
  const remediation = {
    plans: [...plans].map(([fingerprint, plan]) => ({ fingerprint, plan: anchoredPlan(plan) })),
    combined: combined === null ? null : anchoredPlan(combined),
  };
  if (!isTooLarge(remediation)) return remediation;
  return { plans: remediation.plans.map(({ fingerprint, plan }) => ({ fingerprint, plan: inWords(plan) })), combined: null };
}

/** A plan whose edits and commands are too long to be recorded. */
function inWords(plan: RemediationPlan<Anchor>): RemediationPlan<Anchor> {
  return { ...plan, steps: [...plan.steps, 'The edit is too long to be shown here.'], edits: [], safety: null, commands: [], proof: null };
}

function isTooLarge(result: Risk | Remediation): boolean {
  return JSON.stringify(result).length > RESULT_LIMIT;
}

function judged<T>(resource: Resource, judge: () => T): T {
  try {
    return judge();
  } catch (error) {
    throw new StepFailure('RuleFailed', `a rule failed on ${resource.address}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

/** A place outside the neighbourhood is told by the resource's header: the line is near, and always there. */
function anchored(finding: Finding, resource: Resource): Finding<Anchor> {
  const header: Anchor = { address: resource.address, start: 0, end: resource.header.end.offset - resource.source.start.offset };
  const place = (span: Span): Anchor | null => anchor(span, resource);
  return mapFinding(finding, (span) => place(span) ?? header, place);
}

/** Digest of all that an audit reads: own and neighbouring declarations, as written and as evaluated, and the program. */
class Digests {
  readonly #workspace: Workspace;
  readonly #engine: string;
  readonly #contents = new Map<Resource, string>();
  readonly #digests = new Map<Resource, string>();

  constructor(workspace: Workspace, engine: string) {
    this.#workspace = workspace;
    this.#engine = engine;
  }

  of(resource: Resource): string {
    let own = this.#digests.get(resource);
    if (own === undefined) {
      const links = resource.related.map((link) => `${link.direction} ${link.attribute} ${link.certain} ${link.resource.address}`);
      own = digest([this.#engine, resource.root, ...links, ...neighbourhood(resource).map((each) => this.#content(each))]);
      this.#digests.set(resource, own);
    }
    return own;
  }

  #content(resource: Resource): string {
    let content = this.#contents.get(resource);
    if (content === undefined) {
      const { file, start, end } = resource.source;
      const parts = [
        resource.address,
        resource.type,
        resource.framework,
        this.#workspace.source(file)?.text.slice(start.offset, end.offset) ?? '',
      ];
      for (const instance of resource.instances) {
        parts.push(instance.address);
        write(instance.attributes, parts);
      }
      content = digest(parts);
      this.#contents.set(resource, content);
    }
    return content;
  }
}

function write(value: Value, parts: string[]): void {
  switch (value.state) {
    case 'absent':
      parts.push('absent');
      return;
    case 'unknown':
      parts.push('unknown', value.reason, value.reference === undefined ? '' : `${value.reference.address}.${value.reference.attribute}`);
      if (value.shape !== undefined) write(value.shape, parts);
      return;
    case 'known':
      if (isMap(value.data)) {
        parts.push('map', String(value.data.size));
        for (const [key, item] of value.data) {
          parts.push(key);
          write(item, parts);
        }
      } else if (isList(value.data)) {
        parts.push('list', String(value.data.length));
        for (const item of value.data) write(item, parts);
      } else {
        parts.push(typeof value.data, String(value.data));
      }
  }
}
