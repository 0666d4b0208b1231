/**
 * Payloads as the server may see them: encrypted with AES-256-GCM and bound to the workflow they belong to, so that one
 * that was written without the key, changed, or taken from another workflow is refused.
 */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import path from 'node:path';
import type { DataConverter, Payload, PayloadCodec, SerializationContext } from '@temporalio/common';

const ALGORITHM = 'aes-256-gcm';
const ENCODING = 'binary/encrypted';
/** NIST SP 800-38D: a random nonce of 96 bits serves 2^32 payloads of one key, some 10^8 audits. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const LENGTH_BYTES = 4;

/**
 * How client and worker write and read what the server keeps, failures included.
 * @param key 32 bytes
 * @param home folder that holds `failure-converter.js`, which the library takes by its path only
 */
export function dataConverterOf(key: Uint8Array, home: string): DataConverter {
  return { payloadCodecs: [new EncryptionCodec(key)], failureConverterPath: path.join(home, 'failure-converter.js') };
}

export class EncryptionCodec implements PayloadCodec {
  readonly #key: Uint8Array;
  readonly #keyId: string;

  /** @param key 32 bytes */
  constructor(key: Uint8Array) {
    this.#key = createHmac('sha256', key).update('payloads').digest();
    this.#keyId = createHmac('sha256', key).update('key id').digest('hex').slice(0, 16);
  }

  async encode(payloads: Payload[], context?: SerializationContext): Promise<Payload[]> {
    return payloads.map((payload) => this.#seal(payload, boundTo(context)));
  }

  /** @throws Error when a payload is not encrypted, or with another key, or does not belong to this workflow. */
  async decode(payloads: Payload[], context?: SerializationContext): Promise<Payload[]> {
    return payloads.map((payload) => this.#open(payload, boundTo(context)));
  }

  #seal(payload: Payload, owner: Buffer): Payload {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.#key, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(owner);
    const sealed = [nonce, cipher.update(pack(payload)), cipher.final(), cipher.getAuthTag()];
    return { metadata: { encoding: Buffer.from(ENCODING), 'encryption-key-id': Buffer.from(this.#keyId) }, data: Buffer.concat(sealed) };
  }

  #open({ metadata, data }: Payload, owner: Buffer): Payload {
    if (textOf(metadata?.['encoding']) !== ENCODING)
      throw new Error('the Temporal server answered with a payload that is not encrypted; it is not trusted');
    if (textOf(metadata?.['encryption-key-id']) !== this.#keyId)
      throw new Error('the payload was encrypted with another key than this run has: give the same temporal-encryption-key');
    const bytes = data ?? new Uint8Array();
    try {
      const decipher = createDecipheriv(ALGORITHM, this.#key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
      decipher.setAAD(owner);
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      return unpack(Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]));
    } catch (error) {
      throw new Error('the payload was changed, or belongs to another workflow; it is not trusted', { cause: error });
    }
  }
}

/** A workflow's own payloads and those of its activities have the same owner, as the steps hand them on. */
function boundTo(context: SerializationContext | undefined): Buffer {
  return Buffer.from(context?.workflowId ?? '');
}

function textOf(bytes: Uint8Array | null | undefined): string {
  return Buffer.from(bytes ?? []).toString('utf8');
}

/** Length of the metadata, the metadata as JSON with its bytes in base64, the data. */
function pack({ metadata, data }: Payload): Buffer {
  const entries = Object.entries(metadata ?? {}).map(([name, bytes]) => [name, Buffer.from(bytes).toString('base64')]);
  const header = Buffer.from(JSON.stringify(entries));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(header.length);
  // Where there is no data, the library has an empty array for it.
  return Buffer.concat([length, header, Buffer.from(data ?? [])]);
}

function unpack(bytes: Buffer): Payload {
  const end = LENGTH_BYTES + bytes.readUInt32BE();
  const entries = JSON.parse(bytes.toString('utf8', LENGTH_BYTES, end)) as readonly (readonly [string, string])[];
  const metadata = Object.fromEntries(entries.map(([name, text]) => [name, Buffer.from(text, 'base64')]));
  return { metadata, data: bytes.subarray(end) };
}
