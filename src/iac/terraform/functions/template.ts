/** Templates in files and texts, with values of their own and nothing else in reach. */
import { SourceText } from '../../../domain/source.ts';
import type { Datum } from '../values/datum.ts';
import { failure, isFailure, NULL, unknown } from '../values/datum.ts';
import { evaluateTemplate } from '../evaluate-template.ts';
import { parseHclTemplate } from '../syntax/parser.ts';
import { mentions } from '../syntax/references.ts';
import type { Frame, Scope } from '../scope.ts';
import type { FunctionTable } from './define.ts';
import { textOf } from './define.ts';

export const templateFunctions: FunctionTable = {
  templatestring: {
    parameters: ['string', 'raw'],
    run: ([template, values = NULL], scope) => render({ path: 'the template', text: textOf(template) }, values, scope),
  },
};

interface Template {
  readonly path: string;
  readonly text: string;
}

/** Terraform refuses templates within templates, OpenTofu renders them. */
export function renderFile(template: Template, values: Datum, scope: Scope): Datum {
  for (let { frame } = scope; frame !== undefined; frame = frame.outer)
    if (frame.name === TEMPLATE) return unknown('a template calls templatefile() in its turn');
  return render(template, values, scope);
}

function render({ path, text }: Template, values: Datum, scope: Scope): Datum {
  if (values.kind === 'unknown') return values;
  if (values.kind !== 'mapping') return failure('a template needs a map of values');
  const invalid = [...values.entries.keys()].find((name) => !/^[\p{ID_Start}_][\p{ID_Continue}-]*$/u.test(name));
  if (invalid !== undefined) return failure(`"${invalid}" is no name for a value of a template`);
  const { template } = parseHclTemplate(text);
  if (template === null) return failure(`${path} is no valid template`);
  // A value must be there even for what is not rendered.
  for (const mention of mentions(template)) {
    const name = 'names' in mention ? mention.names[0] : undefined;
    if (name !== undefined && !values.entries.has(name)) return failure(`${path} needs a value for ${name}`);
  }
  let frame: Frame = { name: TEMPLATE, value: NULL, outer: undefined };
  for (const [name, value] of values.entries) frame = { name, value, outer: frame };
  const names = {
    ...scope.names,
    limits: scope.names.limits,
    files: scope.names.files,
    evaluate: scope.names.evaluate,
    resolve: (name: string) => ({ datum: failure(`${path} has no value for ${name}`), taken: 0 }),
  };
  const result = evaluateTemplate(template.parts, { source: new SourceText(path, text), names, frame });
  // Its parts stand in another file, which is no place to point at from here.
  return isFailure(result) ? result : { ...result, place: undefined, ...('pieces' in result ? { pieces: undefined } : {}) };
}

/** No name of the language. */
const TEMPLATE = '(template)';
