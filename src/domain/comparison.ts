/** What a change did: its resources and findings against those of the commit it is based on, which the same rules judge. */
import type { Diagnostic } from './diagnostic.ts';
import type { Finding } from './finding.ts';
import { keyOf } from './resource.ts';
import type { Resource } from './resource.ts';
import type { WorkspaceAudit } from './steps.ts';
import type { Workspace } from './workspace.ts';

export interface Side {
  readonly workspace: Workspace;
  readonly audit: WorkspaceAudit;
}

export class Comparison {
  readonly #head: Side;
  readonly #base: Side;
  readonly #baseResources: ReadonlyMap<string, Resource>;
  readonly #baseDiagnostics: ReadonlySet<string>;
  #moved: ReadonlySet<string> | undefined;

  constructor(head: Side, base: Side) {
    this.#head = head;
    this.#base = base;
    this.#baseResources = new Map(base.workspace.resources.map((resource) => [keyOf(resource), resource]));
    this.#baseDiagnostics = new Set(base.workspace.diagnostics.map(wordsOf));
  }

  /** Whether anything that its audit reads differs from the base. */
  isChanged(resource: Resource): boolean {
    const before = this.#baseResources.get(keyOf(resource));
    return before === undefined || this.#base.audit.refOf(before).digest !== this.#head.audit.refOf(resource).digest;
  }

  /** A finding that got more severe is new; one that moved with its file or folder is not. */
  isNew(finding: Finding<unknown>, resource: Resource): boolean {
    const before = this.#baseResources.get(keyOf(resource));
    if (before === undefined) return !this.#ofMoved().has(apartFromRoot(finding));
    const same = this.#base.audit.judgement(before).findings.filter(({ fingerprint }) => fingerprint === finding.fingerprint);
    return !same.some(({ severity }) => severity === finding.severity);
  }

  isNewDiagnostic(diagnostic: Diagnostic): boolean {
    return !this.#baseDiagnostics.has(wordsOf(diagnostic));
  }

  /** Findings of what is declared at the base and not at the head, which may have moved to another folder. */
  #ofMoved(): ReadonlySet<string> {
    if (this.#moved === undefined) {
      const here = new Set(this.#head.workspace.resources.map(keyOf));
      const gone = [...this.#baseResources].filter(([key]) => !here.has(key));
      this.#moved = new Set(gone.flatMap(([, resource]) => this.#base.audit.judgement(resource).findings.map(apartFromRoot)));
    }
    return this.#moved;
  }
}

function apartFromRoot({ ruleId, address, outcome, severity, message }: Finding<unknown>): string {
  return [ruleId, address, outcome, severity, message].join('\u0000');
}

function wordsOf({ level, code, message }: Diagnostic): string {
  return [level, code, message].join('\u0000');
}
