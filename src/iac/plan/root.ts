/** A plan, joined with the Terraform root that it was made from, whose place it takes. */
import type { Change } from '../../domain/change.ts';
import type { Diagnostic, FileNote } from '../../domain/diagnostic.ts';
import { groupBy } from '../../domain/group-by.ts';
import type { Resource } from '../../domain/resource.ts';
import type { Edit, SourceText } from '../../domain/source.ts';
import type { Root, RootCopy } from '../root.ts';
import type { TerraformResource } from '../terraform/resources.ts';
import type { TerraformCopy, TerraformRoot } from '../terraform/root.ts';
import { declarationOf } from './address.ts';
import type { PlanDocument } from './document.ts';
import { listed } from './document.ts';
import type { Sources } from './join.ts';
import type { PlanText } from './plan-text.ts';
import { Reading } from './reading.ts';
import type { Origin } from './resources.ts';

interface PlanInput {
  /** As in {@link Resource.root}: that of the source, or the plan's file when it has none of its own. */
  readonly path: string;
  readonly document: PlanDocument;
  readonly text: PlanText;
  readonly sources: Sources;
}

export class PlanRoot implements Root {
  readonly framework = 'terraform';
  readonly path: string;
  readonly files: readonly string[];
  readonly ignored: readonly FileNote[];
  readonly diagnostics: readonly Diagnostic[];
  readonly #source: TerraformRoot | undefined;
  readonly #origins: ReadonlyMap<string, Origin>;
  readonly #reading: Reading;
  /** Those that an edit of a file may change. */
  readonly #byFile: ReadonlyMap<string, readonly Origin[]>;

