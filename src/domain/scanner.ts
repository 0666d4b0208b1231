/** The port behind which plug-in scanners are. What they say is validated data and still nothing to be trusted: it is added to the rules' findings and removes none. */
import type { Diagnostic } from './diagnostic.ts';
import type { Resource } from './resource.ts';
import type { Severity } from './severity.ts';
import type { Edit, SourceText, Span } from './source.ts';
import type { Workspace } from './workspace.ts';

export interface ScannerFinding {
  /** `scanner/<name>/<id>` */
  readonly ruleId: string;
  readonly title: string | null;
  readonly severity: Severity;
  readonly message: string;
  /** In the resource's declaration. */
  readonly span: Span;
  /** Addresses of the instances concerned; all of them where the scanner names none. */
  readonly instances: readonly string[];
  /** Proposed, not proven; in the resource's declaration. */
  readonly edits: readonly Edit[] | null;
}

/** Edits that a scanner proposes for one of its findings. */
export interface Proposal<S = Span> {
  readonly fingerprint: string;
  readonly edits: readonly Edit<S>[];
}

/** A scanner gave no answer that can be used. */
export interface ScannerFailure {
  readonly scanner: string;
  /** Whether the policy counts on its answer: then what it did not look at is not decided. */
  readonly required: boolean;
  readonly reason: string;
}

export interface ScannerAnswer {
  readonly findings: readonly ScannerFinding[];
  readonly failures: readonly ScannerFailure[];
}

export interface Scanners {
  /** Digest of everything that is configured: what another configuration found is never taken for ours. */
  readonly digest: string;
  /** Asks every scanner; never throws for what a scanner does. */
  analyze(resource: Resource, workspace: Workspace): Promise<ScannerAnswer>;
  /** Asks the scanner whose `ruleId` it is about one resource of a copy, whose files `source` gives; never throws for what it does. */
  analyzeAgain(ruleId: string, resource: Resource, source: (file: string) => SourceText | undefined): Promise<ScannerAnswer>;
  /** What is to be said of a run besides: findings that lie in no resource. Complete when every resource was asked about. */
  diagnostics(): readonly Diagnostic[];
  close(): Promise<void>;
}

/** The audits of a run, each with what failed: one diagnostic for each thing that happened to a scanner. */
export function failuresAsDiagnostics(
  audits: readonly { readonly address: string; readonly failures: readonly ScannerFailure[] }[],
): Diagnostic[] {
  const told = new Map<string, { readonly failure: ScannerFailure; readonly addresses: string[] }>();
  for (const { address, failures } of audits) {
    for (const failure of failures) {
      const key = JSON.stringify([failure.scanner, failure.required, failure.reason]);
      const same = told.get(key);
      if (same === undefined) told.set(key, { failure, addresses: [address] });
      else same.addresses.push(address);
    }
  }
  return [...told.values()].map(({ failure: { scanner, required, reason }, addresses }) => ({
    level: required ? 'undecided' : 'warning',
    code: 'scanner',
    message: `the scanner ${scanner} gave no usable answer for ${listed(addresses)}: ${reason}`,
  }));
}

const MOST_NAMED = 3;

function listed(addresses: readonly string[]): string {
  const more = addresses.length - MOST_NAMED;
  return `${addresses.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
