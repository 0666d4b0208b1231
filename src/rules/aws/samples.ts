/** Sources for examples: one declaration, from its lines. */

/** A resource `app` with these lines in its body; what reads `var.unset` depends on a variable without a value. */
export function declared(type: string, lines: readonly string[], ...more: readonly string[]): string {
  const body = lines.length === 0 ? ' {\n}\n' : ` {\n${indented(lines, 2)}}\n`;
  return withVariable([`resource "${type}" "app"${body}`, ...more].join('\n'));
}

/** A variable without a value, where the source asks for one. */
function withVariable(source: string): string {
  return source.includes('var.unset') ? `variable "unset" {\n}\n\n${source}` : source;
}

/** A resource `App` with these lines as properties, and others; what reads `!Ref Unset` depends on a parameter without a value. */
export function stack(type: string, lines: readonly string[], ...more: readonly string[]): string {
  const properties = lines.length === 0 ? '' : `    Properties:\n${indented(lines, 6)}`;
  const resources = `Resources:\n  App:\n    Type: ${type}\n${properties}${more.join('')}`;
  return resources.includes('!Ref Unset') ? `Parameters:\n  Unset:\n    Type: String\n${resources}` : resources;
}

/** Another resource of a {@link stack}. */
export function another(name: string, type: string, lines: readonly string[]): string {
  return `  ${name}:\n    Type: ${type}\n${lines.length === 0 ? '' : `    Properties:\n${indented(lines, 6)}`}`;
}

function indented(lines: readonly string[], by: number): string {
  return lines.map((line) => (line === '' ? '\n' : `${' '.repeat(by)}${line}\n`)).join('');
}
