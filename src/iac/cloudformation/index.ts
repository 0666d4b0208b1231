/** A CloudFormation template as a root. */
import type { Change } from '../../domain/change.ts';
import type { Diagnostic } from '../../domain/diagnostic.ts';
import type { Resource } from '../../domain/resource.ts';
import type { Edit, SourceText } from '../../domain/source.ts';
import type { Limits } from '../limits.ts';
import type { Root, RootCopy } from '../root.ts';
import { planEdits } from './edits/index.ts';
import { rereadDeclaration } from './reread.ts';
import { Stack } from './resources.ts';
import { looksLikeJson, looksLikeTemplate, mayBeTemplate, readTemplate } from './template.ts';
import type { TemplateReading } from './template.ts';

export { looksLikeJson, looksLikeTemplate, mayBeTemplate };

/** Null when the text is no template. */
export function readCloudFormation(source: SourceText, limits: Limits): Root | null {
  const reading = readTemplate(source, limits);
  return reading.verdict === 'something else' ? null : new TemplateRoot(source, reading, limits);
}

class TemplateRoot implements Root {
  readonly path: string;
  readonly framework = 'cloudformation';
  readonly files: readonly string[];
  readonly resources: readonly Resource[];
  readonly diagnostics: readonly Diagnostic[];
  /** Null when nothing of the text can be told. */
  readonly #stack: Stack | null;
  /** What is not understood as a whole is not changed. */
  readonly #whole: boolean;
  readonly #limits: Limits;

  constructor(source: SourceText, { template, diagnostics }: TemplateReading, limits: Limits) {
    this.path = source.file;
    this.files = [source.file];
    this.#limits = limits;
    this.#stack = template === null ? null : new Stack(template, limits);
    this.#whole = diagnostics.length === 0;
    const resources = this.#stack?.resources ?? [];
    this.resources = resources;
    this.diagnostics = [...diagnostics, ...(this.#stack?.diagnostics(resources) ?? [])];
  }

  edits(changes: readonly Change[]): readonly Edit[] | null {
    return this.#stack === null || !this.#whole ? null : planEdits(this.#stack.template, changes);
  }

  reread(texts: ReadonlyMap<string, SourceText>): RootCopy {
    const source = texts.get(this.path);
    if (source === undefined) throw new Error(`${this.path} is not among the texts to read again`);
    const said = new Set(this.diagnostics.map(words));
    const news = (diagnostics: readonly Diagnostic[]): Diagnostic[] => diagnostics.filter((diagnostic) => !said.has(words(diagnostic)));
    const part = this.#stack === null || !this.#whole ? null : rereadDeclaration(this.#stack.template, source, this.#limits);
    if (part !== null && this.#stack !== null) {
      const stack = new Stack(part.template, this.#limits, { stack: this.#stack, changed: part.changed });
      const changed = [...part.changed].flatMap((address) => stack.resource(address) ?? []);
      const { resources } = this.#stack.template;
      return {
        diagnostics: news(stack.diagnostics(changed)),
        added: changed.filter(({ address }) => !resources.has(address)),
        removed: [],
        resource: (address) => stack.resource(address),
      };
    }
    const root = new TemplateRoot(source, readTemplate(source, this.#limits), this.#limits);
    const before = new Set(this.resources.map(({ address }) => address));
    const after = new Map(root.resources.map((resource) => [resource.address, resource]));
    return {
      diagnostics: news(root.diagnostics),
      added: root.resources.filter(({ address }) => !before.has(address)),
      removed: [...before].filter((address) => !after.has(address)),
      resource: (address) => after.get(address),
    };
  }
}

function words({ level, code, message }: Diagnostic): string {
  return `${level}\u0000${code}\u0000${message}`;
}
