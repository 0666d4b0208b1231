/** The CloudFormation templates of a tree as roots. */
import type { Diagnostic } from '../../domain/diagnostic.ts';
import type { SourceText } from '../../domain/source.ts';
import type { Limits } from '../limits.ts';
import type { FileReader, Root } from '../root.ts';
import { calledFiles, mayCall } from './nesting.ts';
import { readParameterFiles } from './parameter-files.ts';
import { TemplateRoot } from './root.ts';
import { looksLikeJson, looksLikeTemplate, mayBeTemplate, readTemplate } from './template.ts';
import type { TemplateReading } from './template.ts';

export { looksLikeJson, looksLikeTemplate, mayBeTemplate };

export interface CloudFormationOptions {
  readonly limits: Limits;
  /** Reads files of parameters. */
  readonly reader?: FileReader;
  /** Relative to the audited root; for every template that is a root. Of several, later ones win. */
  readonly parameterFiles?: readonly string[];
  /** Whether a file was asked for; others are read as far as they call those, or are called by them. All, when not given. */
  readonly selected?: (file: string) => boolean;
}

export interface CloudFormationReading {
  readonly roots: readonly Root[];
  /** Of the files of parameters. */
  readonly diagnostics: readonly Diagnostic[];
}

/** `sources`: all texts that may be templates; those that are none are left out. A template that another one calls is no root. */
export function readCloudFormation(sources: readonly SourceText[], options: CloudFormationOptions): CloudFormationReading {
  const { limits, reader, parameterFiles = [], selected = () => true } = options;
  const texts = new Map(sources.map((source) => [source.file, source]));
  const readings = new Map<string, TemplateReading>();
  const find = (file: string): TemplateReading | undefined => {
    const source = texts.get(file);
    if (source === undefined) return undefined;
    const reading = readings.get(file) ?? readTemplate(source, limits);
    readings.set(file, reading);
    return reading.verdict === 'something else' ? undefined : reading;
  };
  const files = sources
    .filter(({ file, text }) => selected(file) || mayCall(text))
    .flatMap(({ file }) => (find(file) === undefined ? [] : [file]));
  const parameters = readParameterFiles(parameterFiles, reader, limits);
  const roots = rootFiles(files, find).flatMap((path): TemplateRoot[] => {
    const root = new TemplateRoot({ path, find, limits, given: parameters.values });
    return root.templates.some(selected) ? [root] : [];
  });
  const unused = [...parameters.values].filter(([name]) => !roots.some((root) => root.declares(name)));
  return {
    roots,
    diagnostics: [
      ...parameters.diagnostics,
      ...unused.map(([name, { span }]): Diagnostic => {
        const message = `no template that is audited has a parameter ${name.slice(0, 100)}; correct its name, or remove it`;
        return { level: 'warning', code: 'unused-parameter', message, file: span.file, span };
      }),
    ],
  };
}

/** Files that nobody calls; of files that only call each other, the first. */
function rootFiles(files: readonly string[], find: (file: string) => TemplateReading | undefined): string[] {
  const calls = (file: string): string[] => {
    const template = find(file)?.template ?? null;
    return template === null ? [] : calledFiles(template).filter((called) => find(called) !== undefined);
  };
  const called = new Set(files.flatMap((file) => calls(file).filter((each) => each !== file)));
  const roots = files.filter((file) => !called.has(file));
  const reached = new Set<string>();
  const reach = (start: string): void => {
    const queue = [start];
    for (const file of queue) {
      if (reached.has(file)) continue;
      reached.add(file);
      queue.push(...calls(file));
    }
  };
  for (const root of roots) reach(root);
  for (const file of files) {
    if (reached.has(file)) continue;
    roots.push(file);
    reach(file);
  }
  return roots;
}
