/** The policy's format as a JSON schema, which editors check and complete with. */
import { z } from 'zod';
import { policySchema } from './schema.ts';

/** JSON text, the same for the same version of this program. */
export function policyJsonSchema(): string {
  const schema = z.toJSONSchema(policySchema({}), { io: 'input', target: 'draft-7' });
  return `${JSON.stringify({ ...schema, title: 'Policy of the Infrastructure Security Agent' }, null, 2)}\n`;
}
