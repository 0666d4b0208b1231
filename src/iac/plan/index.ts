/** Terraform plans: JSON to roots that take the place of the Terraform roots they were made from. */
import type { Diagnostic } from '../../domain/diagnostic.ts';
import type { SourceText } from '../../domain/source.ts';
import type { Root } from '../root.ts';
import type { TerraformRoot } from '../terraform/root.ts';
import { readDocument } from './document.ts';
import { sourcesOf } from './join.ts';
import { PlanText } from './plan-text.ts';
import { PlanRoot } from './root.ts';

export interface Plans {
  /** The given roots, those that plans take the place of left out, and the plans. */
  readonly roots: readonly Root[];
  /** The plans as they may be shown. */
  readonly sources: readonly SourceText[];
  /** Of plans that are not read; their roots are audited as their sources say. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Joins plans with Terraform roots. Several plans of one root (one for each environment) are all audited: the first
 * has the root's path, the others that of their own file. Never throws on what a plan holds.
 */
export function readPlans(plans: readonly SourceText[], roots: readonly TerraformRoot[]): Plans {
  const taken = new Set<TerraformRoot>();
  const paths = new Set<string>();
  const read: PlanRoot[] = [];
  const sources: SourceText[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const { file, text } of plans) {
    const document = readDocument(text);
    if ('refused' in document) {
      diagnostics.push({ level: 'undecided', code: document.code, message: `the plan is not read: ${document.refused}`, file });
      continue;
    }
    const shown = new PlanText(
      file,
      document.text,
      document.objects.map(({ place }) => place),
    );
    const joined = sourcesOf(document, file, roots);
    const path = joined.root === undefined || paths.has(joined.root.path) ? file : joined.root.path;
    paths.add(path);
    for (const root of joined.taken) taken.add(root);
    sources.push(shown);
    read.push(new PlanRoot({ path, document, text: shown, sources: joined }));
  }
  return { roots: [...roots.filter((root) => !taken.has(root)), ...read], sources, diagnostics };
}