  constructor({ path, document, text, sources }: PlanInput) {
    const all = new Set([...(sources.root === undefined ? [] : [sources.root]), ...sources.modules.values()]);
    this.path = path;
    this.#source = sources.root;
    this.files = [...new Set([...all].flatMap((source) => source.files)), text.file];
    this.ignored = [...all].flatMap((source) => source.ignored);
    this.#origins = originsOf(document, text, sources);
    this.#reading = new Reading(path, [...this.#origins.keys()], (address) => this.#origins.get(address));
    const editable = [...this.#origins.values()].filter(({ source, guest }) => source !== undefined && guest !== true);
    this.#byFile = groupBy(editable, ({ source, span }) => source?.source.file ?? span.file);
    this.diagnostics = [...sourceDiagnostics(all), ...planDiagnostics(document, text.file), ...this.#joinDiagnostics(document, text.file)];
  }

  get resources(): readonly Resource[] {
    return this.#reading.resources();
  }

  edits(changes: readonly Change[]): readonly Edit[] | null {
    return this.#source?.edits(changes) ?? null;
  }

  reread(texts: ReadonlyMap<string, SourceText>): RootCopy {
    const copy = this.#source?.reread(texts);
    const touched = [...texts.keys()].flatMap((file) => this.#byFile.get(file) ?? []);
    return copy === undefined ? unchanged(this.#reading) : new Copy({ origins: this.#origins, touched, reading: this.#reading }, copy);
  }

  /** What stands in one of the two alone. */
  #joinDiagnostics({ configuration }: PlanDocument, file: string): Diagnostic[] {
    const diagnostics: Diagnostic[] = [];
    const apart = [...this.#origins.values()].filter(({ source }) => source === undefined);
    if (apart.length > 0) {
      const message = `${apart.length} of ${this.#origins.size} declarations of the plan are in no Terraform file here (${listed(apart.map(({ address }) => address))}); what is said of them points at the plan`;
      diagnostics.push({ level: 'warning', code: 'plan-not-joined', message, file });
    }
    const configured = configuration === undefined ? undefined : new Set(configuration.declarations());
    const later = (this.#source?.resources ?? []).filter(({ address }) => configured?.has(address) === false);
    if (later.length > 0) {
      const message = `the plan does not know ${listed(later.map(({ address }) => address))}, which ${later.length === 1 ? 'is' : 'are'} declared here; make the plan again from these files`;
      diagnostics.push({ level: 'undecided', code: 'plan-outdated', message, file });
    }
    return diagnostics;
  }
}

function originsOf(document: PlanDocument, text: PlanText, { root, modules }: Sources): Map<string, Origin> {
  const declared = new Map((root?.resources ?? []).map((source) => [source.address, { source, guest: false }]));
  for (const [path, module] of modules) for (const source of module.resources) declared.set(path + source.address, { source, guest: true });
  const origins = new Map<string, Origin>();
  for (const [address, objects] of groupBy(document.objects, ({ parts }) => declarationOf(parts))) {
    const [first] = objects;
    if (first === undefined) continue;
    origins.set(address, {
      address,
      type: first.parts.type,
      span: text.span(first.place.start, first.place.end),
      plan: { document, objects },
      ...declared.get(address),
    });
  }
  return origins;
}

/** A module from elsewhere is not read, but the plan has what it declares. */
function sourceDiagnostics(sources: Iterable<TerraformRoot>): Diagnostic[] {
  const all = [...sources].flatMap((source) => source.diagnostics);
  return all.filter(({ level }) => level !== 'unresolved');
}

function planDiagnostics({ errored, incomplete, problems, objects }: PlanDocument, file: string): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const say = (code: string, message: string): void => void diagnostics.push({ level: 'undecided', code, message, file });
  if (errored) say('plan-errored', 'the plan is of a run that failed, so resources are missing in it; make it run through and plan again');
  if (incomplete) say('plan-incomplete', 'the plan is not complete (a target, or changes that were put off); plan all of it');
  if (problems.length > 0)
    say(
      'plan-invalid',
      `the plan contradicts itself: ${problems.slice(0, 3).join('; ')}${problems.length > 3 ? `; and ${problems.length - 3} more` : ''}`,
    );
  const twice = [...groupBy(objects, ({ address }) => address)].filter(([, same]) => same.length > 1).map(([address]) => address);
  if (twice.length > 0) say('plan-invalid', `the plan has ${listed(twice)} more than once`);
  return diagnostics;
}

function unchanged(reading: Reading): RootCopy {
  return { diagnostics: [], added: [], removed: [], resource: (address) => reading.resource(address) };
}

interface Before {
  readonly origins: ReadonlyMap<string, Origin>;
  /** Declared in the edited files. */
  readonly touched: readonly Origin[];
  readonly reading: Reading;
}

/**
 * The plan with an edited source: where the source says something else than before, its value; everything else stays the
 * plan's. What is declared anew has the values of the source.
 */
class Copy implements RootCopy {
  readonly diagnostics: readonly Diagnostic[];
  readonly removed: readonly string[];
  readonly #added: readonly string[];
  readonly #reading: Reading;

  constructor({ origins, touched, reading }: Before, copy: TerraformCopy) {
    this.diagnostics = copy.diagnostics;
    this.removed = copy.removed.filter((address) => origins.has(address));
    const added = new Map(copy.added.map((resource) => [resource.address, resource]));
    this.#added = [...added.keys()];
    const changed = touched.filter(({ source, address }) => {
      const now = copy.resource(address);
      return source === undefined || now === undefined || blockText(now) !== blockText(source);
    });
    const find = (address: string): Origin | undefined => {
      const fresh = added.get(address);
      if (fresh !== undefined) return { address, type: fresh.type, span: fresh.header, source: fresh };
      const origin = origins.get(address);
      if (origin?.source === undefined || origin.guest === true) return origin;
      const source = copy.resource(address);
      return source === undefined ? undefined : { ...origin, source, before: origin.source };
    };
    this.#reading = new Reading(reading.path, [], find, {
      reading,
      changed: new Set([...changed.map(({ address }) => address), ...this.#added]),
    });
  }

  get added(): readonly Resource[] {
    return this.#added.flatMap((address) => this.resource(address) ?? []);
  }

  resource(address: string): Resource | undefined {
    return this.#reading.resource(address);
  }
}

function blockText({ text, block }: TerraformResource): string {
  return text.text.slice(block.start, block.end);
}
