import type { Diagnostic } from '../../../domain/diagnostic.ts';
import type { SourceText } from '../../../domain/source.ts';
import type { Range } from '../syntax/ast.ts';

/** Something that Terraform refuses as it is written, whatever it is evaluated with. */
export function refusal(source: SourceText, { start, end }: Range, what: string, code = 'invalid'): Diagnostic {
  return { level: 'undecided', code, message: `Terraform stops here: ${what}`, file: source.file, span: source.span(start, end) };
}
