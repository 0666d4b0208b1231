/** Results of any tool that writes SARIF 2.1.0, https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html. */
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Severity } from '../domain/severity.ts';
import type { RepositoryFinding } from './contract.ts';

const message = z.object({ text: z.string().optional() });
const properties = z.object({ 'security-severity': z.union([z.string(), z.number()]).optional() });
const rule = z.object({
  id: z.string(),
  shortDescription: message.optional(),
  defaultConfiguration: z.object({ level: z.string().optional() }).optional(),
  properties: properties.optional(),
});
const result = z.object({
  ruleId: z.string().optional(),
  ruleIndex: z.int().optional(),
  kind: z.string().optional(),
  level: z.string().optional(),
  message,
  properties: properties.optional(),
  suppressions: z.array(z.object({ status: z.string().optional() })).optional(),
  locations: z
    .array(
      z.object({
        physicalLocation: z
          .object({
            artifactLocation: z.object({ uri: z.string().optional() }).optional(),
            region: z.object({ startLine: z.int().min(1).optional(), endLine: z.int().min(1).optional() }).optional(),
          })
          .optional(),
      }),
    )
    .optional(),
});
const log = z.object({
  version: z.literal('2.1.0'),
  runs: z.array(
    z.object({ tool: z.object({ driver: z.object({ rules: z.array(rule).optional() }) }), results: z.array(result).nullish() }),
  ),
});

type Rule = z.infer<typeof rule>;
type Result = z.infer<typeof result>;

/**
 * Results that are failures and that nobody suppressed.
 * @throws Error when the text is no SARIF of this version: results that cannot be read are not no results
 */
export function sarifFindings(text: string, file: string): RepositoryFinding[] {
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/u, ''));
  } catch {
    throw new Error(`${file} is no JSON`);
  }
  const parsed = log.safeParse(json);
  if (!parsed.success) {
    const [first] = parsed.error.issues;
    throw new Error(`${file} is no SARIF 2.1.0: ${first?.path.join('.') ?? ''}: ${first?.message ?? ''}`);
  }
  return parsed.data.runs.flatMap(({ tool, results }) => {
    const rules = tool.driver.rules ?? [];
    const byId = new Map(rules.map((each) => [each.id, each]));
    return (results ?? []).filter(counts).map((each) => findingOf(each, byId.get(each.ruleId ?? '') ?? rules[each.ruleIndex ?? -1]));
  });
}

function counts({ kind = 'fail', suppressions = [] }: Result): boolean {
  return kind === 'fail' && !suppressions.some(({ status = 'accepted' }) => status === 'accepted');
}

function findingOf(found: Result, ofRule: Rule | undefined): RepositoryFinding {
  const place = found.locations?.[0]?.physicalLocation;
  const { startLine, endLine } = place?.region ?? {};
  const uri = place?.artifactLocation?.uri;
  const title = ofRule?.shortDescription?.text;
  return {
    ruleId: found.ruleId ?? ofRule?.id ?? 'result',
    severity: severityOf(found, ofRule),
    message: [found.message.text, title].find((text) => text !== undefined && text !== '') ?? 'no message',
    ...(title === undefined ? {} : { title }),
    ...(uri === undefined ? {} : { file: pathOf(uri) }),
    ...(startLine === undefined ? {} : { startLine }),
    ...(endLine === undefined ? {} : { endLine }),
  };
}

/** Bounds as GitHub has them for `security-severity`; without that, by the level. */
function severityOf(found: Result, ofRule: Rule | undefined): Severity {
  const score = Number(found.properties?.['security-severity'] ?? ofRule?.properties?.['security-severity'] ?? Number.NaN);
  if (score >= 9) return 'CRITICAL';
  if (score >= 7) return 'HIGH';
  if (score >= 4) return 'MEDIUM';
  if (score > 0) return 'LOW';
  switch (found.level ?? ofRule?.defaultConfiguration?.level ?? 'warning') {
    case 'error':
      return 'HIGH';
    case 'note':
      return 'LOW';
    case 'none':
      return 'INFO';
    default:
      return 'MEDIUM';
  }
}

function pathOf(uri: string): string {
  try {
    return uri.startsWith('file:') ? fileURLToPath(uri) : decodeURIComponent(uri);
  } catch {
    return uri;
  }
}
