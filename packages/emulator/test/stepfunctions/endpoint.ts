import type { JsonService } from '../../src/contracts.ts';
import { startEndpoint as start } from '../../src/endpoint/endpoint.ts';
import type { Endpoint } from '../../src/endpoint/types.ts';

export type { Endpoint } from '../../src/endpoint/types.ts';

/** The stage's endpoint on a free port with one service behind it. */
export const startEndpoint = (service: JsonService): Promise<Endpoint> => {
  const absent = () => {
    throw new Error('no such service in this test');
  };
  return start({ port: 0, json: [service], s3: absent, dynamodb: absent, messaging: absent });
};
