/**
 * Writes .github/infra-audit.schema.json, the JSON schema of the policy file.
 *
 *   node .github/scripts/generate-schema.ts           writes it
 *   node .github/scripts/generate-schema.ts --check   exits 1 when it differs
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { policyJsonSchema } from '../../src/config/policy/json-schema.ts';

const file = join(import.meta.dirname, '../infra-audit.schema.json');

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const text = policyJsonSchema();
if (!values.check) writeFileSync(file, text);
else if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
  process.stderr.write('.github/infra-audit.schema.json is out of date: run `npm run generate`\n');
  process.exitCode = 1;
}
