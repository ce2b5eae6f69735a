/** For the tests: osls loads the JavaScript. */
export interface Encryption {
  resources: { Resources?: Record<string, { Type: string; Properties: Record<string, unknown> }> };
  bucket: Record<string, unknown>;
  stream: Record<string, unknown>;
  results: Record<string, unknown>;
}

export interface KeyUse {
  name: string;
  service: 's3' | 'kinesis';
  roles: readonly string[];
  actions: readonly string[];
}

type Part = (osls: { resolveVariable: (name: string) => Promise<string> }) => Promise<unknown>;

export const keyUses: readonly KeyUse[];
export const encryptionOf: (given: { dataKey: string; stage: string; removal: string }) => Encryption;
export const resources: Part;
export const bucket: Part;
export const stream: Part;
export const results: Part;
