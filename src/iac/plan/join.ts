/** Which Terraform files of the workspace a plan was made from. */
import { posix } from 'node:path';
import type { TerraformRoot } from '../terraform/root.ts';
import { unknown } from '../terraform/values/datum.ts';
import { declarationOf } from './address.ts';
import type { Configuration, ModuleConfiguration } from './configuration.ts';
import type { PlanDocument } from './document.ts';
import { variablesOf } from './variables.ts';

export interface Sources {
  /** The plan's root module with the local modules it calls, evaluated with the variables of the plan. */
  readonly root: TerraformRoot | undefined;
  /** Folders of modules whose callers are not here, by `module.a.module.b.`. */
  readonly modules: ReadonlyMap<string, TerraformRoot>;
  /** The roots of the workspace that these are. */
  readonly taken: readonly TerraformRoot[];
}

export function sourcesOf(plan: PlanDocument, file: string, roots: readonly TerraformRoot[]): Sources {
  const root = rootOf(plan, file, roots);
  const modules = plan.configuration === undefined ? [] : modulesOf(plan.configuration, root, roots);
  return {
    root: plan.variables.size === 0 ? root : root?.withVariables(variablesOf(plan.variables)),
    modules: new Map(modules.map(({ path, module, found }) => [path, withoutVariables(found, module)])),
    taken: [...(root === undefined ? [] : [root]), ...modules.map(({ found }) => found)],
  };
}

/**
 * The root that declares most of what the plan has, of what has no instance in it too. Among equals the one in the plan's
 * own folder, then the one with the fewest declarations that the plan does not have, then the first by name. None when no
 * root declares anything of it.
 */
function rootOf(plan: PlanDocument, file: string, roots: readonly TerraformRoot[]): TerraformRoot | undefined {
  const planned = new Set([...plan.objects.map(({ parts }) => declarationOf(parts)), ...(plan.configuration?.declarations() ?? [])]);
  const folder = posix.dirname(file);
  const ranked = roots
    .map((root) => {
      const matches = root.resources.filter(({ address }) => planned.has(address)).length;
      return { root, matches, away: Number(root.path !== folder), others: root.resources.length - matches };
    })
    .filter(({ matches }) => matches > 0)
    .toSorted((a, b) => b.matches - a.matches || a.away - b.away || a.others - b.others || (a.root.path < b.root.path ? -1 : 1));
  return ranked[0]?.root;
}

interface FoundModule {
  readonly path: string;
  readonly module: ModuleConfiguration;
  readonly found: TerraformRoot;
}

/**
 * A module that the root does not lead to is the folder that declares exactly its resources; of several, the one that its
 * `source` ends with, or none.
 */
function modulesOf(configuration: Configuration, root: TerraformRoot | undefined, roots: readonly TerraformRoot[]): FoundModule[] {
  const declared = new Set(root?.resources.map(({ address }) => address));
  const others = roots.filter((other) => other !== root).map((other) => ({ other, names: namesOf(ownNames(other)) }));
  return configuration.modules().flatMap(({ path, source, module }) => {
    const names = [...module.resources.keys()];
    if (path === '' || names.length === 0 || names.some((name) => declared.has(path + name))) return [];
    const alike = others.filter((each) => each.names === namesOf(names)).map(({ other }) => other);
    const called = alike.filter((other) => posix.basename(other.path) === posix.basename(source));
    const [found, ...more] = alike.length > 1 ? called : alike;
    return found === undefined || more.length > 0 ? [] : [{ path, module, found }];
  });
}

function ownNames(root: TerraformRoot): string[] {
  return root.resources.flatMap(({ address }) => (address.startsWith('module.') ? [] : [address]));
}

function namesOf(names: readonly string[]): string {
  return names.toSorted().join(' ');
}

/** What its caller gives it is not known here, and is not its defaults. */
function withoutVariables(root: TerraformRoot, { variables }: ModuleConfiguration): TerraformRoot {
  return root.withVariables(new Map([...variables].map((name) => [name, unknown(`var.${name} is given by a caller that is not here`)])));
}
